"""What is asked for many rows at once is what is asked for each, and the newest are the newest."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from byalag.asking import Ask, Call, Field, Kind, Observed, Order, Value
from byalag.model import Observation, Point, Series, Thing
from byalag.store import Store

DAY = 86_400_000_000
NOW = 20_000 * DAY
NEWEST = (Order(Field(("at",)), descending=True),)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with 12 things, 30 series, and observations in rows and chunks."""
    path: Path = tmp_path_factory.mktemp("each") / "store.db"
    random = np.random.default_rng(1)
    things = [
        Thing(
            id=f"sensor:x:{n}",
            type="Device",
            dataset="d",
            name=f"N{n % 5}",
            point=Point(57 + n / 10, 15) if n % 3 else None,
            relations={"near": tuple(f"sensor:x:{m}" for m in range(n % 4))} if n % 4 else {},
        )
        for n in range(12)
    ]
    series = [
        Series(
            id=f"sensor:x:{n % 12}/p{n}", thing=f"sensor:x:{n % 12}", property=f"p{n}", dataset="d"
        )
        for n in range(30)
    ]
    with Store(path) as store:
        store.commit([*things, *series], at=0).result()
        for n, one in enumerate(series[:20]):
            at = NOW - 90 * DAY + np.arange(200) * DAY // 4 + n % 3
            store.load(one, at, random.normal(0, 1, 200)).result()
        late = [
            Observation(one.id, NOW - int(random.integers(0, 40 * DAY)) // 1_000 * 1_000, float(n))
            for n in range(10)
            for one in series[5:28]
        ]
        store.commit(late, at=0).result()
        store.fold(NOW).result()
        over = [
            Observation(series[3].id, NOW - 90 * DAY + n * DAY // 4, math.nan) for n in range(9)
        ]
        store.commit(over, at=0).result()
        assert store.check() == []
        yield store


def histories(store: Store) -> list[tuple[int, int]]:
    """Return series and time of all observations, as history tells them."""
    found: list[tuple[int, int]] = []
    for row in store.ask(Ask(of="series")).rows:
        run = store.history(row.fact.id, start=-(2**62), end=2**62)
        found += [(row.no, at) for at in run.times.tolist()]
    return found


def shown(rows: list[Observed]) -> list[tuple[int, int]]:
    return [(row.series, row.fact.at) for row in rows]


@pytest.mark.parametrize("limit", [1, 7, 25, 100, 3_000, None])
@pytest.mark.parametrize("offset", [0, 3, 40])
def test_the_newest_of_all_are_those_of_the_histories(
    full: Store, limit: int | None, offset: int
) -> None:
    right = sorted(histories(full), key=lambda one: (-one[1], one[0]))
    answer = full.ask(Ask(of="observation", order=NEWEST, limit=limit, offset=offset, count=True))
    end = None if limit is None else offset + limit
    assert shown(answer.rows) == right[offset:end]
    assert answer.total == len(right)
    assert answer.more == (end is not None and end < len(right))


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("days", [(-80, -40), (-50, 1), (-3, -2), (5, 6)])
def test_a_period_is_read_and_counted_wherever_its_observations_are(
    full: Store, days: tuple[int, int], *, descending: bool
) -> None:
    first, last = (NOW + day * DAY for day in days)
    sign = -1 if descending else 1
    right = sorted(
        (one for one in histories(full) if first <= one[1] < last),
        key=lambda one: (sign * one[1], one[0]),
    )
    at = Field(("at",))
    asked = Call("and", (Call("ge", (at, Value("2024-01-01T00:00:00Z"))),))
    asked = Call("and", (asked, Call("ge", (at, _moment(first))), Call("lt", (at, _moment(last)))))
    order = (Order(at, descending=descending),)
    answer = full.ask(Ask(of="observation", where=asked, order=order, count=True))
    assert shown(answer.rows) == right
    assert answer.total == len(right)


def _moment(at: int) -> Value:
    return Value(str(np.datetime64(at, "us")) + "Z")


WAYS: list[tuple[Kind, tuple[str, ...], Kind]] = [
    ("series", ("thing",), "thing"),
    ("thing", ("inverse", "near"), "thing"),
    ("thing", ("relation", "near"), "thing"),
    ("thing", ("relation", "locations"), "thing"),
    ("thing", ("measures", "sensor"), "series"),
    ("series", ("relation", "observedProperty"), "thing"),
    ("thing", ("series",), "series"),
    ("observation", ("series",), "series"),
]


@pytest.mark.parametrize(("kind", "way", "parent"), WAYS)
@pytest.mark.parametrize("limit", [None, 0, 1, 2])
def test_each_is_answered_as_if_it_had_been_asked_alone(
    full: Store, kind: Kind, way: tuple[str, ...], parent: Kind, limit: int | None
) -> None:
    order = NEWEST if kind == "observation" else (Order(Field(("id",)), descending=True),)
    numbers = [row.no for row in full.ask(Ask(of=parent)).rows] + [10_000]
    offset = 0 if limit == 1 else 1
    asked = Ask(of=kind, order=order, limit=limit, offset=offset, count=limit == 2)
    together = full.ask_each(asked, Field(way), numbers)
    assert list(together) == numbers
    for number, answer in together.items():
        alone = Ask(
            of=kind,
            where=Call("eq", (Field((*way, "no")), Value(number))),
            order=order,
            limit=limit,
            offset=offset,
            count=limit == 2,
        )
        right = full.ask(alone)
        assert [row.no for row in answer.rows] == [row.no for row in right.rows]
        assert (answer.total, answer.more) == (right.total, right.more)


def test_each_takes_a_condition_of_its_own(full: Store) -> None:
    asked = Ask(of="series", where=Call("in", (Field(("property",)), Value(["p1", "p13"]))))
    answers = full.ask_each(asked, Field(("thing",)), [1, 2])
    assert [[row.fact.property for row in one.rows] for one in answers.values()] == [
        [],
        ["p1", "p13"],
    ]


def test_a_way_that_leads_nowhere_is_refused(full: Store) -> None:
    with pytest.raises(ValueError, match="does not lead"):
        full.ask_each(Ask(of="thing"), Field(("name",)), [1])
    with pytest.raises(ValueError, match="by their series"):
        full.ask_each(Ask(of="observation"), Field(("series", "thing")), [1])


def test_more_than_a_thousand_are_refused(full: Store) -> None:
    with pytest.raises(ValueError, match="at most 1000"):
        full.ask_each(Ask(of="thing"), Field(("series",)), range(1_001))
