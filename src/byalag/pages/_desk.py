"""What an operator's pages see of a hub: how everything that delivers and is told is doing."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from byalag.engine import SourceStatus
from byalag.model import Dataset, MunicipalityCode, Words
from byalag.store import Summary


class Step(Struct, frozen=True, kw_only=True):
    """One place on a dataset's way. `told` is a short line more, `state` that of a source."""

    key: str
    title: Words
    told: Words
    address: str = ""
    state: str = ""


class Flow(Struct, frozen=True, kw_only=True):
    """The way of one dataset, in five columns: sources, mappings, series, dataset, what it gives.

    `ways` are pairs of keys of steps: from, to.
    """

    municipality: MunicipalityCode
    dataset: Dataset
    columns: tuple[tuple[Step, ...], ...]
    ways: tuple[tuple[str, str], ...]


class Desk(Struct, frozen=True, kw_only=True):
    """What an operator sees, and may do. Each is told whose it is asked for.

    `deliveries` gives the newest of a source, at most so many. `stopped` tells that the hub is
    about to stop, so that whoever waits for news is let go.
    """

    sources: Callable[[], Sequence[SourceStatus]]
    deliveries: Callable[[MunicipalityCode, str, int], Sequence[Summary]]
    flows: Callable[[MunicipalityCode], Sequence[Flow]]
    stopped: Callable[[], bool]
