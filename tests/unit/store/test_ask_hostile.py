"""Whatever is asked, it is answered, or refused in a sentence, and soon."""

import math
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from byalag.asking import Ask, Call, Expression, Field, Order, Shape, TooHard, Value
from byalag.model import Observation, Point, Series, Thing
from byalag.store import Store
from byalag.store import _ask_ceiling as ceiling

HANGS = 2.0  # seconds: longer is a hang; how quick an answer is, is measured, not asserted

NAME, NO, GEOMETRY = Field(("name",)), Field(("no",)), Field(("geometry",))
SEVENTH = Call("mod", (Field(("series", "observations", "value")), Value(7)))
HANGS = (
    2.0  # seconds: what takes longer hangs; how quick an answer is, is measured and not asserted
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("hostile") / "store.db"
    with Store(path) as store:
        things = [
            Thing(
                id=f"sensor:x:{n}",
                type="Device",
                dataset="d",
                name="a" * 100 + "b",
                point=Point(59, 18),
                properties={"it's": n, 'a"b\\c': "x"},
            )
            for n in range(100)
        ]
        series = Series(id="sensor:x:1/p", thing="sensor:x:1", property="p", dataset="d")
        said = [Observation(series.id, n * 1_000_000, float(n)) for n in range(5_000)]
        store.commit([*things, series, *said], at=0).result()
        yield store


def crossed(positions: int) -> Shape:
    chance = random.Random(1)  # noqa: S311 -- a shape, no secret
    star = [[chance.random(), chance.random()] for _ in range(positions)]
    return Shape({"type": "Polygon", "coordinates": [[*star, star[0]]]})


def circle(positions: int) -> Shape:
    turns = [2 * math.pi * n / positions for n in range(positions)]
    ring = [[18 + math.cos(turn), 59 + math.sin(turn)] for turn in turns]
    return Shape({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def inside(shape: dict[str, Any]) -> Call:
    return Call("intersects", (GEOMETRY, Shape(shape)))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Call("intersects", (GEOMETRY, crossed(9_000))), "that is whole"),
        (inside({"type": "Polygon", "coordinates": "x"}), "not a GeoJSON"),
        (inside({"type": "GeometryCollection", "geometries": []}), "not a GeoJSON"),
        (inside({"type": "Point", "coordinates": [math.nan, 1]}), "not a GeoJSON"),
        (inside({}), "not a GeoJSON"),
        (Call("matches", (NAME, Value("(a)\\1"))), "cannot be matched"),
        (Call("matches", (NAME, Value("a" * 5_000))), "longer than 1000"),
        (Call("eq", (Field(("nme",)), Value(1))), "a thing has dataset"),
        (Call("eq", (Field(("relation",)), Value(1))), "names no relation"),
        (Call("eq", (Field(()), Value({}))), "is not a text, a number"),
        (Call("eq", (GEOMETRY, Value(1))), "use equals, intersects"),
        (Call("eq", (NO,)), "takes 2 arguments, not 1"),
        (Call("sleep", (NO,)), "there is no function 'sleep'"),
        (Call("add", (NO, Value(1))), "must be true or false"),
        (NAME, "must be true or false"),
        (Call("eq", (NAME, Value("\ud800"))), "surrogates not allowed"),
        (Call("eq", (Field(("properties", "\ud800")), Value(1))), "surrogates not allowed"),
    ],
)
@pytest.mark.proves(17)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    full: Store, asked: Expression, why: str
) -> None:
    begin = time.perf_counter()
    with pytest.raises(ValueError, match=why):
        full.ask(Ask(of="thing", where=asked))
    assert time.perf_counter() - begin < HANGS


@pytest.mark.parametrize(
    "asked",
    [
        Call("matches", (NAME, Value("^(a+)+$"))),
        Call("like", (NAME, Value("%a" * 300))),
        Call("intersects", (GEOMETRY, circle(9_000))),
        Call("in", (NO, Value(list(range(1_000))))),
        Call("and", (Call("eq", (NO, Value(1))),) * 150),
        Call("eq", (NO, Value(10**400))),
        Call("eq", (NO, Value(-math.inf))),
        Call("eq", (Call("mod", (NO, Value(0))), Value(0))),
        Call("eq", (Call("substring", (NAME, Value(-(2**70)), Value(1e300))), Value("a"))),
        Call("eq", (Call("relate", (GEOMETRY, circle(9), Value("nonsense"))), Value(value=True))),
        Call("eq", (Call("year", (Value("2024-13-45T99:00:00Z"),)), Value(2024))),
        Call("eq", (Field(("properties", "'; DROP TABLE thing; --")), Value("' OR 1=1 --"))),
        Call("eq", (Field(("properties", '"].x', "\x00")), Value("x"))),
        Call("lt", (Call("distance", (GEOMETRY, circle(9))), Value(math.inf))),
    ],
)
@pytest.mark.proves(17)
def test_what_is_hard_elsewhere_is_answered_soon(full: Store, asked: Expression) -> None:
    begin = time.perf_counter()
    full.ask(Ask(of="thing", where=asked, limit=10, count=True))
    assert time.perf_counter() - begin < HANGS


@pytest.mark.parametrize(("key", "value"), [("it's", 7), ('a"b\\c', "x")])
@pytest.mark.proves(17)
def test_keys_are_found_whatever_they_are_made_of(full: Store, key: str, value: str | int) -> None:
    asked = Call("eq", (Field(("properties", key)), Value(value)))
    assert full.ask(Ask(of="thing", where=asked, limit=1)).rows


@pytest.mark.proves(17)
def test_rows_are_not_ordered_by_what_is_many(full: Store) -> None:
    with pytest.raises(ValueError, match="leads to many rows"):
        full.ask(Ask(of="thing", order=(Order(Field(("series", "name"))),)))


@pytest.mark.parametrize("number", [0, -1, 3, 2**63, 10**30, 2**62])
@pytest.mark.proves(17)
def test_a_number_that_no_observation_has_is_nothing(full: Store, number: int) -> None:
    assert full.ask(Ask(of="observation", where=Call("eq", (NO, Value(number))))).rows == []
    other = Call("eq", (Field(("series", "no")), Value(number)))
    assert full.ask(Ask(of="observation", where=other, limit=1)).rows == []


@pytest.mark.parametrize(
    "asked",
    [
        Ask(of="thing", where=Call("eq", (SEVENTH, Value(9)))),
        Ask(of="observation", where=Call("gt", (Call("neg", (Field(("value",)),)), Value(1)))),
        Ask(of="observation", offset=4_000, limit=1),
    ],
)
@pytest.mark.proves(17)
def test_what_takes_too_long_is_given_up_with_what_to_do(
    full: Store, asked: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 10**9, 4))
    monkeypatch.setattr(ceiling, "monotonic", lambda: next(ticks))
    with pytest.raises(TooHard, match="ask for a smaller part"):
        full.ask(asked)
    monkeypatch.undo()
    assert full.ask(Ask(of="thing", limit=1)).rows
