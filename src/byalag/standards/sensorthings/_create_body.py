"""Reading what is written: JSON of bounded depth, with the members that an entity has. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from byalag.mapping import is_list, is_object
from byalag.model import Json, Micros
from byalag.standards.sensorthings._create_place import check_place
from byalag.standards.sensorthings._problem import known, unfit
from byalag.standards.sensorthings._words import Entity

_DEEPEST: Final = 64
_LONGEST_TIME: Final = 80
_WHOLE: Final = 1 << 63
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 8_589_934_592_000_000  # 2242: see `byalag.asking.numbered`
_STEP: Final = timedelta(microseconds=1)
_TEXTS: Final = frozenset({
    "name", "description", "encodingType", "definition", "observationType",
})  # fmt: skip
_OBJECTS: Final = frozenset({"properties", "parameters", "unitOfMeasurement"})
_UNIT: Final = ("name", "symbol", "definition")
_PLACES: Final = frozenset({"location", "feature"})
_ID: Final = "@iot.id"
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "Datastream": ("Thing", "Sensor", "ObservedProperty"),
    "Observation": ("Datastream",),
    "HistoricalLocation": ("Thing",),
}


def read_json(body: bytes) -> Json:
    """Read a body.

    Raises:
        Refused: It is not JSON, is too deep, or holds a number that nobody can write back.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"the body is not JSON: {error}"
        raise unfit(message) from error
    except RecursionError as error:
        raise unfit(_too_deep()) from error
    _bounded(value)
    return value


def _too_deep() -> str:
    return f"the body is nested in more than {_DEEPEST} levels"


def _bounded(value: Json) -> None:
    level: list[Json] = [value]
    for _ in range(_DEEPEST):
        inside: list[Json] = []
        for one in level:
            if is_object(one):
                inside += one.values()
            elif is_list(one):
                inside += one
            elif type(one) is int and not -_WHOLE <= one < _WHOLE:
                message = f"{str(one)[:30]} is too large for a whole number"
                raise unfit(message)
        level = inside
        if not level:
            return
    raise unfit(_too_deep())


def as_object(value: Json, where: str) -> dict[str, Json]:
    """Return a JSON object.

    Raises:
        Refused: It is something else.
    """
    if not is_object(value):
        message = f"{where} must be a JSON object, not {_kind(value)}"
        raise unfit(message)
    return value


def as_list(value: Json, where: str) -> list[Json]:
    """Return a JSON array.

    Raises:
        Refused: It is something else.
    """
    if not is_list(value):
        message = f"{where} must be a JSON array, not {_kind(value)}"
        raise unfit(message)
    return value


def _kind(value: Json) -> str:
    names: dict[type, str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
    }
    names |= {dict: "an object", list: "an array"}
    return "null" if value is None else names[type(value)]


def split(
    entity: Entity, body: dict[str, Json], where: str
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the members and the links that a body gives. What we tell ourselves is passed over.

    Raises:
        Refused: It gives something that the entity does not have.
    """
    members: dict[str, Json] = {}
    links: dict[str, Json] = {}
    for name, value in body.items():
        if name in entity.links:
            links |= {} if value is None else {name: value}
        elif name in entity.members:
            if not entity.members[name].made:
                members[name] = value
        elif "@iot." not in name:
            there = known([*entity.members, *entity.links])
            message = f"{where} has no {name[:60]!r}; a {entity.name} has {there}"
            raise unfit(message)
    return members, links


def check_members(entity: Entity, members: dict[str, Json], where: str, *, whole: bool) -> None:
    """Check that members are of their kinds; with `whole`, that none is missing.

    Raises:
        Refused: One is not.
    """
    for name, member in entity.members.items():
        given = members.get(name)
        lacking = given is None and name != "result"
        if member.mandatory and lacking and (whole or name in members):
            message = f"{where} lacks {name!r}, which a {entity.name} must have"
            raise unfit(message)
        if member.mandatory and whole and name not in members:
            message = f"{where} lacks {name!r}, which a {entity.name} must have"
            raise unfit(message)
        if given is not None:
            _check_kind(name, given, f"{where}.{name}")
    for name in _PLACES & members.keys():
        check_place(members[name], members.get("encodingType"), f"{where}.{name}")


def _check_kind(name: str, value: Json, where: str) -> None:
    if name in _TEXTS and not isinstance(value, str):
        message = f"{where} must be a text, not {_kind(value)}"
        raise unfit(message)
    if name in _OBJECTS:
        given = as_object(value, where)
        for part in _UNIT if name == "unitOfMeasurement" else ():
            if not isinstance(given.get(part), str | None):
                message = f"{where}.{part} must be a text or null, not {_kind(given[part])}"
                raise unfit(message)
    if name in {"time", "resultTime"}:
        instant(value, where)
    if name in {"phenomenonTime", "validTime"}:
        period(value, where)


def instant(value: Json, where: str) -> Micros:
    """Read a moment as RFC 3339 writes it, with its offset.

    Raises:
        Refused: It is something else.
    """
    if isinstance(value, str) and len(value) <= _LONGEST_TIME:
        try:
            moment = msgspec.convert(value, datetime)
        except msgspec.ValidationError:
            moment = _EPOCH.replace(tzinfo=None)
        if moment.tzinfo is not None:
            return (moment - _EPOCH) // _STEP
    message = f"{where} must be a time with its offset, as 2026-07-01T12:00:00Z"
    raise unfit(message)


def period(value: Json, where: str) -> tuple[Micros, Micros | None]:
    """Read a moment, or two with a slash between; the second is None for a moment.

    Raises:
        Refused: It is something else, ends before it begins, or is before 1970 or after 2242.
    """
    begin, slash, end = value.partition("/") if isinstance(value, str) else (value, "", "")
    first = instant(begin, where)
    last = instant(end, where) if slash else None
    if last is not None and last < first:
        message = f"{where} ends before it begins"
        raise unfit(message)
    if not 0 <= first < _LATEST:
        message = f"{where} must be between 1970 and 2242"
        raise unfit(message)
    return first, last


def existing(value: dict[str, Json], where: str) -> int | None:
    """Return the id of the entity that a link names; None if it is one to be made.

    Raises:
        Refused: It is both, or the id is not a whole number.
    """
    if _ID not in value:
        return None
    more = [name for name in value if "@iot." not in name]
    no = value[_ID]
    if more:
        message = f"{where} has both {_ID} and {more[0][:60]!r}: name an entity or make one"
        raise unfit(message)
    if type(no) is not int or no <= 0:
        message = f"{where}.{_ID} must be a whole number"
        raise unfit(message)
    return no
