"""A small hub for the tests of the pages: real names, every state that a page can show."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from byalag.model import (
    Contact,
    Dataset,
    Fact,
    Flag,
    Link,
    Micros,
    Municipality,
    Observation,
    Point,
    Series,
    Thing,
)
from byalag.pages import View
from byalag.store import Store, lately

NOW = datetime(2026, 7, 14, 13, 12, tzinfo=UTC)  # 15.12 in Sweden
MINUTE = 60_000_000
TEN_MINUTES = 10 * MINUTE
HOUR = 60 * MINUTE
WEEK = 7 * 24 * 60 * MINUTE
ALGAE = {"type": 2, "typeText": "Algblomning", "startsAt": "2026-07-12T22:00:00Z"}
BROOK = (
    "Vattnet är grumligt och luktar efter regnet. Bada inte, och håll hundar borta från vattnet."
)
SAMPLE = {
    "at": "2026-06-21T22:00:00Z",
    "assessment": 1,
    "assessmentText": "Tjänligt",
    "algal": 4,
    "algalText": "Ingen blomning",
    "escherichiaColi": {"count": 10, "prefix": "<"},
    "intestinalEnterococci": {"count": 31, "prefix": "="},
}
HAV = {
    "waterType": "Sjö",
    "euBathingWater": True,
    "waterQuality": {"year": 2025, "class": 1, "classText": "Utmärkt"},
    "latestSample": SAMPLE,
    "bathingSeason": {"startsAt": "2026-06-20T22:00:00Z", "endsAt": "2026-08-19T22:00:00Z"},
    "description": "Långgrund sandstrand med brygga, omklädningshytt och grillplats.",
    "url": "https://example.org/badplatser",
    "adviceAgainstBathing": [],
}
DATASETS = {
    "bathing-places": Dataset(
        id="bathing-places",
        title={"sv": "Badplatser", "en": "Bathing places"},
        description={"sv": "Badplatser med vattentemperatur, provsvar och avrådan."},
        owner="Skellefteå kommun",
        source="Havs- och vattenmyndigheten och kommunens egna givare",
        open=True,
    ),
    "parking": Dataset(
        id="parking",
        title={"sv": "Parkering", "en": "Parking"},
        owner="Skellefteå kommun",
        licence="CC-BY-4.0",
        open=True,
    ),
}
TOWNS = (
    Municipality(code="2513", name="Överkalix"),
    Municipality(code="2260", name="Ånge"),
    Municipality(code="2482", name="Skellefteå"),
)


def micros(at: datetime) -> Micros:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def bath(local: str, name: str, point: tuple[float, float], **said: object) -> Thing:
    code = said.pop("municipality", "2482")
    return Thing(
        id=f"bath:{local}",
        type="BathingPlace",
        dataset="bathing-places",
        name=name,
        municipality=str(code),
        point=Point(*point),
        properties={**HAV, **said},
    )


def lot(local: str, name: str, point: tuple[float, float], **said: object) -> Thing:
    code, kind = said.pop("municipality", "2482"), said.pop("kind", "OffStreetParking")
    return Thing(
        id=f"parking:skelleftea:{local}",
        type=str(kind),
        dataset="parking",
        name=name,
        municipality=str(code),
        point=Point(*point),
        properties={"operatorName": "Skellefteå kommun", "status": "open", **said},
    )


def water(thing: str, now: Micros, ago: Micros, warm: float, kind: str = "measured") -> list[Fact]:
    """A week of water temperature that ends so long ago, with an hour missing in the middle."""
    sensor = "" if kind == "measured" else f"@{kind}"
    series = Series(
        id=f"{thing}/waterTemperature{sensor}",
        thing=thing,
        property="waterTemperature",
        dataset="bathing-places",
        unit="Cel",
        kind=kind,
    )
    if kind != "measured":
        return [series, Observation(series.id, now - ago, warm)]
    times = range(now - ago - WEEK + TEN_MINUTES, now - ago + 1, TEN_MINUTES)
    gap = range(now - WEEK // 2, now - WEEK // 2 + 40 * TEN_MINUTES)
    return [
        series,
        *(
            Observation(series.id, at, round(warm + _wave(at - now, 1.4), 1), Flag.GOOD)
            for at in times
            if at not in gap
        ),
    ]


def _wave(offset: Micros, height: float) -> float:
    day = offset / (24 * 60 * MINUTE)
    return height * math.sin(2 * math.pi * (day - 0.4)) + 0.3 * day


def counter(thing: Thing, now: Micros, ago: Micros, total: int, free: int | None) -> list[Fact]:
    """A week of free spots; nights are empty and noon is busy. `free` is the newest value."""
    series = Series(
        id=f"{thing.id}/availableSpotNumber",
        thing=thing.id,
        property="availableSpotNumber",
        dataset="parking",
    )
    times = range(now - ago - WEEK + HOUR, now - ago, HOUR)
    last = now - ago
    newest = Observation(series.id, last, math.nan, Flag.MISSING)
    if free is not None:
        newest = Observation(series.id, last, free, Flag.GOOD)
    busy = (round(total * (0.55 + 0.35 * _wave(at - now, 1.0) / 2.5)) for at in times)
    return [
        thing,
        series,
        *(
            Observation(series.id, at, min(max(value, 0), total), Flag.GOOD)
            for at, value in zip(times, busy, strict=True)
        ),
        newest,
    ]


def baths(now: Micros) -> Iterator[Fact]:
    """Bathing places: measured, old, sampled, forecast, advised against, unmeasured, own."""
    falmark = bath("hav:SE0812482000000101", "Falmarksträsket", (64.6402, 20.9391))
    boviken = bath(
        "hav:SE0812482000000102",
        "Bovikens havsbad, vid campingens stora badstrand",
        (64.7791, 21.1023),
        waterType="Hav",
        adviceAgainstBathing=[ALGAE],
        abnormalSituations=[{"description": BROOK}],
    )
    yield falmark
    yield from water(falmark.id, now, 12 * MINUTE, 18.4)
    yield from water(falmark.id, now, 22 * 24 * 60 * MINUTE, 15.9, "sample")
    yield boviken
    yield from water(boviken.id, now, 22 * 24 * 60 * MINUTE, 14.2, "sample")
    yield from water(boviken.id, now, -20 * MINUTE, 17.1, "forecast")
    old = bath("hav:SE0812482000000103", "Bodaborg, Bureå", (64.6180, 21.2000))
    yield old
    yield from water(old.id, now, 31 * 60 * MINUTE, 16.8)
    yield bath("hav:SE0812482000000104", "Vitbergstjärn", (64.7635, 20.9880), waterType="Sjö")
    own = Thing(
        id="bath:skelleftea:varutrask",
        type="BathingPlace",
        dataset="bathing-places",
        name="Varuträsk",
        municipality="2482",
        point=Point(64.8020, 20.7390),
        properties={"simulated": True, "waterType": "Sjö"},
    )
    sensor = Thing(id="sensor:skelleftea:a840411234", type="Device", dataset="bathing-places")
    yield own
    yield sensor
    yield from water(sensor.id, now, 4 * MINUTE, 19.6)
    yield Link(thing=own.id, property="waterTemperature", series=f"{sensor.id}/waterTemperature")
    yield bath("hav:SE0712260000000105", "Hussjöby", (62.5, 15.6), municipality="2260")
    for number in range(30):
        place = (66.2 + number / 100, 22.4 + number / 200)
        yield bath(f"hav:SE0822513000000{number:03}", f"Sjön {number}", place, municipality="2513")


def lots(now: Micros) -> Iterator[Fact]:
    """Car parks: one in each state."""
    silent = 66 * MINUTE
    campus = lot(
        "campus",
        "Campus Skellefteå, gästparkeringen",
        (64.7445, 20.9557),
        totalSpotNumber=180,
        accessibleSpotNumber=6,
        maximumHeight=2.1,
        fee="12 kr per timme vardagar 8-18",
        address="Laboratorgränd 11",
        simulated=True,
    )
    yield from counter(campus, now, 2 * MINUTE, 180, 112)
    full = lot("kanalgatan", "Parkeringshuset Ekorren", (64.7507, 20.9528), totalSpotNumber=400)
    yield from counter(full, now, MINUTE, 400, 0)
    quiet = lot("torget", "Torget", (64.7500, 20.9500), totalSpotNumber=60)
    yield from counter(quiet, now, silent, 60, 18)
    yield lot("nordana", "Nordanå", (64.7548, 20.9336), totalSpotNumber=95, kind="OnStreetParking")
    yield lot("stadshuset", "Stadshuset", (64.7512, 20.9470), status="closed")
    lost = lot("resecentrum", "Resecentrum", (64.7530, 20.9560), totalSpotNumber=40)
    yield from counter(lost, now, 3 * MINUTE, 40, None)


def fill(store: Store, at: datetime = NOW) -> None:
    """Put the hub's facts in a store."""
    now = micros(at)
    store.publish(DATASETS).result()
    store.commit(list(baths(now)), at=now).result()
    store.commit(list(lots(now)), at=now).result()


def view(store: Store, base_url: str, at: datetime = NOW) -> View:
    """See the hub as the pages see it."""
    return View(
        reader=store,
        now=lambda: micros(at),
        name="Norra badet",
        base_url=base_url,
        municipalities=TOWNS,
        contact=Contact(name="Kundtjänst", email="kundtjanst@example.org", phone="0910 73 50 00"),
        quality=lambda id_: lately(store.quality.of(id_), micros(at)),
    )


def filled(folder: Path) -> Store:
    """Return a store with the hub's facts."""
    store = Store(folder / "commons.sqlite")
    fill(store)
    return store
