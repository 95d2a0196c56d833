"""A hub that is shared: the 14 municipalities of Norrbotten with 200 open datasets together.

Asked over loopback, as a program of its own: the catalogue in each form, the first time and when it
is kept. In this process: how long after a push has been acknowledged it can be read in the commons,
at 2,000 observations a second spread over the municipalities.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio

from benchmarks._table import Row
from byalag.app import add_municipality, municipalities, open_hub
from byalag.app._connected import connected
from byalag.app._stores import declare, open_stores
from byalag.engine import Engine, SystemClock
from byalag.model import Observation
from byalag.store import Change
from byalag.testkit import RunningHub

DATASETS = 200
SECONDS = 10.0
RATE = 2_000  # observations a second
BATCH = 20  # observations of one push
FORMS = {
    "Turtle": "text/turtle",
    "JSON-LD": "application/ld+json",
    "RDF/XML": "application/rdf+xml",
}
_HUB = """\
name = "Norrbotten"
address = "http://127.0.0.1:8080"

[contact]
name = "Navet"
email = "nav@example.se"
"""
_DATASET = """\
title = {{ sv = "Datamängd {id}", en = "Dataset {id}" }}
description = {{ sv = "Vad som mäts, {id}", en = "What is measured, {id}" }}
owner = "{name} kommun"
theme = ["ENVI"]
open = true
"""
_SOURCE = """\
kind = "push"
dataset = "{id}"

[[series]]
id = "sensor:m{code}:{id}/waterTemperature"
unit = "Cel"
"""


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    with tempfile.TemporaryDirectory() as folder:
        hub = Path(folder) / "hub"
        series = _write(hub)
        with RunningHub("serve", hub) as running:
            yield Row("shared hub: start", running.seconds, "s", note=_what())
            yield Row("shared hub: memory", _memory(running), "MiB", note="after the start")
            for form, media_type in FORMS.items():
                times = [_asked(running, media_type) for _ in range(21)]
                yield Row(f"/datasets/dcat, {form}, first", times[0], "ms")
                kept = statistics.median(times[1:])
                yield Row(f"/datasets/dcat, {form}, kept", kept, "ms")
        lags = asyncio.run(_lags(hub, series))
        cut = statistics.quantiles(lags, n=100)
        note = f"{RATE:,} obs/s for {SECONDS:.0f} s, load {os.getloadavg()[0]:.1f}"
        yield Row("projection lag, median", statistics.median(lags) * 1000, "ms", note=note)
        yield Row("projection lag, p99", cut[98] * 1000, "ms", note=note)


def _what() -> str:
    return f"14 municipalities, {DATASETS} datasets, load {os.getloadavg()[0]:.1f}"


def _write(hub: Path) -> list[tuple[str, str]]:
    """Write the hub folder; return each series with its municipality."""
    hub.mkdir()
    (hub / "hub.toml").write_text(_HUB, "utf-8")
    codes = [code for code in municipalities() if code.startswith("25")]
    homes = {}
    for code in codes:
        homes[code], _ = add_municipality(hub, code, name="", who="bench", now=0)
        text = (homes[code] / "municipality.toml").read_text("utf-8")
        text = f'organisation_number = "212000-0000"\n{text}'
        text = text.replace("# email", "email")
        (homes[code] / "municipality.toml").write_text(text, "utf-8")
    found: list[tuple[str, str]] = []
    for number in range(DATASETS):
        code = codes[number % len(codes)]
        told = {"id": f"d{number}", "code": code, "name": municipalities()[code]}
        (homes[code] / "datasets" / f"d{number}.toml").write_text(_DATASET.format(**told), "utf-8")
        (homes[code] / "sources" / f"s{number}.toml").write_text(_SOURCE.format(**told), "utf-8")
        found.append((code, f"sensor:m{code}:d{number}/waterTemperature"))
    return found


def _asked(hub: RunningHub, media_type: str) -> float:
    began = time.perf_counter()
    page = hub.get("/datasets/dcat", accept=media_type)
    if page.status != 200 or len(page.text) < DATASETS:
        message = f"the catalogue was not answered: {page.status} {page.text[:200]}"
        raise RuntimeError(message)
    return (time.perf_counter() - began) * 1000


def _memory(hub: RunningHub) -> float:
    return hub.memory / 1024 / 1024


async def _lags(folder: Path, series: Sequence[tuple[str, str]]) -> list[float]:
    """Push at the rate, and return how long after each answer it could be read by all, seconds."""
    hub, clock = open_hub(folder), SystemClock()
    acknowledged: dict[tuple[str, int], float] = {}
    there: dict[tuple[str, int], float] = {}

    def projected(changes: Sequence[Change]) -> None:
        now = time.perf_counter()
        for change in changes:
            for fact in change.facts:
                if isinstance(fact, Observation):
                    there.setdefault((fact.series, fact.at), now)
            for columns in change.columns:
                for one, at in zip(columns.series, columns.times.tolist(), strict=True):
                    there.setdefault((one, at), now)

    with open_stores(hub) as stores:
        declare(hub, stores, clock.now())
        engine = Engine(
            stores.own,
            stores.commons,
            connected(hub),
            clock=clock,
            secret=hub.secret,
            projected=projected,
        )
        stop = anyio.Event()
        async with anyio.create_task_group() as work:
            work.start_soon(engine.run, stop)
            await anyio.sleep(3)  # until what was declared has been carried over
            await _push(engine, series, acknowledged, clock)
            await anyio.sleep(3)
            stop.set()
    return [there[key] - at for key, at in acknowledged.items()]


async def _push(
    engine: Engine,
    series: Sequence[tuple[str, str]],
    acknowledged: dict[tuple[str, int], float],
    clock: SystemClock,
) -> None:
    async def one(number: int) -> None:
        code, name = series[number % len(series)]
        now = clock.now() - BATCH
        stamps = [now + step for step in range(BATCH)]
        lines = b"\n".join(
            b'{"series":"%s","time":"%s","value":%d}' % (name.encode(), _iso(at), number % 30)
            for at in stamps
        )
        await engine.receive(code, lines, "application/x-ndjson", None)
        acknowledged[name, stamps[-1]] = time.perf_counter()

    every = BATCH / RATE
    began, number = time.perf_counter(), 0
    async with anyio.create_task_group() as pushing:
        while (now := time.perf_counter()) - began < SECONDS:
            while began + number * every <= now:
                pushing.start_soon(one, number)
                number += 1
            await anyio.sleep(every / 2)


def _iso(at: int) -> bytes:
    seconds, rest = divmod(at, 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)).encode() + b".%06dZ" % rest
