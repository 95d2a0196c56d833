"""Units of measure and how one is said in another: UCUM expressions, and UN/CEFACT codes for them.

Every unit is linear: its base value is `(value + plus) * times`, with exact fractions, so that
there and back again is the same number.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from math import lcm
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct, field

from byalag import Misconfigured

LONGEST_UNIT: Final = 60  # characters
HIGHEST_POWER: Final = 12
_NEAR: Final = 5
_LIKENESS: Final = 0.7  # of two words, by difflib; "celcius" is 0.86 like "celsius"
_EXAMPLES: Final = "write a UCUM code as Cel, m, kW.h, mg/L"

_TOKEN = re.compile(
    r"(?P<note>\{[^{}]*\})|(?P<mark>[./()])|(?P<unit>(?:\[[^\[\]]*\]|[^./(){}\[\]])+)"
)
_POWER = re.compile(r"(?P<atom>10[*^]|.*?[^\d+-])(?P<power>[+-]?\d{1,2})?")


class _Atom(Struct, frozen=True, forbid_unknown_fields=True):
    base: Annotated[str, Meta(min_length=1)] = field(name="is")
    times: str = "1"
    plus: str = "0"


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    base: tuple[str, ...]
    prefixes: Mapping[str, str]
    metric: Mapping[str, _Atom]
    plain: Mapping[str, _Atom]
    rec20: Mapping[str, str]
    mistaken: Mapping[str, str]


class Unit(Struct, frozen=True):
    """A unit as factors of base units. `dimension` maps a base unit to its power."""

    times: Fraction
    dimension: tuple[tuple[str, int], ...] = ()
    plus: Fraction = Fraction(0)

    def __mul__(self, other: "Unit") -> "Unit":
        """Return the product: of factors, and of dimensions."""
        powers = dict(self.dimension)
        for base, power in other.dimension:
            powers[base] = powers.get(base, 0) + power
        kept = tuple(sorted((base, power) for base, power in powers.items() if power))
        return Unit(self.times * other.times, kept)

    def __pow__(self, power: int) -> "Unit":
        """Return the unit multiplied with itself, or divided by, so many times."""
        kept = tuple((base, n * power) for base, n in self.dimension if power)
        return Unit(self.times**power, kept)


ONE: Final = Unit(Fraction(1))
_TABLE: Final = msgspec.convert(
    tomllib.loads(files("byalag.mapping").joinpath("units.toml").read_text("utf-8")), _Table
)


class _Unknown(ValueError):
    """The unit cannot be read; the text says why. `part` is a word in it that is no unit."""

    def __init__(self, reason: str = "", *, part: str = "") -> None:
        super().__init__(reason or f"{part!r} is no unit")
        self.part = part


def rec20_codes() -> Mapping[str, str]:
    """Return the UN/CEFACT Recommendation 20 codes that are known, in UCUM."""
    return _TABLE.rec20


def unit_of(code: str, where: str, *, common: bool = True) -> Unit:
    """Return the unit that a UCUM expression stands for, or (`common`) a UN/CEFACT code.

    Raises:
        Misconfigured: If it is not known; the message lists near ones.

    """
    if not common and code in _TABLE.rec20:
        reason = f"{where}: {code!r} is a UN/CEFACT code; write {_TABLE.rec20[code]!r} (UCUM)"
        raise Misconfigured(reason)
    try:
        return _read(_TABLE.rec20.get(code, code))
    except _Unknown as unknown:
        reason = f"{where}: {_explained(unknown, code, common=common)}"
        raise Misconfigured(reason) from unknown


def check_unit(code: str, where: str) -> None:
    """Refuse what is not a unit in UCUM, for settings that only name one.

    Raises:
        Misconfigured: If it is not known; the message lists near ones.

    """
    unit_of(code, where, common=False)


def conversion(unit: str, from_unit: str | None, where: str) -> Callable[[float], float] | None:
    """Return what turns a value in `from_unit` into one in `unit`; None if nothing needs doing.

    Raises:
        Misconfigured: If a unit is not known, or the two do not measure the same thing.

    """
    target = unit_of(unit, f"{where}.unit", common=False)
    if from_unit is None:
        return None
    source = unit_of(from_unit, f"{where}.from_unit")
    if source.dimension != target.dimension:
        reason = f"{where}.from_unit: {from_unit!r} and {unit!r} do not measure the same thing; "
        raise Misconfigured(reason + f"units that do: {_alike(target)}")
    return linear(source, target)


def linear(source: Unit, target: Unit) -> Callable[[float], float] | None:
    """Return `value * times + plus` from one unit to another of the same dimension."""
    times = source.times / target.times
    plus = source.plus * times - target.plus
    if times == 1 and not plus:
        return None
    under = lcm(times.denominator, plus.denominator)
    factor, term, divisor = float(times * under), float(plus * under), float(under)
    return lambda value: (value * factor + term) / divisor


@lru_cache(maxsize=512)
def _read(code: str) -> Unit:
    """Read a UCUM expression: factors with dots and slashes between, from left to right."""
    if len(code) > LONGEST_UNIT:
        reason = f"it is longer than {LONGEST_UNIT} characters"
        raise _Unknown(reason)
    if code in _TABLE.plain or code in _TABLE.metric:
        return _atom(code)
    tokens = list(_TOKEN.finditer(code))
    if "".join(token[0] for token in tokens) != code:
        reason = "a bracket is not paired"
        raise _Unknown(reason)
    unit, left = _product([token[0] for token in tokens])
    if left:
        reason = "a bracket is not paired"
        raise _Unknown(reason)
    return unit


def _product(tokens: list[str]) -> tuple[Unit, list[str]]:
    unit = ONE
    sign = 1
    if tokens[:1] == ["/"]:
        sign, tokens = -1, tokens[1:]
    while tokens and tokens[0] not in "./)":
        factor, tokens = _factor(tokens)
        unit *= factor**sign
        if not tokens or tokens[0] == ")":
            return unit, tokens
        sign = -1 if tokens[0] == "/" else 1
        tokens = tokens[1:] if tokens[0] in "./" else tokens
    reason = "a unit is missing"
    raise _Unknown(reason)


def _factor(tokens: list[str]) -> tuple[Unit, list[str]]:
    token, rest = tokens[0], tokens[1:]
    if token.startswith("{"):
        return ONE, rest
    if token == "(":  # noqa: S105 - a bracket, not a password
        unit, rest = _product(rest)
        if rest[:1] != [")"]:
            reason = "a bracket is not paired"
            raise _Unknown(reason)
        return unit, rest[1:]
    return _powered(token), rest


def _powered(token: str) -> Unit:
    if token.isdecimal() and token.isascii():
        return Unit(Fraction(int(token[:20]) or 1))
    found = _POWER.fullmatch(token)
    if found is None:
        raise _Unknown(part=token)
    unit, power = _atom(found["atom"]), int(found["power"] or 1)
    if unit.plus:
        reason = f"{found['atom']!r} has a zero of its own and cannot be a part (use K)"
        raise _Unknown(reason)
    if abs(power) > HIGHEST_POWER:
        reason = f"the power {power} is too high"
        raise _Unknown(reason)
    return unit**power


@lru_cache(maxsize=512)
def _atom(code: str) -> Unit:
    if code in _TABLE.base:
        return Unit(Fraction(1), ((code, 1),))
    if (atom := _TABLE.plain.get(code) or _TABLE.metric.get(code)) is not None:
        return _defined(atom)
    for prefix, times in _TABLE.prefixes.items():
        stem = code.removeprefix(prefix)
        if stem != code and stem in _TABLE.metric and not (unit := _atom(stem)).plus:
            return Unit(unit.times * Fraction(times), unit.dimension)
    raise _Unknown(part=code)


def _defined(atom: _Atom) -> Unit:
    unit = ONE if atom.base == "1" else _read(atom.base)
    over, _, under = atom.times.partition("/")
    times = Fraction(over) / Fraction(under or 1)
    return Unit(unit.times * times, unit.dimension, Fraction(atom.plus))


def _explained(unknown: _Unknown, code: str, *, common: bool) -> str:
    if not unknown.part:
        return f"the unit {code[:LONGEST_UNIT]!r} cannot be read: {unknown}; {_EXAMPLES}"
    what = str(unknown) if unknown.part == code else f"{unknown.part!r} in {code!r} is no unit"
    if (meant := _TABLE.mistaken.get(code)) is not None:
        return f"{what}; perhaps {meant!r}"
    near = ", ".join(_near(unknown.part, common=common))
    return f"{what}; " + (f"near ones are {near}" if near else _EXAMPLES)


def _near(word: str, *, common: bool) -> list[str]:
    """List the units that a word may stand for: by what people call them, then by their codes."""
    codes = [*_TABLE.plain, *_TABLE.metric, *_TABLE.rec20.values()]
    codes += list(_TABLE.rec20) if common else []
    called = [(name.casefold(), code) for name, code in _TABLE.mistaken.items()]
    known = [*called, *((code.casefold(), code) for code in codes)]
    alike = get_close_matches(word.casefold(), dict(known), n=_NEAR, cutoff=_LIKENESS)
    return list(dict.fromkeys(code for one in alike for name, code in known if name == one))[:_NEAR]


def _alike(unit: Unit) -> str:
    listed = {code: code for code in (*_TABLE.metric, *_TABLE.plain)} | dict(_TABLE.rec20)
    same = [code for code, means in listed.items() if _read(means).dimension == unit.dimension]
    return ", ".join(same[: 3 * _NEAR]) or "none that are listed"
