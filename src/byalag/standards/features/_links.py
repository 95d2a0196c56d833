"""Links between resources: where each is found, and in which formats."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from msgspec import Struct

from byalag.model import Json
from byalag.standards.features._negotiate import GEOJSON, HTML, JSON, OPENAPI, SCHEMA

_F: Final = {HTML: "html"}
_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "self": ("Det här dokumentet", "This document"),
    "alternate": ("Samma som {format}", "The same as {format}"),
    "next": ("Nästa sida", "Next page"),
    "collection": ("Samlingen", "The collection"),
    "items": ("Objekten som {format}", "The items as {format}"),
    "conformance": ("Vad som följs", "What is conformed to"),
    "data": ("Samlingarna", "The collections"),
    "service-desc": ("Beskrivning av API:et (OpenAPI)", "Description of the API (OpenAPI)"),
    "service-doc": ("API:et i ord", "The API in words"),
    "describedby": ("Objektens schema", "The schema of the items"),
    "queryables": ("Vad man kan fråga efter", "What can be asked for"),
    "functions": ("Funktioner i filter", "Functions in filters"),
    "license": ("Licens", "Licence"),
}
_OGC: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
_SHORT: Final = {
    JSON: "JSON",
    GEOJSON: "GeoJSON",
    SCHEMA: "JSON Schema",
    HTML: "HTML",
    OPENAPI: "OpenAPI",
}
LICENCES: Final = {
    "CC0-1.0": "http://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "http://creativecommons.org/licenses/by/4.0/",
}


class Links(Struct, frozen=True):
    """Writes links, from the root of the API, in a language."""

    root: str
    language: str

    def link(self, rel: str, href: str, media: str, *, ogc: bool = False) -> Json:
        """Return one link, with a title in the language."""
        pair = _TITLES[rel]
        title = pair[0 if self.language == "sv" else 1]
        return {
            "href": href,
            "rel": f"{_OGC}{rel}" if ogc else rel,
            "type": media,
            "title": title.format(format=_SHORT.get(media, media)),
            "hreflang": self.language,
        }

    def at(self, *names: str, **query: str) -> str:
        """Return an address below the root."""
        path = "".join(f"/{quote(name, safe=':~')}" for name in names)
        return f"{self.root}{path}" + (f"?{urlencode(query)}" if query else "")

    def pair(self, media: str, plain: str, query: Mapping[str, str], *names: str) -> list[Json]:
        """Return self and alternate of a resource that there is as something and as HTML."""
        other = plain if media == HTML else HTML
        rest = {name: text for name, text in query.items() if name != "f"}
        turned = {**rest, "f": _F.get(other, "json")}
        here = self.at(*names, **query)
        return [
            self.link("self", here, media),
            self.link("alternate", self.at(*names, **turned), other),
        ]
