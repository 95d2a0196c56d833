"""Reads DATEX II parking publications, any version and prefix, into one plain record a site.

v2 and the v3 "light" profile say `parkingRecord`, the older v2 extension `parkingFacility`, v3.3
`hierarchyElementGeneral` of the type Place (docs: DATEXII_3_Parking.xsd). Names without prefix.
"""

from typing import Final

from lxml import etree
from msgspec import Struct

from byalag.model import Json, Rejected
from byalag.sources._local_id import fitted
from byalag.sources._tree import Element, shown

STATIC: Final = ("parkingRecord", "parkingFacility", "hierarchyElementGeneral")
STATUS: Final = ("parkingRecordStatus", "parkingFacilityStatus", "parkingStatusInformation")
OPEN: Final = frozenset({
    "open", "inOperation", "limitedOperation", "spacesAvailable", "almostFull", "full",
    "fullAtEntrance", "carParkFull",
})  # fmt: skip
CLOSED: Final = frozenset({
    "closed", "closedAbnormal", "carParkClosed", "notInOperation", "notInOperationAbnormal",
})  # fmt: skip
EARLIEST: Final = "1990"
NUMBERS: Final = {
    "vacant": (
        "parkingNumberOfVacantSpaces", "totalNumberOfVacantParkingSpaces", "numberOfVacantSpaces",
    ),
    "occupied": (
        "parkingNumberOfOccupiedSpaces", "totalNumberOfOccupiedParkingSpaces",
        "numberOfOccupiedSpaces", "parkingNumberOfVehicles",
    ),
    "total": (
        "parkingNumberOfSpacesOverride", "totalParkingCapacityOverride", "numberOfSpacesOverride",
    ),
}  # fmt: skip


class Publication(Struct, frozen=True):
    """The sites of a table and the statuses of a status publication, each with where it is."""

    sites: list[tuple[str, Json]]
    statuses: list[tuple[str, Json] | Rejected]
    parts: int  # parts of places (levels, areas), which are not places of their own


def publication(root: Element) -> Publication | None:
    """Return what a document publishes about parking; None if it is about something else."""
    published = _first(root, "publicationTime")
    every = list(root.iter(etree.Element))
    static = [element for element in every if element.tag in STATIC]
    sites = [element for element in static if not _is_part(element)]
    statuses = [element for element in every if element.tag in STATUS and len(element)]
    if not (sites or statuses or any(_is_parking(element) for element in every)):
        return None
    return Publication(
        [(_where(site, site.get("id")), _site(site)) for site in sites],
        [_believed(element, _status(element, published)) for element in statuses],
        len(static) - len(sites),
    )


def _believed(element: Element, status: dict[str, Json]) -> tuple[str, Json] | Rejected:
    where = _where(element, status.get("id"))
    if str(status.get("at", EARLIEST)) < EARLIEST:
        why = f"the status time {status['at']} is before {EARLIEST}, so nothing in it is believed"
        return Rejected(where=where, why=why, record=shown(element))
    return where, status


def _where(element: Element, known: Json) -> str:
    return f"{element.tag} {known}" if known else f"{element.tag} on line {element.sourceline}"


def _is_parking(element: Element) -> bool:
    said = f"{element.tag} {element.get('type', '')}".lower()
    return "parking" in said and "publication" in said


def _is_part(element: Element) -> bool:
    if element.tag != "hierarchyElementGeneral":
        return False
    said = element.get("type", "").rpartition(":")[2] or element.findtext("type") or ""
    return said.lower() != "place"


def _site(element: Element) -> dict[str, Json]:
    """Return a site's description. Numbers in `latitude` beyond 90 are metres, not degrees."""
    north, east = _first(element, "latitude"), _first(element, "longitude")
    metres = _beyond(north, 90) or _beyond(east, 180)
    return _said(
        {
            "id": _id(element),
            "name": _first(element, "parkingName", "parkingFacilityName", "name"),
            "total": _first(
                element, "parkingNumberOfSpaces", "totalParkingCapacity", "spacesTotal"
            ),
            "lat": None if metres else north,
            "lon": None if metres else east,
            "x": east if metres else None,
            "y": north if metres else None,
            "height": _first(element, "vehicleHeight"),
            "operator": _operator(element),
            "description": _first(element, "parkingDescription", "description"),
            "accessible": _accessible(element),
        }
    )


def _status(element: Element, published: str | None) -> dict[str, Json]:
    """Return a site's status. Counts of a site without any space say nothing, so they are left."""
    numbers = {name: _first(element, *words) for name, words in NUMBERS.items()}
    if numbers["total"] == "0" or (numbers["vacant"] == numbers["occupied"] == "0"):
        numbers = dict.fromkeys(NUMBERS)
    reference = next((child for child in element if "eference" in str(child.tag)), None)
    return _said(
        {
            "id": None if reference is None else _id(reference),
            "at": _first(element, "parkingStatusOriginTime", "parkingFacilityStatusTime")
            or published,
            "status": _state(element),
            **numbers,
        }
    )


def _id(element: Element) -> str | None:
    """Return an element's id as ours may hold it: "7[P+R]" is 7~5BP~2BR~5D, "P7" stays."""
    known = element.get("id")
    return known and fitted(known)


def _said(record: dict[str, Json]) -> dict[str, Json]:
    """Leave out what was not said: in XML that is no value, not a value taken away."""
    return {name: value for name, value in record.items() if value is not None}


def _state(element: Element) -> str:
    """Return open, closed or unknown. Closed wins: a closed site may still count free spaces."""
    words = {(child.text or "").strip() for child in element.iter(etree.Element) if not len(child)}
    if words & CLOSED:
        return "closed"
    return "open" if words & OPEN else "unknown"


def _first(element: Element, *names: str) -> str | None:
    """Return the first text at or below the first child of any of these names, at any depth."""
    for name in names:
        for child in element.iter(name):
            if child is element:
                continue
            text = "".join(part.strip() for part in _first_value(child))
            if text:
                return text
    return None


def _first_value(element: Element) -> list[str]:
    """Return an element's texts; of several languages the first."""
    value = next(element.iter("value"), element)
    return [str(text) for text in value.itertext()]


def _operator(element: Element) -> str | None:
    """Return who runs the site. Names of persons are not read, only of organisations."""
    for name in ("operator", "owner", "responsibleAuthority"):
        for child in element.iter(name):
            found = _first(child, "organisationName", "contactOrganisationName", "contactName")
            if found:
                return found.partition(" / ")[2] or found
    return None


def _accessible(element: Element) -> str | None:
    for spaces in element.iter("assignedParkingSpaces"):
        persons = {kind.text for kind in spaces.iter("personTypeForWhichSpacesAssigned")}
        if persons == {"disabled"}:
            return _first(spaces, "numberOfAssignedParkingSpaces")
    return None


def _beyond(number: str | None, limit: float) -> bool:
    try:
        return number is not None and abs(float(number)) > limit
    except ValueError:
        return False
