"""What pages and messages are made of: the book of homes, and the lookout over them."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from byalag.analysis import Change
from byalag.model import Micros, SeriesId, ThingId
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


class DayInNumbers(Struct, frozen=True, kw_only=True):
    """What one local day of a home came to; None where it is not known.

    `signs` are minutes with a sign, `wake` and `bed` minutes of the local day, `night_visits` those
    to the bathroom, `out` minutes away and `kitchen` minutes with a sign there.
    """

    day: date
    signs: float | None = None
    wake: float | None = None
    bed: float | None = None
    night_visits: float | None = None
    out: float | None = None
    kitchen: float | None = None


class WeekView(Struct, frozen=True, kw_only=True):
    """Up to seven local days before `until`, in numbers, with what has changed slowly.

    `heard` is the share of the week in which each device is known to have been alive.
    """

    home: HomeId
    until: date
    days: Sequence[DayInNumbers]
    changes: Sequence[Change]
    heard: dict[ThingId, float]


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

    def week(self, home: HomeId, /) -> WeekView | None:
        """Return the last days of a home in numbers. Reads history, as `day` does."""
        ...
