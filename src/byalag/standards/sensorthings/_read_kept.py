"""What is asked by number and link alone, fast: entities as they were written the last time.

Observations, and what is filtered, ordered or selected, go the whole way.
"""

from collections.abc import Sequence
from typing import Final

from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._kept import Kept, Lacking, Unkept, kept
from byalag.standards.sensorthings._options import Options
from byalag.standards.sensorthings._path import Path
from byalag.standards.sensorthings._read_tree import next_link
from byalag.standards.sensorthings._show import encode
from byalag.standards.sensorthings._words import ENTITIES, Entity, Link
from byalag.store import Reading

_MOST: Final = 20_000  # entities in one answer, as in any
_ALONG: Final = 2  # steps of /Things(1)/Datastreams
_UNASKED: Final = frozenset({"Observation", "FeatureOfInterest"})  # with links that need a filter


async def as_kept(spoken: Spoken, window: Window, path: Path, options: Options) -> Reply | None:
    """Answer with what is kept; None where that is not what is asked for."""
    if path.member or path.ref or len(path.steps) > _ALONG or not _is_plain(path, options):
        return None
    told = _Telling(spoken, window.reading, path, options)
    try:
        return told.reply(None)
    except Lacking:
        pass
    except Unkept:
        return None

    def read() -> Reply | None:
        try:
            return told.reply(window.reading)
        except Unkept:
            return None

    return await window.beside(read)


def _is_plain(path: Path, options: Options) -> bool:
    first, last = path.steps[0], path.last
    if len(path.steps) == _ALONG and (
        first.no is None or last.no is not None or first.entity.name in _UNASKED
    ):
        return False
    if last.link is not None and not last.link.many:
        return False
    return _is_simple(last.entity, options)


def _is_simple(entity: Entity, options: Options) -> bool:
    """Tell whether entities are asked for as they are, in their own order."""
    if entity.kind == "observation" or options.where or options.order or options.select:
        return False
    if options.rows or (options.expand and entity.name in _UNASKED):
        return False
    return all(
        not inner.skip and _is_simple(ENTITIES[entity.links[name].to], inner)
        for name, inner in options.expand.items()
    )


class _Telling:
    """Tells one answer."""

    def __init__(self, spoken: Spoken, reading: Reading, path: Path, options: Options) -> None:
        self._spoken, self._path, self._options = spoken, path, options
        self._reading = reading
        self._kept: Kept = kept(reading, spoken.root, spoken.hub)
        self._count = 0
        self._observed = False

    def reply(self, read: Reading | None) -> Reply:
        """Return the answer; what is lacking is read from a store, if one is given.

        Raises:
            Lacking: Something is lacking, and there is nothing to read it from.
            Unkept: It must be told in another way.
        """
        self._count = 0
        last = self._path.last
        if not self._path.many:
            assert last.no is not None  # noqa: S101 -- one entity that no link leads to
            if self._kept.lacks(last.entity, last.no, read):
                raise Unkept
            return self._said(self._told(last.entity, [last.no], self._options, read)[0])
        options, numbers = self._options, self._numbers(read)
        until = options.skip + options.top
        head = b"{"
        if options.count:
            head += b'"@iot.count":%d,' % len(numbers)
        if until < len(numbers):
            here = self._spoken.root + self._spoken.path
            head += b'"@iot.nextLink":' + encode(next_link(here, options)) + b","
        rows = self._told(last.entity, numbers[options.skip : until], options, read)
        return self._said(head + b'"value":[' + b",".join(rows) + b"]}")

    def _said(self, body: bytes) -> Reply:
        return Reply(body=body, rests_on="facts" if self._observed else "descriptions")

    def _numbers(self, read: Reading | None) -> Sequence[int]:
        first, last = self._path.steps[0], self._path.last
        if last.link is None or first.no is None:
            return self._kept.numbers(last.entity, read)
        if self._kept.lacks(first.entity, first.no, read):
            raise Unkept
        return self._kept.led(first.entity, last.link, [first.no], read)[0]

    def _told(
        self, entity: Entity, numbers: Sequence[int], options: Options, read: Reading | None
    ) -> list[bytes]:
        """Return entities with what is expanded in them."""
        self._count += len(numbers)
        if self._count > _MOST:
            raise Unkept
        written = self._kept.written(entity, numbers, read)
        if entity.kind == "series":
            self._observed = True
            times = self._kept.times(numbers, self._reading)
            told = [
                one.before + times[no] + one.after for no, one in zip(numbers, written, strict=True)
            ]
        else:
            told = [one.before for one in written]
        if options.expand:
            expanded = [
                self._expanded(entity, numbers, entity.links[name], inner, read)
                for name, inner in options.expand.items()
            ]
            told = [b",".join(parts) for parts in zip(told, *expanded, strict=True)]
        return [one + b"}" for one in told]

    def _expanded(
        self,
        entity: Entity,
        numbers: Sequence[int],
        link: Link,
        options: Options,
        read: Reading | None,
    ) -> list[bytes]:
        """Return what is expanded in each entity by one link, as members of JSON."""
        to, name = ENTITIES[link.to], link.name.encode()
        led = self._kept.led(entity, link, numbers, read)
        shown = [one[: options.top if link.many else 1] for one in led]
        told = iter(self._told(to, [no for one in shown for no in one], options, read))
        rows = [[next(told) for _ in one] for one in shown]
        if not link.many:
            return [b'"' + name + b'":' + (row[0] if row else b"null") for row in rows]
        members = [b'"' + name + b'":[' + b",".join(row) + b"]" for row in rows]
        if options.count:
            counted = b'"' + name + b'@iot.count":%d,'
            members = [counted % len(all_) + one for all_, one in zip(led, members, strict=True)]
        return [
            one if len(row) == len(all_) else one + self._next(entity, no, link, options)
            for no, all_, row, one in zip(numbers, led, rows, members, strict=True)
        ]

    def _next(self, entity: Entity, no: int, link: Link, options: Options) -> bytes:
        here = f"{self._spoken.root}/{entity.plural}({no})/{link.name}"
        name = link.name.encode()
        return b',"' + name + b'@iot.nextLink":' + encode(next_link(here, options))
