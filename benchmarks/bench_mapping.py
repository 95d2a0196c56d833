"""How many records a second a compiled mapping says in our words, on one core.

The figures are medians of some rounds, in processor time; the floor is msgspec decoding the same
delivery to plain objects in the same run. Each round brings the same names and times again, as
one delivery after another does.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from statistics import median
from typing import Final

import msgspec

from benchmarks._table import Row
from byalag.mapping import (
    Context,
    Field,
    Mapper,
    MappingSpec,
    PointSpec,
    SeriesSpec,
    ThingSpec,
    TimeSpec,
    compile_mapping,
)
from byalag.model import Delivery, Json
from byalag.sources import kinds

RECORDS: Final = 10_000
ROUNDS: Final = 15
STATISTIC: Final = f"median of {ROUNDS}, processor time"
UNIT: Final = "records/s"
FLOOR: Final = "msgspec decode of the same bytes"
CONTEXT: Final = Context(
    source="bench", municipality="2482", dataset="parking", received=1_795_352_400_000_000
)

PARKING: Final = MappingSpec(
    thing=ThingSpec(
        type="OffStreetParking",
        id="{facilityId}",
        operator="bench",
        name="name",
        point=PointSpec(lat="position.lat", lon="position.lng"),
        properties={"totalSpotNumber": "capacity", "status": "status"},
    ),
    series=(SeriesSpec(name="availableSpotNumber", value="free", at="updated", missing=(-1, "")),),
)
TRAPS: Final = MappingSpec(
    where={"kind": ["P", "G"]},
    thing=ThingSpec(
        type="OffStreetParking",
        id="{name|slug}",
        operator="bench",
        name="name",
        point=PointSpec(x="east", y="north", crs="EPSG:3006", within=(55, 10, 70, 25)),
        properties={
            "totalSpotNumber": Field(path="capacity", kind="integer", missing=("", "-")),
            "maximumHeight": Field(path="height", pattern=r"([\d,]+) m", decimal=","),
            "status": Field(path="open", codes={"ja": "open", "nej": "closed"}, strict=True),
        },
    ),
    series=(
        SeriesSpec(
            name="availableSpotNumber",
            value="capacity",
            minus="occupied",
            at=TimeSpec(path="at", format="iso", zone="Europe/Stockholm"),
            range=(0, 100_000),
        ),
    ),
)


def rows() -> Iterator[Row]:
    """Measure a usual record, one with every trap in it, and a whole delivery of usual ones."""
    yield from _measured("mapping, usual record", PARKING, [_usual(n) for n in range(RECORDS)])
    yield from _measured("mapping, every trap", TRAPS, [_trap(n) for n in range(RECORDS)])
    yield from _whole_kind()


def _measured(name: str, spec: MappingSpec, records: list[Json]) -> Iterator[Row]:
    mapper = compile_mapping(spec, source="bench")
    delivery = msgspec.json.encode(records)
    located = [(f"$[{number}]", record) for number, record in enumerate(records)]
    floor = _rate(lambda: msgspec.json.decode(delivery))
    mapped = _rate(lambda: _drain(mapper, located))
    both = _rate(lambda: _drain(mapper, _decoded(delivery)))
    facts = sum(1 for _ in mapper(located, CONTEXT))
    note = f"{facts:,} facts, {STATISTIC}"
    yield Row(f"{name}: map", mapped, UNIT, FLOOR, mapped / floor, note)
    yield Row(f"{name}: decode + map", both, UNIT, FLOOR, both / floor, STATISTIC)


def _whole_kind() -> Iterator[Row]:
    """Measure a delivery through the kind of source that municipalities use most."""
    kind = kinds()["http-json"]
    settings = {"kind": "http-json", "dataset": "parking", "url": "https://bench.example/lots"}
    mapping = msgspec.to_builtins({"thing": PARKING.thing, "series": PARKING.series})
    translate = kind.prepare(
        msgspec.convert({**settings, **mapping, "records": "result.lots"}, kind.settings)
    )
    records = [_usual(number) for number in range(RECORDS)]
    body = msgspec.json.encode({"result": {"lots": records}})
    delivery = Delivery(source="bench", received=CONTEXT.received, bodies=(body,))
    floor = _rate(lambda: msgspec.json.decode(body))
    rate = _rate(lambda: deque(translate(delivery, CONTEXT), maxlen=0))
    yield Row("http-json, bytes to facts", rate, UNIT, FLOOR, rate / floor, STATISTIC)


def _decoded(delivery: bytes) -> list[tuple[str, Json]]:
    records = msgspec.json.decode(delivery)
    return [(f"$[{number}]", record) for number, record in enumerate(records)]


def _drain(mapper: Mapper, located: list[tuple[str, Json]]) -> None:
    deque(mapper(located, CONTEXT), maxlen=0)


def _rate(work: Callable[[], object]) -> float:
    seconds: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return RECORDS / median(seconds)


def _usual(number: int) -> dict[str, Json]:
    return {
        "facilityId": f"P{number}",
        "name": f"Parkering {number}",
        "position": {"lat": 64.75 + number / 1e5, "lng": 20.95},
        "capacity": 400,
        "status": "open",
        "free": number % 400,
        "updated": f"2026-11-22T12:{number // 60 % 60:02}:{number % 60:02}Z",
    }


def _trap(number: int) -> dict[str, Json]:
    return {
        "kind": "P",
        "name": f"P-hus Älgen {number}",
        "east": f"674 {number % 1000:03}",
        "north": "6 580 821",
        "capacity": "400",
        "occupied": str(number % 400),
        "height": "1,85 m",
        "open": "ja",
        "at": f"2026-11-22 13:{number // 60 % 60:02}:{number % 60:02}",
    }
