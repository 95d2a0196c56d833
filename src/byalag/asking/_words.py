"""The words in which anything is asked of a store. Pure data."""

from typing import Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from byalag.model import Json, Micros, Observation, Series, Thing

T = TypeVar("T")

Kind: TypeAlias = Literal["thing", "series", "observation"]


class Field(Struct, frozen=True, tag=True):
    """Something that a row has, by its path: `("series", "relation", "sensor", "name")`."""

    path: tuple[str, ...]


class Value(Struct, frozen=True, tag=True):
    """A text, a number, a truth or null, as the asker wrote it."""

    value: Json


class Moment(Struct, frozen=True, tag=True):
    """A moment in time. Compared with a text, the text is read as RFC 3339."""

    at: Micros


class Shape(Struct, frozen=True, tag=True):
    """A place, as a GeoJSON geometry: WGS 84 degrees, longitude first."""

    geometry: dict[str, Json]


class Call(Struct, frozen=True, tag=True):
    """An operator or a function with its arguments. `FUNCTIONS` names them all."""

    name: str
    args: tuple["Expression", ...]


Expression: TypeAlias = Field | Value | Moment | Shape | Call

LOGIC = frozenset({"and", "or", "not"})  # `and` and `or` take any number
COMPARISON = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in", "between", "is_null", "exists"})
ARITHMETIC = frozenset({"add", "sub", "mul", "div", "mod", "neg", "round", "floor", "ceiling"})
# `contains`, `startswith` and `endswith` take what is looked in first; `like` takes % and _;
# `matches` is a regular expression in linear time; `substring` counts from 0
TEXT = frozenset({
    "contains", "startswith", "endswith", "like", "matches", "length", "indexof", "substring",
    "tolower", "toupper", "trim", "concat", "casei", "accenti",
})  # fmt: skip
# in UTC; `date` and `time` are texts; `fractionalseconds` is below 1
TIME = frozenset({
    "year", "month", "day", "hour", "minute", "second", "fractionalseconds", "date", "time",
    "totaloffsetminutes",
})  # fmt: skip
# the relations of OGC Simple Features; `distance` is metres, for `near`; `degrees` is plane
# distance in degrees (SensorThings' geo.distance) and `extent` plane length (geo.length)
PLACE = frozenset({
    "intersects", "disjoint", "touches", "within", "overlaps", "crosses", "contains_place",
    "equals", "relate", "distance", "degrees", "extent",
})  # fmt: skip
# `written` is a number as a text, whole ones without a fraction
FUNCTIONS = LOGIC | COMPARISON | ARITHMETIC | TEXT | TIME | PLACE | {"coalesce", "written"}


class Order(Struct, frozen=True):
    """What rows are ordered by. Rows that are alike, and rows without it last, are by `no`.

    Observations that are alike are by their series' `no` and time.
    """

    by: Expression
    descending: bool = False


class Ask(Struct, frozen=True, kw_only=True):
    """Which rows are asked for. `count` asks how many there are, whatever `limit` says."""

    of: Kind
    where: Expression | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    count: bool = False


class Numbered(Struct, Generic[T], frozen=True):
    """A thing or a series with its number."""

    no: int
    fact: T


class Observed(Struct, frozen=True):
    """An observation with its number and its series'. See `numbered`."""

    no: int
    series: int
    fact: Observation


Row: TypeAlias = Numbered[Thing] | Numbered[Series] | Observed


class Answer(Struct, Generic[T], frozen=True):
    """The rows that were asked for, if more follow, and how many there are if that was asked."""

    rows: list[T]
    total: int | None = None
    more: bool = False
