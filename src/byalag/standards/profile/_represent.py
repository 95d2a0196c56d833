"""One answer in several formats: JSON, GeoJSON where there is a position, and CSV of two kinds.

What is called text/csv is exact (RFC 4180). The CSV for spreadsheets has a media type of its own.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

import msgspec
from msgspec import Struct, inspect

from byalag.model import Json
from byalag.standards.profile._declare import Operation
from byalag.standards.profile._query import core
from byalag.standards.profile._spreadsheet import (
    EXACT,
    SPREADSHEET,
    Cell,
    exact_csv,
    spreadsheet_csv,
)

JSON, GEOJSON, CSV = "application/json", "application/geo+json", "text/csv"
SHEET = SPREADSHEET.partition(";")[0]
WRITTEN = {CSV: EXACT, SHEET: SPREADSHEET}

Links: TypeAlias = Mapping[str, str]  # relation to address
Path: TypeAlias = tuple[str, ...]

_encode = msgspec.json.Encoder().encode


def formats(operation: Operation) -> list[str]:
    """Return the media types that an operation's answers come in, the usual one first."""
    placed = ("position", "latitude") in _columns(operation.answers, operation.rows)
    return [JSON, GEOJSON, CSV, SHEET] if placed else [JSON, CSV, SHEET]


def represent(
    operation: Operation, answer: Struct, media: str, links: Links, item_links: Sequence[Links]
) -> bytes:
    """Return an answer in one of the formats; each row has links of its own, or there are none."""
    if media == CSV:
        head, rows = _table(operation, _rows(operation, answer))
        return exact_csv(head, ([_exact(cell) for cell in row] for row in rows))
    if media == SHEET:
        return spreadsheet_csv(*_table(operation, _rows(operation, answer)))
    if media == GEOJSON:
        return _encode(_geojson(operation, answer, links))
    return as_json(operation, answer, links, item_links)


def as_json(
    operation: Operation, answer: Struct, links: Links, item_links: Sequence[Links]
) -> bytes:
    """Return an answer as JSON, with `_links` in it and in each of its rows."""
    if not item_links or not operation.rows:
        return _linked(_encode(answer), links)
    rows = _rows(operation, answer)
    parts = [
        _encode(name) + b":" + _encode(getattr(answer, field))
        for field, name in zip(
            answer.__struct_fields__, answer.__struct_encode_fields__, strict=True
        )
        if field != operation.rows
    ]
    items = b",".join(_linked(_encode(row), own) for row, own in zip(rows, item_links, strict=True))
    body = b",".join([_encode(operation.rows) + b":[" + items + b"]", *parts])
    return _linked(b"{" + body + b"}", links)


def _linked(encoded: bytes, links: Links) -> bytes:
    """Add `_links` to an encoded object without decoding it."""
    if not links:
        return encoded
    told = _encode({rel: {"href": href} for rel, href in links.items()})
    comma = b"" if encoded == b"{}" else b","
    return encoded[:-1] + comma + b'"_links":' + told + b"}"


def _rows(operation: Operation, answer: Struct) -> Sequence[Struct]:
    rows: Sequence[Struct] = getattr(answer, operation.rows) if operation.rows else [answer]
    return rows


def _geojson(operation: Operation, answer: Struct, links: Links) -> Json:
    features = [_feature(row) for row in _rows(operation, answer)]
    said = [{"rel": rel, "href": href} for rel, href in links.items()]
    if not operation.rows:
        return features[0] | {"links": said}
    return {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": getattr(answer, "total", len(features)),
        "numberReturned": len(features),
        "links": said,
    }


def _feature(row: Struct) -> dict[str, Json]:
    properties: dict[str, Json] = msgspec.to_builtins(row)
    at = properties.pop("position")
    point = at and {"type": "Point", "coordinates": [at["longitude"], at["latitude"]]}
    return {
        "type": "Feature",
        "id": properties.pop("id"),
        "geometry": point,
        "properties": properties,
    }


def _table(
    operation: Operation, rows: Sequence[Struct]
) -> tuple[Sequence[str], Iterator[Sequence[Cell]]]:
    """Return the head of a table of answers, and its rows."""
    columns = _columns(operation.answers, operation.rows)
    told: Iterator[Json] = (msgspec.to_builtins(row) for row in rows)
    return (
        [_header(path) for path in columns],
        ([_cell(said, path) for path in columns] for said in told),
    )


@cache
def _columns(answers: Hashable, rows: str) -> list[Path]:
    """Return the path of every column of a table of answers."""
    told = inspect.type_info(answers)
    if rows and isinstance(told, inspect.StructType):
        several = next(field.type for field in told.fields if field.name == rows)
        told = several.item_type if isinstance(several, inspect.ListType) else several
    if not isinstance(told, inspect.StructType):
        msg = f"{answers} has no fields, so it cannot be a table"
        raise TypeError(msg)
    return list(_paths(told))


def _paths(row: inspect.StructType) -> Iterator[Path]:
    """Yield the path of every column: an object's fields become columns of their own."""
    for field in row.fields:
        told = core(field.type)
        if isinstance(told, inspect.StructType):
            yield from ((field.encode_name, *rest) for rest in _paths(told))
        else:
            yield (field.encode_name,)


def _header(path: Path) -> str:
    first, *rest = path
    return first + "".join(name[0].upper() + name[1:] for name in rest)


def _cell(said: Json, path: Path) -> Cell:
    for name in path:
        said = said.get(name) if said is not None else None
    return _encode(said).decode() if isinstance(said, list | dict) else said


def _exact(cell: Cell) -> Cell:
    """Return a number as JSON has it, so that both formats say the same."""
    return _encode(cell).decode() if isinstance(cell, float) else cell
