"""Taking what somebody is named in out of kept deliveries, as far as the mapping can find it.

A delivery is read as the source is read today. Where it tells of somebody, its records are read
one at a time, and those that tell of them are left out; what is left must tell the same of all
others. Where that cannot be done the body goes, and it is said why.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from byalag.engine._face import Connected
from byalag.engine._reread import Reread
from byalag.model import Delivery, Fact, Gone, Json, Link, Observation, Retracted, Series, Thing
from byalag.sources import Receive
from byalag.store import Reading, Rewritten

UNREADABLE: Final = "the record could not be told from others' in the delivery"
_DEEPEST: Final = 6
_LOOKED: Final = 20  # records of a list that are looked into for lists

Named: TypeAlias = Callable[[str], bool]
Path: TypeAlias = tuple[str | int, ...]


class _Split(Struct, frozen=True):
    """A body as records: each by itself, and some of them together."""

    count: int
    some: Callable[[Sequence[int]], bytes]


def without(
    store: Reading, sources: Sequence[Connected], seqs: Sequence[int], gone: Named
) -> Iterator[Rewritten]:
    """Yield the deliveries that tell of what is gone, without it.

    `gone` says of an id of a thing or a series whether it is gone.
    """
    pushed = [one for one in sources if isinstance(one.kind.reach(one.settings), Receive)]
    readers = {one.name: Reread(store, one, pushed) for one in sources}
    for seq in seqs:
        delivery = store.delivery(seq)
        if delivery is None:
            continue
        reader = readers.get(delivery.source)
        if reader is None and pushed:  # what is pushed to the municipality is of no one source
            reader = Reread(store, pushed[0], pushed)
        if reader is not None:
            found = _one(reader, delivery, gone)
            if found is not None:
                yield found


def _one(reader: Reread, delivery: Delivery, gone: Named) -> Rewritten | None:
    mentioned = _named(reader, delivery)
    if not any(map(gone, mentioned)):
        return None
    bare = Rewritten(seq=delivery.seq or 0, source=delivery.source, received=delivery.received)
    others = {id_ for id_ in mentioned if not gone(id_)}
    if not others:
        return bare
    bodies = tuple(_left(reader, delivery, place, gone) for place in range(len(delivery.bodies)))
    kept = [place for place, body in enumerate(bodies) if body is not None]
    left = replace(
        delivery,
        bodies=tuple(body for body in bodies if body is not None),
        names=tuple(delivery.names[place] for place in kept) if delivery.names else (),
    )
    if not left.bodies or _named(reader, left) != others:
        return replace(bare, why=UNREADABLE)
    return replace(bare, bodies=left.bodies, names=left.names)


def _left(reader: Reread, delivery: Delivery, place: int, gone: Named) -> bytes | None:
    """Return a body without the records that tell of what is gone; None if nothing is left."""
    body = delivery.bodies[place]
    alone = replace(
        delivery, bodies=(body,), names=delivery.names[place : place + 1] if delivery.names else ()
    )
    mentioned = _named(reader, alone)
    if not any(map(gone, mentioned)):
        return body
    others = {id_ for id_ in mentioned if not gone(id_)}
    for split in _splits(body):
        kept = [
            number
            for number in range(split.count)
            if not any(map(gone, _named(reader, replace(alone, bodies=(split.some([number]),)))))
        ]
        if len(kept) < split.count:
            left = split.some(kept)
            if _named(reader, replace(alone, bodies=(left,))) == others:
                return left
    return None


def _named(reader: Reread, delivery: Delivery) -> set[str]:
    """Return the ids that a delivery tells of."""
    return {id_ for fact in reader.read(delivery).facts for id_ in _ids(fact)}


def _ids(fact: Fact) -> tuple[str, ...]:
    match fact:
        case Thing() | Series():
            return (fact.id,)
        case Observation():
            return (fact.series,)
        case Link():
            return fact.thing, fact.series
        case Gone():
            return (fact.thing,)
        case Retracted():
            return tuple(filter(None, (fact.thing, fact.series)))


def _splits(body: bytes) -> Iterator[_Split]:
    """Yield the ways in which a body may be records: lists in JSON, the longest first; lines."""
    try:
        document: Json = json.loads(body)
    except (ValueError, RecursionError):
        yield from _lines(body)
        return
    paths = sorted(_lists(document, (), 0), key=lambda found: -found[1])
    for path, count in paths:
        yield _Split(count, partial(_dumped, document, path))


def _lists(value: Json, path: Path, depth: int) -> Iterator[tuple[Path, int]]:
    """Yield where in a document there are lists, and how long each is."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        listed: list[Json] = value  # pyright: ignore[reportUnknownVariableType] -- JSON of any shape
        if listed:
            yield path, len(listed)
        for number, one in enumerate(listed[:_LOOKED]):
            yield from _lists(one, (*path, number), depth + 1)
    elif isinstance(value, dict):
        named: dict[str, Json] = value  # pyright: ignore[reportUnknownVariableType] -- as above
        for name, one in named.items():
            yield from _lists(one, (*path, name), depth + 1)


def _dumped(document: Json, path: Path, numbers: Sequence[int]) -> bytes:
    """Return a document with some of the records of the list at a path."""
    return json.dumps(_some(document, path, numbers), ensure_ascii=False).encode()


def _some(value: Json, path: Path, numbers: Sequence[int]) -> Json:
    if not path:
        return [value[number] for number in numbers]
    copied: Json = value.copy()
    copied[path[0]] = _some(value[path[0]], path[1:], numbers)
    return copied


def _lines(body: bytes) -> Iterator[_Split]:
    """Yield lines as records: all of them, and those after a head."""
    lines = body.splitlines(keepends=True)
    for head in (0, 1):
        records = lines[head:]
        if records:
            yield _Split(len(records), partial(_joined, lines[:head], records))


def _joined(head: Sequence[bytes], records: Sequence[bytes], numbers: Sequence[int]) -> bytes:
    return b"".join([*head, *(records[number] for number in numbers)])
