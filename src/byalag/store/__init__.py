"""What is remembered: one SQLite file a municipality, hot rows and cold chunks. (seam).

The whole public face of the store. `Store` is opened once per file and process; one writer
thread owns the file and commits in groups (many callers, one fsync); readers have their own
connections and never wait for the writer.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Dataset, Delivery, Fact, Link, Micros, Observation, Rejected, Series, Thing


class Kept(Struct, frozen=True):
    """A delivery is in the ledger, durably. `fresh` is False when it was there already."""

    seq: int
    fresh: bool


class Committed(Struct, frozen=True):
    """Facts are in the store, durably, together with the ledger position."""

    change: int
    things: int  # described anew or otherwise than before
    observations: int  # new, or otherwise than before


class SetAside(Struct, frozen=True, kw_only=True):
    """What could not be translated, with its reason, waiting to be mended."""

    id: int
    source: str
    delivery: int
    where: str
    why: str
    record: bytes
    at: Micros


class Change(Struct, frozen=True, kw_only=True):
    """What one commit changed, as the outbox keeps it for projection: facts and whole chunks."""

    number: int
    facts: tuple[Fact, ...]


class Writing(Protocol):
    """The write side: each verb answers with a future that is done when it is durable."""

    def keep(self, delivery: Delivery, /, *, key: str | None = None) -> "Future[Kept]": ...
    def commit(
        self,
        facts: Sequence[Fact],
        /,
        *,
        delivery: int | None = None,
        set_aside: Sequence[Rejected] = (),
        at: Micros,
    ) -> "Future[Committed]": ...
    def load(
        self,
        series: Series,
        times: NDArray[np.int64],
        values: NDArray[np.float64],
        /,
        flags: NDArray[np.uint8] | None = None,
    ) -> "Future[int]": ...
    def publish(self, datasets: Mapping[str, Dataset], /) -> "Future[None]": ...
    def fold(self, now: Micros, /) -> "Future[int]": ...


__all__ = ["Change", "Committed", "Kept", "SetAside", "Writing"]
_ = (Iterable, Link, Observation, Path, Thing)
