"""What it costs to recognise a key, to meter a request, and to ask with and without a plan.

Times are the best of seven rounds, of one thread's processor time, so that others on the machine
are not measured. A request is asked of the hub's application itself, without a server.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from benchmarks._table import Row
from byalag.app._face import Face
from byalag.app._http import Application, application
from byalag.app._keyring import LiveKeyring
from byalag.app._metered import Meter, month_of
from byalag.app._metered_slots import FILE, NETWORKS, Slots
from byalag.app._usage import Counting
from byalag.engine import Receipt, SystemClock
from byalag.governance import Plan, Product, issue, limit
from byalag.store import ApiKeys, Register, Store, Usage

MANY, KEYS = 500, 1_000
ASKED = "/baths/v1/bathing-places"
UNIT = "µs"
PLANS = {"anybody": Plan(rate=1_000_000, burst=1_000_000, quota=1_000_000_000)}
BATHS = Product(id="bad", title={"sv": "Bad"}, apis=("baths",), plans=PLANS)


def rows() -> Iterator[Row]:
    """Yield the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with TemporaryDirectory() as folder, Register(Path(folder) / "hub.sqlite") as register:
        yield from _look_up(register)
        yield from _metering(Path(folder), register)
        yield from _requests(Path(folder), register)


def _look_up(register: Register) -> Iterator[Row]:
    kept = ApiKeys(register)
    issued = [issue("2482", ("facts:read",), random=os.urandom(40)) for _ in range(KEYS)]
    for one in issued:
        kept.put(one.key, at=1, who="bench")
    ring = LiveKeyring(Path(), {}, register, SystemClock().now)
    texts = [one.text for one in issued]
    for text in texts:  # that they have been shown is noted now, and not while it is measured
        ring.recognise(text)
    register.change(lambda _: None).result()
    hashed = _each(lambda number: sha256(texts[number % KEYS].encode()).hexdigest())
    looked = _each(lambda number: ring.recognise(texts[number % KEYS]))
    yield Row("recognise a key", looked, UNIT, "one SHA-256", looked / hashed, f"{KEYS} keys")


def _metering(folder: Path, register: Register) -> Iterator[Row]:
    slots, now = Slots(folder / FILE), SystemClock().now
    bound, month = limit(PLANS["anybody"]), month_of(now()).number
    whose = [slots.network(f"192.0.{number}.0/24", "bad") for number in range(256)]

    def take(number: int) -> object:
        return slots.take(NETWORKS, whose[number % 256], bound, now=now() * 1000, month=month)

    taken = _each(take)
    meter = Meter({"bad": BATHS}, Usage(register), slots, now)
    whole = _each(lambda number: meter.of_anybody(f"198.51.{number % 256}.0/24", "baths", "v1"))
    yield Row("take from a slot", taken, UNIT, "", None, "lock, reckon, write, unlock")
    yield Row(
        "meter a request", whole, UNIT, "take from a slot", whole / taken, "plan, slot, month"
    )


def _requests(folder: Path, register: Register) -> Iterator[Row]:
    with Store(folder / "commons.sqlite") as store:
        usage, now = Usage(register), SystemClock().now
        meter = Meter({"bad": BATHS}, usage, Slots(folder / "other"), now)
        bare = _application(store)
        counted = _application(store, counting=Counting(usage, now))
        metered = _application(store, counting=Counting(usage, now), meter=meter)
        times: dict[int, list[float]] = {0: [], 1: [], 2: []}
        with asyncio.Runner() as runner:
            for _ in range(7):
                for number, app in enumerate((bare, counted, metered)):
                    times[number].append(runner.run(_ask(app)))
        plain, also, whole = (min(each) for each in times.values())
        yield Row("a request", plain, UNIT, "", None, "nothing counted, no plan")
        yield Row("a request, counted", also, UNIT, "a request", also / plain, "every hub")
        yield Row(
            "a request by a plan", whole, UNIT, "a request", whole / plain, "with its headers"
        )


def _application(store: Store, **more: Any) -> Application:  # noqa: ANN401 -- fields of a face
    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        return Receipt(accepted=0, refused=[], delivery=0)

    face = Face(
        name="bench",
        base_url="https://hub.example.se",
        reader=store,
        now=SystemClock().now,
        receive=receive,
        key=lambda _: None,
        **more,
    )
    return application(face)


async def _ask(app: Application) -> float:
    """Return the microseconds of one request among many."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Any) -> None:  # noqa: ANN401 -- ASGI's messages
        return

    begun = time.thread_time()
    for _ in range(MANY):
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": ASKED,
            "raw_path": ASKED.encode(),
            "query_string": b"",
            "headers": [(b"host", b"hub.example.se")],
            "client": ("192.0.2.7", 4711),
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "root_path": "",
        }
        await app(scope, receive, send)
    return (time.thread_time() - begun) / MANY * 1e6


def _each(work: Callable[[int], object]) -> float:
    """Return the microseconds of one among many: the best of seven rounds."""
    rounds: list[float] = []
    for _ in range(7):
        begun = time.thread_time()
        for number in range(MANY):
            work(number)
        rounds.append((time.thread_time() - begun) / MANY * 1e6)
    return min(rounds)
