"""Floeck and Litz 2009: a curve over the day, lifted until no silence so far would have alarmed.

doi 10.23919/ecc.2009.7074979. The curve is the fourth-degree polynomial nearest to how long it has
been quiet, by time of day. It is lifted by the least that clears every silence learnt from, plus a
tenth. The paper fits a number of points; ours are every minute of the last 28 days.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.polynomial import Polynomial

from byalag.analysis import Stretch
from byalag.trials._log import DAY, Floats, Ints
from byalag.trials._method import elapsed, minute_of_day, near

DAYS: Final = 28
DEGREE: Final = 4
MARGIN: Final = 0.1


class FloeckLitz(Struct, frozen=True):
    """The lifted curve as published."""

    name: str = "floeck-litz"

    def learn(self, past: Stretch, /) -> "Lifted":
        """Return the line by minute of the day."""
        quiet = elapsed(past).astype(float)[-DAYS * DAY :]
        of_day = minute_of_day(past)[-DAYS * DAY :]
        return Lifted(lifted(quiet, of_day))


class Lifted(Struct, frozen=True):
    """Minutes of silence allowed at each minute of the day, shape (1440,)."""

    line: Floats

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return elapsed time against the line."""
        return near(seen, first, elapsed(seen).astype(float), self.line[minute_of_day(seen)])


def lifted(quiet: Floats, of_day: Ints) -> Floats:
    """Return the curve by least squares over silences and minutes of the day, lifted."""
    curve = Polynomial.fit(of_day / DAY, quiet, DEGREE)(np.arange(DAY) / DAY)
    lift = max(0.0, float((quiet - curve[of_day]).max()))
    return curve + (1 + MARGIN) * lift
