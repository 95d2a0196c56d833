"""What goes otherwise than usual, on purpose: for the person, and for the devices."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Micros
from byalag.testkit.homes._habits import Bools
from byalag.testkit.homes._sensors import BATHROOM, DOOR, MOTION, NAMES
from byalag.testkit.homes._signs import Signs

Kind: TypeAlias = Literal[
    "collapse",  # all signs of the person stop; devices are heard as ever
    "unused",  # one thing is not touched; its device is heard as ever
    "away",  # nobody is at home
    "visit",  # somebody else moves about, too
    "wandering",  # bathroom and front door again and again
    "slower",  # less is done for each day that passes
    "dead-sensor",  # one device falls silent
    "flat-battery",  # one device runs down, and falls silent
    "dead-gateway",  # every device falls silent
    "chatter",  # one device sends over and over
]
_DAY = 86_400_000_000
_MINUTE = 60_000_000
_WANDERS: float = 0.3  # signs a minute
_VISITS: float = 0.5
_CHATTERS: float = 3.0
_SLOWER: float = 0.02  # less for each day


class Happening(Struct, frozen=True, kw_only=True):
    """Something that happens in a home, from a time until another, microseconds UTC.

    `sensor` is the name of the one it happens to, for what happens to one. `home` is which home of
    the street, counted from 0.
    """

    kind: Kind
    begins: Micros
    ends: Micros
    sensor: str = ""
    home: int = 0

    @property
    def technical(self) -> bool:
        """Whether it happens to devices, and not to the person."""
        return self.kind in {"dead-sensor", "flat-battery", "dead-gateway", "chatter"}


def changed(rng: np.random.Generator, signs: Signs, happenings: Sequence[Happening]) -> Signs:
    """Return the signs as they are when all that happens has happened."""
    extra: list[Signs] = []
    keep = np.ones(len(signs), np.bool_)
    for one in happenings:
        of = slice(*np.searchsorted(signs.home, [one.home, one.home + 1]))
        during = (signs.at[of] >= one.begins) & (signs.at[of] < one.ends)
        keep[of] &= ~(during & _taken(rng, one, signs.at[of], signs.sensor[of]))
        extra += _added(rng, one)
    kept = signs.where(keep)
    return merged([kept, *extra]) if extra else kept


def silent(happening: Happening, sensor: NDArray[np.int8]) -> Bools:
    """Return which devices are silent while something happens."""
    if happening.kind == "dead-gateway":
        return np.ones(len(sensor), np.bool_)
    if happening.kind in {"dead-sensor", "flat-battery"}:
        return np.equal(sensor, place(happening.sensor))
    return np.zeros(len(sensor), np.bool_)


def place(name: str) -> int:
    """Return the place of a sensor in SENSORS, by its name.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in NAMES:
        message = f"sensor {name!r} is not known; use one of {', '.join(NAMES)}"
        raise ValueError(message)
    return NAMES.index(name)


def merged(many: Sequence[Signs]) -> Signs:
    """Return signs of several as one, in order of home and time."""
    home = np.concatenate([one.home for one in many])
    at = np.concatenate([one.at for one in many])
    order = np.lexsort((at, home))
    sensor = np.concatenate([one.sensor for one in many])
    on = np.concatenate([one.on for one in many])
    return Signs(home=home[order], at=at[order], sensor=sensor[order], on=on[order])


def _taken(
    rng: np.random.Generator, one: Happening, at: NDArray[np.int64], sensor: NDArray[np.int8]
) -> Bools:
    match one.kind:
        case "collapse" | "away":
            return np.ones(len(sensor), np.bool_)
        case "unused":
            return np.equal(sensor, place(one.sensor))
        case "slower":
            passed = (at - one.begins) / _DAY
            return np.greater(rng.random(len(at)), (1 - _SLOWER) ** passed)
        case _:
            return silent(one, sensor)


def _added(rng: np.random.Generator, one: Happening) -> list[Signs]:
    match one.kind:
        case "visit":
            return [_at_random(rng, one, np.arange(1, MOTION), _VISITS)]
        case "wandering":
            return [_at_random(rng, one, np.array([BATHROOM, DOOR]), _WANDERS)]
        case "chatter":
            return [_at_random(rng, one, np.array([place(one.sensor)]), _CHATTERS)]
        case _:
            return []


def _at_random(
    rng: np.random.Generator, one: Happening, sensors: NDArray[np.int64], often: float
) -> Signs:
    many = int(rng.poisson((one.ends - one.begins) / _MINUTE * often))
    at = np.sort(rng.integers(one.begins, max(one.ends, one.begins + 1), many))
    return Signs(
        home=np.full(many, one.home, np.int32),
        at=at,
        sensor=rng.choice(sensors, many).astype(np.int8),
        on=np.ones(many, np.bool_),
    )
