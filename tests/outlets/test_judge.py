"""When a limit is passed, and when something has changed."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Flag, Observation, Series, Thing
from byalag.outlets import Message, Observed, On, Teller, Threshold, Whose, memories
from byalag.outlets._judge import Seen, judge

MINUTE = 60_000_000
NOW = 1_000_000 * MINUTE
SERIES = Series(
    id="room:h:a/temperature", thing="room:h:a", property="temperature", dataset="in", unit="Cel"
)
WARM = Threshold(property="temperature", above=27, clear=26, wait="10m")
VALUES = st.lists(
    st.tuples(st.integers(0, 300), st.floats(20, 30) | st.just(math.nan)), max_size=60
)


def seen(minute: int, value: float, flag: int = Flag.GOOD) -> Observation:
    return Observation(SERIES.id, minute * MINUTE, value, flag)


def told(rule: Threshold, said: list[tuple[int, float]]) -> list[tuple[int, str]]:
    memory = Seen()
    found: list[tuple[int, str]] = []
    for minute, value in said:
        passed, memory = judge(rule, memory, seen(minute, value), NOW)
        if passed:
            found.append((minute, passed))
    return found


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([(0, 20), (1, 27), (2, 27.1)], [(2, "passed")]),
        ([(0, 28), (1, 26.5), (2, 28), (3, 29)], [(0, "passed")]),
        ([(0, 28), (1, 26), (2, 28)], [(0, "passed"), (1, "back")]),
        ([(0, 28), (1, 26), (9, 28), (10, 28)], [(0, "passed"), (1, "back"), (10, "passed")]),
        ([(5, 20), (4, 28), (5, 28)], []),
        ([(0, math.nan), (1, 28), (2, math.nan), (3, 28)], [(1, "passed")]),
    ],
)
def test_a_limit_is_told_once_until_it_is_well_again(
    said: list[tuple[int, float]], expected: list[tuple[int, str]]
) -> None:
    assert told(WARM, said) == expected


def test_below_is_the_other_way_round_and_the_return_need_not_be_told() -> None:
    cold = Threshold(property="temperature", below=5, clear=6, wait="1m", back=False)
    assert told(cold, [(0, 5), (1, 4.9), (2, 5.5), (3, 6), (4, 3)]) == [
        (1, "passed"),
        (4, "passed"),
    ]


def test_what_failed_its_test_or_is_from_the_future_passes_no_limit() -> None:
    assert judge(WARM, Seen(), seen(1, 99, Flag.FAIL), NOW) == (None, Seen())
    ahead = Observation(SERIES.id, NOW + 11 * MINUTE, 99.0, Flag.GOOD)
    assert judge(WARM, Seen(), ahead, NOW) == (None, Seen())


@given(VALUES)
@settings(deadline=None, max_examples=200)
def test_tellings_take_turns_and_keep_their_distance(said: list[tuple[int, float]]) -> None:
    found = told(WARM, said)
    assert [what for _, what in found] == (["passed", "back"] * len(found))[: len(found)]
    passed = [minute for minute, what in found if what == "passed"]
    assert all(later - before >= 10 for before, later in pairwise(passed))


@given(VALUES, st.integers(1, 5))
@settings(deadline=None, max_examples=100)
def test_the_same_is_told_however_the_news_are_cut(
    said: list[tuple[int, float]], size: int
) -> None:
    on = On(datasets=("in",), observations="changes", threshold=(WARM,))
    observed = [
        Observed(mark=(1, n), series=SERIES, thing=None, seen=seen(*one))
        for n, one in enumerate(said)
    ]
    whole = Teller(on, Whose(municipality="2482"), {}, NOW).tell(observed, [])
    memory: dict[str, object] = {}
    parts: list[Message] = []
    for first in range(0, len(observed), size):
        some = observed[first : first + size]
        known = {name: memory[name] for name in memories(on, some) if name in memory}
        teller = Teller(on, Whose(municipality="2482"), known, NOW)
        parts += teller.tell(some, [])
        memory.update(teller.told)
    assert parts == whole
    assert len({message.id for message in whole}) == len(whole)


def test_a_message_says_what_happened_in_both_languages_and_local_time() -> None:
    thing = Thing(id="room:h:a", type="Room", dataset="in", name="Rum A")
    on = On(datasets=("in",), types=("Room",), threshold=(WARM,))
    at = 1_780_999_200_000_000
    one = Observed(
        mark=(7, 0), series=SERIES, thing=thing, seen=Observation(SERIES.id, at, 27.45, 1)
    )
    [message] = Teller(on, Whose(municipality="2482"), {}, at).tell([one], [])
    assert message.subject["sv"] == "Rum A: temperature är 27,45 °C, över 27 °C"
    assert message.text["en"].endswith("above 27 °C\nTime: 2026-06-09 12:00")
    assert message.facts[0]["limit"] == 27


def test_types_properties_and_age_narrow_down_what_is_told() -> None:
    on = On(datasets=("in",), types=("Room",), observations="every", within="1h")
    thing = Thing(id="room:h:a", type="Room", dataset="in")
    hall = Thing(id="room:h:a", type="Hall", dataset="in")

    def tells(of: Thing, minute: int, **more: object) -> int:
        one = Observed(mark=(1, 1), series=SERIES, thing=of, seen=seen(minute, 21))
        whole = On(**{**{name: getattr(on, name) for name in on.__struct_fields__}, **more})
        return len(Teller(whole, Whose(municipality="2482"), {}, 100 * MINUTE).tell([one], []))

    assert tells(thing, 50) == 1
    assert tells(hall, 50) == 0
    assert tells(thing, 30) == 0
    assert tells(thing, 50, properties=("humidity",)) == 0
    assert tells(thing, 50, datasets=("other",)) == 0
