"""What would take too long is refused at once, before anything of it is tried."""

import time
from typing import Any

import pytest

from byalag.asking import Ask, Call, Expression, Field, Shape, TooHard, Value, refuse_hard

HANGS = 2.0  # seconds: longer is a hang; how quick an answer is, is measured, not asserted

ONE = Call("eq", (Field(("no",)), Value(1)))


def nested(depth: int) -> Expression:
    inner: Expression = ONE
    for _ in range(depth):
        inner = Call("not", (inner,))
    return inner


def collection(depth: int) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "Point", "coordinates": [0, 0]}
    for _ in range(depth):
        shape = {"type": "GeometryCollection", "geometries": [shape]}
    return shape


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (nested(100_000), "more than 50 calls deep"),
        (Call("and", (ONE,) * 10_000), "more than 500 terms"),
        (Call("eq", (Field(("name",)), Value("x" * 10_001))), "longer than 10000 characters"),
        (Call("in", (Field(("no",)), Value([1] * 1_001))), "more than 1000 values"),
        (Field(("relation", "locations") * 30), "more than 50 steps"),
        (Shape(collection(100_000)), "more than 10000 positions"),
        (Shape({"type": "LineString", "coordinates": [[0, 0]] * 10_001}), "simplify it"),
    ],
)
def test_what_is_too_hard_is_refused_with_what_to_do(expression: Expression, why: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(TooHard, match=why):
        refuse_hard(Ask(of="thing", where=expression))
    assert time.perf_counter() - begin < HANGS


def test_what_can_be_answered_is_let_through() -> None:
    circle = Shape({"type": "LineString", "coordinates": [[n, n] for n in range(9_000)]})
    asked = Call("and", (nested(40), Call("intersects", (Field(("geometry",)), circle))))
    refuse_hard(Ask(of="thing", where=asked))
