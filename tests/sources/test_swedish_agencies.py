"""SMHI and Trafikverket: what is asked, and what their errors mean."""

from collections.abc import Mapping

import pytest

from byalag import Misconfigured
from byalag.mapping import Context
from byalag.model import Delivery, Flag, Observation
from byalag.sources import Ask, Garbled, Poll, settle

CONTEXT = Context(
    source="x", municipality="2482", dataset="weather", received=1_781_006_400_000_000
)
KEY = {"kind": "trafikverket-weather", "dataset": "weather", "key": "env:TRAFIKVERKET_KEY"}
STATION = {"kind": "smhi-observations", "dataset": "weather"}


def asks(table: Mapping[str, object]) -> tuple[Ask, ...]:
    kind, settings = settle(table, name="x")
    reach = kind.reach(settings)
    assert isinstance(reach, Poll)
    return reach.asks


def heard(table: Mapping[str, object], body: bytes, part: str = "main") -> list[object]:
    kind, settings = settle(table, name="x")
    delivery = Delivery(source="x", received=CONTEXT.received, bodies=(body,), part=part)
    return list(kind.prepare(settings)(delivery, CONTEXT))


def test_the_key_is_filled_in_only_when_it_is_asked() -> None:
    (ask,) = asks({**KEY, "counties": [24, 25]})
    assert ask.method == "POST"
    assert 'authenticationkey="{secret:env:TRAFIKVERKET_KEY}"' in ask.body
    assert '<IN name="CountyNo" value="24,25"/>' in ask.body


def test_near_is_asked_in_degrees() -> None:
    (ask,) = asks({**KEY, "near": {"lat": 64.75, "lon": 20.95, "radius": 111320}})
    assert 'value="20.95 64.75" radius="1.00000"' in ask.body


def test_two_ways_to_say_which_are_one_too_many() -> None:
    near = {"lat": 64.75, "lon": 20.95, "radius": 1000}
    with pytest.raises(Misconfigured, match="not both"):
        asks({**KEY, "counties": [24], "near": near})


def test_trafikverket_says_itself_what_went_wrong() -> None:
    body = (
        b'{"RESPONSE":{"RESULT":[{"ERROR":{"SOURCE":"Security","MESSAGE":"Invalid authentication"}}'
        b"]}}"
    )
    with pytest.raises(Garbled, match="Invalid authentication"):
        heard(KEY, body)


def test_no_measure_point_is_no_error() -> None:
    assert heard(KEY, b'{"RESPONSE":{"RESULT":[{"WeatherMeasurepoint":[]}]}}') == []


def test_each_parameter_of_each_station_is_asked_for() -> None:
    station = [{"id": 159880, "parameters": [1, 4]}, {"id": 98230, "parameters": [1]}]
    found = asks({**STATION, "station": station, "period": "latest-day"})
    assert [ask.part for ask in found] == ["159880-1", "159880-4", "98230-1"]
    assert found[0].url == (
        "https://opendata-download-metobs.smhi.se/api/version/latest/parameter/1/station/159880"
        "/period/latest-day/data.json"
    )


def test_a_parameter_that_is_not_known_names_those_that_are() -> None:
    table = {**STATION, "station": [{"id": 1, "parameters": [1, 2]}]}
    with pytest.raises(Misconfigured, match=r"parameters: 2 is not known; use 1 \(temperature\)"):
        heard(table, b"{}")


def test_the_sea_is_in_another_catalogue_and_a_period_counts_at_its_end() -> None:
    table = {**STATION, "catalogue": "ocobs", "station": [{"id": 2088, "parameters": [5]}]}
    assert asks(table)[0].url.startswith("https://opendata-download-ocobs.smhi.se/")
    body = (
        b'{"station":{"key":"2088","name":"Furuogrund"},"parameter":{"key":"5"},'
        b'"value":[{"from":1780995600000,"to":1780999200000,"value":9.3,"quality":"G"}]}'
    )
    (seen,) = [one for one in heard(table, body, "2088-5") if isinstance(one, Observation)]
    assert (seen.series, seen.at) == ("weather:smhi:2088/waterTemperature", 1_780_999_200_000_000)
    assert (seen.value, seen.flag) == (9.3, Flag.GOOD)


def test_a_place_that_left_the_settings_is_told() -> None:
    table = {
        "kind": "smhi-forecast",
        "dataset": "weather",
        "place": [{"id": "a", "name": "A", "lat": 64, "lon": 20}],
    }
    assert asks(table)[0].url.endswith("/lon/20.000000/lat/64.000000/data.json")
    with pytest.raises(Garbled, match="no place 'b'"):
        heard(table, b'{"timeSeries": []}', "b")
