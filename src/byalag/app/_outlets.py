"""Looking at outlets and their queues, and trying one, beside a hub that may be running."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager

import anyio

from byalag import Misconfigured
from byalag.app._connected import connect_outlet
from byalag.app._hub import Hub
from byalag.app._mending import own_store
from byalag.app._read_outlet import DeclaredOutlet
from byalag.app._stores import store_file
from byalag.engine import SystemClock, TriedOutlet, try_outlet
from byalag.model import Micros
from byalag.outlets import Message, Whose, of_test
from byalag.store import Queue, QueueCounts


@contextmanager
def queue_of(hub: Hub, name: str, code: str | None) -> Generator[tuple[Queue, Micros], None, None]:
    """Open the queue of one outlet; give it and the time.

    Raises:
        Misconfigured: There is no such outlet, or several municipalities have one.
        NothingStored: The municipality has no store yet.
        Mended: Somebody else works with the same store now.
    """
    tenant, _ = hub.outlet(name, code)
    with own_store(hub, tenant) as store:
        yield store.queue, SystemClock().now()


def stand(hub: Hub) -> list[tuple[str, DeclaredOutlet, QueueCounts | None]]:
    """Return every outlet with its municipality's code and how its queue stands, if it has one."""
    found: list[tuple[str, DeclaredOutlet, QueueCounts | None]] = []
    for tenant in hub.tenants:
        code = tenant.municipality.code
        if not tenant.outlets or not store_file(hub, code).is_file():
            found += [(code, one, None) for one in tenant.outlets]
            continue
        with own_store(hub, tenant) as store:
            found += [(code, one, store.queue.counts(one.name)) for one in tenant.outlets]
    return found


def send_test(hub: Hub, name: str, code: str | None) -> list[TriedOutlet]:
    """Send a clearly marked test message to each receiver of an outlet, at once.

    Raises:
        Misconfigured: There is no such outlet, several municipalities have one, or it has nobody
            of its own to send to.
    """
    tenant, outlet = hub.outlet(name, code)
    if not outlet.kind.receivers(outlet.settings):
        why = (
            f"outlet {name!r} has no receivers of its own: try the contacts of a home with "
            "byalag care rehearse, or name somebody in [[to]]"
        )
        raise Misconfigured(why)
    municipality, clock = tenant.municipality, SystemClock()
    whose = Whose(municipality=municipality.code, zone=municipality.time_zone)
    message: Message = of_test(whose, name, clock.now(), secrets.token_hex(8))

    async def send() -> list[TriedOutlet]:
        connected = connect_outlet(hub, tenant, outlet)
        return await try_outlet(connected, message, clock=clock, secret=hub.secret)

    return anyio.run(send)
