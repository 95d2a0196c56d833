"""What pages and messages are made of: the book of homes, and the lookout over them."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from byalag.model import Micros, SeriesId
from byalag.services.care._home import HomeId, Meaning, Room
from byalag.services.care._life import Home
from byalag.services.care._said import Said
from byalag.services.care._standing import Standing


class HalfHour(Struct, frozen=True, kw_only=True):
    """A half hour of a day: how many minutes had a sign, and how many usually have.

    `low` and `high` hold nine half hours of ten; None while too little is known. `observed` is the
    share of it in which a sign would have been seen, from 0 to 1.
    """

    begins: Micros
    seen: int
    observed: float
    low: float | None = None
    high: float | None = None


class DayView(Struct, frozen=True, kw_only=True):
    """One local day of a home, against what is usual there."""

    home: HomeId
    day: date
    halves: Sequence[HalfHour]
    signs: Sequence[tuple[Micros, Room, Meaning]]  # at most one a minute, room and meaning
    channels: dict[SeriesId, Sequence[Micros]]  # when each watched channel gave a sign


class Book(Protocol):
    """What is agreed about the homes of one municipality."""

    def homes(self, unit: str | None = None, /) -> Sequence[Home]:
        """Return the homes of a unit, or all, in order of entry."""
        ...

    def home(self, home: HomeId, /) -> Home | None:
        """Return one home as it is agreed now."""
        ...

    async def say(self, home: HomeId, said: Sequence[Said], /, *, who: str, at: Micros) -> None:
        """Write facts of a home, with their lines of the audit; on disk when this returns.

        Raises:
            Refused: what is said cannot be, as the home is now.
        """
        ...


class Lookout(Protocol):
    """What is seen of the homes of one municipality, judged each minute."""

    def standing(self, home: HomeId, /) -> Standing | None:
        """Return how a home is now; None if it is not watched at all."""
        ...

    def day(self, home: HomeId, day: date, /) -> DayView | None:
        """Return a local day of a home. Reads history: call it off the event loop."""
        ...
