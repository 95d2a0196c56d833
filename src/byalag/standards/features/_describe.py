"""What is said of the API and its collections: landing page, conformance, collections, schemas."""

from collections.abc import Mapping
from typing import Final

from byalag import terms
from byalag.model import Json, Words
from byalag.standards.features._crs import CRS84, CRSES, STORED
from byalag.standards.features._feature import time
from byalag.standards.features._known import Collection
from byalag.standards.features._links import LICENCES, Links
from byalag.standards.features._negotiate import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from byalag.standards.features._queryable import Queryable, Queryables

TITLE: Final[Words] = {"sv": "Geodata", "en": "Geographic data"}
DESCRIPTION: Final[Words] = {
    "sv": "Kommunernas platser och senaste värden enligt OGC API Features: för QGIS, GDAL och "
    "andra kartprogram. En samling för varje datamängd med platser.",
    "en": "The municipalities' places and newest values by OGC API Features: for QGIS, GDAL and "
    "other map software. One collection for each dataset of places.",
}
_FEATURES: Final = "http://www.opengis.net/spec/ogcapi-features-"
_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    *(f"{_FEATURES}1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")),
    f"{_FEATURES}2/1.0/conf/crs",
    *(
        f"{_FEATURES}3/1.0/conf/{name}"
        for name in (
            "queryables",
            "queryables-query-parameters",
            "filter",
            "features-filter",
        )
    ),
    *(
        _CQL2 + name
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "property-property",
            "functions",
        )
    ),
)
_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"
_GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_FORMATS: Final = {"geometry": "geometry-any"}


def landing(links: Links, own: list[Json]) -> Json:
    """Return the landing page (/req/core/root-success)."""
    language = links.language
    return {
        "title": TITLE[language],
        "description": DESCRIPTION[language],
        "links": [
            *own,
            links.link("service-desc", links.at("api"), OPENAPI),
            links.link("service-doc", links.at("api", f="html"), HTML),
            links.link("conformance", links.at("conformance"), JSON),
            links.link("data", links.at("collections"), JSON),
            links.link("functions", links.at("functions"), JSON, ogc=True),
        ],
    }


def conformance(own: list[Json]) -> Json:
    """Return what is conformed to (/req/core/conformance-success)."""
    return {"conformsTo": list(CONFORMANCE), "links": own}


def collections(own: list[Json], described: list[Json]) -> Json:
    """Return all collections (/req/core/fc-md-success)."""
    return {"links": own, "crs": list(CRSES), "collections": described}


def collection(
    found: Collection, times: tuple[int, int] | None, links: Links, own: list[Json]
) -> Json:
    """Return what is said of one collection (/req/core/sfc-md-success)."""
    dataset, box, language = found.dataset, found.placed, links.language
    licence = LICENCES.get(dataset.licence)
    more = [links.link("license", licence, HTML)] if licence else []
    name = dataset.id
    return {
        "id": name,
        "title": words(dataset.title, language) or name,
        "description": words(dataset.description, language),
        **({"attribution": dataset.owner} if dataset.owner else {}),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [[box.west, box.south, box.east, box.north]], "crs": CRS84},
            "temporal": {
                "interval": [[None, None] if times is None else [time(at) for at in times]],
                "trs": _GREGORIAN,
            },
        },
        "crs": list(CRSES),
        "storageCrs": STORED,
        "links": [
            *own,
            links.link("items", links.at("collections", name, "items"), GEOJSON),
            links.link("items", links.at("collections", name, "items", f="html"), HTML),
            links.link("describedby", links.at("collections", name, "schema"), SCHEMA),
            links.link("queryables", links.at("collections", name, "queryables"), SCHEMA, ogc=True),
            *more,
        ],
    }


def queryables(found: Collection, known: Queryables, links: Links) -> Json:
    """Return what can be asked for in a collection (OGC 19-079r2, clause 6)."""
    asked = {name: one for name, one in known.items() if one.asked}
    return _schema(found, asked, links, "queryables") | {"additionalProperties": False}


def schema(found: Collection, known: Queryables, links: Links) -> Json:
    """Return what the features of a collection hold."""
    shown = {name: one for name, one in known.items() if name != "id"}
    return _schema(found, shown, links, "schema")


def _schema(found: Collection, shown: Queryables, links: Links, what: str) -> dict[str, Json]:
    language = links.language
    return {
        "$schema": _SCHEMA,
        "$id": links.at("collections", found.dataset.id, what),
        "type": "object",
        "title": words(found.dataset.title, language) or found.dataset.id,
        "properties": {name: _property(one, language) for name, one in shown.items()},
    }


def _property(one: Queryable, language: str) -> Json:
    title, said = described(one.name, language)
    found: dict[str, Json] = {"title": title}
    if said:
        found["description"] = said
    if one.type == "geometry":
        return {**found, "format": _FORMATS["geometry"], "x-ogc-role": "primary-geometry"}
    found["type"] = one.type
    if one.format:
        found["format"] = one.format
    if one.unit:
        found["x-ogc-unit"] = one.unit
        found["x-ogc-unitLang"] = "UCUM"
    if one.name == "id":
        found["x-ogc-role"] = "id"
    return found


def described(name: str, language: str) -> tuple[str, str]:
    """Return what people call a property, and what it means, as far as the dictionary knows."""
    at = 0 if language == "sv" else 1
    if name in _OWN:
        return _OWN[name][at], ""
    ending = next((each for each in _ENDINGS if name.endswith(each)), "")
    word = name.removesuffix(ending)
    try:
        term = terms.term(word)
    except terms.NoSuchTerm:
        return name, ""
    label, said = term.label(language).text, term.definition(language).text
    if word != name:
        return f"{label} ({_ENDINGS[ending][at]})", ""
    return label, said


def words(said: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in one that there is."""
    return next((said[each] for each in (language, "sv", "en") if each in said), "") or next(
        iter(said.values()), ""
    )


_ENDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "Time": ("tid", "time"),
    "Text": ("källans ord", "in the source's words"),
}
_OWN: Final = {
    "id": ("Id", "Id"),
    "name": ("Namn", "Name"),
    "description": ("Beskrivning", "Description"),
    "type": ("Typ", "Type"),
    "municipality": ("Kommun (kod)", "Municipality (code)"),
    "geometry": ("Plats", "Geometry"),
    "updated": ("Senast observerad", "Last observed"),
}
