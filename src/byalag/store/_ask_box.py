"""Which things can be where a question asks: by their boxes, before any shape is looked at."""

import math
from typing import Any, Final

import apsw

from byalag.asking import Call, Field
from byalag.store._ask_code import Bound, Slot
from byalag.store._ask_place import Place
from byalag.store._ask_scope import Names

_GEOMETRY: Final = Field(("geometry",))
_MEET: Final = {
    "intersects", "touches", "within", "overlaps", "crosses", "contains_place", "equals",
}  # fmt: skip
_NEAR: Final = {"lt", "le"}
_METRES_A_DEGREE: Final = 110_500.0  # a little less than of latitude anywhere
_SIDES: Final = ("west", "south", "east", "north")
_WITHIN: Final = (
    "(SELECT no FROM place WHERE east >= {west} AND north >= {south} AND west <= {east}"
    " AND south <= {north} UNION SELECT no FROM extent WHERE east >= {west}"
    " AND north >= {south} AND west <= {east} AND south <= {north})"
)


def candidates(names: Names, where: object) -> str | None:
    """Return what finds the things that can meet a condition; None where all can."""
    for part in _conjuncts(where):
        found = _reach(part)
        if found is not None:
            shape, margin, kind = found
            sides = {
                side: names.bind(Bound(n=shape.n, make=f"{side} {kind}", m=margin.n))
                for side in _SIDES
            }
            return _WITHIN.format(**sides)
    return None


def _conjuncts(where: object) -> list[object]:
    if isinstance(where, Call) and where.name == "and":
        return [part for arg in where.args for part in _conjuncts(arg)]
    return [where]


def _reach(part: object) -> tuple[Slot, Slot, str] | None:
    """Return the shape that a condition asks of, and how far from it, in which measure."""
    nowhere = Slot(-1, "null")
    if not isinstance(part, Call) or len(part.args) < 2:  # noqa: PLR2004 -- two are compared
        return None
    one, other = part.args[:2]
    if part.name in _MEET:
        one, other = (other, one) if isinstance(one, Slot) else (one, other)
        fits = one == _GEOMETRY and isinstance(other, Slot) and other.sort == "place"
        return (other, nowhere, "degrees") if fits and isinstance(other, Slot) else None
    if part.name in _NEAR and isinstance(one, Call) and one.name in {"distance", "degrees"}:
        inner = _reach(Call("intersects", one.args))
        if inner is not None and isinstance(other, Slot) and other.sort == "number":
            return inner[0], other, one.name
    return None


def side(make: str, shape: Place, margin: float) -> float:
    """Return one side of the box that holds all that is within a margin of a shape."""
    name, kind = make.split(" ")
    west, south, east, north = shape.bounds
    up = margin / _METRES_A_DEGREE if kind == "distance" else margin
    south, north = south - up, north + up
    out = up
    if kind == "distance":
        farthest = max(abs(south), abs(north))
        out = up / math.cos(math.radians(farthest)) if farthest < 90 else 360.0  # noqa: PLR2004 -- the poles
    west, east = west - out, east + out
    if kind == "distance" and (west < -180 or east > 180):  # noqa: PLR2004 -- the date line
        west, east = -180.0, 180.0
    return {"west": west, "south": south, "east": east, "north": north}[name]


def made(bound: Bound, constants: list[Any]) -> Any:  # noqa: ANN401 -- whatever is bound
    """Return what is bound to a statement."""
    if bound.n < 0:
        return bound.value
    if not bound.make:
        constant = constants[bound.n]
        # a place goes to the functions as it is: as text it would be read for every row
        return apsw.pyobject(constant) if isinstance(constant, Place) else constant
    margin = constants[bound.m] if bound.m >= 0 else 0.0
    return side(bound.make, constants[bound.n], margin)
