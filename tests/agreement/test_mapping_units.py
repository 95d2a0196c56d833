"""Units: factors are exact, so there and back is the same value, and any way round agrees."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.mapping._unit import Unit, linear, rec20_codes, unit_of

CODES = sorted({*rec20_codes(), *rec20_codes().values()})
UNITS = [unit_of(code, "x") for code in CODES]
units = st.sampled_from(UNITS)
ALIKE = [[one for one in UNITS if one.dimension == unit.dimension] for unit in UNITS]
alike = st.sampled_from(ALIKE).map(st.sampled_from)
pairs = alike.flatmap(lambda of: st.tuples(of, of))
triples = alike.flatmap(lambda of: st.tuples(of, of, of))
values = st.floats(-1e6, 1e6)


def say(value: float, source: Unit, target: Unit) -> float:
    convert = linear(source, target)
    return value if convert is None else convert(value)


def near(one: float, other: float, source: Unit, target: Unit) -> bool:
    """Return whether two values differ by no more than arithmetic with floats explains."""
    shift = abs(float(source.plus)) + abs(float(target.plus * target.times / source.times))
    return abs(one - other) <= 1e-12 * (abs(one) + shift) + 1e-300


@given(pairs, values)
@settings(deadline=None, max_examples=300)
def test_there_and_back_is_the_same_value(pair: tuple[Unit, Unit], value: float) -> None:
    source, target = pair
    back = say(say(value, source, target), target, source)
    assert near(value, back, source, target)


@given(triples, values)
@settings(deadline=None, max_examples=300)
def test_a_detour_over_a_third_unit_leads_to_the_same_value(
    three: tuple[Unit, Unit, Unit], value: float
) -> None:
    source, through, target = three
    straight = say(value, source, target)
    detour = say(say(value, source, through), through, target)
    shift = abs(float(through.plus * through.times / target.times)) + abs(float(target.plus))
    assert abs(straight - detour) <= 1e-12 * (abs(straight) + shift) + 1e-300


@given(units, units, units)
@settings(deadline=None)
def test_units_multiply_as_numbers_do(one: Unit, two: Unit, three: Unit) -> None:
    assert one * two == two * one
    assert (one * two) * three == one * (two * three)
    assert one * one**-1 == Unit(Fraction(1))
    assert one**2 * one**-1 == Unit(one.times, one.dimension)


@given(st.sampled_from(["m", "s", "kg", "W", "L", "By"]), st.sampled_from(["m", "s", "A", "%"]))
@settings(deadline=None)
def test_an_expression_is_the_product_of_its_parts(one: str, two: str) -> None:
    first, second = unit_of(one, "x"), unit_of(two, "x")
    assert unit_of(f"{one}.{two}", "x") == first * second
    assert unit_of(f"{one}/{two}", "x") == first * second**-1
    assert unit_of(f"/({one}.{two})", "x") == (first * second) ** -1
    assert unit_of(f"{{note}}.{one}", "x") == Unit(first.times, first.dimension)
