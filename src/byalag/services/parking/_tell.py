"""From what is known of a place to park to what is answered about it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec import Struct, structs

from byalag.model import Dataset, Found, Json, Micros
from byalag.services import Reader
from byalag.services._places import (
    PlaceSettings,
    age_seconds,
    count,
    dataset_of,
    instant,
    municipality_of,
    number,
    quality,
    text,
)
from byalag.services._readings import Reading, newest, readings_at
from byalag.services.parking._answers import FreeSpots, ParkingFacility

FREE, OCCUPIED, TOTAL = "availableSpotNumber", "occupiedSpotNumber", "totalSpotNumber"


class Settings(PlaceSettings, frozen=True, kw_only=True):
    """How long a count of free spots is news."""

    fresh: timedelta = timedelta(minutes=15)


class Known(Struct, frozen=True):
    """What is read once for all the places of one answer."""

    now: Micros
    settings: Settings
    datasets: Mapping[str, Dataset]
    readings: Mapping[str, list[Reading]]


def known(reader: Reader, now: Micros, settings: Settings, found: Sequence[Found]) -> Known:
    """Read what is needed to tell of these places."""
    things = [each.thing.id for each in found]
    readings = readings_at(reader, things, {FREE, OCCUPIED, TOTAL})
    return Known(now, settings, reader.datasets(), readings)


def tell(found: Found, known: Known) -> ParkingFacility:
    """Say what a driver wants to know of one place, whoever operates it."""
    thing, said = found.thing, found.thing.properties
    readings = known.readings.get(thing.id, [])
    total = _total(said, readings, known.now)
    return ParkingFacility(
        id=thing.id,
        name=thing.name,
        kind=thing.type,
        municipality=municipality_of(thing, known.settings),
        position=thing.point,
        distance=None if found.distance is None else round(found.distance, 1),
        operator=text(said, "operatorName"),
        total_spots=total,
        free=_free(said, readings, total, known),
        accessible_spots=count(said, "accessibleSpotNumber"),
        maximum_height=number(said, "maximumHeight"),
        fee=text(said, "fee"),
        address=text(said, "address"),
        url=text(said, "url"),
        dataset=dataset_of(thing, known.datasets),
        simulated=said.get("simulated") is True,
    )


def _total(said: Mapping[str, Json], readings: list[Reading], now: Micros) -> int | None:
    """Return how many spots there are: what was counted last, else what is said of the place."""
    heard = _newest(readings, TOTAL)
    if heard and heard.latest and heard.lacks(now) is None and heard.latest.value >= 0:
        return round(heard.latest.value)
    return count(said, TOTAL)


def _free(
    said: Mapping[str, Json], readings: list[Reading], total: int | None, known: Known
) -> FreeSpots:
    """Say how many spots are free; a closed place has none to offer whatever its counter says."""
    counter = _newest(readings, FREE)
    occupied = _newest(readings, OCCUPIED) if total is not None else None
    derived = counter is None and occupied is not None
    if text(said, "status") == "closed":
        return FreeSpots(state="closed")
    counter = counter or occupied
    if counter is None:
        return FreeSpots(state="no-counter")
    if counter.latest is None:
        return FreeSpots(state="unknown", series=counter.series.id)
    return _counted(counter, total if derived else None, known)


def _counted(counter: Reading, total: int | None, known: Known) -> FreeSpots:
    """Say what a counter has said; with a total it counts what is occupied."""
    latest = counter.latest
    if latest is None or counter.lacks(known.now) == "ahead-of-time":
        return FreeSpots(state="unknown", series=counter.series.id)
    free = latest.value if total is None else max(0, total - latest.value)
    value = None if counter.lacks(known.now) else round(free)
    impossible = value is not None and value < 0
    old = known.now - latest.at > known.settings.fresh // timedelta(microseconds=1)
    sure = value is not None and not impossible and not old
    heard = FreeSpots(
        state="no-news" if old else "unknown",
        last_value=value if old and not impossible else None,
        at=instant(latest.at),
        age_seconds=age_seconds(latest.at, known.now),
        old=old,
        quality="suspect" if impossible else quality(latest.flag),
        derived=total is not None,
        series=counter.series.id,
    )
    if not sure or value is None:
        return heard
    return structs.replace(heard, state="free" if value else "full", value=value)


def _newest(readings: list[Reading], name: str) -> Reading | None:
    return newest(readings, lambda each: each.property == name and each.series.kind != "forecast")
