"""What is mounted in a simulated home."""

from typing import Final, Literal

from msgspec import Struct

from byalag.services.care import ROOMS, Counts, Meaning, Room

BEDROOM, BATHROOM, LIVING, KITCHEN, PASSAGE, OTHER, OUTSIDE = range(len(ROOMS))
_UNITS: Final = {"power": "W"}


class Sensor(Struct, frozen=True, kw_only=True):
    """One sensor: where it is, what it measures, and what it says when it sees somebody.

    `on` and `off` are its two values. One with a battery is heard at its own pace, and tells how
    much is left; one without repeats what it measures.
    """

    name: str
    room: Room
    meaning: Meaning
    measures: Literal["motion", "open", "power", "occupied"]
    counts: Counts = "each"
    on: float = 1.0
    off: float = 0.0
    battery: bool = True

    @property
    def unit(self) -> str:
        """Its UCUM code."""
        return _UNITS.get(self.measures, "1")

    @property
    def above(self) -> float:
        """The value above which it sees somebody: half way between its two."""
        return (self.on + self.off) / 2


def _motion(room: Room) -> Sensor:
    return Sensor(name=f"motion-{room}", room=room, meaning="motion", measures="motion")


SENSORS: Final[tuple[Sensor, ...]] = (
    *(_motion(room) for room in ROOMS[: PASSAGE + 1]),
    Sensor(name="fridge", room="kitchen", meaning="fridge", measures="open", counts="rise"),
    Sensor(
        name="coffee",
        room="kitchen",
        meaning="coffee",
        measures="power",
        counts="rise",
        on=900.0,
        battery=False,
    ),
    Sensor(name="bed", room="bedroom", meaning="bed", measures="occupied", counts="change"),
    Sensor(name="door", room="passage", meaning="front-door", measures="open", counts="rise"),
)
MOTION: Final = PASSAGE + 1  # the first sensors are those of motion, in the order of the rooms
FRIDGE, COFFEE, BED, DOOR = range(MOTION, len(SENSORS))
NAMES: Final = tuple(sensor.name for sensor in SENSORS)
