"""One worker: the hub's own application over stores that it only reads.

It is started by the main process (`_workers`), told what to do in one line on standard input, and
ends when that does. What it has counted it tells every second in a line on standard output.
"""

import asyncio
import signal
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

import anyio
import msgspec
import uvloop
from msgspec.structs import replace

from byalag.app._catalogues_kept import come, keep
from byalag.app._hub import Hub, open_hub
from byalag.app._log import log_to_stderr
from byalag.app._run import GRACE, engine_of, server_of
from byalag.app._stores import COMMONS, REGISTER, Stores, store_file
from byalag.app._traces import sending_traces
from byalag.app._web import web
from byalag.app._workers import Order, Report
from byalag.app._workers_front import Front
from byalag.app._workers_hand import HandOver
from byalag.app._workers_measures import Collects, counted
from byalag.engine import SystemClock
from byalag.store import Register, Store

_TELLS: Final = 1.0  # seconds between reports


def main() -> None:
    """Work until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the main process says when it is time
    line = sys.stdin.buffer.readline()
    if not line:
        return
    order = msgspec.json.decode(line, type=Order)
    log_to_stderr(worker=order.worker)
    hub = open_hub(Path(order.folder))
    hub = replace(hub, settings=replace(hub.settings, address=order.address))
    with (
        sending_traces(order.worker),
        open_beside(hub) as stores,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_work(order, hub, stores))


@contextmanager
def open_beside(hub: Hub) -> Generator[Stores]:
    """Open every store of a hub to read it, beside the process that writes."""
    with ExitStack() as stack:
        yield Stores(
            own={
                tenant.municipality.code: stack.enter_context(
                    Store(store_file(hub, tenant.municipality.code), beside=True)
                )
                for tenant in hub.tenants
            },
            commons=stack.enter_context(Store(hub.store / COMMONS, beside=True)),
            register=stack.enter_context(Register(hub.store / REGISTER)),
        )


async def _work(order: Order, hub: Hub, stores: Stores) -> None:
    clock = SystemClock()
    engine = engine_of(hub, stores, clock)  # it is never run: it knows what there is to know
    over = HandOver(Path(order.socket), order.secret)
    app, stop = web(hub, stores, engine, clock, agreed={}), anyio.Event()
    front = Front(app, over)
    server = server_of(front, host=order.host, port=order.port)
    serving = asyncio.ensure_future(server.serve())
    ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.buffer.read))
    telling = asyncio.ensure_future(_tell(engine.registry))
    keeping = (
        asyncio.ensure_future(keep(app.catalogues, stop, partial(come, stores)))
        if app.catalogues
        else None
    )
    await asyncio.wait({serving, ended, telling}, return_when=asyncio.FIRST_COMPLETED)
    server.stop()  # type: ignore[no-untyped-call]  # granian does not say its type
    with suppress(TimeoutError):
        await asyncio.wait_for(serving, GRACE)
    telling.cancel()
    stop.set()
    if keeping is not None:
        await keeping
    await over.close()


async def _tell(registry: Collects) -> None:
    """Tell what has been counted, until nobody listens."""
    heard = True
    while heard:
        report = msgspec.json.encode(Report(counted=counted(registry)))
        heard = await asyncio.to_thread(_write, report)
        await anyio.sleep(_TELLS)


def _write(line: bytes) -> bool:
    try:
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        return False
    return True


if __name__ == "__main__":
    main()
