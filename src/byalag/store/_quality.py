"""How good each dataset is, measured day by day as it comes and kept, so that a trend shows.

Each measure says how many of how many were as they should be. A measure of nothing is not kept:
what cannot be judged is told so, and is never taken for bad.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Final, Literal, TypeAlias

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Dataset, Flag, History, Micros
from byalag.store import _history
from byalag.store._connection import Readers, rows
from byalag.store._periods import DAY, day_of, month_of
from byalag.store._quality_rhythm import rhythm, usual
from byalag.store._session import Session
from byalag.store._sqlite import Connection
from byalag.store._writer import Writer

_Counts: TypeAlias = NDArray[np.int64]
Metric: TypeAlias = Literal["completeness", "timeliness", "validity", "uniqueness", "translation"]
METRICS: Final[tuple[Metric, ...]] = (
    "completeness", "timeliness", "validity", "uniqueness", "translation",
)  # fmt: skip
KEPT: Final = 400 * DAY  # so long a trend can be
MONTH: Final = 31 * DAY
_AT_ONCE: Final = frozenset({"timeliness", "uniqueness"})
_BACK: Final = 30  # days that are measured the first time
_LATE: Final = 2  # rhythms after which a series is late


class Share(Struct, frozen=True, array_like=True):
    """How much of a dataset was as it should be on one UTC day: `part` of `whole`."""

    metric: Metric
    day: Micros
    part: int
    whole: int


def lately(shares: Iterable[Share], now: Micros) -> dict[Metric, Share]:
    """Return each metric as of lately: of what comes and goes the last seven days together.

    What is judged as it is now (timeliness, uniqueness) is as it was when last measured. A metric
    that could not be judged in that time is left out.
    """
    week, found = day_of(now) - 6 * DAY, dict[Metric, Share]()
    for one in shares:
        before = found.get(one.metric)
        if one.day < week:
            continue
        if before is None or one.metric in _AT_ONCE:
            found[one.metric] = one
        else:
            part, whole = before.part + one.part, before.whole + one.whole
            found[one.metric] = Share(one.metric, one.day, part, whole)
    return found


class Quality:
    """What has been measured of the datasets of one store."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        """Keep it in this store."""
        self._writer = writer
        self._readers = readers

    def of(self, dataset: str, since: Micros = 0) -> list[Share]:
        """Return what has been measured of a dataset since a day, by metric and oldest first."""
        return [Share(*row) for row in self._readers.ask("quality", (dataset, since))]

    def measure(self, dataset: Dataset, sources: Iterable[str], now: Micros) -> list[Share]:
        """Measure a dataset: what is new since the last time, and the day before that again.

        `sources` are those that fill it. Only reads; a year of it costs no more than a day, as what
        has been measured is not measured again.
        """
        with self._readers.snapshot() as connection:
            return list(_measure(connection, dataset, list(sources), now))

    def keep(self, dataset: str, shares: Sequence[Share]) -> Future[None]:
        """Write down what has been measured, instead of what was before of the same days.

        A dataset that is not declared here, or in the commons not open, is passed over.
        """

        def work(session: Session) -> None:
            for one in shares:
                session.run("put_quality", (dataset, one.metric, one.day, one.part, one.whole))
            if shares:
                newest = max(one.day for one in shares)
                session.run("trim_quality", (dataset, newest - KEPT))

        return self._writer.submit(work, 1 + len(shares))


class _Followed(Struct):
    """A series that has had a value, and how often it should have one."""

    no: int
    every: int | None
    newest: Micros
    first: Micros
    cold: bool


def _measure(
    connection: Connection, dataset: Dataset, sources: list[str], now: Micros
) -> Iterable[Share]:
    today = day_of(now)
    last = rows(connection, "last_quality", (dataset.id,))[0][0]
    start = today - _BACK * DAY if last is None else max(last - DAY, today - _BACK * DAY)
    followed = _followed(connection, dataset, start, now)
    judged = [one for one in followed if one.every is not None]
    if judged:
        timely = sum(one.newest >= now - _LATE * (one.every or 0) for one in judged)
        yield Share("timeliness", today, timely, len(judged))
    things, distinct = rows(connection, "quality_things", (dataset.id,))[0]
    if things:
        yield Share("uniqueness", today, distinct, things)
    yield from _observed(connection, followed, start, now)
    yield from _translated(connection, sources, start, today + DAY)


def _followed(
    connection: Connection, dataset: Dataset, start: Micros, now: Micros
) -> list[_Followed]:
    every = usual(dataset.frequency)
    found = rows(connection, "quality_series", (dataset.id, start, month_of(start), now))
    return [
        _Followed(no, rhythm(kind, cadence, every), newest, first, bool(cold))
        for no, kind, cadence, newest, first, cold in found
    ]


def _observed(
    connection: Connection, followed: list[_Followed], start: Micros, now: Micros
) -> Iterable[Share]:
    """Yield how much came of what should, and how much of what came can be trusted, by day."""
    days = (day_of(now) - start) // DAY + 1
    places = {one.no: place for place, one in enumerate(followed)}
    came = np.zeros((len(followed), days), np.int64)
    valid = np.zeros(days, np.int64)
    hot = msgspec.json.encode([one.no for one in followed if not one.cold]).decode()
    for no, day, count, good in rows(connection, "quality_rows", (hot, start, now)):
        came[places[no], day] = count
        valid[day] += good
    for one in followed:
        if one.cold:
            run = _history.read(connection, one.no, start, now)
            came[places[one.no]], good = _by_day(run, start, days)
            valid += good
    expected = _expected(followed, start, days, now)
    counted = np.minimum(came, expected).sum(axis=0)
    for day, (part, whole, sound, all_) in enumerate(
        zip(counted, expected.sum(axis=0), valid, came.sum(axis=0), strict=True)
    ):
        if whole:
            yield Share("completeness", start + day * DAY, int(part), int(whole))
        if all_:
            yield Share("validity", start + day * DAY, int(sound), int(all_))


def _by_day(run: History, start: Micros, days: int) -> tuple[_Counts, _Counts]:
    day = (run.times - start) // DAY
    sound = (run.flags == Flag.GOOD) | (run.flags == Flag.NOT_EVALUATED)
    sound &= ~np.isnan(run.values)
    return np.bincount(day, minlength=days), np.bincount(day[sound], minlength=days)


def _expected(followed: list[_Followed], start: Micros, days: int, now: Micros) -> _Counts:
    """Return how many values each series should have each day, from its first value on."""
    opens = start + np.arange(days) * DAY
    closes = np.minimum(opens + DAY, now)
    told = np.zeros((len(followed), days), np.int64)
    for place, one in enumerate(followed):
        if one.every is not None and one.every <= DAY:
            begins = np.maximum(opens, one.first)
            told[place] = np.maximum(closes - begins, 0) // one.every
    return told


def _translated(
    connection: Connection, sources: list[str], start: Micros, end: Micros
) -> Iterable[Share]:
    """Yield how many of the records that came could be translated, by day."""
    names = msgspec.json.encode(sources).decode()
    from_seq = _ledger_from(connection, start)
    for day, aside, records in rows(connection, "quality_ledger", (names, start, end, from_seq)):
        if records:
            yield Share("translation", start + day * DAY, records - aside, records)


def _ledger_from(connection: Connection, start: Micros) -> int:
    """Return the number of the first delivery of a day: deliveries come in order of time."""
    low, high = rows(connection, "quality_ledger_ends")[0]
    if low is None:
        return 0
    while low < high:
        middle = (low + high) // 2
        seq, received = rows(connection, "quality_ledger_at", (middle,))[0]
        if received < start:
            low = seq + 1
        else:
            high = middle
    return int(low)
