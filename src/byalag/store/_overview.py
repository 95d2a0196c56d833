"""How much a dataset holds, how old it is and how good: for the catalogue and its quality."""

from collections.abc import Mapping

from msgspec import Struct, field

from byalag.model import Flag, Micros
from byalag.store._connection import rows
from byalag.store._quality_rhythm import usual
from byalag.store._sqlite import Connection

_LATE = 2  # cadences after which a series is late


class Overview(Struct, frozen=True, kw_only=True):
    """What a dataset holds: things by type, series, and how good their newest values are.

    What things are only described by (sensors, locations) is not counted. `placed` counts things
    with a position, `complete` those that have a name as well, `observed` series that have a value,
    `judged` those of them that say how often they should have one, or whose dataset does, `timely`
    those of these whose newest is no older than twice that, and
    `usable` those whose newest value is neither missing nor flagged as suspect or failed. `oldest`
    and `newest` are times of observations.
    """

    types: Mapping[str, int] = field(default_factory=dict[str, int])
    placed: int = 0
    complete: int = 0
    series: int = 0
    observed: int = 0
    judged: int = 0
    timely: int = 0
    usable: int = 0
    oldest: Micros | None = None
    newest: Micros | None = None

    @property
    def things(self) -> int:
        """Return how many things there are."""
        return sum(self.types.values())


def overview(connection: Connection, dataset: str, now: Micros) -> Overview:
    """Count what a dataset holds."""
    told = rows(connection, "overview_things", (dataset,))
    flags = (int(Flag.GOOD), int(Flag.NOT_EVALUATED))
    every = _usual(connection, dataset)
    series = rows(connection, "overview_series", (dataset, now, _LATE, every, *flags))[0]
    return Overview(
        types={type_: count for type_, count, _, _ in told},
        placed=sum(row[2] for row in told),
        complete=sum(row[3] for row in told),
        series=series[0],
        observed=series[1],
        timely=series[2],
        judged=series[3],
        usable=series[4],
        oldest=series[5],
        newest=series[6],
    )


def _usual(connection: Connection, dataset: str) -> int | None:
    """Return how often a dataset says that it changes; None if it does not say."""
    told = rows(connection, "dataset_frequency", (dataset,))
    return usual(told[0][0]) if told else None
