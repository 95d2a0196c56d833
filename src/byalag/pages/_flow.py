"""Drawing the way of a dataset: columns from left to right, as few crossings as one look gives.

Layered drawing with one barycentre pass each way (Sugiyama, Tagawa and Toda 1981).
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

WIDE, HIGH = 180, 56  # a box
ASIDE, BELOW = 36, 18  # between boxes
EDGE = 2  # around it all, for the lines of the boxes


class Box(Struct, frozen=True):
    """Where a step is drawn: its upper left corner."""

    key: str
    x: float
    y: float


class Line(Struct, frozen=True):
    """A way from one box to another, as an SVG path."""

    path: str


class Drawing(Struct, frozen=True):
    """Boxes and lines within so much room."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    lines: Sequence[Line]


def draw(columns: Sequence[Sequence[str]], ways: Sequence[tuple[str, str]]) -> Drawing:
    """Place steps in their columns and join them; a way to an unknown step is left out."""
    filled = [list(column) for column in columns if column]
    known = {key for column in filled for key in column}
    joined = [(one, other) for one, other in ways if one in known and other in known]
    forth = _near(joined)
    back = _near([(other, one) for one, other in joined])
    for before, column in pairwise(filled):
        _order(column, back, before)
    for column, after in reversed(list(pairwise(filled))):
        _order(column, forth, after)
    tallest = max(map(len, filled), default=0)
    height = tallest * (HIGH + BELOW) - BELOW + 2 * EDGE if tallest else 0
    boxes = {
        key: Box(key, EDGE + number * (WIDE + ASIDE), _top(place, len(column), height))
        for number, column in enumerate(filled)
        for place, key in enumerate(column)
    }
    width = len(filled) * (WIDE + ASIDE) - ASIDE + 2 * EDGE if filled else 0
    return Drawing(width, height, boxes, [_line(boxes[one], boxes[other]) for one, other in joined])


def _near(ways: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, other in ways:
        found.setdefault(one, []).append(other)
    return found


def _order(column: list[str], near: Mapping[str, Sequence[str]], beside: Sequence[str]) -> None:
    """Put each step at the height of what it is joined to; one joined to nothing stays."""
    place = {key: number / max(len(beside) - 1, 1) for number, key in enumerate(beside)}
    own = {key: number / max(len(column) - 1, 1) for number, key in enumerate(column)}

    def height(key: str) -> float:
        heights = [place[other] for other in near.get(key, ()) if other in place]
        return sum(heights) / len(heights) if heights else own[key]

    column.sort(key=height)


def _top(place: int, many: int, height: float) -> float:
    room = many * (HIGH + BELOW) - BELOW
    return (height - room) / 2 + place * (HIGH + BELOW)


def _line(one: Box, other: Box) -> Line:
    x1, y1 = one.x + WIDE, one.y + HIGH / 2
    x2, y2 = other.x, other.y + HIGH / 2
    bend = (x1 + x2) / 2
    return Line(f"M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2:g} {y2:g}")
