"""One row of the benchmark table."""

from msgspec import Struct


class Row(Struct, frozen=True):
    """What was measured: a figure, and how it compares with the floor measured in the same run.

    `ratio` is the figure over the floor's. `floor` says what the floor is.
    """

    name: str
    value: float
    unit: str
    floor: str = ""
    ratio: float | None = None
    note: str = ""
