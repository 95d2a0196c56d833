"""Finds where the records of a JSON answer can be: lists, keyed objects, or the answer itself."""

from collections import Counter
from collections.abc import Iterator
from json import detect_encoding
from typing import Final, TypeAlias

import msgspec

from byalag.draft._path import usable, written
from byalag.draft._reading import Reading, Undraftable
from byalag.draft._value import is_list, is_object, objects
from byalag.model import Json

Keys: TypeAlias = tuple[str, ...]
Object: TypeAlias = dict[str, Json]

DEEPEST: Final = 7
MOST: Final = 30
_ALIKE: Final = 0.5  # of the names in keyed objects: how many of them have each, on average
_ONE_OF_MANY: Final = -8.0  # what speaks against one record where there is a list of several
_SAMPLE: Final = 50
_LIST: Final = 0.6  # of a list's items that must be objects for it to be one of records


def json_readings(body: bytes) -> list[Reading]:
    """Return every place in the answer where records can be.

    Raises:
        Undraftable: If it is not JSON, or holds no object.

    """
    answer = _decoded(body)
    document: Object = answer if is_object(answer) else {}
    crs = _crs(document)
    found = [
        Reading(
            kind="http-json",
            settings=_where(keys, keyed=keyed),
            records=records,
            document=_beside(document, keys),
            about=" ".join([*keys, *_said(document)]),
            crs=crs,
            sure=-len(keys) * 0.2,
        )
        for keys, records, keyed in _places(answer, ())
    ]
    if document:
        lists = any(len(reading.records) > 1 for reading in found)
        one = Reading(
            kind="http-json", settings={}, records=[document], sure=_ONE_OF_MANY if lists else 0
        )
        found.append(one)
    if not found:
        message = "the answer is JSON without any object in it; give the address that lists things"
        raise Undraftable(message)
    return found[:MOST]


def _decoded(body: bytes) -> Json:
    text = body
    encoding = detect_encoding(body[:4])
    if encoding != "utf-8":
        text = body.decode(encoding, "replace").lstrip("\ufeff").encode()
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1:
            found = [one for line in lines if (one := _line(line)) is not None]
            if len(found) > len(lines) // 2:
                return found
        message = f"the answer looks like JSON and cannot be read ({error}); try again, or save it"
        raise Undraftable(message) from error


def _line(line: bytes) -> Json:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _places(value: Json, keys: Keys) -> Iterator[tuple[Keys, list[Json], bool]]:
    """Yield each path to records, the records, and whether they are an object's members."""
    if len(keys) > DEEPEST:
        return
    if is_list(value):
        found = objects(value)
        if found and len(found) >= _LIST * len(value):
            yield keys, value, False
        if len(value) == 1:
            yield from _places(value[0], (*keys, "0"))
    elif is_object(value):
        members = value
        if _is_keyed(members):
            yield keys, [{**one, "key": name} for name, one in members.items()], True
        for name, inner in list(members.items())[:200]:
            if usable(name):
                yield from _places(inner, (*keys, name))


def _is_keyed(members: Object) -> bool:
    """Return whether an object's members are records of one shape, each under its own id."""
    inside = objects(list(members.values())[:_SAMPLE])
    if len(inside) < 2 or len(inside) < min(len(members), _SAMPLE):  # noqa: PLR2004 -- one is no pattern
        return False
    counted = Counter(name for one in inside for name in one)
    alike = sum(counted.values()) / (len(counted) * len(inside)) if counted else 0
    return alike >= _ALIKE and "coordinates" not in counted and not _is_typed(members)


def _is_typed(members: Object) -> bool:
    """Return whether these are the attributes of one NGSI entity, not several records."""
    return all(is_object(one) and {"type", "value"} <= one.keys() for one in members.values())


def _where(keys: Keys, *, keyed: bool) -> dict[str, Json]:
    settings: dict[str, Json] = {"records": written(keys)} if keys else {}
    return {**settings, "keyed": "key"} if keyed else settings


def _beside(document: Object, keys: Keys) -> Object:
    taken = keys[0] if keys else None
    return {name: value for name, value in document.items() if name != taken}


def _said(document: Object) -> list[str]:
    return [text[:60] for text in document.values() if isinstance(text, str)]


def _crs(document: Object) -> str:
    """Return the coordinate system that a GeoJSON or ESRI answer states, as it states it."""
    try:
        if "crs" in document:
            return str(document["crs"]["properties"]["name"])
        stated = document["spatialReference"]
        return f"EPSG:{stated.get('latestWkid') or stated['wkid']}"
    except (KeyError, TypeError, AttributeError):
        return ""
