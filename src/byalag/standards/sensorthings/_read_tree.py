"""Tells entities with what is expanded in them, level by level: one question a level and link."""

from collections.abc import Sequence
from urllib.parse import quote

from byalag.standards.sensorthings._fetch import Fetch, Several
from byalag.standards.sensorthings._options import Options
from byalag.standards.sensorthings._show import address, encode, writer
from byalag.standards.sensorthings._show_members import About, Row
from byalag.standards.sensorthings._words import ENTITIES, Entity, Link

_KEPT = "!$'()*,/:;=@"  # what may stand in a query as it is


class Tree:
    """Tells entities as JSON."""

    def __init__(self, fetch: Fetch, about: About) -> None:
        """Tell of what is fetched."""
        self._fetch = fetch
        self._about = about

    def tell(self, entity: Entity, rows: Sequence[Row], options: Options) -> list[bytes]:
        """Return entities as JSON, in the order of the rows."""
        select = options.select
        expands = "Datastreams" in options.expand
        self._fetch.find_out(
            entity, rows, lambda name: not select or name in select, expands=expands
        )
        write = writer(entity, self._about, select)
        if not options.expand or not rows:
            return [write(row, b"") for row in rows]
        expanded = [
            self._expanded(entity, rows, entity.links[name], inner)
            for name, inner in options.expand.items()
        ]
        return [
            write(row, b",".join(inlined))
            for row, inlined in zip(rows, zip(*expanded, strict=True), strict=True)
        ]

    def _expanded(
        self, entity: Entity, rows: Sequence[Row], link: Link, options: Options
    ) -> list[bytes]:
        """Return what is expanded in each row by one link, as members of JSON."""
        to = ENTITIES[link.to]
        if not link.many:
            ones = self._fetch.each_linked(entity, rows, link)
            distinct = {one.no: one for one in ones if one is not None}
            told = dict(zip(distinct, self.tell(to, list(distinct.values()), options), strict=True))
            name = b'"' + link.name.encode() + b'":'
            return [name + (b"null" if one is None else told[one.no]) for one in ones]
        answers = self._fetch.each_several(entity, rows, link, options)
        told_rows = iter(self.tell(to, [row for one in answers for row in one.rows], options))
        return [
            self._members(
                entity, row, link, answer, options, [next(told_rows) for _ in answer.rows]
            )
            for row, answer in zip(rows, answers, strict=True)
        ]

    def _members(  # noqa: PLR0913, PLR0917 -- one page of what one row leads to
        self,
        entity: Entity,
        row: Row,
        link: Link,
        answer: Several,
        options: Options,
        told: list[bytes],
    ) -> bytes:
        name = link.name.encode()
        said = b'"' + name + b'":[' + b",".join(told) + b"]"
        if answer.total is not None:
            said = b'"' + name + b'@iot.count":%d,' % answer.total + said
        if answer.more:
            here = f"{address(entity, row, self._about)}/{link.name}"
            said += b',"' + name + b'@iot.nextLink":' + encode(next_link(here, options))
        return said


def next_link(here: str, options: Options) -> str:
    """Return where the answer goes on."""
    told = {name: value for name, value in options.pairs if name not in {"$top", "$skip"}}
    pages = {"$top": str(options.top), "$skip": str(options.skip + options.top)}
    query = "&".join(
        f"{name}={quote(value, safe=_KEPT)}" for name, value in {**told, **pages}.items()
    )
    return f"{quote(here, safe=_KEPT)}?{query}"
