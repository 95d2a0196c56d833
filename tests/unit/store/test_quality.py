"""How good a dataset is: what came of what should, and what cannot be judged is not judged."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import (
    Dataset,
    Delivery,
    Fact,
    Flag,
    Gone,
    Observation,
    Point,
    Rejected,
    Series,
    Thing,
)
from byalag.store import METRICS, Share, Store
from byalag.store._quality_rhythm import rhythm, usual

DAY = 86_400_000_000
HOUR = DAY // 24
NOW = 20_000 * DAY + 12 * HOUR
WATER = Dataset(id="water", title={"sv": "Vatten"}, frequency="UPDATE_CONT", open=True)


def thing(name: str, called: str = "") -> Thing:
    point = Point(64.75, 20.95)
    return Thing(id=f"bath:a:{name}", type="BathingPlace", dataset="water", name=called or name,
                 point=point)  # fmt: skip


def series(name: str, kind: str = "measured", cadence: int | None = HOUR) -> Series:
    return Series(
        id=f"bath:a:{name}/temperature",
        thing=f"bath:a:{name}",
        property="temperature",
        dataset="water",
        kind=kind,
        cadence=cadence,
    )


def hourly(one: Series, start: int, end: int, *, bad: int = 0) -> list[Observation]:
    return [
        Observation(one.id, at, 17.0, Flag.FAIL if number < bad else Flag.GOOD)
        for number, at in enumerate(range(start, end, HOUR))
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "own.sqlite") as store:
        store.publish({"water": WATER}).result()
        yield store


def measured(
    store: Store, now: int = NOW, dataset: Dataset = WATER
) -> dict[tuple[str, int], Share]:
    found = store.quality.measure(dataset, ["hav"], now)
    store.quality.keep("water", found).result()
    return {(one.metric, one.day): one for one in found}


def test_what_came_is_compared_with_what_should_have_come(store: Store) -> None:
    lake, sea = series("lake"), series("sea")
    yesterday, today = NOW - 12 * HOUR - DAY, NOW - 12 * HOUR
    facts: list[Fact] = [thing("lake"), thing("sea"), lake, sea]
    store.commit(
        [*facts, *hourly(lake, yesterday, NOW), *hourly(sea, yesterday, yesterday + 6 * HOUR)],
        at=NOW,
    ).result()
    found = measured(store)
    assert found["completeness", yesterday] == Share("completeness", yesterday, 30, 48)
    assert found["completeness", today] == Share("completeness", today, 12, 24)
    assert found["timeliness", today] == Share("timeliness", today, 1, 2)


def test_more_than_should_come_is_not_better_than_all(store: Store) -> None:
    lake = series("lake")
    often = [Observation(lake.id, NOW - HOUR * 6 + n * 60_000_000, 1.0) for n in range(300)]
    store.commit([thing("lake"), lake, *often], at=NOW).result()
    share = measured(store)["completeness", NOW - 12 * HOUR]
    assert share.part == share.whole == 6


def test_samples_and_forecasts_are_not_judged_by_the_pace_of_sensors(store: Store) -> None:
    sample, forecast = series("a", "sample", None), series("b", "forecast", None)
    facts: list[Fact] = [thing("a"), thing("b"), sample, forecast]
    old: list[Fact] = [
        Observation(sample.id, NOW - 40 * DAY, 17.0),
        Observation(forecast.id, NOW, 18.0),
    ]
    store.commit([*facts, *old], at=NOW).result()
    for frequency in ("HOURLY", "UPDATE_CONT", None):
        dataset = Dataset(id="water", title=WATER.title, frequency=frequency)
        metrics = {one.metric for one in store.quality.measure(dataset, [], NOW)}
        assert not metrics & {"completeness", "timeliness"}
    hourly_ = Dataset(id="water", title=WATER.title, frequency="HOURLY")
    assert store.overview("water", NOW).judged == 0
    assert rhythm("measured", None, usual(hourly_.frequency)) == HOUR


def test_only_what_can_be_trusted_is_valid(store: Store) -> None:
    lake = series("lake")
    start = NOW - 10 * HOUR
    gone = Observation(lake.id, NOW - 1, float("nan"), Flag.MISSING)
    store.commit([thing("lake"), lake, *hourly(lake, start, NOW, bad=3), gone], at=NOW).result()
    assert measured(store)["validity", NOW - 12 * HOUR] == Share("validity", NOW - 12 * HOUR, 7, 11)


def test_things_that_are_the_same_are_told(store: Store) -> None:
    twice: list[Fact] = [thing("a", "Boviksbadet"), thing("b", "Boviksbadet"), thing("c")]
    left: list[Fact] = [thing("d", "Boviksbadet"), Gone(thing="bath:a:d")]
    store.commit([*twice, *left], at=NOW).result()
    assert measured(store)["uniqueness", NOW - 12 * HOUR] == Share(
        "uniqueness", NOW - 12 * HOUR, 2, 3
    )


def test_what_could_not_be_translated_is_counted_by_day(store: Store) -> None:
    for back in (40, 1, 1, 0):
        kept = store.keep(
            Delivery(source="hav", received=NOW - back * DAY, bodies=(str(back).encode(),))
        ).result()
        aside = [Rejected(where="[0]", why="no id")]
        store.commit([], at=NOW, delivery=kept.seq, records=4, set_aside=aside).result()
    other = store.keep(Delivery(source="other", received=NOW, bodies=(b"x",))).result()
    store.commit([], at=NOW, delivery=other.seq, records=100).result()
    found = measured(store)
    today = NOW - 12 * HOUR
    assert found["translation", today - DAY] == Share("translation", today - DAY, 6, 8)
    assert found["translation", today] == Share("translation", today, 3, 4)
    assert ("translation", today - 40 * DAY) not in found


def test_a_second_look_goes_no_further_back_than_the_day_before(store: Store) -> None:
    lake = series("lake")
    store.commit([thing("lake"), lake, *hourly(lake, NOW - 20 * DAY, NOW)], at=NOW).result()
    first = measured(store)
    again = measured(store, NOW + HOUR)
    assert len([one for one in first if one[0] == "completeness"]) == 21
    assert len([one for one in again if one[0] == "completeness"]) == 2
    assert len([one for one in store.quality.of("water") if one.metric == "completeness"]) == 21


def test_what_is_folded_is_measured_as_what_is_not(store: Store) -> None:
    lake = series("lake")
    run = hourly(lake, NOW - 20 * DAY, NOW, bad=100)
    store.commit([thing("lake"), lake, *run], at=NOW).result()
    hot = store.quality.measure(WATER, [], NOW)
    store.fold(NOW).result()
    assert store.quality.measure(WATER, [], NOW) == hot
    assert store.quality.measure(WATER, [], NOW) != []


@settings(deadline=None, max_examples=15)
@given(
    said=st.lists(st.tuples(st.integers(0, 71), st.sampled_from([1, 2, 3, 4, 9])), max_size=60),
    folded=st.booleans(),
)
def test_no_share_is_more_than_the_whole(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, int]], *, folded: bool
) -> None:
    lake = series("lake")
    with Store(tmp_path_factory.mktemp("q") / "own.sqlite") as store:
        store.publish({"water": WATER}).result()
        run = [Observation(lake.id, NOW - (hour + 1) * HOUR, 1.0, flag) for hour, flag in said]
        store.commit([thing("lake"), lake, *run], at=NOW).result()
        if folded:
            store.fold(NOW).result()
        found = store.quality.measure(WATER, [], NOW)
    assert all(0 <= one.part <= one.whole and one.whole for one in found)
    valid = [one for one in found if one.metric == "validity"]
    at_once = dict(said)
    assert sum(one.whole for one in valid) == len(at_once)
    assert sum(one.part for one in valid) == sum(flag in {1, 2} for flag in at_once.values())


def test_the_commons_keeps_only_what_is_open_and_forgets_what_is_closed(tmp_path: Path) -> None:
    share = Share("validity", NOW - NOW % DAY, 3, 4)
    with Store(tmp_path / "commons.sqlite") as commons:
        commons.quality.keep("water", [share]).result()
        assert commons.quality.of("water") == []
        commons.publish({"water": WATER}, origin="2482").result()
        commons.quality.keep("water", [share]).result()
        assert commons.quality.of("water") == [share]
        commons.publish({}, origin="2482").result()
        assert commons.quality.of("water") == []


def test_every_metric_has_a_name_of_its_own() -> None:
    assert len(set(METRICS)) == len(METRICS) == 5
