"""Names and units that other platforms give: each is said in one way, and no two in the same."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.mapping import Unfit, rec20_codes, stated_unit, unit_of
from byalag.sources._local_id import (
    entity_of,
    escaped,
    fitted,
    local_of,
    property_name,
    unescaped,
)
from byalag.sources._quantity import said_in

LOCAL = re.compile(r"[A-Za-z0-9._~-]+")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
KINDS = st.sampled_from(["Room", "OffStreetParking"])
IDS = TEXT | st.builds("urn:ngsi-ld:{}:{}".format, KINDS, TEXT)


@given(TEXT)
@limits(deadline=None)
def test_an_escaped_name_fits_in_an_id_and_can_be_read_back(text: str) -> None:
    assert LOCAL.fullmatch(escaped(text))
    assert unescaped(escaped(text)) == text


@given(TEXT | st.from_regex(LOCAL, fullmatch=True))
@limits(deadline=None)
def test_a_name_that_fits_in_an_id_stays_and_every_name_can_be_read_back(text: str) -> None:
    assert LOCAL.fullmatch(fitted(text))
    assert unescaped(fitted(text)) == text
    assert fitted(text) == text or not LOCAL.fullmatch(text) or unescaped(text) != text


@given(IDS, KINDS)
@limits(deadline=None)
def test_an_entity_is_found_again_by_our_id(entity: str, kind: str) -> None:
    assert LOCAL.fullmatch(local_of(entity, kind))
    assert entity_of(local_of(entity, kind), kind) == entity


@pytest.mark.parametrize(
    ("entity", "ours"),
    [
        ("urn:ngsi-ld:Room:001", "001"),
        ("urn:ngsi-ld:Room:malmo:1", "malmo~3A1"),
        ("urn:ngsi-ld:Hall:001", "~.urn~3Angsi-ld~3AHall~3A001"),
        ("urn:ngsi-ld:Room:", "~.urn~3Angsi-ld~3ARoom~3A"),
        ("001", "~.001"),
        ("urn:ngsi-ld:Room:~.001", "~7E.001"),
        ("https://x.example/ö", "~.https~3A~2F~2Fx.example~2F~C3~B6"),
    ],
)
def test_the_local_part_of_an_id(entity: str, ours: str) -> None:
    assert local_of(entity, "Room") == ours


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("availableSpotNumber", "availableSpotNumber"),
        ("NO2", "NO2"),
        ("no2_raw", "no2Raw"),
        ("Air Temperature", "airTemperature"),
        ("PM2.5", "PM25"),
        ("Lufttryck (havsnivå)", "lufttryckHavsniva"),
        ("1h mean", "hMean"),
        ("温度", ""),
    ],
)
def test_a_property_is_named_with_letters_and_digits(name: str, ours: str) -> None:
    assert property_name(name) == ours


@pytest.mark.parametrize("code", rec20_codes())
def test_every_common_code_is_read(code: str) -> None:
    assert stated_unit(code, common=True) == rec20_codes()[code]


@pytest.mark.parametrize(
    ("stated", "ours"),
    [
        ("ucum:Cel", "Cel"),
        ("http://www.opengis.net/def/uom/UCUM/0/m3/s", "m3/s"),
        ("urn:ogc:def:uom:UCUM::mm", "mm"),
        ("http://qudt.org/vocab/unit/DEG_C", "Cel"),
        ("http://www.qudt.org/qudt/owl/1.0.0/unit/Instances.html#DegreeCelsius", "Cel"),
        ("http://qudt.org/vocab/unit/FURLONG", None),
        ("°C", "Cel"),
        ("Degree Celsius", "Cel"),
        ("µg/m³", "ug/m3"),
        ("μg/m3", "ug/m3"),
        ("W/m²", "W/m2"),
        ("%", "%"),
        ("", None),
        ("smoots", None),
        ("C", None),
        ("ucum:C", "C"),
    ],
)
def test_a_unit_as_platforms_state_it(stated: str, ours: str | None) -> None:
    assert stated_unit(stated) == ours


@given(st.sampled_from(sorted(rec20_codes())), st.sampled_from(sorted(rec20_codes())))
@limits(deadline=None, max_examples=200)
def test_a_value_is_turned_into_the_wanted_unit_or_refused(stated: str, wanted: str) -> None:
    ours = rec20_codes()[wanted]
    alike = unit_of(stated, "a").dimension == unit_of(wanted, "b").dimension
    try:
        unit, _ = said_in(stated, ours, None, common=True)
    except Unfit:
        assert not alike
    else:
        assert unit == ours
        assert alike


@given(st.sampled_from(sorted(rec20_codes())), st.floats(-1000, 1000))
@limits(deadline=None, max_examples=200)
def test_a_value_comes_back_when_it_is_turned_there_and_back(code: str, value: float) -> None:
    unit, _ = said_in(code, None, None, common=True)
    assert said_in(code, unit, None, common=True) == (unit, None)
    _, there = said_in("CEL", "[degF]", None, common=True)
    _, back = said_in("FAH", "Cel", None, common=True)
    assert there
    assert back
    assert back(there(value)) == pytest.approx(value, abs=1e-9)


def test_the_usual_unit_is_used_only_where_it_measures_the_same() -> None:
    assert said_in("FAH", None, "Cel", common=True)[0] == "Cel"
    assert said_in("P1", None, "Cel", common=True) == ("%", None)
    assert said_in("", None, "Cel", common=True) == ("Cel", None)
    assert said_in("", None, None, common=True) == ("1", None)


def test_a_unit_in_settings_must_be_one() -> None:
    with pytest.raises(Misconfigured, match="unit"):
        unit_of("smoots", "attributes.height.unit")
