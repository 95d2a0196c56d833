"""The server that `bench_standards` asks: `python -m benchmarks._standards_server MODE LENGTH ...`.

`hub` answers as a hub does that is open to its own machine, with a million observations stored.
`fixed` answers what it was given as a body's length, and `durable` keeps one row for each request.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import numpy as np
import structlog
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from byalag.app._beside import Beside
from byalag.app._bounded import whole
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._window import Windows, fetching
from byalag.engine import Engine, SystemClock, durable
from byalag.model import Dataset, Fact, Municipality, Observation, Point, Series, Thing
from byalag.store import Store

CODE = "2482"
THINGS = 1_000
EACH = 2  # series a thing
COLD = 450  # observations of each series that are folded
HOT = 50  # observations of each series that are not
MINUTE = 60_000_000  # microseconds
LAMPS = Dataset(id="lamps", title={"sv": "Lampor", "en": "Lamps"}, open=True, written=True)


def floor(length: int, store: Store | None) -> ASGIApp:
    """Return what answers a body of a length; with a store, when a row of each body is on disk."""
    body = b"[" + b" " * max(length - 2, 0) + b"]"
    head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    head += [(b"traceparent", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00")]
    status = 201 if store else 200

    async def answer(_scope: Scope, receive: Receive, send: Send) -> None:
        said = await whole(receive)
        if store is not None:
            await durable(store.remember("bench", said.decode()))
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    return answer


def hub(commons: Store, own: Store, port: int) -> tuple[ASGIApp, Engine]:
    """Return the application of a hub that is open to its own machine."""
    clock, skelleftea = SystemClock(), Municipality(code=CODE, name="Skellefteå")
    engine = Engine({CODE: own}, commons, [], clock=clock, secret=str)
    windows = Windows(
        commons=commons,
        own={CODE: own},
        municipalities=[skelleftea],
        written={CODE: LAMPS},
        wake=engine.wake,
        fetch=fetching(near=True),
        now=clock.now,
        beside=Beside(),
        near=CODE,
    )
    face = Face(
        name="Bench",
        base_url=f"http://127.0.0.1:{port}",
        reader=commons,
        now=clock.now,
        receive=engine.receive,
        key=lambda _shown: None,
        municipalities=[skelleftea],
        windows=windows,
    )
    return application(face), engine


def fill(own: Store) -> None:
    """Put a million observations of two thousand series in a store, most of them folded."""
    now = SystemClock().now() // MINUTE * MINUTE
    own.publish({"lamps": LAMPS}).result()
    own.commit(list(_described()), at=now).result()
    values = np.sin(np.arange(COLD)) * 10 + 20
    first = now - (COLD + HOT) * 5 * MINUTE
    times = first + np.arange(COLD, dtype=np.int64) * 5 * MINUTE
    loading = [own.load(series, times, values + no % 7) for no, series in enumerate(_all_series())]
    for each in loading:
        each.result()
    for step in range(HOT):
        at = first + (COLD + step) * 5 * MINUTE
        said = [Observation(series.id, at, 20 + step / 10) for series in _all_series()]
        own.commit(said, at=now).result()


def project(own: Store, commons: Store) -> None:
    """Bring all of it to the commons, so that the hub is at rest when it is asked."""
    commons.publish({"lamps": LAMPS}, origin=CODE).result()
    while changes := own.changes(commons.cursor(CODE), 100):
        commons.absorb(CODE, changes).result()


def _described() -> Iterator[Fact]:
    for no in range(THINGS):
        yield Thing(
            id=f"lamp:bench:{no}",
            type="Streetlight",
            dataset="lamps",
            name=f"Lamp {no}",
            description="A lamp in a street",
            municipality=CODE,
            point=Point(64.0 + no % 40 / 40, 20.0 + no // 40 / 25),
            properties={"power": no % 100, "maker": "Bench"},
        )
    yield from _all_series()


def _all_series() -> Iterator[Series]:
    for no in range(THINGS):
        for name, unit in (("temperature", "Cel"), ("current", "A")):
            thing = f"lamp:bench:{no}"
            yield Series(
                id=f"{thing}/{name}", thing=thing, property=name, dataset="lamps", unit=unit
            )


def main() -> None:
    """Serve on a port, with stores in a folder, until killed."""
    mode, length, port, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30), cache_logger_on_first_use=True
    )
    with Store(folder / "commons.sqlite") as commons, Store(folder / f"{CODE}.sqlite") as own:
        engine: Engine | None = None
        if mode == "hub":
            fill(own)
            project(own, commons)
            app, engine = hub(commons, own, port)
        else:
            app = floor(length, own if mode == "durable" else None)
        server = Server(
            app,
            address="127.0.0.1",
            port=port,
            interface=Interfaces.ASGINL,
            websockets=False,
            log_enabled=False,
        )
        print("ready", flush=True)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(server, engine))


async def _serve(server: Server, engine: Engine | None) -> None:
    async with anyio.create_task_group() as work:
        if engine is not None:
            work.start_soon(engine.run, anyio.Event())
        await server.serve()


if __name__ == "__main__":
    main()
