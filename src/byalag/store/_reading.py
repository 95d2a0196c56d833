"""The read side of a store. Readers have connections of their own and never wait for the writer."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from byalag.asking import Answer, Ask, Field, observed
from byalag.model import (
    EVERYWHERE,
    Dataset,
    Found,
    History,
    Link,
    Micros,
    Observation,
    Series,
    Thing,
    Where,
)
from byalag.store import _ask, _ask_each, _check, _find, _history, _retention, _telling
from byalag.store._chunks import NOTHING
from byalag.store._collections import (
    Placed,
    Points,
    Vocabulary,
    newest_in,
    placed,
    points_in,
    vocabulary,
)
from byalag.store._connection import Readers, rows
from byalag.store._overview import Overview, overview
from byalag.store._reading_newest import ReadingNewest
from byalag.store._results import (
    Change,
    Counts,
)
from byalag.store._retention_tally import Expired, Expiry
from byalag.store._rows import as_observation
from byalag.store._sealing import Sealing
from byalag.store._series import as_series, months
from byalag.store._sqlite import Connection
from byalag.store._things import decode

_DATASET = msgspec.json.Decoder(Dataset)
_ENCODER = msgspec.json.Encoder()
_NUMBERS = 1 << 63


class Known(Container[str]):
    """The series that have ever had a value."""

    def __init__(self, readers: Readers) -> None:
        """Ask through these readers. A yes is remembered: it never becomes a no."""
        self._readers = readers
        self._yes: set[str] = set()

    def __contains__(self, series: object) -> bool:
        """Return whether a series has ever had a value."""
        if not isinstance(series, str):
            return False
        if series not in self._yes:
            with self._readers.borrow() as connection:
                if not rows(connection, "has_latest", (series,)):
                    return False
            self._yes.add(series)
        return True


class Reading(ReadingNewest):
    """Everything that can be asked of a store."""

    def __init__(self, path: Path, sealing: Sealing | None = None) -> None:
        """Read from this file, which must be there. Others may write to it meanwhile.

        `sealing` opens what is sealed in it, and is closed with it.

        Raises:
            Unfit: It is not a store, or not of this version's schema.
        """
        super().__init__(path)
        self.sealing = sealing
        self.begin()

    def begin(self) -> None:
        """Remember nothing of what was read before."""
        self._datasets: tuple[int, Mapping[str, Dataset]] = (-1, {})
        self._counts: tuple[int, dict[tuple[tuple[str, ...], str | None, bool], int]] = (-1, {})

    def find(
        self,
        kinds: str | tuple[str, ...],
        where: Where = EVERYWHERE,
        /,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Found]:
        """Return things of one or several types: nearest first to `where.near`, else by name."""
        with self._readers.snapshot() as connection:
            return _find.find(connection, _several(kinds), where, limit, offset)

    def count(self, kinds: str | tuple[str, ...], where: Where = EVERYWHERE, /) -> int:
        """Return how many things `find` would give without a limit."""
        with self._readers.snapshot() as connection:
            if where.radius is not None or where.box is not None:
                return _find.count(connection, _several(kinds), where)
            return self._counted(connection, _several(kinds), where)

    def _counted(self, connection: Connection, kinds: tuple[str, ...], where: Where) -> int:
        """Return a count that is the same wherever it is asked, and is made once a change."""
        changed = rows(connection, "changed")[0][0]
        since, made = self._counts
        if since != changed:
            made = {}
            self._counts = changed, made
        key = kinds, where.municipality, where.near is not None
        if key not in made:
            made[key] = _find.count(connection, kinds, where)
        return made[key]

    def thing(self, thing: str, /) -> Thing | None:
        """Return one thing as it is known now."""
        found = self._ask("thing", (thing,))
        return decode(found[0][0]) if found else None

    def datasets_of(self, thing: str) -> list[str]:
        """Return the datasets that say anything of a thing, or have a series of it."""
        return [dataset for (dataset,) in self._ask("datasets_of", (thing,))]

    def series_of_thing(self, thing: str) -> list[str]:
        """Return the series of a thing, by the order in which they were declared."""
        return [id_ for _, id_ in self._ask("series_of_thing", (thing,))]

    def expiring(self, due: Expiry) -> Expired:
        """Return how much a rule would delete; nothing is deleted."""
        with self._readers.snapshot() as connection:
            return _retention.count(connection, due)

    def person(self, thing: str, /) -> Thing | None:
        """Return one thing with what is sealed of it: who somebody is. Each such read is audited.

        Raises:
            Sealed: The person's key has been destroyed, or is not here.
        """
        found = self.thing(thing)
        return self.sealing.unveiled(found) if self.sealing and found else found

    def things(self, things: Iterable[str], /) -> dict[str, Thing]:
        """Return several things as they are known now, by id; those that are there."""
        found = [decode(row[0]) for row in self._ask("things", (_list(things),))]
        return {thing.id: thing for thing in found}

    def series(self, series: str, /) -> Series | None:
        """Return what has been declared of a series."""
        found = self._ask("series_row", (series,))
        return as_series(found[0][2:]) if found else None

    def number(self, thing: str, /) -> int | None:
        """Return the number of a thing."""
        found = self._ask("thing_number", (thing,))
        return int(found[0][0]) if found else None

    def series_number(self, series: str, /) -> int | None:
        """Return the number of a series."""
        found = self._ask("series_number", (series,))
        return int(found[0][0]) if found else None

    def numbered_thing(self, no: int, /) -> Thing | None:
        """Return the thing that has a number."""
        found = self._ask("thing_numbered", (no,)) if 0 < no < _NUMBERS else ()
        return decode(found[0][0]) if found else None

    def numbered_series(self, no: int, /) -> Series | None:
        """Return the series that has a number."""
        found = self._ask("series_numbered", (no,)) if 0 < no < _NUMBERS else ()
        return as_series(found[0]) if found else None

    def observation(self, no: int, /) -> Observation | None:
        """Return the observation that has a number (`byalag.asking.numbered`)."""
        found = observed(no)
        series = None if found is None else self.numbered_series(found[0])
        if found is None or series is None:
            return None
        if row := self._ask("observation_at", found):
            return as_observation(series.id, *row[0])
        run = self.history(series.id, start=found[1], end=found[1] + 1)
        if not len(run.times):
            return None
        return Observation(series.id, found[1], float(run.values[0]), int(run.flags[0]))

    def series_of(self, things: Iterable[str], /) -> dict[str, list[Series]]:
        """Return the series of each thing: its own, and those linked to it."""
        asked = list(things)
        answer: dict[str, list[Series]] = {thing: [] for thing in asked}
        for *described, thing in self._ask("series_of", (_list(asked),)):
            series = as_series(tuple(described))
            if series not in answer[thing]:
                answer[thing].append(series)
        return answer

    def links_to(self, things: Iterable[str], /) -> list[Link]:
        """Return the decisions that link other things' series to these things."""
        found = self._ask("links_to", (_list(things),))
        return [Link(thing=thing, property=name, series=series) for thing, name, series in found]

    def linked(self) -> list[str]:
        """Return the things that series of other things are linked to, by id."""
        return [thing for (thing,) in self._ask("linked")]

    def latest(self, series: Iterable[str], /) -> dict[str, Observation]:
        """Return the newest observation of each series, by its own time; none if it has none."""
        found = self._ask("latest", (_list(series),))
        return {row[0]: as_observation(*row) for row in found}

    def history(self, series: str, /, *, start: Micros, end: Micros) -> History:
        """Return the observations of a series in [start, end)."""
        with self._readers.snapshot() as connection:
            found = rows(connection, "series_row", (series,))
            if not found:
                return NOTHING
            return _history.read(connection, found[0][0], start, end)

    def values(self, series: str, start: Micros, end: Micros) -> History:
        """Return the observations of a series in [start, end)."""
        return self.history(series, start=start, end=end)

    def extras(self, series: str, start: Micros, end: Micros) -> list[Observation]:
        """Return the observations in [start, end) that carry more than value, time and flag."""
        with self._readers.snapshot() as connection:
            found = rows(connection, "series_row", (series,))
            if not found:
                return []
            told = rows(connection, "extras_in", (found[0][0], start, end))
            return [as_observation(series, *row) for row in told]

    def datasets(self) -> Mapping[str, Dataset]:
        """Return the datasets that can be read here.

        In the commons, where several origins declare the same id, the first origin's is shown.
        """
        since, known = self._datasets
        changed = self.changed()
        if since != changed:
            known = {row[1]: _DATASET.decode(row[3]) for row in self._ask("datasets")}
            self._datasets = changed, known
        return known

    def origins(self) -> Mapping[str, tuple[str, ...]]:
        """Return which datasets are open here, by whose they are; "" is the store's own."""
        found: dict[str, tuple[str, ...]] = {}
        for origin, id_ in self._ask("origins_open"):
            found[origin] = (*found.get(origin, ()), id_)
        return found

    def version(self) -> int:
        """Return a number that is another after each commit, whatever was written."""
        return self._readers.version()

    def changed(self) -> int:
        """Return a number that grows whenever anything that can be read here changes."""
        return int(self._ask("changed")[0][0])

    def states(self) -> tuple[int, int]:
        """Return what `changed` and `described` do, at one moment."""
        changed, described = self._ask("states")[0]
        return int(changed), int(described)

    def described(self) -> int:
        """Return a number that grows when anything but observations changes."""
        return int(self._ask("described")[0][0])

    def ask(self, ask: Ask, /) -> Answer[Any]:
        """Answer what is asked for, in the words of `byalag.asking`.

        The rows are `Numbered[Thing]`, `Numbered[Series]` or `Observed`, by what it is of.

        Raises:
            ValueError: It asks for what is not there; the message says what there is.
            TooHard: It would take too long to answer.
        """
        with self._readers.snapshot() as connection:
            return _ask.answer(connection, ask)

    def ask_each(self, ask: Ask, by: Field, numbers: Iterable[int], /) -> dict[int, Answer[Any]]:
        """Answer the same question for each of up to 1,000 rows, in one statement.

        `by` leads from what is asked for to the rows that it is asked for, whose numbers are given:

        - the series of things: `Ask(of="series")` by `Field(("thing",))`;
        - what things point to: `Ask(of="thing")` by `Field(("inverse", "locations"))`;
        - what points to things: `Ask(of="thing")` by `Field(("relation", "locations"))`;
        - what series point to: `Ask(of="thing")` by `Field(("measures", "sensor"))`;
        - the series that point to things: `Ask(of="series")` by `Field(("relation", "sensor"))`;
        - the thing of each series: `Ask(of="thing")` by `Field(("series",))`;
        - the observations of series: `Ask(of="observation")` by `Field(("series",))`.

        Every number that is given has an answer, with its own limit, offset and total.

        Raises:
            ValueError: It asks for what is not there, or for more rows than 1,000.
            TooHard: It would take too long to answer.
        """
        with self._readers.snapshot() as connection:
            return _ask_each.answer_each(connection, ask, by, list(numbers))

    def known(self) -> Container[str]:
        """Return the series that have ever had a value, to be asked one at a time."""
        return Known(self._readers)

    def counts(self) -> Counts:
        """Return how much there is. Counts every row: for the operator, not for every request."""
        deliveries, things, series, hot, cold, chunks, aside, outbox = self._ask("counts")[0]
        return Counts(
            deliveries=deliveries,
            things=things,
            series=series,
            observations=hot + cold,
            rows=hot,
            chunks=chunks,
            set_aside=aside,
            outbox=outbox,
            bytes=self.path.stat().st_size,
        )

    def cursor(self, origin: str) -> int:
        """Return how far an origin's outbox has been absorbed here."""
        found = self._ask("cursor", (origin,))
        return int(found[0][0]) if found else 0

    def changes(self, after: int, limit: int) -> list[Change]:
        """Return what has changed in open datasets after a number in the outbox, oldest first."""
        with self._readers.snapshot() as connection:
            return _telling.changes(connection, after, limit)

    def replay(self, dataset: str) -> Iterator[Change]:
        """Yield everything of an open dataset as it is now, in changes that move no cursor.

        Raises:
            NotOpen: The dataset is not declared open in this store.
        """
        return _telling.replay(self._readers, dataset)

    def series_in(self, dataset: str) -> list[Series]:
        """Return the series of a dataset, by id."""
        return [as_series(row[1:]) for row in self._ask("series_of_dataset", (dataset,))]

    def things_in(self, dataset: str) -> list[Thing]:
        """Return what a dataset says of its things, by id, without other datasets' words."""
        return [decode(row[0]) for row in self._ask("described_in", (dataset,))]

    def overview(self, dataset: str, now: Micros) -> Overview:
        """Return how much a dataset holds, how old it is and how good. Looks at all its series."""
        with self._readers.snapshot() as connection:
            return overview(connection, dataset, now)

    def placed(self, besides: Collection[str] = ()) -> dict[str, Placed]:
        """Return where the things of each dataset are. Looks at all that have a place."""
        with self._readers.snapshot() as connection:
            return placed(connection, besides)

    def points_in(self, dataset: str, besides: Collection[str] = ()) -> Points | None:
        """Return where each thing of a dataset is; None where any is more or less than a point."""
        with self._readers.snapshot() as connection:
            return points_in(connection, dataset, besides)

    def newest_in(
        self, dataset: str, besides: Collection[str] = ()
    ) -> tuple[Micros, Micros] | None:
        """Return the times of the oldest and the newest of a dataset's newest observations."""
        with self._readers.snapshot() as connection:
            return newest_in(connection, dataset, besides)

    def vocabulary(self, dataset: str, besides: Collection[str] = ()) -> Vocabulary:
        """Return the words in which a dataset's things are described. Looks at all of them."""
        with self._readers.snapshot() as connection:
            return vocabulary(connection, dataset, besides)

    def months_of(self, series: str) -> list[Micros]:
        """Return the beginnings of the UTC months that a series has observations in."""
        with self._readers.snapshot() as connection:
            found = rows(connection, "series_row", (series,))
            return months(connection, found[0][0]) if found else []

    def check(self) -> list[str]:
        """Return what is wrong with the file, in sentences; nothing when all is well.

        Reads everything: for the operator and for a restored copy, not for every start.
        """
        with self._readers.snapshot() as connection:
            return _check.check(connection)

    def backup(self, path: Path) -> Path:
        """Write a whole copy of the store as it is at one moment, while others read and write.

        The copy takes its place only when it is complete. It is itself a store.
        """
        with self._readers.borrow() as connection:
            return _check.backup(connection, path)


def _several(kinds: str | tuple[str, ...]) -> tuple[str, ...]:
    return (kinds,) if isinstance(kinds, str) else kinds


def _list(ids: Iterable[str]) -> str:
    """Return ids as a statement takes them."""
    return _ENCODER.encode(list(ids)).decode()
