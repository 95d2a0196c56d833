"""What changes slowly in a home, a little every day, and what there is too much of in a night.

Each day gives a few numbers. The latest four weeks are held against the twelve before: a sum of
small departures in one direction (CUSUM: Page, "Continuous inspection schemes", Biometrika 41,
1954) finds what no single day shows. It is a slow signal, for staff, and never an alarm.
"""

import math
from typing import Final, Literal, TypeAlias

import numpy as np
from msgspec import Struct, msgpack
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis._change_days import Places, Yesterday, bedtime, numbers
from byalag.analysis._silence import days_of
from byalag.analysis._stretch import NOTHING, Stretch

Matter: TypeAlias = Literal["activity", "wake", "bed", "night-bathroom", "out", "kitchen"]
Way: TypeAlias = Literal["more", "less", "earlier", "later"]
MATTERS: Final[tuple[Matter, ...]] = (
    "activity",
    "wake",
    "bed",
    "night-bathroom",
    "out",
    "kitchen",
)
CLOCKS: Final = frozenset({"wake", "bed"})
NIGHT: Final = 10  # the half hour that the night has ended with: 05:00
KEPT: Final = 112  # days
LATEST: Final = 28  # days that are held against those before them
LEAST: Final = 14  # days that must be known before those
ALLOWED: Final = 0.5  # standard deviations that a day may depart and add nothing
FAR: Final = 3.0  # standard deviations: no day counts for more
STEADY: Final = 0.7  # of one day in the next: no more is believed
# reports a week of all matters together, were nothing to change: exp(AT_NONE - FALLS * sum), fitted
# to simulated homes (decision 0023)
AT_NONE: Final = 1.8
FALLS: Final = 0.85
NIGHTS_A_WEEK: Final = 7
WEEKLY_REPORTS: Final = 0.05
WEEKLY_NIGHTS: Final = 0.1

Days: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]


class Change(Struct, frozen=True, kw_only=True):
    """A daily number that is no longer what it was.

    `usual` and `now` are signs, visits or minutes (of the day for wake and bed). `days` is for how
    long. With nothing changed, one such report would come in about `weeks` weeks.
    """

    matter: Matter
    way: Way
    usual: float
    now: float
    days: int
    weeks: float


class Rhythm(Struct, frozen=True, kw_only=True, eq=False):
    """What each of the latest days came to, in a few numbers: (days, matters), NaN if unknown.

    `nights` (days,) are the visits to the bathroom and the front door between 00 and 05.
    """

    days: Days
    nights: Days
    places: Places
    yesterday: Yesterday

    @classmethod
    def new(cls, places: Places | None = None) -> "Rhythm":
        """Return the rhythm of whom nothing is known."""
        return cls(
            days=np.zeros((0, len(MATTERS)), np.float32),
            nights=np.zeros(0, np.float32),
            places=places or Places(),
            yesterday=Yesterday(),
        )

    def learned(self, stretch: Stretch) -> "Rhythm":
        """Return the rhythm with one or more whole local days of a home learnt."""
        rhythm = self
        for day in days_of(stretch):
            rhythm = rhythm._learned_day(day)
        return rhythm

    def _learned_day(self, day: Stretch) -> "Rhythm":
        days, places = self.days.copy(), self.places
        if len(days):
            days[-1, MATTERS.index("bed")] = bedtime(self.yesterday, day, places)
        told, yesterday = numbers(day, places, self.yesterday)
        night = float(_nightly(day, places)) if day.observed[day.slots < NIGHT].all() else np.nan
        return replace(
            self,
            days=np.concatenate([days, told[None]])[-KEPT:],
            nights=np.append(self.nights, np.float32(night))[-KEPT:],
            yesterday=yesterday,
        )

    def changes(self, budget: float = WEEKLY_REPORTS) -> list[Change]:
        """Return what has changed, for a budget of false reports a week of all together."""
        before, latest = self.days[:-LATEST], self.days[-LATEST:]
        found = (
            _change(matter, before[:, place], latest[:, place], budget)
            for place, matter in enumerate(MATTERS)
        )
        return [one for one in found if one is not None]

    def excess(self, night: Stretch, budget: float = WEEKLY_NIGHTS) -> Change | None:
        """Return that there is far more going on tonight, between 00 and 05, than there usually is.

        `night` is what is known so far of a local day. The visits so far are held against those of
        whole nights before, as a negative binomial; `budget` is of false reports a week.
        """
        past = self.nights[~np.isnan(self.nights)].astype(np.float64)
        if len(past) < LEAST:
            return None
        count = _nightly(night, self.places)
        mean = float(past.sum() + 1) / (len(past) + 1)
        spread = max(1.0, float(past.var(ddof=1)) / mean) + mean / len(past)
        chance = at_least(count, mean, spread)
        if chance * NIGHTS_A_WEEK > budget:
            return None
        return Change(
            matter="night-bathroom",
            way="more",
            usual=mean,
            now=float(count),
            days=1,
            weeks=1 / max(chance * NIGHTS_A_WEEK, 1e-6),
        )

    def pack(self) -> bytes:
        """Return all of it as bytes."""
        held = self.days.tobytes(), self.nights.tobytes()
        return msgpack.encode((*held, self.places, self.yesterday))

    @classmethod
    def unpack(cls, packed: bytes) -> "Rhythm":
        """Return what was packed."""
        days, nights, places, yesterday = msgpack.decode(
            packed, type=tuple[bytes, bytes, Places, Yesterday]
        )
        return cls(
            days=np.frombuffer(days, np.float32).reshape(-1, len(MATTERS)),
            nights=np.frombuffer(nights, np.float32),
            places=places,
            yesterday=yesterday,
        )


