"""The small world that the demo's operators report from: baths, car parks, sensors."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from msgspec import Struct

from byalag.model import Micros
from byalag.testkit.demo._noise import Times, Values, wander

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Bath(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bathing place as HaV lists it."""

    id: str
    name: str
    lat: float
    lon: float
    sea: bool = False


class Lot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A car park: `stuck` is how many minutes ago its counter stopped."""

    operator: str
    id: str
    name: str
    lat: float
    lon: float
    spaces: int
    busy: float
    counter: bool = True
    closed: bool = False
    stuck: int = 0


class Sensor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A water sensor, and the bathing place that it has been decided to speak for."""

    owner: str
    id: str
    bath: str
    stuck: int = 0


class World(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that the demo knows."""

    baths: tuple[Bath, ...]
    lots: tuple[Lot, ...]
    sensors: tuple[Sensor, ...]

    def lots_of(self, operator: str) -> list[Lot]:
        """Return one operator's car parks."""
        return [lot for lot in self.lots if lot.operator == operator]

    def sensors_of(self, owner: str) -> list[Sensor]:
        """Return one municipality's sensors."""
        return [sensor for sensor in self.sensors if sensor.owner == owner]


@cache
def world() -> World:
    """Read the demo's facts."""
    text = files("byalag.testkit.demo").joinpath("facts.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), World)


def vacant(lot: Lot, times: Times) -> Values:
    """Return the free spaces of a car park: fewer by day, wandering, never outside what it has."""
    daylight = np.sin((times % DAY) / DAY * 2 * np.pi - 2.0)
    load = lot.busy * (0.85 + 0.35 * daylight)
    load += 0.08 * wander(f"{lot.id} hour", times, minutes=45)
    load += 0.03 * wander(f"{lot.id} minute", times, minutes=2)
    return np.clip(np.rint(lot.spaces * (1 - load)), 0, lot.spaces) + 0.0


def warmth(place: str, times: Times) -> Values:
    """Return the temperature of the water at a place, degrees Celsius: it is summer in the demo."""
    afternoon = np.sin((times % DAY) / DAY * 2 * np.pi - 2.4)
    usual = 17.5 + 2.0 * wander(f"{place} place", np.zeros(1, np.int64), minutes=1)
    days = 1.4 * wander(f"{place} days", times, minutes=60 * 30)
    now = 0.25 * wander(f"{place} now", times, minutes=12)
    return np.round(usual + 0.7 * afternoon + days + now, 1)


def free_now(lot: Lot, now: Micros) -> tuple[int, Micros]:
    """Return what the counter last said, and when it said so."""
    at = (now - lot.stuck * MINUTE) // MINUTE * MINUTE
    return int(vacant(lot, np.array([at]))[0]), at


def warm_now(place: str, at: Micros) -> float:
    """Return the temperature of the water at a place at one time."""
    return float(warmth(place, np.array([at]))[0])
