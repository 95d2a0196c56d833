"""A hub to look at: three municipalities, and operators that answer. All values are made up.

The sources, the engine, the store and the pages are the real ones. Only the operators are ours:
they answer over real HTTP, in the formats of real operators, with times moved to now.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

import numpy as np
from msgspec import Struct

from byalag.model import Micros, Point, Series, Thing
from byalag.store import Store
from byalag.testkit import Answer, Asked
from byalag.testkit.demo import _hav, _parking
from byalag.testkit.demo._care import CARE, agreed, care_past, identities, sensors
from byalag.testkit.demo._noise import Times, Values
from byalag.testkit.demo._outbox import GATEWAY, OUTBOX, Outbox
from byalag.testkit.demo._people import CLIENT, LOGIN, RELATIVE, Provider
from byalag.testkit.demo._world import DAY, MINUTE, Lot, Sensor, vacant, warmth, world

__all__ = [
    "CARE",
    "CLIENT",
    "LOGIN",
    "OUTBOX",
    "RELATIVE",
    "WEEK",
    "Outbox",
    "Past",
    "agreed",
    "fill",
    "history",
    "identities",
    "operators",
    "write_hub",
]

WEEK = 7 * DAY
STEP = 5 * MINUTE

_CODES = {"skelleftea": "2482", "ange": "2260", "overkalix": "2513"}
_OPERATORS = {
    "centrum": ("skelleftea", "centrumparkering"),
    "garage": ("skelleftea", "garagebolaget"),
    "airport": ("skelleftea", "flygplatsen"),
    "ange": ("ange", "ange"),
    "overkalix": ("overkalix", "overkalix"),
}
_CSV = "text/csv; charset=iso-8859-1"
_XML = "application/xml"
_SERVICE = "/Parkeringsdata/ParkeringsdataV1.svc/GetParkeringsytaList"


class Past(Struct, frozen=True, kw_only=True):
    """What one series has measured before the demo began."""

    thing: Thing
    series: Series
    times: Times
    values: Values


def write_hub(folder: Path, operators: str, *, address: str) -> None:
    """Write the demo's hub folder, with the operators' address and its own filled in."""
    with as_file(files("byalag.testkit.demo").joinpath("hub")) as template:
        for file in sorted(template.rglob("*.svg")):
            target = folder / file.relative_to(template)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
        for file in sorted(template.rglob("*.toml")):
            text = file.read_text("utf-8").replace("{operators}", operators)
            if file.name == "hub.toml":
                listen = address.removeprefix("http://")
                text = text.replace("http://127.0.0.1:8080", address)
                text = text.replace('listen = "127.0.0.1:8080"', f'listen = "{listen}"')
            target = folder / file.relative_to(template)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    for name in ("pseudonyms.key", "master.key"):
        secret = folder / name
        if not secret.exists():
            secret.write_text(token_urlsafe(32), "utf-8")
            secret.chmod(0o600)


def operators(now: Callable[[], Micros], outbox: Outbox | None = None) -> Callable[[Asked], Answer]:
    """Return what the operators answer, in their own formats, at the time that it is.

    The demonstration begins when this is called: two minutes later one of the homes goes quiet.
    Text messages go to the outbox, and no further.
    """
    began, sent = now(), outbox or Outbox(now)
    answers: dict[str, tuple[str, Callable[[Micros], bytes]]] = {
        "/bathing-waters/v2/bathing-waters": ("application/json", _hav.waters),
        "/ParkingService/v2.3/PublicTollParkings/demo-app-id": (
            "application/json",
            _parking.public_toll_parkings,
        ),
        f"{_SERVICE}/demo/0": ("application/json", _parking.parking_area_list),
        "/ange/FeatureServer/0/query": ("application/json", _parking.features),
        "/datex/table.xml": (_XML, _parking.table),
        "/datex/status.xml": (_XML, _parking.status),
        "/skelleftea/sensors.csv": (_CSV, lambda at: _parking.sensors("skelleftea", at)),
        "/overkalix/sensors.csv": (_CSV, lambda at: _parking.sensors("overkalix", at)),
        "/omsorg/sensors.json": ("application/json", lambda at: sensors(began, at)),
    }

    provider = Provider()

    def respond(asked: Asked) -> Answer:
        path, at = urlsplit(asked.target).path, now()
        if path.startswith(f"{LOGIN}/"):
            return provider.answer(asked)
        if path == GATEWAY:
            return sent.take(asked)
        if path == OUTBOX:
            return sent.show()
        if path == "/overkalix/parkering.csv":
            return _moody(at)
        if path in answers:
            media_type, answer = answers[path]
            return Answer(body=answer(at), media_type=media_type)
        return _one_water(path, at)

    return respond


def history(now: Micros, *, length: Micros = WEEK) -> Iterator[Past]:
    """Return what the demo's series have measured until now, one value in five minutes."""
    for lot in world().lots:
        if lot.counter:
            yield _lot_past(lot, _until(now - lot.stuck * MINUTE, length))
    for sensor in world().sensors:
        yield _sensor_past(sensor, _until(now - sensor.stuck * MINUTE, length))


