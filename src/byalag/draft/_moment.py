"""Tells how a column writes times: ISO 8601, epochs, patterns, with or without an offset."""

import re
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from byalag.model import Json

SAMPLE: Final = 60
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?P<clock>[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
)
_MICROSOFT = re.compile(r"/Date\(-?\d+(?:[+-]\d{4})?\)/")
MICROSOFT: Final = r"^/Date\((-?\d+)"
_PATTERNS: Final = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M:%S", "%d.%m.%Y, %H:%M",
    "%d.%m.%Y - %H:%M", "%d.%m.%Y %H.%M", "%d.%m.%y %H:%M", "%d.%m.%y, %H:%M",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d-%H.%M.%S.%f", "%Y-%m-%d-%H.%M.%S",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H.%M", "%Y-%m-%d %H", "%Y-%m-%d, %H:%M", "%Y-%m-%d kl. %H:%M", "%Y-%m-%d kl %H:%M",
    "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M",
    "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d %H:%M", "%Y%m%d %H%M",
    "%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S GMT", "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M", "%d %B %Y %H:%M", "%b %d, %Y %H:%M",
    "%a %b %d %H:%M:%S %Y", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%Y",
    "%d.%m.%y",
)  # fmt: skip
_WIDTHS: Final = {"%Y%m%d%H%M%S": 14, "%Y%m%d%H%M": 12, "%Y%m%d": 8}  # strptime takes fewer too
_SECONDS: Final = (3e8, 4.2e9)  # 1979 to 2103
_MILLISECONDS: Final = (3e11, 4.2e12)
_TWICE: Final = {"%d/%m/%Y": "%m/%d/%Y", "%m/%d/%Y": "%d/%m/%Y"}
_LENGTHS: Final = (6, 40)  # characters of a time
_DIGITS: Final = 5  # at least, in day and year
_YEARS: Final = (1990, 2100)


class Form(Struct, frozen=True, kw_only=True):
    """How a time is written. `zoned`: it says its own offset; `clock`: it says the hour too."""

    format: str = "iso"
    zoned: bool = False
    clock: bool = True
    utc: bool = False  # it says so in words that the format passes over
    pattern: str = ""
    unsure: str = ""  # another format that fits as well
    latest: str = ""  # the latest of them, as it is written, for choosing


def form_of(values: list[Json], *, timely: bool) -> Form | None:
    """Return how all the values are written as times, or None. `timely`: the name says a time."""
    sample = values[:: max(1, len(values) // SAMPLE)][:SAMPLE]
    if not sample:
        return None
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in sample):
        return _epoch([float(value) for value in sample], timely=timely)
    if not all(isinstance(value, str) for value in sample):
        return None
    texts = [str(value).strip() for value in sample]
    return _iso(texts) or _microsoft(texts) or _digits(texts, timely=timely) or _patterned(texts)


def _epoch(numbers: list[float], *, timely: bool) -> Form | None:
    if not timely:
        return None
    for name, (low, high) in (("epoch-s", _SECONDS), ("epoch-ms", _MILLISECONDS)):
        if all(low <= number <= high for number in numbers):
            return Form(format=name, zoned=True, latest=f"{max(numbers):020.0f}")
    return None


def _digits(texts: list[str], *, timely: bool) -> Form | None:
    if not all(text.isdecimal() and len(text) in {10, 13} for text in texts):
        return None
    return _epoch([float(text) for text in texts], timely=timely)


def _iso(texts: list[str]) -> Form | None:
    found = [_ISO.fullmatch(text) for text in texts]
    matches = [match for match in found if match]
    if len(matches) < len(texts) or not all(_reads(text) for text in texts):
        return None
    clock = any(match["clock"] for match in matches)
    return Form(zoned=all(match["zone"] for match in matches), clock=clock, latest=max(texts))


def _reads(text: str) -> bool:
    try:
        year = datetime.fromisoformat(text[:10]).replace(tzinfo=UTC).year
    except ValueError:
        return False
    return year < _YEARS[1]


def _microsoft(texts: list[str]) -> Form | None:
    if not all(_MICROSOFT.fullmatch(text) for text in texts):
        return None
    return Form(format="epoch-ms", zoned=True, pattern=MICROSOFT, latest=max(texts))


def _patterned(texts: list[str]) -> Form | None:
    first = texts[0]
    if not _LENGTHS[0] <= len(first) <= _LENGTHS[1] or sum(map(str.isdigit, first)) < _DIGITS:
        return None
    for pattern in _PATTERNS:
        if not _parsed(first, pattern):
            continue
        times = [_parsed(text, pattern) for text in texts]
        if not all(times):
            continue
        other = next((pattern.replace(a, b) for a, b in _TWICE.items() if a in pattern), "")
        unsure = other if other and all(_parsed(text, other) for text in texts) else ""
        latest = max(time.isoformat() for time in times if time)
        clock = "%H" in pattern or "%I" in pattern
        utc = pattern.endswith(("Z", "GMT"))
        return Form(
            format=pattern,
            zoned="%z" in pattern,
            clock=clock,
            unsure=unsure,
            latest=latest,
            utc=utc,
        )
    return None


def _parsed(text: str, pattern: str) -> datetime | None:
    if text.isdecimal() and len(text) != _WIDTHS.get(pattern):
        return None
    try:
        found = datetime.strptime(text[:40], pattern).replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if _YEARS[0] <= found.year < _YEARS[1] else None
