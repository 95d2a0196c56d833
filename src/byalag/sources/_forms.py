"""How a body is read in each format: JSON, CSV, Excel, XML. One way for every kind of source."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias

from lxml import etree

from byalag import Misconfigured
from byalag.mapping import MappingSpec, compile_path, is_object
from byalag.model import Delivery, Json, Rejected
from byalag.sources._book import Layout
from byalag.sources._book import rows as rows_of_a_sheet
from byalag.sources._columns import check_header
from byalag.sources._json import alone, decoded, outline, raw_records, steps, whole
from byalag.sources._say import USUAL, Found, pages
from byalag.sources._text import Shape
from byalag.sources._text import rows as rows_of_a_text
from byalag.sources._tree import document, elements, picked, record_of, walk

Read: TypeAlias = Callable[[str, bytes], Iterator[Found]]  # what places begin with, and the body

CRS_NAME = compile_path("crs.properties.name")
CRS_NUMBERS = [compile_path(f"spatialReference.{name}") for name in ("latestWkid", "wkid")]


def found(delivery: Delivery, read: Read) -> Iterator[Found]:
    """Yield the records of every page of an answer; a page that cannot be read spoils it whole."""
    for place, body in pages(delivery):
        yield from read(place, body)


def json_form(
    records: str | None, keyed: str | None, *, beside: bool = False, plain: bool = False
) -> Read:
    """Read JSON: a list at a path, one object, or objects on lines of their own.

    `keyed`: the records are the members of an object, and their names go under this. `beside`:
    each record has under `$document` what the document says beside its records. `plain`: a body
    that is one number, text, true or false is a record that has it under `$value`.
    """
    path = steps(records)
    start = ".".join(path)

    def read(place: str, body: bytes) -> Iterator[Found]:
        if plain and (value := alone(body)) is not None:
            yield f"{place}@", {"$value": value}
            return
        if keyed is None and not beside and (at_once := whole(body, path)) is not None:
            yield from [(f"{place}{start}[{n}]", record) for n, record in enumerate(at_once)]
            return
        around = {"$document": outline(body, path, keyed=keyed is not None)} if beside else {}
        for where, raw in raw_records(body, path, keyed=keyed is not None):
            record = decoded(place + where, raw)
            if isinstance(record, dict) and (keyed or around):
                name = {keyed: where.removeprefix(f"{start}.")} if keyed else {}
                yield place + where, {**record, **name, **around}
            else:
                yield record if isinstance(record, Rejected) else (place + where, record)

    return read


def stated_crs(body: bytes, records: str | None, keyed: str | None) -> str:
    """Return the coordinate system that GeoJSON or ESRI JSON states, EPSG:4326 if none."""
    beside = outline(body, steps(records), keyed=keyed is not None)
    named = CRS_NAME(beside)
    if isinstance(named, str):
        code = named.replace("::", ":").rpartition(":")[2]
        return USUAL if code == "CRS84" else f"EPSG:{code}"
    numbers = (number(beside) for number in CRS_NUMBERS)
    return next((f"EPSG:{number}" for number in numbers if isinstance(number, int)), USUAL)


def csv_form(shape: Shape, spec: MappingSpec) -> Read:
    """Read delimited text; what the mapping reads and the header lacks is set aside once."""

    def read(place: str, body: bytes) -> Iterator[Found]:
        header, records = rows_of_a_text(body, shape)
        yield from _placed(place, chain(check_header(header, spec), records))

    return read


def xlsx_form(layout: Layout, spec: MappingSpec) -> Read:
    """Read a sheet of an Excel workbook."""

    def read(place: str, body: bytes) -> Iterator[Found]:
        header, records = rows_of_a_sheet(body, layout)
        yield from _placed(place, chain(check_header(header, spec), records))

    return read


def xml_form(  # noqa: PLR0913 -- the settings that say how XML is read, each by its name
    records: str,
    *,
    html: bool = False,
    lists: Iterable[str] = (),
    fields: Mapping[str, str] | None = None,
    empty: bool = False,
    beside: bool = False,
) -> Read:
    """Read XML or a web page; each record a tree, or texts found by `fields`.

    `beside`: each record has under `$document` what the document says beside all records, a tree.

    Raises:
        Misconfigured: An XPath cannot be read, or a web page has no `fields`.

    """
    named = frozenset(lists)
    paths = {name: _xpath(f"fields.{name}", path) for name, path in (fields or {}).items()}
    if records.startswith("/"):
        _xpath("records", records)
    if html and not paths:
        message = "`html`: say in [fields] where each value is, by XPath from the record's element"
        raise Misconfigured(message)

    def read(place: str, body: bytes) -> Iterator[Found]:
        root = document(body, html=html)
        several = elements(root, records, empty=empty)
        around = {"$document": record_of(root, named, frozenset(several))} if beside else {}
        for where, element in walk(place + records, several):
            one = picked(where, element, paths) if paths else (where, record_of(element, named))
            yield _with(one, around) if around else one

    return read


def _with(found: Found, around: dict[str, Json]) -> Found:
    """Put what a document says of all records beside one of them."""
    if isinstance(found, Rejected):
        return found
    where, record = found
    return (where, {**record, **around}) if is_object(record) else found


def _placed(place: str, found: Iterable[Found]) -> Iterable[Found]:
    """Put what places begin with before each of them."""
    if not place:
        return found
    return (
        Rejected(where=place + one.where, why=one.why, record=one.record)
        if isinstance(one, Rejected)
        else (place + one[0], one[1])
        for one in found
    )


def _xpath(setting: str, path: str) -> etree.XPath:
    try:
        return etree.XPath(path)
    except etree.XPathError as error:
        message = f"`{setting}`: {path!r} is not XPath: {error}"
        raise Misconfigured(message) from error
