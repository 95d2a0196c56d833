"""Verifying a hub: its audits line by line, its stores; beside a hub that may be running."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from byalag.app._anchoring import HUB, Found, read_anchors, verified
from byalag.app._hub import Hub
from byalag.app._mending import NothingStored
from byalag.app._stores import COMMONS, REGISTER, store_file
from byalag.store import Audit, Reading, Register


def verify(hub: Hub, copies: Sequence[Path] = ()) -> Iterator[Found]:
    """Yield what each audit is found to be; `copies` are files of anchors kept elsewhere.

    Raises:
        Forged: a file of anchors has a line that was not signed.
        Unfit: a file is not a store of this version.
    """
    with ExitStack() as stack:
        audits: dict[str, Audit] = {}
        for tenant in hub.tenants:
            code = tenant.municipality.code
            if store_file(hub, code).is_file():
                reading = stack.enter_context(closing(Reading(store_file(hub, code))))
                audits[code] = reading.audit
        if (hub.store / REGISTER).is_file():
            audits[HUB] = stack.enter_context(Register(hub.store / REGISTER)).audit
        elsewhere = [one for file in copies for one in read_anchors(file)]
        yield from verified(audits, hub.store, elsewhere)


def damage(hub: Hub) -> Iterator[tuple[str, str]]:
    """Yield what is wrong inside each store, by the name of its file."""
    files = [store_file(hub, tenant.municipality.code) for tenant in hub.tenants]
    for file in [*files, hub.store / COMMONS]:
        if file.is_file():
            with closing(Reading(file)) as reading:
                yield from ((file.name, said) for said in reading.check())


@contextmanager
def look_at_audit(hub: Hub, of: str) -> Generator[Audit, None, None]:
    """Look at one audit, a municipality's by its code or "hub"; the hub may be running.

    Raises:
        Misconfigured: There is no such municipality.
        NothingStored: Nothing has been written yet.
    """
    code = of if of == HUB else hub.tenant(of).municipality.code
    file = hub.store / REGISTER if of == HUB else store_file(hub, code)
    if not file.is_file():
        message = f"There is no {file} yet; start the hub with byalag serve."
        raise NothingStored(message)
    with closing(Register(file) if of == HUB else Reading(file)) as opened:
        yield opened.audit
