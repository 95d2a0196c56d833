"""What is allowed in a parameter, in one plain sentence with an example, from its declared type."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import inspect

from byalag.model import Point

# What a text is, and an example of it, by the name of the parameter.
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "municipality": ("a municipality's code of four digits", "2482"),
    "property": (
        "the name of a property, written with the letters a-z and digits",
        "waterTemperature",
    ),
    "series": ("the id of a series", "sensor:skelleftea:badet/waterTemperature"),
}
_NUMBERS: Final[Mapping[str, str]] = {"limit": "20", "offset": "40", "radius": "5000"}
_SHOWN = 100


def allowed(name: str, told: inspect.Type) -> str:
    """Say what may be written for a parameter, as "a whole number from 1 to 1000, as limit=20"."""
    what, example = _said(name, told)
    return f"{what}, as {name}={example}" if example else what


def wrong(name: str, told: inspect.Type, given: str) -> str:
    """Say that what was written for a parameter is not allowed, and what is."""
    return f'{name} is {allowed(name, told)}; "{shown(given)}" is not.'


def shown(given: str) -> str:
    """Return what somebody wrote, so that it can be shown: not too long, nothing invisible."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in given)[
        :_SHOWN
    ]


def _said(name: str, told: inspect.Type) -> tuple[str, str]:
    if isinstance(told, inspect.IntType):
        return f"a whole number{_bounds(told)}", _NUMBERS.get(name, "")
    if isinstance(told, inspect.FloatType):
        return f"a number{_bounds(told)}", _NUMBERS.get(name, "")
    if isinstance(told, inspect.StructType) and told.cls is Point:
        return "latitude,longitude in degrees, at most 90 and 180", "64.75,20.95"
    if isinstance(told, inspect.TupleType):
        return "west,south,east,north in degrees", "20.5,64.5,21.5,65"
    if isinstance(told, inspect.DateTimeType):
        return "a time with its time zone", "2026-07-01T00:00:00Z"
    return TEXTS.get(name, ("written in another way; see the API's description", ""))


def _bounds(told: Any) -> str:  # noqa: ANN401 -- a whole number or a float
    if told.ge is not None and told.le is not None:
        return f" from {told.ge} to {told.le}"
    bounds = {"at least": told.ge, "above": told.gt, "at most": told.le, "below": told.lt}
    said = [f"{words} {bound}" for words, bound in bounds.items() if bound is not None]
    return f" {' and '.join(said)}" if said else ""
