"""What an address tells: the country, a name for the source, and how pages are counted."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from byalag.draft._flat import Column, flatten
from byalag.draft._path import usable
from byalag.draft._reading import Reading
from byalag.draft._value import is_list, objects
from byalag.draft._words import fold
from byalag.model import Json

_COUNTRIES: Final = {"se", "de", "fi", "no", "dk", "ch", "at", "nl", "be", "fr", "uk"}
_COMMON: Final = frozenset(
    {"www", "api", "data", "opendata", "open", "oppnadata", "services", "service", "gis", "com",
     "org", "net", "eu", "io", "geo", "kommun", "gw", "geodata", "rest", "example", "stadt",
     *_COUNTRIES}
)  # fmt: skip
_PLAIN = re.compile("[^a-z0-9]+")
_NEXT: Final = frozenset({"next", "nextlink", "nextpage", "nexthref", "odatanextlink"})
_OFFSETS: Final = frozenset({"offset", "skip", "start", "startindex", "from", "resultoffset"})
_LIMITS: Final = frozenset(
    {
        "limit",
        "top",
        "count",
        "pagesize",
        "page_size",
        "rows",
        "per_page",
        "size",
        "maxfeatures",
        "resultrecordcount",
        "perpage",
    }
)
_PAGES: Final = frozenset({"page", "pagenumber", "pageno", "sida"})
_LINKS: Final = frozenset(
    {"_links", "links", "paging", "pagination", "meta", "next", "page", "_metadata", "metadata"}
)
_LONGEST: Final = 40
_DIGITS: Final = 5  # of the largest page


def country_in(url: str) -> str:
    """Return the country that the host's last label names, or nothing."""
    host = urlsplit(url).hostname or ""
    last = host.rpartition(".")[2]
    return last if last in _COUNTRIES else ""


def name_in(url: str, dataset: str) -> str:
    """Return a name for the source: whose it is, as the host says, and what it is."""
    host = urlsplit(url).hostname or ""
    labels = [_PLAIN.sub("-", fold(label)).strip("-") for label in host.split(".")]
    whose = [
        label for label in labels[:-1] if label and label not in _COMMON and not label.isdecimal()
    ]
    name = f"{whose[-1]}-{dataset}" if whose else dataset
    return name[:_LONGEST].strip("-")


def paging_of(reading: Reading, url: str) -> dict[str, Json]:
    """Return how further pages are found, where the answer or the address shows that there are."""
    if reading.kind != "http-json":
        return {}
    following = _next_in(reading.document)
    if following:
        return {"next": following}
    given = dict(parse_qsl(urlsplit(url).query))
    named = {_PLAIN.sub("", fold(name)): name for name in given}
    offset = next((named[name] for name in named if name in _OFFSETS), "")
    page = next((named[name] for name in named if name in _PAGES), "")
    limit = next((named[name] for name in named if name in _LIMITS), "")
    said_size = given.get(limit, "")
    size = int(said_size) if said_size.isdecimal() and len(said_size) <= _DIGITS else 0
    if not (offset or page) or (not size and len(reading.records) == 0):
        return {}
    said: dict[str, Json] = {"offset": offset} if offset else {"page": page}
    if page and not offset and given[page] == "0":
        said["first"] = 0
    said["size"] = size or max(len(reading.records), 1)
    return {**said, "limit": limit} if limit else said


def _next_in(document: dict[str, Json]) -> str:
    small = {
        key: value
        for key, value in document.items()
        if usable(key) and (isinstance(value, str) or fold(key) in _LINKS)
    }
    columns: dict[str, Column] = flatten([small]).columns if small else {}
    for path, column in columns.items():
        value = column.values[0]
        words = {_PLAIN.sub("", fold(key)) for key in column.keys[-2:]}
        last = _PLAIN.sub("", fold(column.keys[-1]))
        linked = isinstance(value, str) and ("/" in value or "?" in value)
        if linked and (last in _NEXT or (words & _NEXT and last in {"href", "url"})):
            return path
    links = document.get("links")
    if is_list(links) and "next" in [one.get("rel") for one in objects(links)]:
        return "links[rel=next].href"
    return ""
