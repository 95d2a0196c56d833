"""The functions that filters may use beside the standard's own, and what each is with us."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.model import Json, Words

Sort: TypeAlias = Literal["truth", "number", "text", "time", "place", "any"]


class Function(Struct, frozen=True, kw_only=True):
    """A function: what it takes (the last ones may be left out), gives, and is called with us."""

    call: str
    takes: tuple[Sort, ...]
    gives: Sort
    optional: int = 0
    description: Words


def _function(  # noqa: PLR0913, PLR0917 -- one row of a table
    call: str, takes: tuple[Sort, ...], gives: Sort, sv: str, en: str, optional: int = 0
) -> Function:
    said = {"sv": sv, "en": en}
    return Function(call=call, takes=takes, gives=gives, optional=optional, description=said)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "lower": _function("tolower", ("text",), "text", "Små bokstäver.", "Lower case."),
    "upper": _function("toupper", ("text",), "text", "Stora bokstäver.", "Upper case."),
    "trim": _function(
        "trim", ("text",), "text", "Utan blanktecken i ändarna.", "Without blanks at the ends."
    ),
    "length": _function("length", ("text",), "number", "Antal tecken.", "How many characters."),
    "concat": _function(
        "concat", ("text", "text"), "text", "Två texter efter varandra.", "Two texts joined."
    ),
    "substring": _function(
        "substring",
        ("text", "number", "number"),
        "text",
        "En del av en text: från vilket tecken (räknat från 0) och hur många.",
        "A part of a text: from which character (counted from 0) and how many.",
        optional=1,
    ),
    "round": _function("round", ("number",), "number", "Avrundat.", "Rounded."),
    "floor": _function("floor", ("number",), "number", "Avrundat nedåt.", "Rounded down."),
    "ceiling": _function("ceiling", ("number",), "number", "Avrundat uppåt.", "Rounded up."),
    "year": _function("year", ("time",), "number", "År, i UTC.", "The year, in UTC."),
    "month": _function("month", ("time",), "number", "Månad, i UTC.", "The month, in UTC."),
    "day": _function("day", ("time",), "number", "Dag, i UTC.", "The day, in UTC."),
    "hour": _function("hour", ("time",), "number", "Timme, i UTC.", "The hour, in UTC."),
    "distance": _function(
        "distance",
        ("place", "place"),
        "number",
        "Avstånd i meter mellan två geometrier.",
        "Metres between two geometries.",
    ),
}
_TYPES: Final[Mapping[Sort, list[str]]] = {
    "truth": ["boolean"],
    "number": ["number"],
    "text": ["string"],
    "time": ["timestamp", "date"],
    "place": ["geometry"],
    "any": ["string", "number", "boolean"],
}


def described(language: str) -> Json:
    """Return the functions as Part 3 lists them (OGC 19-079r2, clause 7)."""
    return {"functions": [_described(name, each, language) for name, each in FUNCTIONS.items()]}


def _described(name: str, function: Function, language: str) -> Json:
    return {
        "name": name,
        "description": function.description[language],
        "arguments": [{"type": _TYPES[sort]} for sort in function.takes],
        "returns": _TYPES[function.gives],
    }
