"""Reports of a hub that may be running: the stores are opened beside it, to be read only."""

from contextlib import ExitStack

from byalag.app._flow_around import surroundings
from byalag.app._hub import Hub
from byalag.app._inventory import Inventory
from byalag.app._reports import materials, report
from byalag.app._sealing import sealing
from byalag.app._stores import store_file
from byalag.engine import SystemClock
from byalag.model import Json
from byalag.pages.stewardship import Report, ReportName
from byalag.store import Store


def make_report(hub: Hub, name: ReportName, code: str | None) -> Report:
    """Make a report of one municipality, or of all; what is not stored yet is told by settings.

    Raises:
        Misconfigured: There is no such municipality.
        Unfit: A store is not of this version; start the hub, which brings it up.
    """
    tenants = hub.tenants if code is None else (hub.tenant(code),)
    clock = SystemClock()
    with ExitStack() as stack:
        own = {
            tenant.municipality.code: stack.enter_context(
                Store(path, beside=True, sealing=sealing(hub, tenant))
            )
            for tenant in tenants
            if (path := store_file(hub, tenant.municipality.code)).is_file()
        }
        known = Inventory(around=surroundings(hub, own, clock.now), now=clock.now)
        return report(known, name, [tenant.municipality.code for tenant in tenants])


def bill_of_materials() -> Json:
    """Return the bill of materials of the program, as it is installed now."""
    return materials(SystemClock().now())
