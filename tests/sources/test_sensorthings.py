"""SensorThings servers: what is asked, and the many ways in which they answer."""

from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from byalag import Misconfigured
from byalag.mapping import Context, Heard
from byalag.model import Delivery, Flag, Observation, Rejected, Series, Thing
from byalag.sources import settle
from byalag.sources.sensorthings import counted
from byalag.sources.sensorthings._quality import flag_of
from byalag.testkit import micros

NOW = micros("2026-06-09T12:00:00Z")
CELSIUS = {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}
SERIES = "device:s:3/airTemperature@11"


def settled(**more: Any) -> tuple[Any, Any]:  # noqa: ANN401  settings are any TOML
    base = {
        "kind": "sensorthings",
        "dataset": "sensors",
        "url": "https://s.example/v1.1/",
        "operator": "s",
    }
    return settle({**base, **more}, name="s")


def datastream(*results: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401  any JSON
    observations = [
        {"phenomenonTime": f"2026-06-09T11:{59 - minute}:00Z", "result": result}
        for minute, result in enumerate(results)
    ]
    return {
        "@iot.id": 11,
        "unitOfMeasurement": CELSIUS,
        "Thing": {"@iot.id": 3, "name": "Bridge", "Locations": []},
        "ObservedProperty": {"@iot.id": 1, "name": "Air Temperature", "definition": "d"},
        "Observations": observations,
        **more,
    }


def said(
    *records: Any,  # noqa: ANN401  any JSON
    known: frozenset[str] = frozenset(),
    **more: Any,  # noqa: ANN401  settings are any TOML
) -> list[Heard]:
    kind, settings = settled(**more)
    body = msgspec.json.encode({"value": records})
    context = Context(source="s", municipality="2482", dataset="sensors", received=NOW, known=known)
    delivery = Delivery(source="s", received=NOW, bodies=(body,))
    return list(kind.prepare(settings)(delivery, context))


def of(kind: type, facts: list[Heard]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_everything_is_asked_for_in_one_question() -> None:
    kind, settings = settled(filter="Thing/name eq 'a b'", newest=5, page_size=50)
    (ask,) = kind.reach(settings).asks
    url = unquote(ask.url)
    assert url.startswith("https://s.example/v1.1/Datastreams?$expand=Thing/Locations,")
    assert "Observations($orderby=phenomenonTime desc;$top=5;$select=" in url
    assert "$top=50" in url
    assert "$count=true" in url
    assert url.endswith("&$filter=Thing/name eq 'a b'")
    assert " " not in ask.url


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ("http://localhost:8080/FROST-Server/v1.1/Datastreams?$skip=2", "?$skip=2"),
        ("https://s.example/v1.1/Datastreams?$skip=2&$top=2", "?$skip=2&$top=2"),
        ("https://s.example/page2", "https://s.example/page2"),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_the_next_page_is_asked_for_where_we_asked_for_the_first(
    link: Any,  # noqa: ANN401  any JSON
    following: str | None,
) -> None:
    body = msgspec.json.encode({"@iot.nextLink": link, "value": [{}, {}]})
    assert counted(body) == (2, following)


def test_a_period_is_over_before_its_value_is_known() -> None:
    period = [{"phenomenonTime": "2026-06-09T10:00:00Z/2026-06-09T11:00:00Z", "result": 1}]
    (observation,) = of(Observation, said(datastream(Observations=period)))
    assert observation.at == micros("2026-06-09T11:00:00Z")


def test_a_thing_with_several_datastreams_is_said_once() -> None:
    second = datastream(5.0, **{"@iot.id": 12})
    facts = said(datastream(4.0), second)
    assert len(of(Thing, facts)) == 1
    assert [one.series for one in of(Observation, facts)] == [
        SERIES,
        "device:s:3/airTemperature@12",
    ]


def test_without_sensors_two_datastreams_of_one_property_are_never_mixed() -> None:
    second = datastream(5.0, **{"@iot.id": 12})
    facts = said(datastream(4.0), second, sensors=False)
    assert [one.series for one in of(Observation, facts)] == ["device:s:3/airTemperature"]
    assert "another Datastream" in of(Rejected, facts)[0].why


@pytest.mark.parametrize("result", [True, "open", {"a": 1}, [1]])
def test_what_is_no_number_is_a_property_of_the_thing(result: Any) -> None:  # noqa: ANN401  any JSON
    facts = said(datastream(result, "older"))
    assert not of(Series, facts)
    assert of(Thing, facts)[1].properties == {"airTemperature": result}


def test_the_text_of_a_number_is_a_number_where_the_server_says_that_it_measures() -> None:
    kind = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    assert [
        one.value for one in of(Observation, said(datastream("4.5", observationType=kind)))
    ] == [4.5]
    facts = said(datastream("much", observationType=kind))
    assert of(Rejected, facts)[0].where == "value[0].Observations[0]"


def test_no_result_is_no_value_now_of_a_series_that_has_had_one() -> None:
    assert not of(Observation, said(datastream(None)))
    (missing,) = of(Observation, said(datastream(None), known=frozenset({SERIES})))
    assert missing.flag == Flag.MISSING


@pytest.mark.parametrize(
    ("stated", "unit"),
    [
        (CELSIUS, "Cel"),
        ({"name": "Degree Celsius", "symbol": "C", "definition": "https://d.example"}, "Cel"),
        ({"name": "", "symbol": "%", "definition": "http://qudt.org/vocab/unit/PERCENT"}, "%"),
        ({"name": "n", "symbol": "µg/m³", "definition": ""}, "ug/m3"),
        ({"name": None, "symbol": None, "definition": None}, "1"),
        ({}, "1"),
        (None, "1"),
    ],
)
def test_the_unit_is_told_from_definition_name_or_symbol(stated: Any, unit: str) -> None:  # noqa: ANN401  any JSON
    (series,) = of(Series, said(datastream(4.0, unitOfMeasurement=stated)))
    assert series.unit == unit


def test_a_unit_that_cannot_be_told_is_set_aside_once_a_datastream() -> None:
    odd = {"name": "smoot", "symbol": "sm", "definition": "https://d.example/smoot"}
    facts = said(datastream(1, 2, 3, unitOfMeasurement=odd))
    assert [type(fact) for fact in facts] == [Thing, Rejected]
    told = {"Air Temperature": {"from_unit": "K", "unit": "Cel"}}
    (value,) = of(Observation, said(datastream(300, unitOfMeasurement=odd), properties=told))
    assert value.value == pytest.approx(26.85)


@pytest.mark.parametrize(
    ("stated", "flag"),
    [
        ("Good", Flag.GOOD),
        ({"status": "9", "quality": "Good"}, Flag.GOOD),
        ({"nameOfMeasure": "DQ_Status", "DQ_Result": {"code": "ok"}}, Flag.GOOD),
        ([{"value": "good"}, {"value": "suspect"}], Flag.SUSPECT),
        ("bad", Flag.FAIL),
        (9, Flag.NOT_EVALUATED),
        (None, Flag.NOT_EVALUATED),
        ("purple", Flag.NOT_EVALUATED),
        ({"code": {"code": {"code": {"code": {"code": "bad"}}}}}, Flag.NOT_EVALUATED),
    ],
)
def test_quality_is_read_where_it_is_a_word_that_is_known(stated: Any, flag: Flag) -> None:  # noqa: ANN401  any JSON
    assert flag_of(stated) == flag


@pytest.mark.parametrize("lacking", ["Thing", "ObservedProperty", "Observations", "@iot.id"])
def test_a_datastream_that_lacks_what_was_asked_for_says_what(lacking: str) -> None:
    record = datastream(4.0)
    del record[lacking]
    facts = said(record, datastream(5.0, **{"@iot.id": 12}))
    assert lacking in of(Rejected, facts)[0].why
    assert len(of(Observation, facts)) == 1


def test_a_property_that_cannot_be_named_says_what_to_do() -> None:
    odd = {"name": "温度", "definition": "t"}
    assert "say `name`" in of(Rejected, said(datastream(4.0, ObservedProperty=odd)))[0].why
    facts = said(datastream(4.0, ObservedProperty=odd), properties={"t": {"name": "temperature"}})
    assert of(Series, facts)[0].property == "temperature"


@pytest.mark.parametrize("spec", [{"unit": "Celcius"}, {"range": [2, 1]}, {"from_unit": "smoot"}])
def test_settings_that_cannot_work_are_refused(spec: dict[str, Any]) -> None:
    kind, settings = settled(properties={"a": spec})
    with pytest.raises(Misconfigured, match=r"^properties\.a\."):
        kind.prepare(settings)
