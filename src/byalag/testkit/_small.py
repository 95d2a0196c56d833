"""A small commons to ask: bathing places and car parks in every state there is. Invented values."""

from collections.abc import Iterator
from math import nan

from byalag.model import (
    Dataset,
    Fact,
    Flag,
    Link,
    Micros,
    Observation,
    Point,
    Series,
    Thing,
)
from byalag.store import Store

SECOND: Micros = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
NORTH = Point(64.75, 20.95)
DATASETS = {
    name: Dataset(id=name, title={"sv": sv, "en": en}, owner="Skellefteå kommun", open=True)
    for name, sv, en in (
        ("bathing-places", "Badplatser", "Bathing places"),
        ("parking", "Parkering", "Parking"),
        ("sensors", "Givare", "Sensors"),
    )
}


def fill_small_commons(store: Store, now: Micros) -> None:
    """Write the small commons into a store, seen at `now`; returns when it is durable."""
    store.publish(DATASETS).result()
    store.commit([*_baths(now), *_parking(now)], at=now).result()


def _baths(now: Micros) -> Iterator[Fact]:
    yield _bath(
        "skelleftea:varutrask",
        "Varuträsk",
        Point(64.79, 20.75),
        adviceAgainstBathing=[
            {
                "type": 2,
                "typeText": "Algblomning",
                "description": "Bada inte",
                "startsAt": "2026-07-01T22:00:00Z",
            }
        ],
        waterQuality={"year": 2025, "class": 1, "classText": "Utmärkt kvalitet"},
        latestSample={
            "at": "2026-06-07T22:00:00Z",
            "assessmentText": "Tjänligt",
            "algalText": "Ingen blomning",
            "escherichiaColi": {"count": 10, "prefix": "<"},
            "intestinalEnterococci": {"count": 12, "prefix": "="},
        },
        bathingSeason={"startsAt": "2026-06-19T22:00:00Z", "endsAt": "2026-08-19T22:00:00Z"},
        euBathingWater=True,
    )
    sensor = "sensor:skelleftea:a84041"
    yield Thing(id=sensor, type="Device", dataset="sensors", municipality="2482")
    yield _series(f"{sensor}/temperature", "sensors", "temperature", "Cel")
    yield Link(
        thing="bath:skelleftea:varutrask",
        property="waterTemperature",
        series=f"{sensor}/temperature",
    )
    for hour in range(200):
        yield Observation(
            f"{sensor}/temperature", now - 10 * MINUTE - hour * HOUR, 18 + hour % 24 / 10, Flag.GOOD
        )
    yield from _temperature("skelleftea:varutrask", "sample", now - DAY, 15.0)
    yield _bath("skelleftea:old", "Gamla badet", Point(64.70, 20.90))
    yield from _temperature("skelleftea:old", "", now - 2 * DAY, 17.0)
    yield _bath("hav:SE0812482000000123", "Byske", Point(64.95, 21.2), simulated=True)
    yield from _temperature("hav:SE0812482000000123", "sample", now - 3 * DAY, 14.0)
    for ahead in range(-2, 4):
        yield from _temperature(
            "hav:SE0812482000000123", "forecast", now + ahead * HOUR + 5 * MINUTE, 16.0 + ahead
        )
    yield _bath("skelleftea:failed", "Trasiga badet", Point(64.6, 20.5))
    yield from _temperature("skelleftea:failed", "", now - MINUTE, 99.0, Flag.FAIL)
    yield _bath("skelleftea:unmeasured", "Åbadet", Point(64.5, 20.4))
    yield _bath("skelleftea:nowhere", "Ölandsbadet", None)
    yield _bath("overkalix:bad", "Överkalix bad", Point(66.33, 22.84), "2513")


def _parking(now: Micros) -> Iterator[Fact]:
    free = "availableSpotNumber"
    states: list[tuple[str, str, Micros | None, float, int]] = [
        ("free", "open", MINUTE, 37.0, Flag.GOOD),
        ("full", "open", MINUTE, 0.0, Flag.NOT_EVALUATED),
        ("closed", "closed", MINUTE, 20.0, Flag.GOOD),
        ("silent", "open", HOUR, 0.0, Flag.GOOD),
        ("missing", "open", MINUTE, nan, Flag.MISSING),
        ("never", "open", None, 0.0, Flag.GOOD),
    ]
    for offset, (name, status, age, value, flag) in enumerate(states):
        point = Point(64.75 + offset / 1000, 20.95)
        yield _lot(f"skelleftea-parkering:{name}", name.title(), point, status=status)
        yield _series(f"parking:skelleftea-parkering:{name}/{free}", "parking", free, "1")
        if age is not None:
            series = f"parking:skelleftea-parkering:{name}/{free}"
            yield Observation(series, now - age, value, flag)
    yield _lot("ange:torget", "Torget", Point(62.52, 15.66), kind="OnStreetParking")
    yield _lot("ange:stationen", "Stationen", Point(62.53, 15.66))
    yield _series("parking:ange:stationen/occupiedSpotNumber", "parking", "occupiedSpotNumber", "1")
    yield Observation("parking:ange:stationen/occupiedSpotNumber", now - MINUTE, 103.0)


def _bath(
    local: str, name: str, point: Point | None, code: str = "2482", **properties: object
) -> Thing:
    return Thing(
        id=f"bath:{local}",
        type="BathingPlace",
        dataset="bathing-places",
        name=name,
        municipality=code,
        point=point,
        properties=properties,
    )


def _lot(
    local: str,
    name: str,
    point: Point,
    *,
    kind: str = "OffStreetParking",
    status: str = "open",
) -> Thing:
    return Thing(
        id=f"parking:{local}",
        type=kind,
        dataset="parking",
        name=name,
        municipality="2260" if local.startswith("ange:") else "2482",
        point=point,
        properties={"status": status, "totalSpotNumber": 100, "operatorName": "Parkeringsbolaget"},
    )


def _series(name: str, dataset: str, property_: str, unit: str, kind: str = "measured") -> Series:
    thing = name.partition("/")[0]
    return Series(id=name, thing=thing, property=property_, dataset=dataset, unit=unit, kind=kind)


def _temperature(
    local: str, kind: str, at: Micros, value: float, flag: int = Flag.NOT_EVALUATED
) -> Iterator[Fact]:
    name = f"bath:{local}/waterTemperature" + (f"@{kind}" if kind else "")
    yield _series(name, "bathing-places", "waterTemperature", "Cel", kind or "measured")
    yield Observation(name, at, value, flag)
