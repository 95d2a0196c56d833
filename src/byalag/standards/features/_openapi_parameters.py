"""The parameters that the API takes, as OpenAPI describes them, in Swedish and English."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Json, Words
from byalag.standards.features._crs import CRSES
from byalag.standards.features._negotiate import LANGUAGES
from byalag.standards.features._question import LIMIT, MOST


def both(words: Words) -> str:
    """Return a text in Swedish and English, one after the other."""
    return "\n\n".join(words[language] for language in ("sv", "en"))


def said(sv: str, en: str) -> str:
    """Return a text in Swedish and English."""
    return both({"sv": sv, "en": en})


def _text(sv: str, en: str, example_: str, **schema: Json) -> Json:
    return {
        "description": said(sv, en),
        "schema": {"type": "string", **schema},
        "example": example_,
    }


_BOX: Final[Json] = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 4,
    "maxItems": 6,
}
PARAMETERS: Final[Mapping[str, Json]] = {
    "collectionId": _text("Samlingens id.", "The id of the collection.", "parking"),
    "featureId": _text("Objektets id.", "The id of the feature.", "parking:skelleftea:torget"),
    "f": _text("Format, i stället för Accept.", "Format, instead of Accept.", "json"),
    "lang": _text("Språk.", "Language.", "sv", enum=list(LANGUAGES)),
    "crs": _text("Svarets system.", "The answer's system.", CRSES[2], enum=list(CRSES)),
    "bbox-crs": _text("Systemet för bbox.", "The system of bbox.", CRSES[0], enum=list(CRSES)),
    "filter-crs": _text("Filtrets system.", "The filter's system.", CRSES[0], enum=list(CRSES)),
    "filter-lang": _text(
        "Filtrets språk.", "The filter's language.", "cql2-text", enum=["cql2-text", "cql2-json"]
    ),
    "filter": _text(
        "Villkor i CQL2 (text eller JSON).", "A condition in CQL2.", "availableSpotNumber > 10"
    ),
    "after": _text("Ur en next-länk.", "From a next link.", "MTABkF8x"),
    "datetime": _text(
        "När något senast observerades: en tid eller två med `/` emellan; `..` är öppet.",
        "When something was last observed: a time, or two with `/` between; `..` is open.",
        "2026-07-01T00:00:00Z/..",
    ),
    "limit": {
        "description": said(
            f"Högst så många objekt. Mer än {MOST} blir {MOST}.",
            f"At most this many features. More than {MOST} becomes {MOST}.",
        ),
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        "example": 100,
    },
    "bbox": {
        "description": said(
            "Objekt vars plats möter rutan: väst, syd, öst, nord (med höjd sex tal).",
            "Features whose place meets the box: west, south, east, north (six with heights).",
        ),
        "schema": _BOX,
        "style": "form",
        "explode": False,
        "example": [20.5, 64.5, 21.5, 65],
    },
    "properties": {
        "description": said(
            "En egenskap ur `queryables` och dess värde.",
            "A property of `queryables` and its value.",
        ),
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "style": "form",
        "explode": True,
        "example": {"municipality": "2482"},
    },
}
