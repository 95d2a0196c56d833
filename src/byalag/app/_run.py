"""A hub at work: stores, engine and HTTP in one process, from the first breath to the last."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeAlias

import anyio
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp

from byalag import ByalagError
from byalag.app._anchoring import Anchoring
from byalag.app._care_book import books
from byalag.app._care_watch import watched_homes
from byalag.app._care_ways import ways_of
from byalag.app._catalogues_kept import come, keep
from byalag.app._condition import Condition
from byalag.app._connected import connected, connected_outlets
from byalag.app._hub import Hub
from byalag.app._keeping import kept
from byalag.app._keyring import live_keyring
from byalag.app._migration import COPIES_FOR, forget_copies
from byalag.app._notified import notified
from byalag.app._problem import HubFaulty
from byalag.app._sensorthings_mqtt import Broadcast
from byalag.app._stores import Stores, declare, open_stores
from byalag.app._tenant_watch import TenantWatch
from byalag.app._traces import sending_traces
from byalag.app._web import web, windows_of
from byalag.app._window import Windows
from byalag.app._workers import Crew, Order, private_socket
from byalag.app._workers_hand import FromWorkers
from byalag.app._workers_measures import Together
from byalag.engine import Clock, Engine, SystemClock
from byalag.store import Change

HEADERS_WITHIN = 15_000  # milliseconds for a request's headers
GRACE = 5.0  # seconds that answers under way may take after a stop was asked for
Tell: TypeAlias = Callable[[Sequence[Change]], None]
_NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- where "everywhere" is reached from here


class PortTaken(ByalagError):
    """The network port cannot be used."""

    exit_code = 5


def serve(  # noqa: PLR0913 -- these are what a hub is run with
    hub: Hub,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    before: Callable[[Stores], None] | None = None,
    workers: int = 0,
) -> int:
    """Run a hub until SIGTERM or SIGINT, and return which it was.

    `ready` is told the address when the hub answers; `before` may fill the stores first.
    `workers` are processes that answer what anyone may read, beside this one.

    Raises:
        Misconfigured: A secret cannot be resolved.
        PortTaken: Something else answers on the port, or it is not ours to use.
        Busy: Another Byalag works with the same stores.
    """
    import uvloop  # noqa: PLC0415 -- a hub can be checked where none can be served (Windows)

    unresolved = [problem for problem in hub.warnings if problem.secret]
    if unresolved:
        raise HubFaulty(unresolved)
    _try_port(host, port)
    clock = SystemClock()
    with open_stores(hub) as stores:
        declare(hub, stores, clock.now())
        forget_copies(hub, before=clock.now() - COPIES_FOR)
        if before is not None:
            before(stores)
        loop = uvloop.new_event_loop
        with sending_traces(), asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(_run(hub, stores, clock, host, port, ready, workers))


async def _answering(host: str, port: int) -> None:
    """Wait until the server takes connections, so that "ready" is true when it is said."""
    while True:
        try:
            _, connection = await asyncio.open_connection(host, port)
        except OSError:
            await anyio.sleep(0.01)
        else:
            connection.close()
            return


async def _run(  # noqa: PLR0913, PLR0917 -- these are the parts that meet here and nowhere else
    hub: Hub,
    stores: Stores,
    clock: Clock,
    host: str,
    port: int,
    ready: Callable[[str], None],
    workers: int,
) -> int:
    def projected(changes: Sequence[Change]) -> None:
        if broadcast is not None:
            broadcast.tell(changes)

    engine = engine_of(hub, stores, clock, projected)
    broadcast = _broadcast(hub, windows_of(hub, stores, engine, clock))
    together = Together(engine.registry)
    condition = Condition(hub, stores, clock.now, together)
    anchoring = Anchoring(stores.own, stores.register, hub.store, clock.now)
    agreed = books(hub, stores.own)
    ways = ways_of(hub, stores, engine, clock, agreed)
    watching = watched_homes(hub, stores, agreed, clock.now)
    app = web(
        hub,
        stores,
        engine,
        clock,
        condition,
        anchored=anchoring.require,
        agreed=agreed,
        lookouts=watching.lookouts,
        ways=ways,
    )
    server = server_of(app, host=host, port=port)
    stop, heard = anyio.Event(), _listen_for_signals()
    signalled = asyncio.ensure_future(heard.get())
    async with anyio.create_task_group() as work:
        work.start_soon(engine.run, stop)
        work.start_soon(anchoring.run, stop)
        work.start_soon(watching.run, stop)
        work.start_soon(ways.run, stop)
        work.start_soon(TenantWatch(hub, stores, engine, clock.now).run, stop)
        if broadcast is not None:
            work.start_soon(broadcast.run, stop)
        serving = asyncio.ensure_future(server.serve())
        near = _NEAR.get(host, host)
        await _answering(near, port)
        shown = f"[{near}]" if ":" in near else near
        async with _crew(hub, app, workers, together, (host, port)) as crew:
            condition.crew = crew
            if app.catalogues is not None:
                await work.start(keep, app.catalogues, stop, partial(come, stores))
            ready(f"http://{shown}:{port}/")
            await asyncio.wait({serving, signalled}, return_when=asyncio.FIRST_COMPLETED)
        server.stop()  # type: ignore[no-untyped-call]  # granian does not say its type
        stop.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(serving, GRACE)
    return signalled.result() if signalled.done() else signal.SIGTERM


@asynccontextmanager
async def _crew(
    hub: Hub, app: ASGIApp, count: int, together: Together, at: tuple[str, int]
) -> AsyncGenerator[Crew | None]:
    """Run so many workers, and take what they hand over."""
    if not count:
        yield None
        return
    async with private_socket() as (path, secret), anyio.create_task_group() as work:
        inner = server_of(FromWorkers(app, secret), socket=path)
        serving = asyncio.ensure_future(inner.serve())

        def order(worker: str) -> Order:
            return Order(
                worker=worker,
                folder=str(hub.folder),
                address=hub.settings.address,
                host=at[0],
                port=at[1],
                socket=str(path),
                secret=secret,
            )

        crew = Crew(count, order, together)
        await crew.start(work)
        try:
            yield crew
        finally:
            await crew.stop()
            inner.stop()  # type: ignore[no-untyped-call]  # granian does not say its type
            with suppress(TimeoutError):
                await asyncio.wait_for(serving, GRACE)
            work.cancel_scope.cancel()


def engine_of(
    hub: Hub, stores: Stores, clock: Clock, projected: Tell = lambda _changes: None
) -> Engine:
    """Build the hub's engine. It does nothing until it is run."""
    return Engine(
        stores.own,
        stores.commons,
        connected(hub),
        clock=clock,
        secret=hub.secret,
        outlets=connected_outlets(hub),
        projected=projected,
        notified=notified(hub, live_keyring(hub, stores.register, clock.now).is_good),
        kept=kept(hub),
    )


def _broadcast(hub: Hub, windows: Windows) -> Broadcast | None:
    """Return the hub's SensorThings on its broker, where the settings name one."""
    if hub.settings.sensorthings is None:
        return None
    address = hub.settings.address.rstrip("/")
    return Broadcast(hub.settings.sensorthings, windows, hub=address, secret=hub.secret)


def server_of(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, socket: Path | None = None
) -> Server:
    """Build what answers HTTP, on a port that it may share or on a Unix socket."""
    return Server(
        app,
        address=host,
        port=port,
        uds=socket,
        interface=Interfaces.ASGINL,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN),
        log_enabled=False,
    )


def _listen_for_signals() -> asyncio.Queue[int]:
    heard: asyncio.Queue[int] = asyncio.Queue()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, heard.put_nowait, int(number))
    return heard


def _try_port(host: str, port: int) -> None:
    """Say clearly that a port is taken: the server itself would share it with whoever has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, port))
        except OSError as error:
            message = (
                f"Port {port} on {host} cannot be used: {(error.strerror or str(error)).lower()}. "
                "Stop what uses it, or choose another with --port."
            )
            raise PortTaken(message) from error
