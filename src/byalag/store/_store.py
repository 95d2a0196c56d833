"""The store of one municipality, or the commons: one SQLite file, a dozen verbs."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from byalag.model import Dataset, Delivery, Fact, Json, Micros, Rejected, Series
from byalag.store import (
    _absorb,
    _amend,
    _aside,
    _erase,
    _fold,
    _ledger,
    _load,
    _mend,
    _publish,
    _retention,
)
from byalag.store._amend import Amendment
from byalag.store._columns import Columns
from byalag.store._elsewhere import WritesElsewhere
from byalag.store._erase import Erased, Rewritten
from byalag.store._here import Here
from byalag.store._journal import Journal
from byalag.store._ledger import Translated
from byalag.store._quality import Quality
from byalag.store._queue import Queue
from byalag.store._reading import Reading
from byalag.store._results import (
    Change,
    Committed,
    Difference,
    Kept,
    MappingVersion,
    Note,
    Recorded,
    Replayed,
)
from byalag.store._retention_tally import Expired, Expiry
from byalag.store._sealing import Sealing
from byalag.store._session import Session
from byalag.store._shelf import Shelf
from byalag.store._shred import shred_days, shreddable
from byalag.store._writer import Writer

T = TypeVar("T")


class Store(Reading):
    """What one municipality knows, or what is open to all.

    Every write verb answers a future that is done when the write is on disk: when it is done, a
    crash of the process or the machine no longer takes it away. Writes that wait at the same time
    share one commit. Writes are carried out in the order they were asked for.
    """

    def __init__(self, path: Path, *, beside: bool = False, sealing: Sealing | None = None) -> None:
        """Open the store, and create it if it is not there.

        `beside` opens a store that another process has, to read it only: what it commits is seen
        at once, and every write verb raises Closed. `sealing` seals what may tell of people, and
        is closed with the store.

        Raises:
            Outdated: The SQLite library is older than 3.51.3 and could corrupt the file.
            Unfit: The file is not a store, or was written by a newer version.
        """
        self._writer = WritesElsewhere(path) if beside else Writer(path, sealing=sealing)
        super().__init__(path, sealing)
        self.queue = Queue(self._writer, self._readers)  # what leaves, by outlet
        self.files = Shelf(self._writer, self._readers)  # what has been published
        self.quality = Quality(self._writer, self._readers)  # how good the datasets are

    def journal(self, book: str) -> Journal:
        """Return a book in which something is said of subjects, by its name."""
        return Journal(book, self._writer, self._readers, self.sealing)

    def __enter__(self) -> Self:
        """Return the store, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Write what has been asked for, and close the file."""
        self._writer.close()
        super().close()

    def keep(
        self,
        delivery: Delivery,
        *,
        key: str | None = None,
        remember: Mapping[str, Json] | None = None,
    ) -> Future[Kept]:
        """Put a delivery in the ledger, before it is acknowledged.

        A key that the source has used before gives the first delivery's number; nothing is kept.
        `remember` holds what is remembered in the same commit as a delivery that is kept: how far
        the source has been read with it.
        """
        arrival = _ledger.arrived(delivery, key, self.sealing)
        noted = [(name, msgspec.json.encode(value)) for name, value in (remember or {}).items()]

        def keep(session: Session) -> Kept:
            kept = _ledger.keep(session, arrival)
            for one in noted if kept.fresh else ():
                session.write("remember", one)
            return kept

        return self._writer.submit(keep)

    def commit(  # noqa: PLR0913 - these are the parts of one commit
        self,
        facts: Sequence[Fact],
        *,
        at: Micros,
        delivery: int | None = None,
        set_aside: Sequence[Rejected] = (),
        skipped: int = 0,
        records: int = 0,
        whole: bool = False,
        mapping: MappingVersion | None = None,
        again: int = 0,
    ) -> Future[Committed]:
        """Write facts, what was set aside and the ledger's position in one commit.

        Committing the same delivery again changes nothing and answers the first receipt. The future
        fails with ValueError when an observation is of a series that nobody has declared.
        `records` is how many records the delivery held, when the caller knows. `whole` says that
        the things are described in whole: what is left out of one is no more. `mapping` is the
        version that the facts were said by. `again` observations are earlier ones whose flags have
        changed: they are not counted.
        """
        given = Translated(
            facts, at, set_aside, skipped, records, whole=whole, mapping=mapping, again=again
        )
        return self._writer.submit(
            lambda session: _ledger.commit(session, given, delivery), weight=1 + len(facts)
        )

    def record(  # noqa: PLR0913 - these are the parts of one commit
        self,
        delivery: Delivery,
        facts: Sequence[Fact],
        *,
        columns: Columns | None = None,
        key: str | None = None,
        set_aside: Sequence[Rejected] = (),
        skipped: int = 0,
        records: int = 0,
        again: int = 0,
    ) -> Future[Recorded]:
        """Keep a delivery and write its facts in the same commit, for what is pushed to us.

        `columns` holds many observations, said after those among the facts. A key that the source
        has used before answers the first receipt and writes nothing. Packs and sums the bodies
        before it returns: where that may take milliseconds, call it off the event loop.
        """
        arrival = _ledger.arrived(delivery, key, self.sealing)
        given = Translated(
            facts, delivery.received, set_aside, skipped, records, columns, again=again
        )
        weight = 1 + len(facts) + (0 if columns is None else len(columns))
        return self._writer.submit(lambda session: _ledger.record(session, arrival, given), weight)

    def change(
        self, work: Callable[[Here], T], *, walled: frozenset[str] = frozenset()
    ) -> Future[T]:
        """Read and write as one, while nobody else writes; answers what `work` answers.

        Of what the datasets in `walled` describe nothing can be said.

        `work` may be called twice, so it says what it says through what it is given and does
        nothing else. What it raises undoes all that it said.
        """
        return self._writer.submit(lambda session: work(Here(session, self.path, walled)), 100)

    def remember(self, name: str, value: Json) -> Future[None]:
        """Keep a value under a name: how far a source has been read, what a worker must know."""
        document = msgspec.json.encode(value)
        return self._writer.submit(lambda session: session.write("remember", (name, document)))

    def note(self, line: Note) -> Future[int]:
        """Add a line to the audit; answers its number. Nothing can change it or take it away."""
        return self._writer.submit(lambda session: _aside.note(session, line))

    def mend(
        self, replayed: Sequence[Replayed], *, mapping: MappingVersion, line: Note
    ) -> Future[int]:
        """Say what can be said now of what was set aside, in one commit with a line of the audit.

        Where a newer delivery has been read, only what is lacking is filled in: what it said
        stands. Answers how many facts were said.
        """
        weight = sum(1 + len(one.facts) for one in replayed)
        return self._writer.submit(
            lambda session: _mend.mend(session, replayed, mapping, line), weight
        )

    def dismiss(self, rows: Sequence[int] | tuple[str, str], *, line: Note) -> Future[int]:
        """Let go of what was set aside: rows by number, or all of a source and a group.

        The audit's line, with how many, is in the same commit. Answers how many.
        """
        return self._writer.submit(lambda session: _mend.dismiss(session, rows, line))

    def amend(self, build: Callable[[], Amendment]) -> Future[Difference]:
        """Make the store what it would have been by another mapping, in one commit.

        `build` is called when nobody else can write, so that what it read is all there is; it may
        be called twice. Answers what was changed.
        """
        return self._writer.submit(lambda session: _amend.amend(session, build), 50_000)

    def publish(self, datasets: Mapping[str, Dataset], *, origin: str = "") -> Future[None]:
        """Declare all datasets there are. What is not among them, or not open, is closed.

        In a municipality's own store, what becomes open is told in full to the outbox, and what
        becomes closed is taken out of it. In the commons, what is not open is withdrawn at once;
        `origin` says whose datasets these are, where two municipalities use the same id.
        """
        declared = dict(datasets)
        return self._writer.submit(lambda session: _publish.publish(session, declared, origin))

    def load(
        self,
        series: Series,
        times: NDArray[np.int64],
        values: NDArray[np.float64],
        flags: NDArray[np.uint8] | None = None,
    ) -> Future[int]:
        """Write history of a series straight into chunks; answers how many observations.

        Times are microseconds in any order; NaN is a missing value. What is loaded is said last: it
        counts over what was there at the same time. Others are let in between; a crash in the midst
        leaves whole months, and loading again completes them.

        Raises:
            ValueError: The arrays are not of one length, or a time is out of range.
        """
        given = _load.bulk(series, times, values, flags)
        return self._writer.submit_steps(
            lambda session, done: _load.step(session, done, given), 0, given.weight
        )

    def fold(self, now: Micros) -> Future[int]:
        """Fold rows older than the last whole UTC day into chunks; answers how many rows.

        Reads are the same before, during and after, and others are let in between.
        """
        return self._writer.submit_steps(
            lambda session, place: _fold.step(session, place, now), _fold.Place(), _fold.WEIGHT
        )

    def expire(self, due: Sequence[Expiry], line: Note) -> Future[tuple[Expired, ...]]:
        """Delete what is due, rule by rule, and let others in between; answers what was deleted.

        For each rule that deleted something there is a line of the audit, in the commit of its
        last step: how much, of which period, and the SHA-256 of what it was. What is said later of
        the time before is not taken in.
        """
        return self._writer.submit_steps(
            lambda session, place: _retention.step(session, place, due, line),
            _retention.Place(),
            _retention.WEIGHT,
        )

    def erase(
        self, thing: str, rewritten: Sequence[Rewritten], line: Note, also: Sequence[str] = ()
    ) -> Future[Erased]:
        """Erase a thing: what is said, observed and sent of it, in one commit with its audit.

        `rewritten` are the deliveries that told of it, without it, and `also` what is erased with
        it: the devices in a home, and those who were told of it. What is said of any of them later
        is not taken in. The backups follow when `shred_person` has destroyed the keys.
        """
        return self._writer.submit(
            lambda session: _erase.erase(session, (thing, *also), rewritten, line), 50_000
        )

    def rewrite(self, rewritten: Rewritten) -> Future[None]:
        """Put a delivery without what had been erased in its place."""
        return self._writer.submit(lambda session: _erase.rewrite(session, rewritten))

    def shred_person(self, thing: str, rewritten: Sequence[Rewritten], now: Micros) -> int:
        """Destroy the keys that open an erased person's words in a backup; return how many.

        What the days' keys sealed of others is sealed anew first. The key of today may be in use
        just now: it is retired, and destroyed by `shred` within the day.
        """
        if self.sealing is None:
            return 0
        count = self.sealing.keys.destroy_of("person", self.sealing.person(thing), now)
        return count + shred_days(self._writer, self.sealing, _erase.days_of(rewritten), now)

    def shred(self, now: Micros) -> int:
        """Destroy the keys of the ledger that nothing is sealed with; return how many."""
        if self.sealing is None:
            return 0
        with self._readers.snapshot() as connection:
            names = shreddable(connection, self.sealing, now)
        return self.sealing.keys.destroy(names)

    def scrub(self) -> bool:
        """Leave nothing of what was deleted in the store's log; tell whether that could be done."""
        return _retention.scrub(self.path)

    def absorb(self, origin: str, changes: Sequence[Change]) -> Future[int]:
        """Take another store's changes into this one, the commons, and move its cursor with them.

        Changes that have been absorbed are passed over. What is not declared open here, or is
        another origin's, is refused and set aside. Answers how many facts were taken in.
        """
        weight = 1 + sum(change.weight for change in changes)
        return self._writer.submit(lambda session: _absorb.absorb(session, origin, changes), weight)

    def forget(self, origin: str) -> Future[None]:
        """Take away all that an origin has given to the commons, so that it is told anew.

        The future fails with ValueError when no origin is named.
        """
        return self._writer.submit(lambda session: _absorb.forget(session, origin))

    def withdraw(self, origin: str, dataset: str) -> Future[int]:
        """Take away everything that an origin has given of a dataset; answers how much.

        Counts things, series and files; observations go with their series.

        Raises:
            ValueError: No origin is named; what a store knows by itself is not withdrawn.
        """
        if not origin:
            message = "name the origin to withdraw from; a store's own facts are not withdrawn"
            raise ValueError(message)
        return self._writer.submit(lambda session: _publish.withdraw(session, origin, dataset))

    def trim(self, up_to: int) -> Future[None]:
        """Forget what the outbox holds up to and including a number: all have absorbed it."""
        return self._writer.submit(lambda session: session.write("trim_outbox", (up_to,)))
