"""Finds the values in the repeated blocks of a web page: texts, links, and positions in links."""

import re
from collections import Counter
from typing import Final, TypeAlias

from lxml import etree

from byalag.draft._path import beginning

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  lxml has no other name for it
Fields: TypeAlias = dict[str, str]

_SHARE: Final = 0.6  # of the blocks that must have a value for it to be a field
_LONGEST: Final = 200
_MOST: Final = 20
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt"})
_COUNTS = re.compile(r"(?:\?|-|\d+)\s*(?P<mark>/|von|of|av|sur)\s*\d+\b.*")
# how a link to a map says a place: what stands before latitude and before longitude
_MAPS: Final = (
    ("!2d", "!1d"),
    ("!3d", "!4d"),
    ("dir//", ","),
    ("q=", ","),
    ("ll=", ","),
    ("query=", ","),
    ("destination=", ","),
    ("mlat=", "mlon="),
    ("/@", ","),
)
_MARKS: Final = "!?/&;#"
_NUMBER = re.compile(r"-?\d{1,3}\.\d+")


def block_fields(blocks: list[Element]) -> Fields:
    """Return the values that most of the blocks have, by XPath from a block."""
    found: dict[str, list[str]] = {}
    for block in blocks:
        for path, value in _values(block):
            found.setdefault(path, []).append(value)
    kept = {
        path: values
        for path, values in found.items()
        if len(values) >= _SHARE * len(blocks) and len(set(values)) > 1
    }
    fields: Fields = {}
    for path, values in list(kept.items())[:_MOST]:
        _add(fields, path, values, len(blocks))
    return {**fields, **_mapped(blocks)}


def _values(block: Element) -> list[tuple[str, str]]:
    """Return each text and link in a block with the XPath to it, in order."""
    seen: Counter[str] = Counter()
    found: list[tuple[str, str]] = []
    for element in block.iter(etree.Element):
        if element is block or element.tag in {"script", "style"}:
            continue
        path = _path(element, block)
        if path is None:
            continue
        seen[path] += 1
        place = path if seen[path] == 1 else ""
        text = " ".join((element.text or "").split())
        if place and text and len(text) <= _LONGEST:
            found.append((place, text))
        link = element.get("href") or element.get("datetime") or ""
        if place and link and not link.startswith(("#", "javascript:", "mailto:", "tel:")):
            found.append((f"{place}/@{'href' if element.get('href') else 'datetime'}", link))
    return found


def _path(element: Element, block: Element) -> str | None:
    """Return the XPath to an element: from the nearest one with a class, by position under it."""
    steps: list[str] = []
    here: Element | None = element
    while here is not None and here is not block:
        name = here.get("class")
        if name and "'" not in name:
            return "/".join([f".//{here.tag}[@class='{name}']", *steps])
        alike = list(here.itersiblings(here.tag, preceding=True))
        steps.insert(0, f"{here.tag}[{len(alike) + 1}]")
        here = here.getparent()
    return "/".join(steps) if steps and here is block else None


def _add(fields: Fields, path: str, values: list[str], blocks: int) -> None:
    """Add a value under a name that says what it is; "448 / 548" is two of them."""
    text = f"normalize-space({path})"
    mark = next((found["mark"] for value in values if (found := _COUNTS.fullmatch(value))), "")
    if mark and all(_COUNTS.fullmatch(value) for value in values):
        fields["free"] = f"normalize-space(substring-before({text}, '{mark}'))"
        rest = f"normalize-space(substring-after({text}, '{mark}'))"
        fields["total"] = f"substring-before(concat({rest}, ' '), ' ')"
        return
    if path.endswith("/@href"):
        _add_link(fields, path, values, blocks)
        return
    fields[_free_name(fields, _named(path, fields))] = path


def _add_link(fields: Fields, path: str, values: list[str], blocks: int) -> None:
    start = beginning(values)
    cut = start.rfind("/") + 1
    rest = [value[cut:] for value in values]
    plain = all(re.fullmatch(r"[\w.~-]+", one) for one in rest)
    if "id" not in fields and len(set(values)) == blocks and plain and "'" not in start:
        fields["id"] = f"substring-after({path}, '{start[:cut]}')" if cut else path
    else:
        fields[_free_name(fields, "link")] = path


def _named(path: str, fields: Fields) -> str:
    """Return a name: that of its class, or "name" for the first heading or link."""
    last = path.rpartition("/")[2]
    tag = re.match(r"\w+", last)
    names = re.findall(r"@class='([^']*)'", path)
    heading = any(f"{one}[" in path for one in _HEADINGS) or (tag is not None and tag[0] == "a")
    if "name" not in fields and heading:
        return "name"
    words = [word for word in re.split(r"[\s]+", names[-1] if names else "") if word]
    return words[0] if words else (tag[0] if tag else "text")


def _free_name(fields: Fields, name: str) -> str:
    number, found = 1, name
    while found in fields:
        number += 1
        found = f"{name}{number}"
    return found


def _mapped(blocks: list[Element]) -> Fields:
    """Return where links to maps say the position, in the forms that these links have."""
    lat: list[str] = []
    lon: list[str] = []
    earlier: list[str] = []
    left = list(blocks)
    for before_lat, before_lon in _MAPS:
        having = [block for block in left if _says(block, before_lat, before_lon)]
        if not having:
            continue
        link = _link(before_lat, before_lon, earlier)
        lat.append(_token(link, before_lat))
        lon.append(_after(link, before_lat, before_lon))
        earlier.append(_test(before_lat, before_lon))
        left = [block for block in left if block not in having]
    if len(left) > len(blocks) / 2:
        return {}
    return {"lat": _joined(lat), "lon": _joined(lon)}


def _says(block: Element, before_lat: str, before_lon: str) -> bool:
    for link in block.iter("a"):
        href = link.get("href") or ""
        after = href.partition(before_lat)[2]
        if not _NUMBER.match(after):
            continue
        other = href.partition(before_lon)[2] if before_lon != "," else after.partition(",")[2]
        if _NUMBER.match(other.lstrip()):
            return True
    return False


def _test(before_lat: str, before_lon: str) -> str:
    """Return the XPath condition that a link has a number after the mark."""
    first = f"substring(substring-after(@href, '{before_lat}'), 1, 1)"
    digit = f"translate({first}, '-123456789', '0000000000')='0'"
    return f"{digit} and contains(@href, '{before_lon}')"


def _link(before_lat: str, before_lon: str, earlier: list[str]) -> str:
    others = "".join(f" and not({one})" for one in earlier)
    return f"(.//a[{_test(before_lat, before_lon)}{others}])[1]/@href"


def _token(link: str, mark: str) -> str:
    """Return what follows a mark in a link, up to the next separator."""
    return _cut(f"substring-after({link}, '{mark}')")


def _after(link: str, before_lat: str, before_lon: str) -> str:
    if before_lon != ",":
        return _token(link, before_lon)
    return _cut(f"substring-after(substring-after({link}, '{before_lat}'), ',')")


def _cut(text: str) -> str:
    marks = _MARKS + ","
    return f"substring-before(concat(translate({text}, '{marks}', '{' ' * len(marks)}'), ' '), ' ')"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"concat({', '.join(parts)})"
