"""The stores of a hub: one a municipality, the commons, and the register; opened together."""

import fcntl
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from byalag import ByalagError
from byalag.app._care_guard import refuse_opening
from byalag.app._hub import Hub, Tenant
from byalag.app._left import sweep_left
from byalag.app._sealing import sealing
from byalag.engine import describe
from byalag.model import Micros
from byalag.store import Register, Store

COMMONS = "commons.sqlite"
REGISTER = "hub.sqlite"


class Busy(ByalagError):
    """The hub's stores are in use.

    Another Byalag works with the same folder. Stop it first, or use another store folder.
    """

    exit_code = 5


class Stores(Struct, frozen=True):
    """The stores by municipality code, the commons, and the hub's register."""

    own: Mapping[str, Store]
    commons: Store
    register: Register


def store_file(hub: Hub, code: str) -> Path:
    """Return where a municipality's store is."""
    return hub.store / f"{code}.sqlite"


def own_store_of(hub: Hub, tenant: Tenant) -> Store:
    """Open a municipality's own store, with what seals and opens what is in it.

    Raises:
        Misconfigured: The master key cannot be read, or is too short.
        Sealed: The master key is not the one that the municipality's keys are wrapped by.
    """
    return Store(store_file(hub, tenant.municipality.code), sealing=sealing(hub, tenant))


@contextmanager
def open_stores(hub: Hub) -> Generator[Stores, None, None]:
    """Open every store of the hub, alone. Raises Busy if another Byalag has them."""
    hub.store.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(alone(hub.store))
        register = stack.enter_context(Register(hub.store / REGISTER))
        sweep_left(hub.store, register, {tenant.municipality.code for tenant in hub.tenants})
        commons = stack.enter_context(Store(hub.store / COMMONS))
        own = {
            tenant.municipality.code: stack.enter_context(own_store_of(hub, tenant))
            for tenant in hub.tenants
        }
        yield Stores(own, commons, register)


def declare(hub: Hub, stores: Stores, now: Micros) -> None:
    """Tell the stores what the hub folder declares: datasets, own places, links.

    Raises:
        HubFaulty: A dataset that homes use would be open, or about people no more.
    """
    for tenant in hub.tenants:
        code = tenant.municipality.code
        refuse_opening(tenant, stores.own[code])
        stores.own[code].publish(tenant.datasets).result()
        opened = {id_: one for id_, one in tenant.datasets.items() if one.open}
        stores.commons.publish(opened, origin=code).result()
        describe(stores.own[code], tenant.facts, name="places", at=now)


@contextmanager
def alone(folder: Path) -> Generator[None, None, None]:
    """Be the only Byalag that works with a folder of stores. Raises Busy if there is another."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"Another Byalag already works with {folder}: stop it first."
            raise Busy(message) from error
        yield
