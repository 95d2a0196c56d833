"""Writes DATEX II v3.3: a ParkingTablePublication and a ParkingStatusPublication."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from lxml import etree
from msgspec import Struct

from byalag.model import Micros
from byalag.standards.datex._lots import Lot, digest

_BASE: Final = "http://datex2.eu/schema/3/"
_NS: Final = {
    "d2": _BASE + "d2Payload",
    "prk": _BASE + "parking",
    "com": _BASE + "common",
    "fac": _BASE + "facilities",
    "loc": _BASE + "locationReferencing",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_TYPE: Final = f"{{{_NS['xsi']}}}type"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST: Final = 1_024  # characters of a text, by the schema
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 -- lxml's own name for its type


class Publisher(Struct, frozen=True):
    """Who publishes: by an organisation number, or what else tells them apart."""

    identifier: str


def table(
    lots: Sequence[Lot],
    now: Micros,
    publisher: Publisher,
    managers: Mapping[str, Publisher],
    since: Mapping[tuple[str, str], Micros],
) -> bytes:
    """Return the table: one for each municipality, with the time since which it is as it is."""
    root = _publication("ParkingTablePublication", now, publisher)
    for name, several in grouped(lots).items():
        version = version_of(several)
        place = _add(root, "prk:parkingTable", id=name or "none", version=version)
        _add(place, "prk:versionTime", _time(since.get((name, version), now)))
        if name in managers:
            _identifier(place, "prk:informationManager", managers[name])
        for lot in several:
            _described(place, lot)
    return _written(root)


def status(lots: Sequence[Lot], now: Micros, publisher: Publisher) -> bytes:
    """Return how places to park are now. What is not known is left out; closed is not full."""
    root = _publication("ParkingStatusPublication", now, publisher)
    for lot in lots:
        _now(root, lot)
    return _written(root)


def grouped(lots: Iterable[Lot]) -> dict[str, list[Lot]]:
    """Return lots by municipality."""
    found: dict[str, list[Lot]] = {}
    for lot in lots:
        found.setdefault(lot.municipality or "", []).append(lot)
    return dict(sorted(found.items()))


def version_of(lots: Iterable[Lot]) -> str:
    """Return a table's version: it changes when a lot comes, goes or is described anew."""
    return digest([(lot.id, lot.version) for lot in lots])


def _described(table: Element, lot: Lot) -> None:
    place = _add(
        table,
        "prk:hierarchyElementGeneral",
        kind="prk:Place",
        id=lot.id,
        version=lot.version,
    )
    _words(place, "fac:name", lot.name)
    _words(place, "fac:description", lot.description)
    reference = _add(place, "fac:locationReference", kind="loc:PointLocation")
    point = _add(_add(reference, "loc:pointByCoordinates"), "loc:pointCoordinates")
    _add(point, "loc:latitude", repr(lot.point.latitude))
    _add(point, "loc:longitude", repr(lot.point.longitude))
    _add(place, "prk:layer", "0")
    _add(place, "prk:type", "place")
    characteristics = _add(_add(place, "prk:commonComponents"), "prk:characteristics")
    if lot.kind == "OnStreetParking":
        _add(characteristics, "prk:structureType", "onStreet")
    else:  # on the ground or in a building: nobody has said
        _add(characteristics, "prk:structureType", "_extended", _extendedValue="offStreet")
    if lot.total is not None:
        _add(characteristics, "prk:spacesTotal", str(lot.total))


def _now(root: Element, lot: Lot) -> None:
    said = _add(root, "prk:parkingStatusInformation", kind="prk:PlaceStatus")
    _add(said, "fac:reference", targetClass="fac:FacilityObject", id=lot.id, version=lot.version)
    if lot.open is not False:
        _occupancy(said, lot)
    if lot.open is not None:
        pattern = _add(said, "prk:operatingPatternStatus", operatingPatternIndex="0")
        word = "inOperation" if lot.open else "notInOperation"
        _add(pattern, "prk:operationStatus", word)
    if lot.open is not False:
        _add(said, "prk:status", _word(lot))


def _occupancy(said: Element, lot: Lot) -> None:
    counted = {
        "numberOfVacantSpaces": lot.free,
        "numberOfOccupiedSpaces": lot.occupied,
    }
    if all(count is None for count in counted.values()):
        return
    place = _add(said, "prk:occupancy")
    for name, count in counted.items():
        if count is not None:
            _add(place, f"prk:{name}", str(count))
    if lot.free is not None and lot.total and lot.free <= lot.total:
        _add(place, "prk:occupancy", f"{100 * (1 - lot.free / lot.total):.1f}")


def _word(lot: Lot) -> str:
    if lot.free is None:
        return "unknown"
    return "spacesAvailable" if lot.free else "full"


def _publication(kind: str, now: Micros, publisher: Publisher) -> Element:
    name = f"{{{_NS['d2']}}}payload"
    said = {_TYPE: f"prk:{kind}", "lang": "sv", "modelBaseVersion": "3"}
    root = etree.Element(name, said, nsmap=_NS)
    _add(root, "com:publicationTime", _time(now))
    _identifier(root, "com:publicationCreator", publisher)
    return root


def _identifier(parent: Element, name: str, publisher: Publisher) -> None:
    place = _add(parent, name)
    _add(place, "com:country", "se")
    _add(place, "com:nationalIdentifier", publisher.identifier)


def _words(parent: Element, name: str, text: str | None) -> None:
    if text:
        _add(_add(_add(parent, name), "com:values"), "com:value", text, lang="sv")


def _add(
    parent: Element, name: str, text: str | None = None, *, kind: str = "", **said: str
) -> Element:
    prefix, _, local = name.partition(":")
    place = etree.SubElement(parent, f"{{{_NS[prefix]}}}{local}", said)
    if kind:
        place.set(_TYPE, kind)
    if text is not None:
        place.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)[:_LONGEST]
    return place


def _time(at: Micros) -> str:
    when = _EPOCH + timedelta(microseconds=at)
    return when.isoformat(timespec="auto").replace("+00:00", "Z")


def _written(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
