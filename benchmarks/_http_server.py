"""The server that `bench_http` asks, as a hub runs it: `python -m benchmarks._http_server`."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import anyio
import msgspec
import structlog
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from byalag.app._face import Face
from byalag.app._http import application
from byalag.engine import Connected, Engine, Receipt, SystemClock
from byalag.engine._push import Door
from byalag.governance import Key, Keyring, issue
from byalag.model import Dataset, Municipality, Observation, Point, Series, Thing
from byalag.sources import kinds
from byalag.store import Store

CODE = "2482"
PUSH = issue(CODE, ("observations:write",), random=bytes(range(40)))
SERIES = [f"sensor:bench:{number}/temperature" for number in range(100)]
PLACES = 10_000


async def empty(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer nothing at all: the floor."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def without_a_store(commons: Store) -> ASGIApp:
    """Return the same application, whose pushes are read and forgotten."""
    declared = {
        name: Series(
            id=name, thing=name.partition("/")[0], property="temperature", dataset="sensors"
        )
        for name in SERIES
    }
    door, clock = Door(declared, commons.known), SystemClock()

    async def receive(_code: str, body: bytes, media: str, _key: str | None) -> Receipt:
        pushed = door.read(body, media, clock.now())
        return Receipt(accepted=pushed.accepted, refused=pushed.refused, delivery=0)

    return application(_face(commons, receive))


def durable(commons: Store, own: Store) -> tuple[ASGIApp, Engine]:
    """Return the application of a hub, and the engine that carries pushes on to the commons."""
    kind = kinds()["push"]
    declared = [{"id": series, "unit": "Cel"} for series in SERIES]
    settings = msgspec.convert(
        {"kind": "push", "dataset": "sensors", "series": declared}, kind.settings
    )
    source = Connected(
        name="push",
        municipality=Municipality(code=CODE, name="Skellefteå"),
        kind=kind,
        settings=settings,
    )
    own.publish({"sensors": Dataset(id="sensors", title={"sv": "Givare"}, open=True)}).result()
    engine = Engine({CODE: own}, commons, [source], clock=SystemClock(), secret=str)
    return application(_face(commons, engine.receive)), engine


def _face(commons: Store, receive: object) -> Face:
    def recognise(shown: str) -> Key | None:
        return Keyring([PUSH.key]).recognise(shown)

    return Face(
        name="Bench",
        base_url="https://hub.example.se",
        reader=commons,
        now=SystemClock().now,
        receive=receive,  # type: ignore[arg-type]  # one of the two above
        key=recognise,
    )


def fill(commons: Store) -> None:
    """Put many bathing places in the commons, each with a temperature."""
    now = SystemClock().now()
    commons.publish({"baths": Dataset(id="baths", title={"sv": "Bad"}, open=True)}).result()
    facts: list[Thing | Series | Observation] = []
    for number in range(PLACES):
        name = f"bath:bench:{number}"
        point = Point(55 + number % 140 / 10, 11 + number // 140 % 72 / 6)
        facts.append(
            Thing(id=name, type="BathingPlace", dataset="baths", name=str(number), point=point)
        )
        series = f"{name}/waterTemperature"
        facts.append(
            Series(id=series, thing=name, property="waterTemperature", dataset="baths", unit="Cel")
        )
        facts.append(Observation(series, now, 15 + number % 50 / 10))
    commons.commit(facts, at=now).result()


def main() -> None:
    """Serve `empty`, `without` or `durable` on a port, with stores in a folder, until killed."""
    mode, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30), cache_logger_on_first_use=True
    )
    with Store(folder / "commons.sqlite") as commons, Store(folder / "own.sqlite") as own:
        if mode == "durable":
            fill(commons)
        apps: dict[str, Callable[[], tuple[ASGIApp, Engine | None]]] = {
            "empty": lambda: (empty, None),
            "without": lambda: (without_a_store(commons), None),
            "durable": lambda: durable(commons, own),
        }
        app, engine = apps[mode]()
        server = Server(
            app,
            address="127.0.0.1",
            port=port,
            interface=Interfaces.ASGINL,
            websockets=False,
            log_enabled=False,
        )
        print("ready", datetime.now(UTC).isoformat(), flush=True)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(server, engine))


async def _serve(server: Server, engine: Engine | None) -> None:
    async with anyio.create_task_group() as work:
        if engine is not None:
            work.start_soon(engine.run, anyio.Event())
        await server.serve()


if __name__ == "__main__":
    main()
