"""Into which bins the time since the last sign falls."""

from typing import Final

import numpy as np

EDGES: Final = (
    *(1, 2, 3, 5, 8, 13, 20, 30, 45, 60, 90, 120, 180, 240, 320, 420, 480, 540, 600),
    2000,
)
BINS: Final = len(EDGES) + 1
LONGEST: Final = EDGES[-1]
FIRST: Final = 1  # the bin of the first minute after an event, and of no other
HALF_HOUR: Final = 30  # minutes
BIN: Final = np.searchsorted(EDGES, np.arange(LONGEST + 1), side="right")