def at_least(count: int, mean: float, spread: float) -> float:
    """How likely are so many or more, of a mean and a variance that is `spread` times the mean?

    Negative binomial; Poisson where the spread is 1.
    """
    each = mean / max(spread - 1, 1e-9)  # the shape
    share = 1 - 1 / spread
    chance = spread**-each if spread > 1 + 1e-6 else math.exp(-mean)
    below = 0.0
    for number in range(count):
        below += chance
        step = (each + number) * share if spread > 1 + 1e-6 else mean
        chance *= step / (number + 1)
    return max(1 - below, 0.0)


def sums(before: Floats, latest: Floats) -> tuple[float, float, int]:
    """Return the sums of departures up and down, and over how many days the larger has grown.

    A day departs by its distance from the mean of the days before, in standard deviations that are
    widened for how few those are and for how much of one day is still there in the next.
    """
    mean, spread = before.mean(), before.std(ddof=1)
    around = before - mean
    echo = float((around[1:] * around[:-1]).mean() / max(around.var(), 1e-9))
    echo = min(max(echo, 0.0), STEADY)
    wide = math.sqrt((1 + echo) / (1 - echo) * (1 + len(latest) / len(before)))
    departed = np.clip((latest - mean) / max(spread * wide, 1e-9), -FAR, FAR)
    grown = np.cumsum(np.stack([departed, -departed]) - ALLOWED, axis=1)
    lowest = np.minimum(np.minimum.accumulate(grown, axis=1), 0)
    up, down = (grown[:, -1] - lowest[:, -1]).tolist()
    begun = np.flatnonzero(np.append([True], grown[int(down > up)] <= lowest[int(down > up)]))
    return up, down, len(latest) - int(begun[-1])


def _change(matter: Matter, before: Days, latest: Days, budget: float) -> Change | None:
    old = before[~np.isnan(before)].astype(np.float64)
    new = latest[~np.isnan(latest)].astype(np.float64)
    if len(old) < LEAST or not len(new):
        return None
    even = matter in CLOCKS
    up, down, days = sums(*((old, new) if even else (np.sqrt(old), np.sqrt(new))))
    rate = math.exp(AT_NONE - FALLS * max(up, down))
    if rate > budget:
        return None
    more: Way = "later" if even else "more"
    less: Way = "earlier" if even else "less"
    return Change(
        matter=matter,
        way=more if up > down else less,
        usual=float(np.median(old)),
        now=float(np.median(new[-min(days, NIGHTS_A_WEEK) :])),
        days=days,
        weeks=1 / max(rate, 1e-6),
    )


def _nightly(day: Stretch, places: Places) -> int:
    seen = (day.marks == places.bathroom) | (day.marks == places.outside)
    return int(np.count_nonzero(seen & day.observed & (day.slots < NIGHT) & (day.marks != NOTHING)))
