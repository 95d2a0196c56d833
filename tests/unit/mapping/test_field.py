from collections.abc import Callable
from datetime import date, datetime

import pytest

from byalag import Misconfigured
from byalag.model import Json, Rejected

PropertyOf = Callable[..., Json]
Say = Callable[..., list[Json]]


@pytest.mark.parametrize(
    ("value", "field", "said"),
    [
        ("text", {}, "text"),
        (5, {}, 5),
        (True, {}, True),
        ([1, {"a": None}], {}, [1, {"a": None}]),
        (date(2026, 6, 8), {}, "2026-06-08"),
        (datetime(2026, 6, 8, 12), {}, "2026-06-08T12:00:00"),  # noqa: DTZ001 - as a sheet gives it
        ("105", {"kind": "integer"}, 105),
        (105.0, {"kind": "integer"}, 105),
        ("1,85", {"decimal": ","}, 1.85),
        (" a ", {"kind": "text"}, "a"),
        (12.0, {"kind": "text"}, "12"),
        ("T", {"kind": "boolean", "true": ["T"], "false": ["F"]}, True),
        ("false", {"kind": "boolean"}, False),
        (0, {"kind": "boolean"}, False),
        ("1,85 m", {"pattern": "([\\d,]+) m", "decimal": ","}, 1.85),
        ("190", {"unit": "m", "from_unit": "cm"}, 1.9),
        (190, {"unit": "m", "from_unit": "CMT"}, 1.9),
        (70, {"unit": "Cel", "from_unit": "FAH"}, 21.11111111111111),
        ("Offen", {"codes": {"Offen": "open"}}, "open"),
        (0, {"codes": {"0": "closed"}}, "closed"),
        ("?", {"codes": {"Offen": "open"}}, "?"),
        ("full", {"codes": {"full": 0}, "kind": "integer"}, 0),
        ("7", {"codes": {"full": 0}, "kind": "integer"}, 7),
        (["a", "b"], {"kind": "list", "codes": {"a": "x"}}, ["x", "b"]),
        ("a", {"kind": "list"}, ["a"]),
        ("2026-06-07T22:00:00Z", {"kind": "date"}, "2026-06-08"),
        ("2026-06-08", {"kind": "date"}, "2026-06-08"),
        ("2026-06-07T22:00:00Z", {"kind": "time"}, "2026-06-07T22:00:00Z"),
        ("2026-06-08 12:30", {"kind": "time"}, "2026-06-08T10:30:00Z"),
        ("08.06.2026 12:30", {"time": "%d.%m.%Y %H:%M"}, "2026-06-08T10:30:00Z"),
        (1780914600000, {"time": "epoch-ms"}, "2026-06-08T10:30:00Z"),
        ({"b": 1}, {"kind": "json"}, {"b": 1}),
    ],
)
def test_a_property_becomes_what_its_setting_says(
    property_of: PropertyOf, value: Json, field: dict[str, Json], said: Json
) -> None:
    found = property_of(value, **field)
    assert found == said
    assert type(found) is type(said)


@pytest.mark.parametrize(
    ("value", "field", "said"),
    [
        (None, {}, None),
        ("-", {"missing": ["-"]}, None),
        ("", {}, ""),
        ("", {"kind": "integer"}, None),
        (0, {"missing": [0]}, None),
        (False, {"missing": [0]}, False),
        (None, {"default": 0}, 0),
        ("-", {"missing": ["-"], "default": "unknown"}, "unknown"),
        (" / 780", {"pattern": "(\\d+)? / \\d+"}, None),
        (" / 780", {"pattern": "(\\d+)? / \\d+", "default": "?"}, "?"),
    ],
)
def test_a_missing_value_takes_the_property_away_or_gives_the_default(
    property_of: PropertyOf, value: Json, field: dict[str, Json], said: Json
) -> None:
    assert property_of(value, **field) == said


def test_a_left_out_key_is_not_said_unless_there_is_a_default(
    say: Say,
) -> None:
    properties = {"a": "a", "b": {"path": "b", "kind": "integer"}, "c": {"path": "c", "default": 0}}
    (thing,) = say({"id": "x"}, thing={"properties": properties})
    assert thing.properties == {"c": 0}


def test_constants_and_templates_are_properties_too(say: Say) -> None:
    properties = {
        "fee": {"constant": False},
        "url": "{id}.example",
        "t": {"template": "{id}!"},
    }
    (thing,) = say({"id": "x"}, thing={"properties": properties})
    assert thing.properties == {"fee": False, "url": "x.example", "t": "x!"}


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        ("abc", {"kind": "number"}, "x: 'abc' is not a number"),
        (1.5, {"kind": "integer"}, "x: 1.5 is not a whole number"),
        ("kanske", {"kind": "boolean"}, "is neither yes"),
        ("Zu", {"codes": {"Offen": "open"}, "strict": True}, "known are 'Offen'"),
        ("igår", {"kind": "time"}, "not a time written as ISO 8601"),
        (float("nan"), {}, "x: nan is not a finite number"),
        ("x" * 20_001, {}, "too long"),
        ([0] * 20_001, {}, "more than 20000 values"),
        ([0] * 20_001, {"kind": "list"}, "too long"),
        ([float("inf")], {}, "not a finite number"),
    ],
)
def test_what_does_not_fit_sets_the_record_aside(
    property_of: PropertyOf, value: Json, field: dict[str, Json], why: str
) -> None:
    rejected = property_of(value, **field)
    assert isinstance(rejected, Rejected)
    assert why in rejected.why


def test_deep_nesting_is_bounded(property_of: PropertyOf) -> None:
    deep: Json = 1
    for _ in range(100_000):
        deep = [deep]
    rejected = property_of(deep)
    assert isinstance(rejected, Rejected)
    assert "nested deeper than 20 levels" in rejected.why
    while isinstance(deep, list):  # taken apart by hand, as deep lists are slow to forget
        deep = deep.pop()


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ({"path": "a", "constant": 1}, "exactly one of path, template and constant"),
        ({"default": 1}, "exactly one of path, template and constant"),
        ({"path": "a", "unit": "m", "kind": "text"}, "a text has no unit"),
        ({"path": "a", "from_unit": "cm"}, "say the unit of our value too"),
        ({"path": "a", "time": "iso", "kind": "integer"}, "only a time or a date"),
        ({"path": "a", "time": "dd.mm", "kind": "time"}, "'dd.mm' is not known"),
        ({"path": "a", "unit": "meter"}, "perhaps 'm'"),
        ({"path": "a..b"}, "cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(say: Say, field: dict[str, Json], why: str) -> None:
    with pytest.raises(Misconfigured, match=r"^thing\.properties\.x") as error:
        say(thing={"properties": {"x": field}})
    assert why in str(error.value)
