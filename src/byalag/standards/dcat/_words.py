"""The vocabularies that the catalogue names things by: addresses of codes. Pure data."""

from typing import Final

EU: Final = "http://publications.europa.eu/resource/authority"
PUBLIC: Final = f"{EU}/access-right/PUBLIC"
AVAILABLE: Final = f"{EU}/planned-availability/AVAILABLE"
THEMES: Final = f"{EU}/data-theme"
HVD_LAW: Final = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
SWEDEN: Final = "http://sws.geonames.org/2661886"
CC0: Final = "http://creativecommons.org/publicdomain/zero/1.0/"
LOCAL_AUTHORITY: Final = "http://purl.org/adms/publishertype/LocalAuthority"
IANA: Final = "http://www.iana.org/assignments/media-types"

# the six categories of annex I of regulation (EU) 2023/138
HIGH_VALUE: Final = {
    "geospatial": "http://data.europa.eu/bna/c_ac64a52d",
    "environment": "http://data.europa.eu/bna/c_dd313021",
    "meteorological": "http://data.europa.eu/bna/c_164e0bf5",
    "statistics": "http://data.europa.eu/bna/c_e1da4e07",
    "companies": "http://data.europa.eu/bna/c_a9135398",
    "mobility": "http://data.europa.eu/bna/c_b79e35eb",
}
# licences by their SPDX names: the address that dataportal.se wants, and the EU's own for the same
LICENCES: Final = {
    "CC0-1.0": (CC0, f"{EU}/licence/CC0"),
    "CC-BY-4.0": ("http://creativecommons.org/licenses/by/4.0/", f"{EU}/licence/CC_BY_4_0"),
}
FILE_TYPES: Final = {
    "application/geo+json": "GEOJSON",
    "application/geopackage+sqlite3": "GPKG",
    "application/gzip": "GZIP",
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/pdf": "PDF",
    "application/rdf+xml": "RDF_XML",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/xml": "XML",
    "application/zip": "ZIP",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "text/csv": "CSV",
    "text/html": "HTML",
    "text/plain": "TXT",
    "text/turtle": "RDF_TURTLE",
    "text/xml": "XML",
}
LANGUAGES: Final = {
    "sv": "SWE",
    "en": "ENG",
    "fi": "FIN",
    "se": "SME",
    "fit": "FIT",
}


def language(code: str) -> str | None:
    """Return the EU's address of a language, if it is one of ours."""
    return f"{EU}/language/{LANGUAGES[code]}" if code in LANGUAGES else None


def file_type(media_type: str) -> str:
    """Return the EU's address of a file type."""
    plain = media_type.partition(";")[0].strip().lower()
    return f"{EU}/file-type/{FILE_TYPES.get(plain, 'OCTET')}"


def licence(name: str) -> str:
    """Return the address of a licence: of one by its SPDX name, or the address itself."""
    return LICENCES[name][0] if name in LICENCES else name
