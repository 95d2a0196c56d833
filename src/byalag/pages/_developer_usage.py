"""How much an application has asked, drawn as bars: a picture of the table that stands below it."""

from collections.abc import Sequence

from msgspec import Struct

from byalag.pages._developer import UsedDay

WIDTH, HEIGHT = 1000, 200  # of the field that is drawn in
_GAP = 0.2  # of a day's width


class Bar(Struct, frozen=True):
    """One day: where it stands, and how high what went well and what did not are."""

    x: float
    width: float
    y: float
    height: float
    bad_y: float
    bad_height: float


class Bars(Struct, frozen=True):
    """All days, and the most that was asked on one of them."""

    bars: Sequence[Bar]
    most: int


def drawn(days: Sequence[UsedDay]) -> Bars | None:
    """Draw how much was asked each day; None if nothing was."""
    most = max((day.asked for day in days), default=0)
    if most == 0:
        return None
    width = WIDTH / len(days)
    return Bars([_bar(place, day, width, most) for place, day in enumerate(days)], most)


def _bar(place: int, day: UsedDay, width: float, most: int) -> Bar:
    whole = HEIGHT * day.asked / most
    bad = HEIGHT * (day.refused + day.failed) / most
    return Bar(
        x=round(place * width + width * _GAP / 2, 1),
        width=round(width * (1 - _GAP), 1),
        y=round(HEIGHT - whole, 1),
        height=round(whole, 1),
        bad_y=round(HEIGHT - bad, 1),
        bad_height=round(bad, 1),
    )
