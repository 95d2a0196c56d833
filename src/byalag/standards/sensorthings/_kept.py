"""Entities as they are written, kept for as long as nobody describes anything anew.

What is observed changes only the `phenomenonTime` of a Datastream, so that is left open in what is
kept of it. When it was observed is kept until the store is written to again.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from secrets import token_hex
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from byalag.asking import Ask
from byalag.standards.sensorthings._fetch import Fetch
from byalag.standards.sensorthings._show import writer
from byalag.standards.sensorthings._show_members import About, Row, period
from byalag.standards.sensorthings._words import Entity, Link
from byalag.store import Reading

MOST: Final = 20_000  # entities that are kept
_MOST_NUMBERS: Final = 200_000  # of one kind, that are kept in order
_LED: Final = 1_000  # entities that one leads to by one link
_OPEN: Final = token_hex(16)  # stands where the time of a Datastream's observations is written


class Lacking(Exception):
    """Something has not been kept yet."""


class Unkept(Exception):
    """Something cannot be kept, or has gone meanwhile."""


class Written(NamedTuple):
    """An entity as it is written without its last brace, up to what is left open, and from it."""

    before: bytes
    after: bytes


class Kept:
    """What is kept of one store, while it is described as it is now."""

    def __init__(self, described: int, root: str, hub: str) -> None:
        """Keep nothing yet. `root` and `hub` are addresses."""
        self.described = described
        self._root, self._hub = root, hub
        self._written: dict[tuple[str, int], Written] = {}
        self._led: dict[tuple[str, str, int], tuple[int, ...]] = {}
        self._numbers: dict[str, array[int]] = {}
        self._times: tuple[int, dict[int, bytes]] = -1, {}

    @property
    def full(self) -> bool:
        """Whether so much is kept that it is time to begin again."""
        return len(self._written) > MOST or len(self._led) > 4 * MOST

    def numbers(self, entity: Entity, read: Reading | None) -> Sequence[int]:
        """Return the numbers of all entities of a kind, in order.

        Raises:
            Lacking: They have not been read, and there is nothing to read them from.
            Unkept: There are too many.
        """
        found = self._numbers.get(entity.name)
        if found is None:
            if read is None:
                raise Lacking
            asked = Ask(of=entity.kind, where=entity.where, limit=_MOST_NUMBERS + 1)
            found = self._numbers[entity.name] = array("q", read.numbers(asked))
        if len(found) > _MOST_NUMBERS:
            raise Unkept
        return found

    def led(
        self, entity: Entity, link: Link, numbers: Sequence[int], read: Reading | None
    ) -> list[tuple[int, ...]]:
        """Return the numbers that a link leads to from each of many entities.

        Raises:
            Lacking: As of `numbers`.
            Unkept: There are too many.
        """
        led, name = self._led, (entity.name, link.name)
        lacking = [no for no in numbers if (*name, no) not in led]
        if lacking:
            if read is None:
                raise Lacking
            fetch = self._fetch(read)[0]
            for no, rows in fetch.each_numbered(lacking, link, _LED).items():
                led[*name, no] = rows
        found = [led[*name, no] for no in numbers]
        if any(len(one) > _LED for one in found):
            raise Unkept
        return found

    def written(
        self, entity: Entity, numbers: Sequence[int], read: Reading | None
    ) -> list[Written]:
        """Return entities as they are written.

        Raises:
            Lacking: As of `numbers`.
            Unkept: One is not there any more.
        """
        written, name = self._written, entity.name
        lacking = [no for no in numbers if (name, no) not in written]
        if lacking:
            if read is None:
                raise Lacking
            fetch, about = self._fetch(read)
            rows = fetch.all_numbered(entity, lacking)
            fetch.find_out(entity, rows, lambda member: member == "observedArea")
            write = writer(entity, about)
            written.update(((name, row.no), _divided(write, row)) for row in rows)
        try:
            return [written[name, no] for no in numbers]
        except KeyError as error:
            raise Unkept from error

    def lacks(self, entity: Entity, no: int, read: Reading | None) -> bool:
        """Tell whether there is no entity of a kind with a number.

        Raises:
            Lacking: As of `numbers`.
        """
        if (entity.name, no) in self._written:
            return False
        if read is None:
            raise Lacking
        return self._fetch(read)[0].found(entity, no) is None

    def times(self, numbers: Iterable[int], reading: Reading) -> dict[int, bytes]:
        """Return when Datastreams were observed, as it is written; none of those that never."""
        version = reading.version()
        if self._times[0] != version:
            self._times = version, {}
        times = self._times[1]
        lacking = [no for no in numbers if no not in times]
        if lacking:
            spans = reading.spans(lacking)
            for no in lacking:
                times[no] = b'"' + period(*spans[no]).encode() + b'"' if no in spans else b"null"
        return times

    def _fetch(self, reading: Reading) -> tuple[Fetch, About]:
        about = About(root=self._root, hub=self._hub, open=_OPEN)
        return Fetch(reading, lambda: 0, about), about


def _divided(write: Callable[[Row, bytes], bytes], row: Row) -> Written:
    before, _, after = write(row, b"")[:-1].partition(b'"' + _OPEN.encode() + b'"')
    return Written(before, after)


_STORES: Final[WeakKeyDictionary[Reading, dict[str, Kept]]] = WeakKeyDictionary()


def kept(reading: Reading, root: str, hub: str) -> Kept:
    """Return what is kept of a store as it is described now."""
    described = reading.described()
    roots = _STORES.get(reading)
    if roots is None:
        roots = _STORES[reading] = {}
    found = roots.get(root)
    if found is None or found.described != described or found.full:
        found = roots[root] = Kept(described, root, hub)
    return found
