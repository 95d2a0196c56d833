"""Who lives there: habits of many people at once, drawn from a seed."""

from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
HOUR, MINUTE = 3600.0, 60.0
_UP = 350.0  # errands a day of one who is up at all hours
_TRAVEL = 0.5  # the share of people who are ever away


class Habits(Struct, frozen=True, kw_only=True, eq=False):
    """Habits of people: every array has one value a person, shape (n,). Times are seconds.

    Times of day count from local midnight. `loose` is how much they vary from day to day (one
    standard deviation), `drift` how much wake and bed move in a week. `hops` are errands between
    rooms a day; `up` says that the person is up at all hours and sleeps never for long.
    """

    wake: Reals
    bed: Reals
    lunch: Reals
    dinner: Reals
    coffee: Reals
    lie_in: Reals
    loose: Reals
    drift: Reals
    hops: Reals
    rate: Reals
    out: Reals
    nap: Reals
    toilets: Reals
    drinks: Reals
    visits: Reals
    away: Reals
    up: Bools


def habits_of(rng: np.random.Generator, people: int, *, up: bool, travels: bool) -> Habits:
    """Draw the habits of so many people, each of whom lives alone for all that is known."""

    def about(middle: float, spread: float, low: float, high: float) -> Reals:
        return np.clip(rng.normal(middle, spread, people), low, high)

    return Habits(
        wake=about(7.1, 0.7, 5.0, 9.5) * HOUR,
        bed=about(22.4, 0.7, 20.5, 24.2) * HOUR,
        lunch=about(12.2, 0.4, 11.0, 13.5) * HOUR,
        dinner=about(17.4, 0.6, 16.0, 19.5) * HOUR,
        coffee=about(14.6, 0.4, 13.8, 15.6) * HOUR,
        lie_in=about(15, 15, 0, 60) * MINUTE,
        loose=about(18, 7, 6, 45) * MINUTE,
        drift=rng.normal(0, 1.5, people) * MINUTE,
        hops=np.full(people, _UP)
        if up
        else np.clip(np.exp(rng.normal(np.log(42), 0.3, people)), 15, 95),
        rate=np.clip(np.exp(rng.normal(0, 0.25, people)), 0.4, 2.5),
        out=about(0.5, 0.2, 0.05, 0.95),
        nap=about(0.35, 0.25, 0.0, 0.95),
        toilets=about(1.2, 0.6, 0.1, 3.0),
        drinks=about(0.85, 0.1, 0.3, 1.0),
        visits=about(0.2, 0.1, 0.02, 0.6),
        away=np.where(rng.random(people) < _TRAVEL, 1 / 60, 0.0) * travels,
        up=np.full(people, up),
    )
