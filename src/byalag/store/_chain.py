"""The audit as a chain: a line cannot be changed, taken away, added or moved without showing.

Each line's hash holds the hash of the line before.
`h(n) = SHA-256(h(n-1) + canonical JSON of line n)`; before the first line are 32 zero bytes. What
is cut off at the end does not show in the chain itself: it shows against an anchor, a hash that has
been kept elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from typing import Final

import msgspec
from msgspec import Struct

from byalag.model import Micros
from byalag.store._sqlite import Row

GENESIS: Final = bytes(32)
_ENCODE: Final = msgspec.json.Encoder().encode


class Head(Struct, frozen=True, kw_only=True):
    """The end of a chain: how many lines, and the hash of the last, in hex digits."""

    seq: int
    hash: str


class Anchor(Struct, frozen=True, kw_only=True):
    """The end of a chain as it was at some time: `of` is a municipality's code or "hub"."""

    of: str
    at: Micros
    seq: int
    hash: str


class Altered(Struct, frozen=True, kw_only=True):
    """The first line of an audit that is not as it was written, by its number, and what shows it.

    `before` is the number from which all are as they were: the altered line is after it.
    """

    seq: int
    why: str
    before: int = 0


def link(before: bytes, seq: int, at: int, who: str, what: str, about: str, details: str) -> bytes:  # noqa: PLR0913, PLR0917 -- these are the parts of a line
    """Return the hash of a line after the hash of the line before."""
    return sha256(before + _ENCODE([seq, at, who, what, about, details])).digest()


def first_altered(rows: Iterable[Row], anchors: Iterable[Anchor] = ()) -> Altered | None:
    """Return the first line that is not as it was written, or None when all are.

    `rows` are number, time, who, what, about, details and hash, in order of number; those of a
    hash that has lost its line have None as time. `anchors` are of this very chain.
    """
    kept = _by_line(anchors)
    good, before = 0, GENESIS
    for seq, *told, said in rows:
        if seq != good + 1:
            return Altered(seq=good + 1, why="the line is missing", before=good)
        if told[0] is None:
            return Altered(seq=seq, why="the line is missing; its hash is left", before=good)
        now = link(before, seq, *told)
        if said is None or now != said:
            why = "the line is not what was written" if said else "the line has no hash"
            return Altered(seq=seq, why=why, before=good)
        if seq in kept and kept[seq] != now.hex():
            since = max((one for one in kept if one < seq), default=0)
            return Altered(
                seq=since + 1,
                why=f"a line from here to {seq} has been written anew: line {seq} was anchored",
                before=since,
            )
        good, before = seq, now
    last = max(kept, default=0)
    if last > good:
        why = f"the lines from here to {last} are missing: line {last} was anchored"
        return Altered(seq=good + 1, why=why, before=good)
    return None


def _by_line(anchors: Iterable[Anchor]) -> Mapping[int, str]:
    """Return the oldest anchor of each line: a later one could be a forger's."""
    kept: dict[int, str] = {}
    for anchor in sorted(anchors, key=lambda one: one.at):
        kept.setdefault(anchor.seq, anchor.hash)
    return kept


def contradictions(anchors: Iterable[Anchor]) -> Iterator[tuple[Anchor, Anchor]]:
    """Yield anchors of one chain that cannot both be true: one line with two hashes."""
    ordered = sorted(anchors, key=lambda one: (one.of, one.seq, one.at))
    for one, other in pairwise(ordered):
        if (one.of, one.seq) == (other.of, other.seq) and one.hash != other.hash:
            yield one, other
