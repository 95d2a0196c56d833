"""Lives that nobody lives, drawn from known hazards: what calibration is measured against."""

import numpy as np
from numpy.typing import NDArray

from byalag.analysis import NOTHING, Stretch

DAY = 1_440


def life(days: int, seed: int) -> NDArray[np.int8]:
    """Return marks (days * 1,440,): lively by day, asleep in row 0 by night, out now and then."""
    draw = np.random.default_rng(seed)
    n = days * DAY
    clock = np.arange(n) % DAY
    asleep = (clock < 390) | (clock >= 1380)
    hazard = np.where(asleep, 0.004, 0.12)
    lazy = np.repeat(draw.random(days * 12) < 0.3, 120)  # two hours in a chair
    hazard = np.where(~asleep & lazy, 0.02, hazard)
    rooms = np.where(asleep, draw.choice([0, 0, 0, 1], n), draw.choice([1, 2, 2, 3, 3, 4, 6], n))
    return np.where(draw.random(n) < hazard, rooms, NOTHING).astype(np.int8)


def stretch(
    marks: NDArray[np.int8], begins: int = 0, observed: NDArray[np.bool_] | None = None
) -> Stretch:
    """Return minutes from `begins` on, in a place where the clock is that of UTC."""
    minutes = begins + np.arange(len(marks))
    return Stretch(
        begins=begins,
        marks=marks,
        observed=np.ones(len(marks), np.bool_) if observed is None else observed,
        slots=(minutes // 30 % 48).astype(np.int8),
    )
