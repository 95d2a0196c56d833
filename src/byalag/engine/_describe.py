"""What settings declare by themselves: places, series that others push to, links between them."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from byalag.model import Fact, Gone, Link, Micros, Series, Thing
from byalag.store import Store

Declared: TypeAlias = Thing | Series | Link


class _Remembered(Struct, frozen=True, omit_defaults=True):
    """What was declared last: a digest, the properties that it had, and what else was said."""

    digest: str
    properties: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])


def describe(store: Store, declaring: Iterable[Declared], *, name: str, at: Micros) -> int:
    """Commit what settings declare under a name; return how many facts that changed.

    What has not changed since last time is left alone. A thing that is no longer declared is
    said to be gone; its history stays. A property, a name, a position or a link no longer declared
    is taken away.
    Waits until all is on disk.
    """
    mark = f"declared/{name}"
    before = msgspec.convert(store.recall(mark) or {}, dict[str, _Remembered])
    declared = {_key(fact): fact for fact in sorted(declaring, key=_rank)}
    now = {key: _remembered(fact) for key, fact in declared.items()}
    changed = {key: fact for key, fact in declared.items() if _differs(before.get(key), now[key])}
    anew: list[Fact] = [
        fact for key, fact in changed.items() if _says_less(before.get(key), now[key])
    ]
    others: list[Fact] = [
        _without(fact, before.get(key)) for key, fact in changed.items() if fact not in anew
    ]
    others += [fact for key in before.keys() - now.keys() for fact in _no_more(key)]
    for facts, whole in ((anew, True), (others, False)):
        if facts:
            store.commit(facts, at=at, whole=whole).result()
    if before != now:
        store.remember(mark, msgspec.to_builtins(now)).result()
    return len(anew) + len(others)


def _differs(before: _Remembered | None, now: _Remembered) -> bool:
    return before is None or before.digest != now.digest


def _says_less(before: _Remembered | None, now: _Remembered) -> bool:
    """Tell whether a name, a position or a shape has been left out since last time."""
    return before is not None and not set(before.said) <= set(now.said)


def _no_more(key: str) -> Iterator[Fact]:
    """Say that what a key stands for is no longer declared; series keep what was observed."""
    thing, _, rest = key.partition("/")
    name, linked, series = rest.partition("/")
    if linked:
        yield Link(thing=thing, property=name, series=series, holds=False)
    elif not rest:
        yield Gone(thing=thing)


def _rank(fact: Declared) -> int:
    """Things come before their series, and both before what links them."""
    return (Thing, Series, Link).index(type(fact))


def _key(fact: Declared) -> str:
    if isinstance(fact, Link):
        return f"{fact.thing}/{fact.property}/{fact.series}"
    return fact.id


def _remembered(fact: Declared) -> _Remembered:
    digest = sha256(msgspec.json.encode(fact, order="sorted")).hexdigest()[:16]
    if not isinstance(fact, Thing):
        return _Remembered(digest)
    said = [part for part in ("name", "point", "shape") if getattr(fact, part) is not None]
    return _Remembered(digest, sorted(fact.properties), said)


def _without(fact: Declared, before: _Remembered | None) -> Declared:
    """Return a thing that also says which properties it no longer has."""
    if before is None or not isinstance(fact, Thing):
        return fact
    gone = dict.fromkeys(before.properties)
    return msgspec.structs.replace(fact, properties={**gone, **fact.properties})
