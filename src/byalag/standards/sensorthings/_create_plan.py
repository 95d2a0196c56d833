"""A body with everything in it as nodes that are to be made or are named. Pure.

Every link is noted at both its ends, so that what holds it among our facts finds it however it was
written: a Thing with its Datastreams, or a Datastream with its Thing.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from byalag.model import Json, Series, Thing
from byalag.standards.sensorthings._create_body import (
    REQUIRED,
    as_list,
    as_object,
    check_members,
    existing,
    split,
)
from byalag.standards.sensorthings._problem import unfit
from byalag.standards.sensorthings._words import ENTITIES, Entity, Link

MOST: Final = 10_000  # entities in one request
BACK: Final = {
    (entity.name, link.name): back.name
    for entity in ENTITIES.values()
    for link in entity.links.values()
    for back in ENTITIES[link.to].links.values()
    if back.to == entity.name and back.path == link.back
}


class Node(Struct, eq=False, kw_only=True):
    """An entity that is to be made, or, with a number, one that is there. `where` is for errors.

    `thing` or `series` is what it is among our facts, once that is known.
    """

    entity: Entity
    where: str
    no: int | None = None
    said: dict[str, Json] = field(default_factory=dict[str, Json])
    links: dict[str, list["Node"]] = field(default_factory=dict[str, "list[Node]"])
    thing: Thing | None = None
    series: Series | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is to be made."""
        return self.no is None

    def one(self, link: str) -> "Node | None":
        """Return what it is linked to by a link to one."""
        found = self.links.get(link)
        return found[-1] if found else None


class Plan:
    """Nodes in the order they were met, the first being what the request is about."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.nodes: list[Node] = []

    def named(self, entity: Entity, no: int, where: str) -> Node:
        """Add an entity that is there."""
        return self._add(Node(entity=entity, where=where, no=no))

    def new(self, entity: Entity, body: Json, where: str, *, parent: Node | None = None) -> Node:
        """Add an entity to be made, and all that it holds; `parent` is what it is made along.

        Raises:
            Refused: The body is not one of such an entity, or names another parent.
        """
        members, links = split(entity, as_object(body, where), where)
        check_members(entity, members, where, whole=True)
        node = self._add(Node(entity=entity, where=where, said=members))
        if parent is not None:
            self._along(node, parent, links)
        for name, value in links.items():
            link = entity.links[name]
            for child in self.linked(link, value, f"{where}.{name}", parent=node):
                if not child.is_new:
                    connect(node, name, child)
        for name in REQUIRED.get(entity.name, ()):
            if node.one(name) is None:
                message = f"{where} lacks {name!r}, which a {entity.name} must have"
                raise unfit(message)
        return node

    def linked(
        self, link: Link, value: Json, where: str, *, parent: Node, inline: bool = True
    ) -> list[Node]:
        """Add what a link names or holds; only what is named unless `inline`.

        Raises:
            Refused: It is not so written.
        """
        items = as_list(value, where) if link.many else [value]
        found: list[Node] = []
        for number, item in enumerate(items):
            place = f"{where}[{number}]" if link.many else where
            no = existing(as_object(item, place), place)
            if no is not None:
                found.append(self.named(ENTITIES[link.to], no, place))
            elif inline:
                found.append(self.new(ENTITIES[link.to], item, place, parent=parent))
            else:
                message = f"{place} must name an entity by its @iot.id; make new ones by POST"
                raise unfit(message)
        return found

    def _along(self, node: Node, parent: Node, links: dict[str, Json]) -> None:
        """Link a new entity to what it is made along, whatever its body says of it."""
        back = _back_to(node.entity, parent.entity)
        said = links.get(back)
        if not node.entity.links[back].many and said is not None:
            no = existing(as_object(said, node.where), node.where)
            if no is None or no != parent.no:
                message = f"{node.where} is made along one {back} and names another"
                raise unfit(message)
            del links[back]
        connect(node, back, parent)

    def _add(self, node: Node) -> Node:
        if len(self.nodes) >= MOST:
            message = f"there are more than {MOST:,} entities in the request"
            raise unfit(message)
        self.nodes.append(node)
        return node

    def all(self, kind: str, *, new: bool | None = None) -> Iterator[Node]:
        """Yield the nodes of a kind of entity."""
        for node in self.nodes:
            if node.entity.name == kind and new in {None, node.is_new}:
                yield node


def _back_to(entity: Entity, parent: Entity) -> str:
    return next(link.name for link in entity.links.values() if link.to == parent.name)


def connect(node: Node, name: str, other: Node) -> None:
    """Link two nodes, at both ends."""
    _attach(node, name, other)
    _attach(other, BACK[node.entity.name, name], node)


def _attach(node: Node, name: str, other: Node) -> None:
    held = node.links.setdefault(name, [])
    if not node.entity.links[name].many:
        held.clear()
    held.append(other)
