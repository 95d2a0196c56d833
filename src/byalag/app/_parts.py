"""Which part of a file is asked for (RFC 9110, section 14). Pure."""

import re
from typing import Literal, TypeAlias

from msgspec import Struct

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


class Part(Struct, frozen=True):
    """The bytes of a file from `start` up to but not including `end`."""

    start: int
    end: int


Wanted: TypeAlias = Part | Literal["all", "none"]


def wanted(asked: str, size: int) -> Wanted:
    """Return which bytes are asked for; "none" if the file does not have them.

    What is not one good range of bytes is passed over, as section 14.2 lets us: then "all".
    """
    found = _RANGE.match(asked.strip().replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return "all"
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return Part(size - length, size) if length else "none"
    start = int(first)
    if last and int(last) < start:
        return "all"
    if start >= size:
        return "none"
    return Part(start, min(int(last) + 1, size) if last else size)


def still(if_range: str, tag: str, modified: str) -> bool:
    """Tell whether a file is what somebody has begun to fetch: by its tag or its time."""
    return not if_range or if_range.strip() in {tag, modified}


def known(if_none_match: str, tag: str) -> bool:
    """Tell whether somebody has a file already."""
    given = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return bool(given & {tag, "*"})
