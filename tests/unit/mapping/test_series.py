import math
from collections.abc import Callable

import pytest

from byalag import Misconfigured
from byalag.model import Flag, Json, Observation, Rejected, Series

Observed = Callable[..., Json]
Say = Callable[..., list[Json]]
FREE = {"name": "free", "value": "free", "at": "$received"}
SERIES = "parking:test:a/free"


@pytest.mark.parametrize(
    ("record", "series", "value"),
    [
        ({"free": 3}, {}, 3.0),
        ({"free": "3"}, {}, 3.0),
        ({"free": "13,3"}, {"decimal": ","}, 13.3),
        ({"free": "448 / 548"}, {"pattern": "(\\d+) /"}, 448.0),
        ({"free": "voll"}, {"codes": {"voll": 0}}, 0.0),
        ({"free": "7"}, {"codes": {"voll": 0}}, 7.0),
        ({"free": 0}, {"codes": {"0": 12}}, 12.0),
        ({"cap": 106, "taken": 81}, {"value": "cap", "minus": "taken"}, 25.0),
        ({"free": 50}, {"unit": "Cel", "from_unit": "[degF]"}, 10.0),
        ({"free": 0}, {"missing": [False, ""]}, 0.0),
        ({"free": -8}, {"missing": [-1]}, -8.0),
    ],
)
def test_a_value_is_read_as_its_setting_says(
    observed: Observed, record: dict[str, Json], series: dict[str, Json], value: float
) -> None:
    found = observed(record, **series)
    assert isinstance(found, Observation), found
    assert found.value == value
    assert found.flag == Flag.NOT_EVALUATED


@pytest.mark.parametrize(
    ("record", "series"),
    [
        ({}, {}),
        ({"free": None}, {}),
        ({"free": ""}, {}),
        ({"free": -1}, {"missing": [-1]}),
        ({"free": "-"}, {"missing": ["-"]}),
        ({"cap": 5, "taken": None}, {"value": "cap", "minus": "taken"}),
        ({"free": "? / 780"}, {"pattern": "(?:(\\d+)|\\?) / \\d+"}),
    ],
)
def test_a_missing_value_is_told_only_of_a_series_that_has_reported(
    observed: Observed, record: dict[str, Json], series: dict[str, Json]
) -> None:
    assert not isinstance(observed(record, **series), Observation | Rejected)
    found = observed(record, {"known": {SERIES}}, **series)
    assert math.isnan(found.value)
    assert found.flag == Flag.MISSING


def test_zero_and_missing_are_never_one_another(observed: Observed) -> None:
    assert observed({"free": 0}, {"known": {SERIES}}).value == 0
    assert observed({"free": False}, missing=[0]).why == "free: False is not a number"


def test_a_value_outside_of_its_range_is_kept_and_flagged(observed: Observed) -> None:
    assert observed({"free": 41}, range=[-2, 40]).flag == Flag.FAIL
    assert observed({"free": 41}, range=[-2, 40]).value == 41
    assert observed({"free": 40}, range=[-2, 40]).flag == Flag.NOT_EVALUATED


def test_a_value_without_a_time_sets_the_record_aside(observed: Observed) -> None:
    for record in ({"free": 1}, {"free": 1, "t": None}, {"free": 1, "t": ""}):
        assert observed(record, at="t").why == "free: there is a value and no time for it"
    marked = {"path": "t", "missing": ["0"]}
    assert "no time for it" in observed({"free": 1, "t": "0"}, at=marked).why


def test_neither_value_nor_time_is_nothing(observed: Observed) -> None:
    assert not isinstance(observed({}, {"known": {SERIES}}, at="t"), Observation | Rejected)


def test_a_time_that_nobody_needs_is_not_read(observed: Observed) -> None:
    assert not isinstance(observed({"t": "garbage"}, at="t"), Rejected)


def test_a_series_is_declared_once_before_its_first_observation(say: Say) -> None:
    setting = {**FREE, "unit": "1", "sensor": "s1", "kind": "derived", "cadence": "5m"}
    heard = say(
        {"id": "a", "free": 1}, {"id": "b", "free": 2}, {"id": "a", "free": 3}, series=[setting]
    )
    told: list[Json] = [one for one in heard if isinstance(one, Series | Observation)]
    assert [type(one).__name__ for one in told] == ["Series", "Observation"] * 2 + ["Observation"]
    assert told[0] == Series(
        id="parking:test:a/free@s1",
        thing="parking:test:a",
        property="free",
        dataset="parking",
        sensor="s1",
        kind="derived",
        cadence=300_000_000,
    )
    assert told[1].series == told[0].id


