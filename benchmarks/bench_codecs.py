"""Uplinks a second: codecs alone, and from a delivery's bytes to facts.

A codec alone is timed in this process by processor time, JSON in and JSON out: what one core does.
Folders of codecs (checkouts of public collections) named in BYALAG_CODECS, parted by colons, are
timed too: every codec that brings an example. The floor is to decode the same messages' JSON.
"""

import json
import os
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import msgspec

from benchmarks._table import Row
from byalag.app._codecs import read_codecs
from byalag.codecs import LIMITS
from byalag.codecs._worker import Job, Rooms
from byalag.mapping import Context
from byalag.model import Delivery
from byalag.sources import lorawan

HOME = Path(lorawan.__path__[0])
OWN = {
    "elsys/ers": ("0100e202290400270506060308", {}),
    "milesight/am-em": ("01755c03673401046865056a4900", {}),
    "decentlab/dl": ("02023d0003815e0c15", {"model": "DL-DS18"}),
}
MESSAGES = 2000
UNIT = "uplinks/s"
FLOOR = "the same messages' JSON decoded"
NOON = 1_781_006_400_000_000


def _best(work: Callable[[], object], clock: Callable[[], float], number: int) -> float:
    """Return how many a second, at best of seven."""
    work()
    best = float("inf")
    for _ in range(7):
        start = clock()
        work()
        best = min(best, clock() - start)
    return number / best


def _codec(text: str, data: bytes, port: int, variables: dict[str, str]) -> float | None:
    """Return how many messages a second of processor time a codec reads, if it reads this one."""
    rooms = Rooms()
    given = json.dumps([[[*data], port, NOON // 1000, variables]] * LIMITS.batch)
    job = Job("run", text, text, given, LIMITS.batch, LIMITS)
    answer = rooms.do(job)
    if answer.wrong is not None or json.loads(answer.said or '[""]')[0].__class__ is str:
        return None
    return _best(lambda: rooms.do(job), time.process_time, LIMITS.batch)


def _event(number: int) -> dict[str, object]:
    """Return an event of ChirpStack's."""
    return {
        "time": f"2026-06-09T10:{number // 60 % 60:02d}:{number % 60:02d}.000000000+00:00",
        "deviceInfo": {"devEui": "0200000000000001", "tenantName": "x", "deviceName": "x"},
        "fCnt": number,
        "fPort": 5,
        "data": b64encode(bytes.fromhex(OWN["elsys/ers"][0])).decode(),
        "rxInfo": [{"gatewayId": "02000000000000f1", "rssi": -97, "snr": 7.5}],
    }


EVENTS = [msgspec.json.encode(_event(number)) for number in range(MESSAGES)]


def _end_to_end(size: int) -> tuple[float, float]:
    """Return the rates of the whole way and of JSON alone, for deliveries of so many messages."""
    deliveries = [
        Delivery(source="s", received=NOON, bodies=tuple(EVENTS[at : at + size]))
        for at in range(0, MESSAGES, size)
    ]
    table = (HOME / "sample.toml").read_bytes()
    settings = msgspec.toml.decode(table, type=lorawan.kind.settings)
    settings = lorawan.gather(settings, lambda name: (HOME / name).read_bytes())
    translate = lorawan.prepare(settings)
    context = Context(source="s", municipality="2482", dataset="sensors", received=NOON)

    def whole() -> None:
        for delivery in deliveries:
            for _ in translate(delivery, context):
                pass

    def floor() -> None:
        for body in EVENTS:
            msgspec.json.decode(body)

    return (
        _best(whole, time.perf_counter, MESSAGES),
        _best(floor, time.perf_counter, MESSAGES),
    )


def rows() -> Iterator[Row]:
    """Measure."""
    floor = _best(lambda: [msgspec.json.decode(one) for one in EVENTS], time.process_time, MESSAGES)
    for name, (payload, variables) in OWN.items():
        text = (HOME / "codecs" / f"{name}.js").read_text("utf-8")
        found = _codec(text, bytes.fromhex(payload), 5, variables) or 0
        yield Row(f"codec {name}, ours", found, UNIT, FLOOR, found / floor, "processor time")
    for folder in filter(None, os.environ.get("BYALAG_CODECS", "").split(":")):
        yield from _collection(Path(folder), floor)
    for size in (1, 10, 100, 1000):
        whole, least = _end_to_end(size)
        name = f"bytes to facts, {size} a delivery"
        yield Row(name, whole, UNIT, FLOOR, whole / least, "by the wall, best of 7")


def _collection(folder: Path, floor: float) -> Iterator[Row]:
    rates: dict[str, float] = {}
    for codec in read_codecs(folder).codecs.values():
        for example in codec.examples[:1]:
            text = codec.file.read_text("utf-8-sig", "replace")
            found = _codec(text, example.data, example.port, example.variables)
            if found:
                rates[codec.name] = found
    middle, enough = median(rates.values()), sum(one >= 20_000 for one in rates.values())
    note = f"{enough} of {len(rates)} do 20,000; slowest {min(rates, key=lambda one: rates[one])}"
    yield Row(f"codecs of {folder.name}, median", middle, UNIT, FLOOR, middle / floor, note)
