"""What has been erased stays so: what is said of it again is not taken in.

Ids are kept as salted sums. Whoever has an id can ask whether it was erased; the sums themselves
name nobody.
"""

import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from msgspec import Struct

from byalag.model import Fact, Gone, Link, Observation, Retracted, Series, Thing
from byalag.store._columns import Columns, only
from byalag.store._session import Session

_SALT: Final = 32


class Tombstones(Struct, frozen=True):
    """The sums of what has been erased."""

    salt: bytes
    marks: frozenset[bytes]

    def __contains__(self, id_: str) -> bool:
        """Return whether something with this id has been erased, or the thing of this series."""
        return bool(self.marks) and not self.marks.isdisjoint(map(self._sum, (id_, _thing(id_))))

    def _sum(self, id_: str) -> bytes:
        return sha256(self.salt + id_.encode()).digest()

    def spared(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Return what is said of nothing that has been erased."""
        if not self.marks:
            return facts
        gone = {one.id for one in facts if isinstance(one, Series) and one.thing in self}
        return [
            fact for fact in facts if not any(id_ in self or id_ in gone for id_ in ids_of(fact))
        ]


NOBODY: Final = Tombstones(b"", frozenset())


def tombstones(session: Session) -> Tombstones:
    """Return what has been erased, as the writer remembers it."""
    if session.erased is None:
        salt = session.run("salt")
        marks = frozenset(mark for (mark,) in session.run("erased"))
        session.erased = Tombstones(salt[0][0] if salt else b"", marks)
    return session.erased


def bury(session: Session, ids: Sequence[str], at: int) -> bytes:
    """Remember that ids have been erased; return the sum of the first."""
    if not session.run("salt"):
        session.run("make_salt", (os.urandom(_SALT),))
    salt = session.run("salt")[0][0]
    sums = [sha256(salt + id_.encode()).digest() for id_ in ids]
    for one in sums:
        session.run("mark_erased", (one, at))
    session.erased = None
    return sums[0]


def _thing(series: str) -> str:
    """Return the thing that a series is named after: what stands before the slash."""
    return series.partition("/")[0]


def ids_of(fact: Fact) -> tuple[str, ...]:
    """Return the things and series that a fact is about."""
    match fact:
        case Thing():
            return (fact.id,)
        case Series():
            return fact.id, fact.thing
        case Observation():
            return (fact.series,)
        case Link():
            return fact.thing, fact.series
        case Gone():
            return (fact.thing,)
        case Retracted():
            return ()


def spared(
    session: Session, facts: Sequence[Fact], many: Columns | None
) -> tuple[Sequence[Fact], Columns | None]:
    """Return what is said without what has been erased; the session remembers if there was any."""
    buried = tombstones(session)
    if not buried.marks:
        return facts, many
    left = buried.spared(facts)
    session.unsaid |= len(left) < len(facts)
    if many is not None:
        kept = [series not in buried for series in many.series]
        if not all(kept):
            session.unsaid = True
            many = only(many, kept)
    return left, many
