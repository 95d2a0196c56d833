"""Which members of an entity are wanted: `id,locatedAt{id,name}` (GS CIM 009, 4.21). Pure."""

import re
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

from byalag.standards.ngsi_ld._refuse import refuse_data

Members: TypeAlias = "Mapping[str, Members | None]"
"""The members that are named, each with those that are named of what it links to."""

CORE_MEMBERS = ("id", "type", "scope")
_LONGEST = 10_000
_DEEPEST = 20
_NAME = re.compile(r"[^\s,;|{}()\[\]\"<>=!]+")


def read_members(text: str, what: str, expand: Callable[[str], str]) -> Members:
    """Return the members that a text names; attributes by their IRIs.

    Raises:
        Refused: It names none (BadRequestData).
    """
    if len(text) > _LONGEST:
        refuse_data(f"{what} is {len(text)} characters; at most {_LONGEST} are answered.")
    members, at = _members(text, 0, what, expand, 0)
    if at < len(text):
        _wrong(text, at, what)
    return members


def _members(
    text: str, at: int, what: str, expand: Callable[[str], str], depth: int
) -> tuple[Members, int]:
    if depth > _DEEPEST:
        refuse_data(f"{what} has braces more than {_DEEPEST} deep.")
    members: dict[str, Members | None] = {}
    while True:
        found = _NAME.match(text, at)
        if found is None:
            _wrong(text, at, what)
        name = found[0] if found[0] in CORE_MEMBERS else expand(found[0])
        at = found.end()
        members[name] = None
        if text.startswith("{", at):
            members[name], at = _members(text, at + 1, what, expand, depth + 1)
            if not text.startswith("}", at):
                _wrong(text, at, what)
            at += 1
        if not text.startswith((",", "|"), at):
            return members, at
        at += 1


def _wrong(text: str, at: int, what: str) -> NoReturn:
    seen = text[at : at + 30] or "the end"
    refuse_data(f"{what} cannot be read at character {at}: {seen!r}; write name,relation{{name}}.")
