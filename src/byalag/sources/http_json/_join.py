"""Puts the records of a live answer under those of the first, by equal keys."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import msgspec

from byalag.mapping import MISSING, Join, compile_path
from byalag.model import Json, Rejected
from byalag.sources._say import Found

Joined: TypeAlias = Callable[[Iterable[Found], Iterable[Found]], Iterator[Found]]


def joined(spec: Join) -> Joined:
    """Return a join of two answers. Keys are compared as text: 7 and "7" are the same place.

    A record of the first answer without a live one is kept; a live one without a first is set
    aside, so that a new place is noticed. Of two live records with one key, the last counts.
    """
    key_of, to_of = compile_path(spec.key), compile_path(spec.to)
    name = spec.name

    def join(first: Iterable[Found], live: Iterable[Found]) -> Iterator[Found]:
        waiting: dict[str, tuple[str, Json]] = {}
        for one in live:
            if isinstance(one, Rejected):
                yield one
                continue
            value = key_of(one[1])
            if value is MISSING or value is None:
                yield _aside(name, one, f"has no {spec.key}, so it cannot be joined")
            else:
                waiting[str(value)] = one
        met: set[str] = set()
        for one in first:
            if isinstance(one, Rejected) or not isinstance(one[1], dict):
                yield one
                continue
            same = str(to_of(one[1]))
            met.add(same)
            found = waiting.get(same)
            yield (one[0], {**one[1], name: found[1]}) if found else one
        for same in waiting.keys() - met:
            yield _aside(name, waiting[same], f"nothing in the first answer has {spec.to} {same!r}")

    return join


def _aside(name: str, one: tuple[str, Json], why: str) -> Rejected:
    return Rejected(where=f"{name}: {one[0]}", why=why, record=msgspec.json.encode(one[1]))
