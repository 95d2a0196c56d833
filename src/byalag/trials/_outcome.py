"""What a trial came to: the shape of the report's JSON. Fields are added, never renamed.

Delays are hours. Rates are false alarms per client-week with exact 95 % bounds. `injected` is
true of every figure that rests on something that never happened.
"""

from msgspec import Struct


class Spread(Struct, frozen=True, kw_only=True, rename="camel"):
    """Delays in hours: of those that were not found in time, the cut stands for the delay."""

    starts: int
    mean: float
    median: float
    p90: float
    within6: float
    within12: float
    within24: float
    missed: int


class Delays(Struct, frozen=True, kw_only=True, rename="camel"):
    """How long an injected collapse goes on before a notice; by the hour that it begins, too.

    `heartbeats` adds what waiting for each device's next heartbeat costs, by its cadence.
    """

    all: Spread
    day: Spread | None
    night: Spread | None
    hours: tuple[float | None, ...]
    heartbeats: dict[str, Spread]
    injected: bool = True


class Rate(Struct, frozen=True, kw_only=True, rename="camel"):
    """A count over client-weeks. `upper` alone is the one-sided bound that certifies a rate."""

    count: int
    weeks: float
    week: float
    low: float
    high: float
    upper: float


class Alarm(Struct, frozen=True, kw_only=True, rename="camel"):
    """One false alarm: local times of the home, the room of the last sign, and why in numbers."""

    day: int
    last: str
    told: str
    ended: str | None
    room: str
    hours: float
    weeks: float | None = None
    usual: tuple[float, float] | None = None


class Scored(Struct, frozen=True, kw_only=True, rename="camel"):
    """A method as it is set, on the days scored. `curve` is hindsight: (alarms a week, delay)."""

    method: str
    budget: float | None
    rate: Rate
    delays: Delays
    alarms: tuple[Alarm, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    kept: bool | None = None
    ratio: float | None = None


class Tail(Struct, frozen=True, kw_only=True, rename="camel"):
    """How many silences ended beyond a score, against what an exponential one promises."""

    score: int
    count: int
    share: float
    low: float
    high: float
    expected: float


class Injected(Struct, frozen=True, kw_only=True, rename="camel"):
    """What an injection asked for and what came: `right` of `runs`, and notices that were wrong.

    `person` counts runs with a notice of a person where there should be none, `high` is the upper
    95 % bound of their share, and `habit` counts those with one of a habit, of lower urgency.
    `days` and `delay` (hours) are medians of how long it took. Of a slow change, `named` are the
    runs in which it was told as what it was, `reports` is false reports a week on the same days
    unchanged, `acute`, by budget, acute notices a week with the change and without it, and `week`
    those with it at the loosest budget.
    `fewest` is the fewest visits a night at which a restless one is found four times of five.
    `said` is why it was not run.
    """

    id: str
    runs: int = 0
    right: int = 0
    person: int = 0
    habit: int = 0
    technical: int = 0
    share: float | None = None
    high: float | None = None
    days: float | None = None
    delay: float | None = None
    week: float | None = None
    named: int | None = None
    reports: float | None = None
    acute: dict[str, tuple[float, float]] = {}
    fewest: int | None = None
    said: str = ""
    injected: bool = True


class HomeOutcome(Struct, frozen=True, kw_only=True, rename="camel"):
    """One home: how much there is, every method, the calibration and the injections."""

    home: str
    days: int
    events: int
    sensors: int
    set_aside: dict[str, int]
    events_a_week: float
    develop: tuple[int, int]
    score: tuple[int, int]
    methods: tuple[Scored, ...]
    calibration: tuple[Tail, ...]
    channel: tuple[Scored, ...] = ()
    injections: tuple[Injected, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True, rename="camel"):
    """A whole trial. `checksum_known` is false where whoever ran it stated the checksum."""

    set: str
    file: str
    sha256: str
    checksum_known: bool
    source: str
    terms: str
    cite: str
    version: str
    seed: int
    runs: int
    budgets: tuple[float, ...]
    homes: tuple[HomeOutcome, ...]
    pooled: dict[str, Rate]
    schema: str = "byalag-care-trial-1"
