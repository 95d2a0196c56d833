"""Flags are worked out as values come, and revised when their neighbours do."""

import math
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.analysis import QualityRule, flags, rule_of
from byalag.engine._flagging import flagged
from byalag.mapping import told_of
from byalag.model import Dataset, Fact, Flag, Observation, Series
from byalag.store import Store

SECOND = 1_000_000
MINUTE = 60 * SECOND
START = 1_780_000_000 * SECOND
DATASET = Dataset(id="sensors", title={"sv": "Givare"})
RULE = QualityRule(
    range=(-5.0, 40.0),
    suspect=(0.0, 30.0),
    spike=(3.0, 8.0),
    rate=(0.2, None),
    flat=(240.0, None),
    gap=3 * MINUTE,
)
NAME = "sensor:a:b/waterTemperature"
SERIES = Series(
    id=NAME, thing="sensor:a:b", property="waterTemperature", dataset="sensors",
    details=told_of(RULE),
)  # fmt: skip

values = st.sampled_from([10.0, 10.0, 10.0, 10.5, 14.0, 25.0, 39.0, 85.0, -99.0, math.nan])
days = st.lists(st.tuples(st.integers(0, 60), values, st.sampled_from([2, 2, 2, 1])),
                min_size=1, max_size=25, unique_by=lambda one: one[0])  # fmt: skip


def said(minute: int, value: float, flag: int) -> Observation:
    missing = Flag.MISSING if math.isnan(value) else flag
    return Observation(NAME, START + minute * MINUTE, value, missing)


def commit(store: Store, *observed: Observation) -> None:
    facts: list[Fact] = [SERIES, *observed]
    store.commit(flagged(facts, store), at=START).result()


def kept(store: Store) -> list[tuple[int, int]]:
    found = store.values(NAME, 0, 2 * START)
    return list(zip(((found.times - START) // MINUTE).tolist(), found.flags.tolist(), strict=True))


def opened(folder: Path) -> Store:
    store = Store(folder / "store.sqlite")
    store.publish({DATASET.id: DATASET}).result()
    return store


@given(days, st.randoms(use_true_random=False), st.integers(1, 4))
@settings(deadline=None, max_examples=25)
def test_whatever_order_values_come_in_the_flags_are_those_of_all_of_them(
    tmp_path_factory: pytest.TempPathFactory,
    day: list[tuple[int, float, int]],
    chosen: Random,
    size: int,
) -> None:
    observed = [said(*one) for one in day]
    chosen.shuffle(observed)
    with opened(tmp_path_factory.mktemp("store")) as store:
        for at in range(0, len(observed), size):
            commit(store, *observed[at : at + size])
        came_to = kept(store)
    observed.sort(key=lambda one: one.at)
    judged = flags(
        np.array([one.at for one in observed], np.int64),
        np.array([one.value for one in observed]),
        RULE,
    ).rolled.tolist()
    assert [flag for _, flag in came_to] == judged


def test_what_the_source_says_fails_stands_whatever_comes_after(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        commit(store, said(0, 10.0, 2))
        commit(store, said(1, 10.5, 4))
        commit(store, said(2, 10.0, 2))
        assert kept(store) == [(0, 1), (1, 4), (2, 1)]


def test_a_spike_is_told_when_the_value_after_it_has_come(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        commit(store, said(0, 10.0, 2))
        commit(store, said(1, 21.0, 2))
        assert kept(store) == [(0, 1), (1, 1)]
        commit(store, said(2, 10.5, 2))
        assert kept(store) == [(0, 1), (1, 4), (2, 1)]


def test_a_value_that_is_said_again_keeps_what_else_was_said_of_it(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        commit(store, said(0, 10.0, 2))
        more = Observation(NAME, START + MINUTE, 21.0, 2, {"sensorthings": {"id": 7}})
        commit(store, more)
        commit(store, said(2, 10.5, 2))
        (again,) = store.extras(NAME, 0, 2 * START)
        assert (again.flag, again.extra) == (4, {"sensorthings": {"id": 7}})
        assert store.values(NAME, 0, 2 * START).values.tolist() == [10.0, 21.0, 10.5]


def test_sentinels_fail_and_a_series_without_a_rule_is_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        commit(store, said(0, 85.0, 2), said(1, -99.0, 2), said(2, 327.67, 2))
        assert [flag for _, flag in kept(store)] == [4, 4, 4]
        plain: list[Fact] = [
            Series(id="sensor:a:b/co2", thing="sensor:a:b", property="co2", dataset="sensors"),
            Observation("sensor:a:b/co2", START, 1e9),
        ]
        assert flagged(plain, store) is plain


def test_the_rule_is_the_same_after_it_has_been_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        commit(store, said(0, 10.0, 2))
        found = store.series(NAME)
        assert found is not None
        assert rule_of(found) == RULE