def test_a_series_declared_by_a_record_that_is_set_aside_is_declared_again(say: Say) -> None:
    second = {**FREE, "name": "second", "value": "second"}
    heard = say(
        {"id": "a", "free": 1, "second": "bad"}, {"id": "a", "free": 1}, series=[FREE, second]
    )
    assert [type(one).__name__ for one in heard] == ["Rejected", "Thing", "Series", "Observation"]


def test_a_sensor_may_be_named_by_the_record(say: Say) -> None:
    setting = {**FREE, "sensor": "{dev}"}
    sensors = [{"dev": "x9"}, {"dev": "å"}, {}, {"dev": "x" * 99}]
    records = [{"id": str(n), "free": 1, **sensor} for n, sensor in enumerate(sensors)]
    heard = say(*records, series=[setting])
    told = [one.series for one in heard if isinstance(one, Observation)]
    assert told == ["parking:test:0/free@x9"]
    aside = [one.where for one in heard if isinstance(one, Rejected)]
    assert aside == ["lots[1]", "lots[2]", "lots[3]"]


def test_when_picks_the_records_that_a_series_is_for(say: Say) -> None:
    settings = [
        {**FREE, "when": {"type": "car"}},
        {**FREE, "name": "bikes", "when": {"type": ["bike", "moped"], "ok": {"not": False}}},
    ]
    records = [
        {"id": str(n), "free": n, "type": kind} for n, kind in enumerate(["car", "moped", "van"])
    ]
    heard = say(*records, {"id": "x", "free": 1, "type": "bike", "ok": False}, series=settings)
    told = [one.series for one in heard if isinstance(one, Observation)]
    assert told == ["parking:test:0/free", "parking:test:1/bikes"]


RESULTS = {
    "id": "a",
    "unit": "t1",
    "results": [
        {"takenAt": "2026-06-07T22:00:00Z", "waterTemp": "13.3"},
        {"takenAt": "2026-06-14T22:00:00Z", "waterTemp": "-"},
        {"takenAt": "juni", "waterTemp": "14"},
        {"takenAt": "2026-06-21T22:00:00Z", "waterTemp": "15.1"},
    ],
}
EACH = {
    "name": "waterTemperature",
    "each": "results",
    "value": "waterTemp",
    "at": "takenAt",
    "missing": ["-"],
    "unit": "Cel",
}


def test_each_item_of_a_list_is_observed_and_a_bad_one_stands_alone(say: Say) -> None:
    heard = say(RESULTS, series=[EACH])
    assert [one.value for one in heard if isinstance(one, Observation)] == [13.3, 15.1]
    (rejected,) = [one for one in heard if isinstance(one, Rejected)]
    assert rejected.where == "lots[0].results[2]"
    assert rejected.record == b'{"takenAt":"juni","waterTemp":"14"}'


def test_an_item_may_look_at_the_record_that_holds_it(say: Say) -> None:
    setting = {**EACH, "sensor": "{$record.unit}", "when": {"$record.id": "a"}}
    heard = say(RESULTS, series=[setting])
    assert {one.series for one in heard if isinstance(one, Observation)} == {
        "parking:test:a/waterTemperature@t1"
    }


@pytest.mark.parametrize("results", [None, []])
def test_no_items_are_no_observations(say: Say, results: Json) -> None:
    assert len(say({"id": "a", "results": results}, {"id": "b"}, series=[EACH])) == 2


def test_too_many_items_set_the_record_aside(say: Say) -> None:
    (rejected,) = say({"id": "a", "results": [{}] * 20_001}, series=[EACH])
    assert "too long" in rejected.why


@pytest.mark.parametrize(
    ("series", "why"),
    [
        ([{**FREE, "unit": "meter"}], "series[0].unit: 'meter' is no unit; perhaps 'm'"),
        ([FREE, {**FREE, "name": "b", "from_unit": "Cel"}], "series[1].from_unit: 'Cel' and '1'"),
        ([{**FREE, "range": [2, 1]}], "series[0].range: write [lowest, highest]"),
        ([{**FREE, "sensor": "å"}], "series[0].sensor"),
        ([{**FREE, "sensor": "x" * 100}], "series[0].sensor"),
        ([{**FREE, "value": "a..b"}], "series[0].value: the path"),
        ([{**FREE, "minus": "a..b"}], "series[0].minus: the path"),
        ([{**FREE, "each": "a..b"}], "series[0].each: the path"),
        ([{**FREE, "at": "a..b"}], "series[0].at: the path"),
        ([{**FREE, "pattern": "(a+)+"}], "series[0].pattern"),
        ([{**FREE, "when": {"a": {"is": 1}}}], "series[0].when.a: write a value"),
        ([FREE, FREE], "series[0].name: 'free' is said twice"),
    ],
)
def test_a_wrong_setting_of_a_series_is_named(
    say: Say, series: list[dict[str, Json]], why: str
) -> None:
    with pytest.raises(Misconfigured) as error:
        say(series=series)
    assert str(error.value).startswith(why)
