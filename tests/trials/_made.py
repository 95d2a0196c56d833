"""Made-up homes, small enough to know what should come."""

from datetime import date

import numpy as np

from byalag.analysis import NOTHING, Stretch
from byalag.services.care import ROOMS
from byalag.trials._log import DAY, Log, log_of

BEDROOM, BATHROOM, LIVING, KITCHEN = range(4)
OUTSIDE = ROOMS.index("outside")


def lived(days: int, seed: int = 3) -> Log:
    """A home with a sensor in each room: nights in bed, meals, and an hour out each day."""
    draw = np.random.default_rng(seed)
    events: list[tuple[int, int]] = []
    for day in range(days):
        start = day * DAY * 60
        up = int(draw.integers(390, 450))
        nightly = int(draw.integers(60, 240))
        events += [(start + nightly * 60, BATHROOM), (start + up * 60, BATHROOM)]
        minute = up + 5
        while minute < 1330:
            events.append((start + minute * 60, int(draw.choice((BATHROOM, LIVING, KITCHEN)))))
            minute += int(draw.integers(5, 45))
        events.append((start + 1340 * 60, BEDROOM))
        events += [(start + 840 * 60, OUTSIDE), (start + 900 * 60, LIVING)]
        events = [one for one in events if not start + 50_400 < one[0] < start + 54_000]
    return log_of("made-up", date(2024, 1, 1), events, list(ROOMS), range(len(ROOMS)))


def quiet(minutes: int, marks: dict[int, int], begins: int = 0) -> Stretch:
    """Minutes with signs at some of them: {minute: row}."""
    held = np.full(minutes, NOTHING, np.int8)
    for minute, row in marks.items():
        held[minute] = row
    of_day = (begins + np.arange(minutes)) % DAY
    return Stretch(
        begins=begins,
        marks=held,
        observed=np.ones(minutes, np.bool_),
        slots=(of_day // 30).astype(np.int8),
    )