def _moody(at: Micros) -> Answer:
    """Answer for an operator that is slow one minute in five, and down another."""
    turn = at // MINUTE % 5
    if turn == 3:  # noqa: PLR2004 -- the minute in which it is down
        return Answer(status=503, media_type="text/html", body=b"<h1>Service Unavailable</h1>")
    if turn == 1:
        time.sleep(2)
    return Answer(body=_parking.overkalix(at), media_type=_CSV)


def _one_water(path: str, at: Micros) -> Answer:
    place = path.removeprefix("/bathing-waters/v2/bathing-waters/").removesuffix("/results")
    body = _hav.water(place, at)
    if body is None:
        problem = b'{"code": "404", "detail": "The requested resource was not found."}'
        return Answer(status=404, media_type="application/problem+json", body=problem)
    return Answer(body=body)


def _lot_past(lot: Lot, times: Times) -> Past:
    owner, operator = _OPERATORS[lot.operator]
    thing = Thing(
        id=f"parking:{operator}:{lot.id}",
        type="OffStreetParking",
        dataset=f"{owner}-parking",
        name=lot.name,
        municipality=_CODES[owner],
        point=Point(lot.lat, lot.lon),
        properties={"totalSpotNumber": lot.spaces, "simulated": True},
    )
    return _past(thing, "availableSpotNumber", "1", times, vacant(lot, times))


def _sensor_past(sensor: Sensor, times: Times) -> Past:
    thing = Thing(
        id=f"sensor:{sensor.owner}:{sensor.id}",
        type="Device",
        dataset=f"{sensor.owner}-sensors",
        name=sensor.id,
        municipality=_CODES[sensor.owner],
        properties={"simulated": True},
    )
    return _past(thing, "waterTemperature", "Cel", times, warmth(sensor.bath, times))


def _past(thing: Thing, name: str, unit: str, times: Times, values: Values) -> Past:
    series = Series(
        id=f"{thing.id}/{name}",
        thing=thing.id,
        property=name,
        dataset=thing.dataset,
        unit=unit,
        cadence=MINUTE,
    )
    return Past(thing=thing, series=series, times=times, values=values)


def _until(end: Micros, length: Micros) -> Times:
    last = end // STEP * STEP
    return np.arange(last - length, last + 1, STEP, dtype=np.int64)


def fill(stores: Mapping[str, Store], now: Micros) -> None:
    """Load history into the municipalities' stores, straight into chunks: a week, of homes nine."""
    past = list(history(now))
    if CARE in stores:
        past += [
            Past(thing=thing, series=series, times=times, values=values)
            for thing, series, times, values in care_past(now)
        ]
    for code, store in stores.items():
        things = [one.thing for one in past if one.thing.municipality == code]
        store.commit(things, at=now).result()
    done = [
        stores[one.thing.municipality or ""].load(one.series, one.times, one.values) for one in past
    ]
    for each in done:
        each.result()
