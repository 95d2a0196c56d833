"""Reads a unit as a platform states it: a code, a symbol, a name, or an address that means one."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct

from byalag import Misconfigured
from byalag.mapping._unit import LONGEST_UNIT, rec20_codes, unit_of


class _Stated(Struct, frozen=True, forbid_unknown_fields=True):
    symbols: Mapping[str, str]
    names: Mapping[str, str]
    qudt: Mapping[str, str]


_TABLE: Final = msgspec.convert(
    tomllib.loads(files("byalag.mapping").joinpath("stated_units.toml").read_text("utf-8")), _Stated
)
_UCUM = re.compile(
    r"(?:ucum:|urn:ogc:def:uom:ucum:[^:]*:|https?://(?:www\.)?opengis\.net/def/uom/ucum/(?:[\d.]+/)?"
    r"|https?://(?:www\.)?unitsofmeasure\.org/(?:ucum#)?)(?P<code>[^#]+)",
    re.IGNORECASE,
)
_QUDT = re.compile(r"(?:https?://(?:www\.)?qudt\.org/.*[/#]|qudt:|unit:)(?P<name>[^/#]+)")
_EITHER: Final = ("C", "F")  # coulomb or Celsius, farad or Fahrenheit: nobody can tell
_RAISED: Final = str.maketrans("²³·\u00b5\u03bc", "23.uu")


@lru_cache(maxsize=1024)
def stated_unit(text: str, *, common: bool = False) -> str | None:
    """Return the UCUM code for a unit as it is stated; None where it cannot be told.

    Read in this order: an address of UCUM or QUDT, a UN/CEFACT code (`common`), a symbol that
    people write, a name, a UCUM expression.
    """
    text = text.strip()
    if not text or len(text) > 3 * LONGEST_UNIT:
        return None
    if (ucum := _UCUM.fullmatch(text)) is not None:
        return _valid(ucum["code"])
    if (qudt := _QUDT.fullmatch(text)) is not None:
        return _TABLE.qudt.get(qudt["name"])
    if common and text in rec20_codes():
        return rec20_codes()[text]
    if text in _EITHER:
        return None
    known = _TABLE.symbols.get(text) or _TABLE.names.get(" ".join(text.lower().split()))
    return known or _valid(text) or _valid(text.translate(_RAISED))


def _valid(code: str) -> str | None:
    try:
        unit_of(code, "unit", common=False)
    except Misconfigured:
        return None
    return code
