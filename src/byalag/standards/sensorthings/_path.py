"""Where a request points: collections, entities, their links and their properties. Pure.

A path is read as OGC 18-088, 9.2 says: `/Things(1)/Datastreams(2)/Observations`, then perhaps a
property (`/result`), the bare value of one (`/result/$value`) or only links (`/$ref`).
"""

import re

from msgspec import Struct

from byalag.standards.sensorthings._problem import known, unknown
from byalag.standards.sensorthings._words import COLLECTIONS, ENTITIES, Entity, Link

_STEP = re.compile(r"([A-Za-z]+)(?:\(\s*([^()]*?)\s*\))?")
_LONGEST, _STEPS, _DIGITS = 2_000, 16, 19
IDS = "@iot.id", "@iot.selfLink", "id", "selfLink"


class Step(Struct, frozen=True):
    """One step on the way: the kind of entity it leads to, and which one if that is told."""

    entity: Entity
    link: Link | None = None
    no: int | None = None

    @property
    def many(self) -> bool:
        """Whether it leads to several entities."""
        return self.no is None and (self.link is None or self.link.many)


class Path(Struct, frozen=True, kw_only=True):
    """Where a request points. `member` is the property, with the keys inside it."""

    steps: tuple[Step, ...]
    member: tuple[str, ...] = ()
    value: bool = False
    ref: bool = False

    @property
    def last(self) -> Step:
        """The step that says what kind of entity is asked for."""
        return self.steps[-1]

    @property
    def many(self) -> bool:
        """Whether it points to several entities."""
        return not self.member and self.last.many


def read_path(path: str) -> Path:
    """Read where a request points; the root itself has no path.

    Raises:
        Refused: There is nothing of that name (404).
    """
    if len(path) > _LONGEST:
        message = f"the path is longer than {_LONGEST} characters"
        raise unknown(message)
    words = path.strip("/").split("/")
    if len(words) > _STEPS:
        message = f"the path has more than {_STEPS} steps"
        raise unknown(message)
    steps: list[Step] = []
    for number, word in enumerate(words):
        step = _step(word, steps[-1] if steps else None)
        if step is None:
            return _end(tuple(steps), words[number:])
        steps.append(step)
    return Path(steps=tuple(steps))


def _step(word: str, before: Step | None) -> Step | None:
    """Read one step; None where a property, `$ref` or `$value` begins."""
    match = _STEP.fullmatch(word)
    name = match[1] if match else word
    if before is None:
        if match is None or name not in COLLECTIONS:
            message = f"there is no collection {name[:60]!r}; there are {known(COLLECTIONS)}"
            raise unknown(message)
        return Step(COLLECTIONS[name], None, _number(match[2], name))
    link = before.entity.links.get(name)
    if match is None or link is None:
        return None
    if before.many:
        message = f"{word!r} follows a collection: say which entity, as in {name}(1)"
        raise unknown(message)
    if match[2] is not None and not link.many:
        message = f"{name} is one entity: it takes no id"
        raise unknown(message)
    return Step(ENTITIES[link.to], link, _number(match[2], name))


def _number(written: str | None, name: str) -> int | None:
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= _DIGITS):
        message = f"{name}({written[:60]}) is not there: ids are whole numbers"
        raise unknown(message)
    return int(written)


def _end(steps: tuple[Step, ...], words: list[str]) -> Path:
    """Read what follows the last entity."""
    last = steps[-1]
    if words == ["$ref"]:
        return Path(steps=steps, ref=True)
    value = words[-1] == "$value"
    member = tuple(words[:-1] if value else words)
    if not member or last.many or not _has(last.entity, member):
        text = "/".join(words)[:80]
        message = (
            f"{last.entity.name} has no {text!r}; "
            f"it has {known([*last.entity.members, *last.entity.links])}"
        )
        raise unknown(message)
    return Path(steps=steps, member=member, value=value)


def _has(entity: Entity, words: tuple[str, ...]) -> bool:
    member = entity.members.get(words[0])
    if member is None:
        return len(words) == 1 and words[0] in IDS
    return len(words) == 1 or member.deep or member.geometry
