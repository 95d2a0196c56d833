"""What entities, types and attributes are called among facts, and back."""

import re
from functools import lru_cache
from hashlib import sha256

from byalag.model import SeriesId, Thing, ThingId
from byalag.standards.ngsi_ld._core import DEFAULT_VOCABULARY, NGSI_LD, VERSION, document

DETAILS = "ngsi-ld"  # what is said of an entity as a whole
ATTRIBUTE = "ngsi-ld:"  # and then an attribute's IRI
SIDES = frozenset({
    "Location", "Sensor", "ObservedProperty", "FeatureOfInterest", "HistoricalLocation",
})  # fmt: skip
LOCATION = f"{NGSI_LD}location"
SCOPE = f"{NGSI_LD}scope"  # as the history of an attribute
NAME = f"{DEFAULT_VOCABULARY}name"
DESCRIPTION = "http://purl.org/dc/terms/description"
WRITTEN = "entity:ngsi-ld:"
_URN = "urn:ngsi-ld:"
_LONGEST = 180  # characters of a thing's id; a series' id is at most 300
_PLAIN = re.compile(r"[A-Za-z0-9._-]")
_ESCAPED = re.compile(r"(?:[A-Za-z0-9._-]|~[0-9A-F]{2})+")
_HASHED = "~"
_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,59}")
_SENSOR = 60
_REMEMBERED = 5_000  # names
_THING = re.compile(r"[a-z][a-z0-9]*:[a-z0-9-]+:[A-Za-z0-9._~-]+")
_MUNICIPALITY = re.compile(r"\d{4}")


def _known() -> dict[str, str]:
    """Return the terms of the core context, by IRI."""
    said = document(VERSION)["@context"].items()
    iris = {term: one if isinstance(one, str) else one["@id"] for term, one in said}
    return {
        NGSI_LD + iri.removeprefix("ngsi-ld:"): term
        for term, iri in iris.items()
        if iri.startswith("ngsi-ld:")
    } | {DESCRIPTION: "description", "http://purl.org/dc/terms/title": "title"}


_KNOWN = _known()
_IRIS = {term: iri for iri, term in _KNOWN.items()}


@lru_cache(_REMEMBERED)
def escaped(text: str) -> str:
    """Return a text in the letters that ids have: every other one as ~XX, bytes of UTF-8."""
    return "".join(
        one if _PLAIN.fullmatch(one) else "".join(f"~{byte:02X}" for byte in one.encode())
        for one in text
    )


def plain(text: str) -> str | None:
    """Return what an escaped text was; None where it is no escaped text."""
    if not _ESCAPED.fullmatch(text):
        return None
    whole = re.sub(r"(?:~[0-9A-F]{2})+", lambda run: _decoded(run[0]), text)
    return whole if escaped(whole) == text else None


def _decoded(run: str) -> str:
    return bytes.fromhex(run.replace("~", "")).decode("utf-8", "replace")


def thing_id(uri: str) -> ThingId:
    """Return the id of the thing that an entity is: one of a source's, or one written here."""
    return from_source(uri) or written_id(uri)


def written_id(uri: str) -> ThingId:
    """Return the id of an entity that has been written through NGSI-LD."""
    local = escaped(uri)
    if len(WRITTEN) + len(local) > _LONGEST:
        local = _HASHED + sha256(uri.encode()).hexdigest()
    return WRITTEN + local


def from_source(uri: str) -> ThingId | None:
    """Return the id of a source's thing that may have this URI (`uri_of`)."""
    if not uri.startswith(_URN):
        return None
    _, _, local = uri[len(_URN) :].partition(":")
    first, _, rest = local.partition(":")
    if _MUNICIPALITY.fullmatch(first):
        local = rest
    return local if _THING.fullmatch(local) else None


def uri_of(thing: Thing) -> str:
    """Return the URI of the entity that a thing is."""
    said: dict[str, str] = thing.details.get(DETAILS) or {}
    if "id" in said:
        return said["id"]
    if thing.id.startswith(WRITTEN):
        found = plain(thing.id[len(WRITTEN) :])
        if found is not None:
            return found
    where = f"{thing.municipality}:" if thing.municipality else ""
    return f"{_URN}{_segment(thing.type)}:{where}{thing.id}"


def _segment(kind: str) -> str:
    """Return a type as one part of a URN."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", short(kind))


@lru_cache(_REMEMBERED)
def iri(name: str) -> str:
    """Return the IRI of a type or a property as facts name it."""
    return _IRIS.get(name) or (name if ":" in name else DEFAULT_VOCABULARY + name)


def short_type(kind: str) -> str:
    """Return what facts call a type: its short name where it is a default or known term."""
    if kind in _KNOWN:
        return _KNOWN[kind]
    name = kind.removeprefix(DEFAULT_VOCABULARY)
    return name if ":" not in name and name not in _IRIS else kind


@lru_cache(_REMEMBERED)
def short(name: str) -> str:
    """Return the short name of an attribute: the last part of its IRI."""
    if name in _KNOWN:
        return _KNOWN[name]
    return re.split(r"[/#:]", name.rstrip("/#:"))[-1] or name


def series_id(thing: ThingId, attribute: str, dataset: str | None) -> SeriesId:
    """Return the id of the series that an attribute's instances with a dataset id are in."""
    return thing + _in_thing(attribute, dataset)


@lru_cache(_REMEMBERED)
def _in_thing(attribute: str, dataset: str | None) -> str:
    name = short(attribute)
    property_ = property_of(attribute)
    sensor = "" if dataset is None else dataset
    if property_ != name or iri(name) != attribute:
        sensor = attribute if dataset is None else f"{attribute} {dataset}"
    if not sensor:
        return f"/{property_}"
    local = escaped(sensor)
    if len(local) > _SENSOR:
        local = sha256(sensor.encode()).hexdigest()[:40]
    return f"/{property_}@{local}"


@lru_cache(_REMEMBERED)
def property_of(attribute: str) -> str:
    """Return what the series of an attribute observe: its short name in letters and digits."""
    letters = re.sub(r"[^A-Za-z0-9]", "", short(attribute))[:60]
    return letters if _PROPERTY.fullmatch(letters) else f"a{letters[:59]}"
