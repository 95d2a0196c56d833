"""A collapse: from a moment on nothing is seen any more. How long until it is told?"""

from typing import Final

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis import NOTHING, Stretch
from byalag.trials._log import DAY, OUTSIDE, Floats, Ints
from byalag.trials._method import LEAD, Judge, elapsed, last_row, part
from byalag.trials._outcome import Delays, Spread
from byalag.trials._plan import CUT, STEP

NIGHT: Final = (22, 7)  # from and until which hour a start counts as one by night
HEARTBEATS: Final = (15, 60)  # minutes


def with_room(whole: Stretch) -> Stretch:
    """Return a stretch with the days after it in which the last collapses are waited for."""
    more = CUT
    return replace(
        whole,
        marks=np.concatenate([whole.marks, np.full(more, NOTHING, np.int8)]),
        observed=np.concatenate([whole.observed, np.ones(more, np.bool_)]),
        slots=np.concatenate([whole.slots, whole.slots[-DAY:], whole.slots[-DAY:]]),
    )


def starts(whole: Stretch, first: int, last: int) -> Ints:
    """Return every half hour of days `first` to `last` at which somebody was at home, minutes.

    Whoever was last seen outside is not at home.
    """
    every = np.arange((first - 1) * DAY, last * DAY, STEP, dtype=np.int64)
    kept: Ints = every[(last_row(whole)[every - 1] != OUTSIDE) & (elapsed(whole)[every - 1] < CUT)]
    return kept


def nearness_after(judges: dict[int, Judge], roomy: Stretch, begun: Ints) -> NDArray[np.float32]:
    """Return how near a notice each minute after each start is, shape (starts, CUT).

    What was learnt when the day of the start began stays in force through the silence. A silence
    that had been told of before the start is told of at once.
    """
    return np.array([_after(judges[int(at) // DAY + 1], roomy, int(at)) for at in begun])


def first_over(nearness: NDArray[np.float32], level: float) -> Floats:
    """Return the first minute of each row that is above a level; CUT where none is."""
    over = nearness > level
    return np.where(over.any(1), over.argmax(1), CUT).astype(float)


def _after(judge: Judge, roomy: Stretch, start: int) -> NDArray[np.float32]:
    lead = LEAD + start % DAY  # so that the judge sees the day's beginning
    begins = max(0, start - lead)
    seen = part(roomy, begins, start + CUT)
    marks = seen.marks.copy()
    marks[start - begins :] = NOTHING
    nearness = judge.nearness(replace(seen, marks=marks), start - begins)
    return np.maximum.accumulate(nearness).astype(np.float32)


def heard_after(told: Floats, begun: Ints, cadence: int, phases: Ints) -> Floats:
    """Return the delays when a silence is judged only as far as every device is known alive.

    Each device is heard every `cadence` minutes, at a phase of its own. The sets have no
    heartbeats: these are simulated.
    """
    at = begun + told
    waits = (phases[:, None] - at[None, :]) % cadence
    return np.where(told < CUT, np.minimum(told + waits.max(0), CUT), CUT)


def spread(minutes: Floats) -> Spread:
    """Return delays, minutes, as figures in hours."""
    hours = minutes / 60
    return Spread(
        starts=len(hours),
        mean=float(hours.mean()),
        median=float(np.median(hours)),
        p90=float(np.percentile(hours, 90)),
        within6=float((hours <= 6).mean()),  # noqa: PLR2004 -- the metrics of the protocol
        within12=float((hours <= 12).mean()),  # noqa: PLR2004 -- as above
        within24=float((hours <= 24).mean()),  # noqa: PLR2004 -- as above
        missed=int((minutes >= CUT).sum()),
    )


def delays(minutes: Floats, begun: Ints, devices: int, seed: int) -> Delays:
    """Return what delays came to, by day and by night, by hour, and with heartbeats."""
    hour = begun % DAY // 60
    night = (hour >= NIGHT[0]) | (hour < NIGHT[1])
    draw = np.random.default_rng(seed)
    late: dict[str, Spread] = {}
    for cadence in HEARTBEATS:
        phases = draw.integers(0, cadence, devices)
        late[f"{cadence}m"] = spread(heard_after(minutes, begun, cadence, phases))
    by_hour = tuple(
        float(minutes[hour == each].mean() / 60) if (hour == each).any() else None
        for each in range(24)
    )
    return Delays(
        all=spread(minutes),
        day=spread(minutes[~night]) if (~night).any() else None,
        night=spread(minutes[night]) if night.any() else None,
        hours=by_hour,
        heartbeats=late,
    )
