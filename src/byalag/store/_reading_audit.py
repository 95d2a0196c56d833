"""Reading the audit: who did what about whom, and whether a line has been altered."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from byalag.model import Micros
from byalag.store._chain import Altered, Anchor, Head, first_altered
from byalag.store._results import Note
from byalag.store._rows import as_note
from byalag.store._sqlite import Row

Ask = Callable[[str, tuple[Any, ...]], list[Row]]
_LAST: Final = 2**63 - 1
_PAGE: Final = 1000


class Wanted(Struct, frozen=True, kw_only=True):
    """Which lines of an audit are asked for. What is left out is not asked about.

    `since` is the first moment and `until` the first that is too late.
    """

    about: str = ""
    who: str = ""
    what: str = ""
    since: Micros | None = None
    until: Micros | None = None


class Doings(Struct, frozen=True, kw_only=True):
    """How many lines of one kind there are, and when the first and the last were written."""

    what: str
    count: int
    first: Micros
    last: Micros


class Audit:
    """One audit: a municipality's, or the hub's own."""

    def __init__(self, ask: Ask) -> None:
        """Read through what answers a named statement."""
        self._ask = ask

    def notes(
        self, wanted: Wanted | None = None, *, limit: int = 100, before: int = _LAST
    ) -> list[Note]:
        """Return lines, newest first, those before a number."""
        asked = wanted or Wanted()
        name = "audit_where_about" if asked.about else "audit_where"
        told = (before, limit, asked.about, asked.who, asked.what, asked.since, asked.until)
        return [as_note(row) for row in self._ask(name, told)]

    def lines(self, numbers: Iterable[int]) -> list[Note]:
        """Return lines by their numbers, in order; those that are there."""
        listed = msgspec.json.encode(list(numbers)).decode()
        return [as_note(row) for row in self._ask("audit_lines", (listed,))]

    def numbers(self, what: Sequence[str], since: Micros, until: Micros) -> list[int]:
        """Return the numbers of the lines of some kinds in a period, in order."""
        listed = msgspec.json.encode(list(what)).decode()
        return [seq for (seq,) in self._ask("audit_numbers", (since, until, listed))]

    def doings(self) -> list[Doings]:
        """Return what has been done, and how often."""
        return [
            Doings(what=what, count=count, first=first, last=last)
            for what, count, first, last in self._ask("audit_counts", ())
        ]

    def head(self) -> Head:
        """Return the end of the chain; of an audit without lines, number 0 and no hash."""
        found = self._ask("audit_end", ())
        return Head(seq=found[0][0], hash=found[0][1].hex()) if found else Head(seq=0, hash="")

    def first_altered(self, anchors: Iterable[Anchor] = ()) -> Altered | None:
        """Return the first line that is not as it was written, or None when all are."""
        return first_altered(self._chained(), anchors)

    def _chained(self) -> Iterator[Row]:
        after = -_LAST
        while page := self._ask("audit_chained", (after, _PAGE)):
            yield from page
            after = page[-1][0]
