"""A position or a time that is wrapped in one text."""

import pytest

from byalag.mapping import (
    Context,
    MappingSpec,
    PointSpec,
    SeriesSpec,
    ThingSpec,
    TimeSpec,
    compile_mapping,
)
from byalag.model import Json, Observation, Point, Rejected, Thing
from byalag.testkit import micros

NOW = 1_795_000_000_000_000


def said(spec: MappingSpec, record: Json) -> list[object]:
    context = Context(source="s", municipality="2482", dataset="d", received=NOW)
    return list(compile_mapping(spec, source="s")([("r", record)], context))


def placed(point: PointSpec, record: Json) -> Point | None:
    found = said(MappingSpec(thing=ThingSpec(type="Place", id="1", point=point)), record)[0]
    assert isinstance(found, Thing), found
    return found.point


@pytest.mark.parametrize("value", ["59.33, 18.06", "59.33 18.06", "(59.33;18.06)", [59.33, 18.06]])
def test_two_numbers_in_one_text_are_a_position(value: Json) -> None:
    assert placed(PointSpec(pair="p"), {"p": value}) == Point(59.33, 18.06)


def test_the_order_of_the_two_can_be_said() -> None:
    assert placed(PointSpec(pair="p", order="lon lat"), {"p": "18.06,59.33"}) == Point(59.33, 18.06)


def test_a_pair_in_metres_is_said_in_degrees() -> None:
    found = placed(PointSpec(pair="p", crs="EPSG:3006"), {"p": "6580822, 674032"})
    assert found is not None
    assert abs(found.latitude - 59.33) < 0.01


@pytest.mark.parametrize("value", ["", None])
def test_an_empty_pair_is_no_position(value: Json) -> None:
    assert placed(PointSpec(pair="p"), {"p": value}) is None


@pytest.mark.parametrize("value", ["59.33", "59.33, 18.06, 4", 5, {"lat": 1}])
def test_what_is_not_two_numbers_is_set_aside(value: Json) -> None:
    spec = MappingSpec(thing=ThingSpec(type="Place", id="1", point=PointSpec(pair="p")))
    found = said(spec, {"p": value})[0]
    assert isinstance(found, Rejected)
    assert "is not two numbers" in found.why


def test_a_time_can_be_taken_out_of_a_text() -> None:
    at = TimeSpec(path="at", format="epoch-ms", pattern=r"^/Date\((-?\d+)")
    spec = MappingSpec(
        thing=ThingSpec(type="Place", id="1"), series=(SeriesSpec(name="free", value="n", at=at),)
    )
    found = said(spec, {"n": 4, "at": "/Date(1479460600000+0100)/"})
    assert [one.at for one in found if isinstance(one, Observation)] == [1_479_460_600_000_000]


def timed(at: str | TimeSpec, record: Json) -> list[object]:
    series = SeriesSpec(name="n", value="v", at=at)
    spec = MappingSpec(thing=ThingSpec(type="Place", id="1"), series=(series,))
    return said(spec, record)


@pytest.mark.parametrize(
    ("at", "record", "hour"),
    [
        ("{d} {t}", {"d": "2026-11-18", "t": "14:00"}, 13),
        ("{d}T{t}Z", {"d": "2026-11-18", "t": "14:00:00"}, 14),
        (TimeSpec(path="{d} {t}", zone="Europe/Helsinki"), {"d": "2026-11-18", "t": "14:00"}, 12),
        (TimeSpec(path="{d} {t}", format="%d/%m/%Y %H.%M"), {"d": "18/11/2026", "t": "14.00"}, 13),
    ],
)
def test_a_date_and_a_time_of_day_that_stand_apart_are_one_time(
    at: str | TimeSpec, record: dict[str, Json], hour: int
) -> None:
    (found,) = [one for one in timed(at, {**record, "v": 1}) if isinstance(one, Observation)]
    assert found.at == micros(f"2026-11-18T{hour}:00:00Z")


@pytest.mark.parametrize(
    "record", [{"d": "2026-11-18"}, {"d": "2026-11-18", "t": ""}, {"t": "14:00"}]
)
def test_half_a_time_is_no_time_and_not_midnight(record: dict[str, Json]) -> None:
    found = timed("{d} {t}", {**record, "v": 1})
    assert not [one for one in found if isinstance(one, Observation)]
    assert [one.why for one in found if isinstance(one, Rejected)]
