"""What is answered about a place to park."""

from typing import Literal, TypeAlias

from msgspec import Struct

from byalag.model import Point, ThingId
from byalag.services._places import DatasetRef, Instant, MunicipalityRef

State: TypeAlias = Literal["free", "full", "closed", "no-counter", "no-news", "unknown"]


class FreeSpots(Struct, frozen=True, kw_only=True, rename="camel"):
    """How many spots are free. The states are never shown as one another.

    `value` is a number only when the state is "free" or "full". "no-counter": nobody counts here.
    "no-news": the counter has been silent for too long, and `lastValue` is what it said at `at`.
    "unknown": the counter says that it does not know, or its value failed its quality test.
    `derived` says that it was computed as all spots less the occupied ones.
    """

    state: State
    value: int | None = None
    last_value: int | None = None
    at: Instant | None = None
    age_seconds: int | None = None
    old: bool = False
    quality: str | None = None
    derived: bool = False
    series: str | None = None


class ParkingFacility(Struct, frozen=True, kw_only=True, rename="camel"):
    """One place to park, whoever operates it. `maximumHeight` is metres."""

    id: ThingId
    name: str | None
    kind: str
    municipality: MunicipalityRef | None
    position: Point | None
    distance: float | None = None
    operator: str | None = None
    total_spots: int | None = None
    free: FreeSpots
    accessible_spots: int | None = None
    maximum_height: float | None = None
    fee: str | None = None
    address: str | None = None
    url: str | None = None
    dataset: DatasetRef
    simulated: bool = False
