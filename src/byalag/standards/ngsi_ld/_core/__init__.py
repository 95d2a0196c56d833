"""The NGSI-LD core @context, 1.3 to 1.9, made from a table of its terms. Nothing is fetched."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from byalag.model import Json

NGSI_LD = "https://uri.etsi.org/ngsi-ld/"
DEFAULT_VOCABULARY = f"{NGSI_LD}default-context/"
VERSIONS = ("1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9")
VERSION = "1.8"
_PREFIXES = {"ngsi-ld": NGSI_LD, "geojson": "https://purl.org/geojson/vocab#"}
_KEYWORDS = {"id": "@id", "type": "@type"}
_STILL = "-"
_SEALED: Json = {
    "@id": "ngsi-ld:ngsildproof",
    "@context": [
        {
            "entityIdSealed": "ngsi-ld:entityIdSealed",
            "entityTypeSealed": {"@id": "ngsi-ld:entityTypeSealed", "@type": "@vocab"},
        },
        "https://w3id.org/security/data-integrity/v2",
    ],
}


def address(version: str) -> str:
    """Return where a version of the core context is published."""
    return f"{NGSI_LD}v1/ngsi-ld-core-context-v{version}.jsonld"


CORE = address(VERSION)


@cache
def document(version: str) -> Mapping[str, Json]:
    """Return a version of the core context.

    Raises:
        KeyError: There is no such version here.
    """
    if version not in VERSIONS:
        raise KeyError(version)
    newest = version == VERSIONS[-1]
    terms: dict[str, Json] = {"@version": 1.1, "@protected": True} if newest else {}
    terms |= _PREFIXES | _KEYWORDS
    for row in _rows():
        term, since, until, iri, kind, container = row
        if since <= version and (until == _STILL or version <= until):
            terms[term] = _definition(iri, kind, container)
    if newest:
        terms["ngsildproof"] = _SEALED
    return {"@context": terms | {"@vocab": DEFAULT_VOCABULARY}}


@cache
def documents() -> Mapping[str, Mapping[str, Json]]:
    """Return every version of the core context, by its address; the plain address is `VERSION`."""
    every = {address(version): document(version) for version in VERSIONS}
    return every | {f"{NGSI_LD}v1/ngsi-ld-core-context.jsonld": document(VERSION)}


def _definition(iri: str, kind: str, container: str) -> Json:
    said = {"@id": iri, "@type": kind, "@container": container}
    told = {key: value for key, value in said.items() if value != _STILL}
    return iri if len(told) == 1 else told


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    text = files(__name__).joinpath("terms.txt").read_text("utf-8")
    return tuple(tuple(line.split()) for line in text.splitlines() if not line.startswith("#"))
