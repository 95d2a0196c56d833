"""What a home's sensors said, in the same form whichever set it comes from: starts only."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis import NOTHING, Stretch
from byalag.services.care import ROOMS

DAY: Final = 1440  # minutes
OUTSIDE: Final = ROOMS.index("outside")

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Marks: TypeAlias = NDArray[np.int8]
Bools: TypeAlias = NDArray[np.bool_]


class Log(Struct, frozen=True, kw_only=True, eq=False):
    """The events of one home, sorted by time; arrays have the shape (number of events,).

    `seconds` count from midnight of `first`, by the clock of the home. No public set says which
    zone it is in, so elapsed time is by the same clock; a change of the clock is one hour wrong
    there. `sensors` are indices in `names`, and `rooms[sensor]` is its row in ROOMS. A state that
    lasts (a contact that is open) is one event, when it starts: how long it lasts is the state of a
    contact, not of a person. `set_aside` counts what could not be read, by reason.
    """

    home: str
    first: date
    days: int
    seconds: Ints
    sensors: Ints
    names: tuple[str, ...]
    rooms: tuple[int, ...]
    set_aside: dict[str, int]

    def until(self, day: int) -> "Log":
        """Return the log as it was when day number `day` had ended; what came later is not there.

        Days are numbered from 1.
        """
        kept = self.seconds < day * DAY * 60
        return self.only(kept, days=min(day, self.days))

    def only(self, kept: Bools, days: int | None = None) -> "Log":
        """Return the log with some of its events."""
        return replace(
            self,
            days=self.days if days is None else days,
            seconds=self.seconds[kept],
            sensors=self.sensors[kept],
        )

    def named(self, *words: str) -> tuple[int, ...]:
        """Return the sensors whose names hold any of the words."""
        return tuple(
            sensor
            for sensor, name in enumerate(self.names)
            if any(word in name.lower() for word in words)
        )

    def day_of(self, minute: int) -> date:
        """Return the local day of a minute of the log."""
        return self.first + timedelta(days=minute // DAY)


def stretch_of(log: Log, days: int | None = None) -> Stretch:
    """Return the whole home, minute by minute, by the clock of the home.

    A minute holds the room of its last event. Every minute is observed: no public set says when a
    sensor was alive.
    """
    minutes = (days or log.days) * DAY
    return Stretch(
        begins=(log.first - date(1970, 1, 1)).days * DAY,
        marks=marks_of(log.seconds, np.asarray(log.rooms, np.int8)[log.sensors], minutes),
        observed=np.ones(minutes, np.bool_),
        slots=np.tile(np.repeat(np.arange(48, dtype=np.int8), 30), days or log.days),
    )


def marks_of(seconds: Ints, rows: Marks, minutes: int) -> Marks:
    """Return the row of the last event in each minute, or NOTHING."""
    marks = np.full(minutes, NOTHING, np.int8)
    within = (seconds >= 0) & (seconds < minutes * 60)
    marks[seconds[within] // 60] = rows[within]
    return marks


def log_of(
    home: str,
    first: date,
    events: Sequence[tuple[int, int]],
    names: Sequence[str],
    rooms: Sequence[int],
) -> Log:
    """Return a log of events (seconds since midnight of `first`, sensor), in any order.

    The same event twice is one event.
    """
    pairs = np.array(sorted(set(events)), np.int64).reshape(-1, 2)
    seconds, sensors = pairs[:, 0], pairs[:, 1]
    days = int(seconds[-1]) // (DAY * 60) + 1 if len(pairs) else 0
    return Log(
        home=home,
        first=first,
        days=days,
        seconds=seconds,
        sensors=sensors,
        names=tuple(names),
        rooms=tuple(rooms),
        set_aside={},
    )
