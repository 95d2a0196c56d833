"""What the tests of watched places share: a source of files, and what it has taken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from msgspec import structs

from byalag.engine import Connected, Engine
from byalag.model import Municipality
from byalag.sources import Common, Watch, settle
from byalag.store import Store
from byalag.testkit import StoppedClock

HOME = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8",))
FILES: dict[str, Any] = {
    "dataset": "parking",
    "format": "csv",
    "thing": {"type": "OffStreetParking", "id": "{id}", "name": "name"},
    "series": [{"name": "availableSpotNumber", "value": "free", "at": "at"}],
}
HEADER = "id;name;free;at\n"


def rows(*free: int, first: int = 0, at: str = "2026-07-01T11:59:00Z") -> str:
    """Return a file of car parks, one a number."""
    lines = (f"p{first + n};P{first + n};{spots};{at}\n" for n, spots in enumerate(free))
    return HEADER + "".join(lines)


def series(number: int) -> str:
    return f"parking:files:p{number}/availableSpotNumber"


def watched(kind: str, *, settled: float = 0.2, every: float = 0.1, **said: object) -> Connected:
    """Return a source that is looked at often, so that tests are quick."""
    found, settings = settle({**FILES, "kind": kind, **said}, name="files")

    def reach(settings: Common) -> Watch:
        watch = found.reach(settings)
        assert isinstance(watch, Watch)
        still = timedelta(seconds=settled) if watch.settled else watch.settled
        return structs.replace(watch, every=timedelta(seconds=every), settled=still)

    kind_ = structs.replace(found, reach=reach)
    return Connected(name="files", municipality=HOME, kind=kind_, settings=settings)


def engine(
    store: Store,
    commons: Store,
    *sources: Connected,
    clock: StoppedClock | None = None,
    secret: Callable[[str], str] = str,
) -> Engine:
    return Engine({"2482": store}, commons, sources, clock=clock or StoppedClock(), secret=secret)


def names(store: Store) -> list[str]:
    """Return the names of the files that have been taken, in order."""
    kept = [store.delivery(one.seq) for one in store.deliveries("files", 100_000)]
    return [one.names[0] for one in kept[::-1] if one is not None]
