import pytest

from byalag import Misconfigured
from byalag.mapping._unit import ONE, conversion, rec20_codes, unit_of


@pytest.mark.parametrize(
    ("value", "from_unit", "unit", "expected"),
    [
        (70, "FAH", "Cel", 21.11111111111111),
        (-40, "[degF]", "Cel", -40),
        (20.3, "Cel", "K", 293.45),
        (1, "KWH", "J", 3_600_000),
        (1.5, "kW.h", "W.h", 1500),
        (36, "KMH", "m/s", 10),
        (10, "MTS", "km/h", 36),
        (1, "KNT", "km/h", 1.852),
        (190, "CMT", "m", 1.9),
        (35, "P1", "1", 0.35),
        (1, "[in_i]", "mm", 25.4),
        (1013.25, "MBR", "kPa", 101.325),
        (180, "deg", "rad", 3.141592653589793),
        (3, "{CFU}/(100.mL)", "{CFU}/L", 30),
        (1, "kBy", "bit", 8000),
    ],
)
def test_a_value_is_said_in_another_unit(
    value: float, from_unit: str, unit: str, expected: float
) -> None:
    convert = conversion(unit, from_unit, "series[0]")
    assert convert is not None
    assert convert(value) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("unit", "from_unit"),
    [
        ("Cel", "CEL"),
        ("1", None),
        ("L", "dm3"),
        ("m/s", "m.s-1"),
        ("g/m3", "mg/L"),
        ("10*9/L", "10*3/uL"),
    ],
)
def test_nothing_is_done_where_nothing_needs_doing(unit: str, from_unit: str | None) -> None:
    assert conversion(unit, from_unit, "x") is None


@pytest.mark.parametrize(
    ("unit", "from_unit", "why"),
    [
        (
            "Cel",
            "kg",
            "x.from_unit: 'kg' and 'Cel' do not measure the same thing; units that do: K, Cel",
        ),
        ("°C", None, "x.unit: '°C' is no unit; perhaps 'Cel'"),
        ("kWh", None, "perhaps 'kW.h'"),
        ("CEL", None, "'CEL' is a UN/CEFACT code; write 'Cel' (UCUM)"),
        ("m", "metres", "x.from_unit: 'metres' is no unit; near ones are m"),
        ("Celcius", None, "x.unit: 'Celcius' is no unit; near ones are Cel"),
        ("KG", None, "x.unit: 'KG' is no unit; near ones are kg"),
        ("mg/litre", None, "x.unit: 'litre' in 'mg/litre' is no unit; near ones are L"),
        ("zzz", None, "x.unit: 'zzz' is no unit; write a UCUM code as Cel, m, kW.h, mg/L"),
        ("m/Cel", None, "zero of its own"),
        ("(m", None, "not paired"),
        ("m)", None, "not paired"),
        (")m", None, "a unit is missing"),
        ("m//s", None, "the unit 'm//s' cannot be read: a unit is missing; write"),
        ("m/", None, "a unit is missing"),
        ("", None, "a unit is missing"),
        ("m13", None, "the power 13 is too high"),
        ("m" * 61, None, "longer than 60 characters"),
    ],
)
def test_a_unit_that_cannot_be_used_stops_the_start(
    unit: str, from_unit: str | None, why: str
) -> None:
    with pytest.raises(Misconfigured) as error:
        conversion(unit, from_unit, "x")
    assert why in str(error.value)
    assert str(error.value).startswith("x.")
    assert "[gal_us]" not in str(error.value)


@pytest.mark.parametrize("code", rec20_codes())
def test_every_un_cefact_code_stands_for_a_unit(code: str) -> None:
    assert unit_of(code, "x") == unit_of(rec20_codes()[code], "x")


def test_prefixes_and_powers_multiply() -> None:
    assert unit_of("km2", "x") == unit_of("m", "x") ** 2 * unit_of("10*6", "x")
    assert unit_of("/s", "x") == ONE * unit_of("Hz", "x")
    assert unit_of("m", "x") ** 0 == ONE
