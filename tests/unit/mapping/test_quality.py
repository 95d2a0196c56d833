"""What settings expect of values, as a rule that goes with the series."""

import msgspec
import pytest

from byalag import Misconfigured
from byalag.analysis import QualityRule, rule_of
from byalag.mapping import Context, MappingSpec, QualitySpec, compile_mapping, rule_of_spec
from byalag.model import Flag, Json, Observation, Series
from byalag.sources import Reach, settle

CONTEXT = Context(source="s", municipality="2482", dataset="d", received=1_780_000_000_000_000)
RECORD: dict[str, Json] = {"id": "a", "t": 85.0, "at": "2026-05-01T00:00:00Z"}


def said(**more: object) -> list[object]:
    series = {"name": "waterTemperature", "value": "t", "at": "at", "unit": "Cel", **more}
    spec = msgspec.convert(
        {"thing": {"type": "Sensor", "id": "{id}"}, "series": [series]}, MappingSpec
    )
    mapper = compile_mapping(spec, source="s")
    return list(mapper([("[0]", RECORD)], CONTEXT))


def spec_of(**given: Json) -> QualitySpec:
    return msgspec.convert(given, QualitySpec)


@pytest.mark.parametrize("more", [{}, {"when": {"id": "a"}}])
def test_the_rule_goes_with_the_series_and_survives_being_kept(more: dict[str, Json]) -> None:
    quality = {"spike": [2, 5], "rate": "3/h", "flat": "12h", "gap": 3}
    (series,) = (
        fact for fact in said(quality=quality, cadence="10m", **more) if isinstance(fact, Series)
    )
    again = msgspec.json.decode(msgspec.json.encode(series), type=Series)
    assert again == series
    assert rule_of(again) == QualityRule(
        range=(-5.0, 60.0),
        spike=(2.0, 5.0),
        rate=(3 / 3600, None),
        flat=(43_200.0, None),
        gap=1_800_000_000,
    )


def test_what_is_impossible_fails_without_a_rule_unless_the_source_says_what_is_possible() -> None:
    (value,) = (fact for fact in said() if isinstance(fact, Observation))
    assert (value.value, value.flag) == (85.0, Flag.FAIL)
    (value,) = (fact for fact in said(range=[0, 100]) if isinstance(fact, Observation))
    assert value.flag == Flag.NOT_EVALUATED


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "holds no test"),
        ({"range": [5, 1]}, "quality.range: write"),
        ({"range": [0, 10], "suspect": [-1, 5]}, "must lie within"),
        ({"spike": [5, 2]}, "the lesser first"),
        ({"gap": 2}, "write `cadence`"),
        ({"spike": 2, "tolerance": 0.1}, "belongs to `flat`"),
    ],
)
def test_what_contradicts_itself_is_told_in_words(given: dict[str, Json], why: str) -> None:
    with pytest.raises(Misconfigured, match=why):
        rule_of_spec(spec_of(**given), "series[0].quality", cadence=None, within=None)


def test_a_pushed_series_has_the_same_words() -> None:
    one = {"id": "sensor:s:a1/waterTemperature", "unit": "Cel", "quality": {"spike": 3}}
    kind, settings = settle({"kind": "push", "dataset": "sensors", "series": [one]}, name="p")
    reach: Reach = kind.reach(settings)
    (series,) = reach.series  # type: ignore[union-attr]  # a push source receives
    assert rule_of(series) == QualityRule(range=(-5.0, 60.0), spike=(3.0, None))
