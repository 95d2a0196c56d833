"""Looking at what was set aside, and mending it, beside a hub that may be running.

Looking opens the store to read. Mending writes from a second process: SQLite lets one write at a
time, each waits for the other's commit, and the hub sees what has been written at its next. Two who
mend at the same time would replay the same rows, so they wait in line by a lock of their own.
"""

import fcntl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from byalag import ByalagError
from byalag.app._connected import connect
from byalag.app._desk import about_people
from byalag.app._hub import Hub, Tenant
from byalag.app._sealing import sealing
from byalag.app._stores import own_store_of, store_file
from byalag.engine import Aside, Connected, Mending, Retranslation, SystemClock
from byalag.model import Micros
from byalag.store import Difference, Note, Reading, SetAside, Store


class NothingStored(ByalagError):
    """The municipality has no store yet.

    Start the hub with `byalag serve`; there is nothing to mend before something has come.
    """

    exit_code = 5


class Mended(ByalagError):
    """Somebody else is mending the same store.

    Wait until they are done, and try again.
    """

    exit_code = 5


@contextmanager
def look(hub: Hub, code: str | None) -> Generator[Aside, None, None]:
    """Look at what a municipality has set aside; the hub may be running.

    Raises:
        Misconfigured: There is no such municipality, or several and none was named.
        NothingStored: The municipality has no store yet.
    """
    tenant = hub.one_tenant(code)
    store = Reading(_file(hub, tenant), sealing(hub, tenant))
    try:
        yield Aside(store, sources_of(tenant))
    finally:
        store.close()


@contextmanager
def mend(hub: Hub, code: str | None) -> Generator[Mending, None, None]:
    """Mend what a municipality has set aside; the hub may be running.

    Raises:
        Misconfigured: There is no such municipality, or several and none was named.
        NothingStored: The municipality has no store yet.
        Mended: Somebody else mends now.
    """
    tenant = hub.one_tenant(code)
    with own_store(hub, tenant) as store:
        yield Mending(store, sources_of(tenant), SystemClock())


@contextmanager
def own_store(hub: Hub, tenant: Tenant) -> Generator[Store, None, None]:
    """Open a municipality's store to write beside a running hub, alone among those who mend."""
    _file(hub, tenant)
    with (hub.store / "mending.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Mended from error
        with own_store_of(hub, tenant) as store:
            yield store


def note_shown(hub: Hub, code: str | None, row: SetAside, *, who: str) -> None:
    """Write down that somebody has looked at a record, where it is about people.

    Raises:
        Mended: Somebody else mends now.
    """
    tenant = hub.one_tenant(code)
    if not about_people(tenant, row.source):
        return
    details = {"source": row.source, "delivery": row.delivery}
    at = SystemClock().now()
    line = Note(at=at, who=who, what="read", about=f"set-aside/{row.seq}", details=details)
    with own_store(hub, tenant) as store:
        store.note(line).result()


def sources_of(tenant: Tenant) -> list[Connected]:
    """Return a municipality's sources as they are declared now."""
    return [connect(tenant, source) for source in tenant.sources]


def _file(hub: Hub, tenant: Tenant) -> Path:
    file = store_file(hub, tenant.municipality.code)
    if not file.is_file():
        raise NothingStored
    return file


def translate_again(  # noqa: PLR0913 -- one parameter for each thing that can be asked for
    hub: Hub,
    name: str,
    *,
    municipality: str | None,
    since: Micros | None,
    until: Micros | None,
    who: str | None,
    progress: Callable[[int, int], object],
) -> Difference:
    """Run a source's kept deliveries through the mapping as it is; write if `who` does so.

    Raises:
        Misconfigured: There is no such source, or several and no municipality was named.
        NothingStored: The municipality has no store yet.
        Untold: The source is pushed to, or an older mapping can no longer be read.
        Mended: Somebody else mends now.
    """
    tenant, source = hub.source(name, municipality)
    file = _file(hub, tenant)
    store = Reading(file, sealing(hub, tenant))
    try:
        again = Retranslation(
            store,
            source.name,
            sources_of(tenant),
            SystemClock(),
            since=since,
            until=until,
            progress=progress,
        )
        if who is None:
            return again.compare()
        with own_store(hub, tenant) as own:
            return again.apply(own, who)
    finally:
        store.close()
