"""How one area of a suite went."""

from typing import NamedTuple


class Result(NamedTuple):
    """One area: how many tests passed, failed and were skipped, and which failed."""

    area: str
    passed: int
    failed: int
    skipped: int
    failing: tuple[str, ...]
