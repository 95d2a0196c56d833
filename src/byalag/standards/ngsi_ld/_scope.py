"""Choosing entities by scope: `/a/b`, `/a/+`, `/a/#`, `;` for and, `,` for or (4.19). Pure."""

import re
from collections.abc import Callable, Sequence

from byalag.standards.ngsi_ld._refuse import refuse_data

_LONGEST = 2_000
_MOST = 100
_LEVEL = re.compile(r"[^\W\d]\w*|\+", re.UNICODE)


def read_scopes(text: str) -> Callable[[Sequence[str]], bool]:
    """Return what tells whether scopes fit a scope query.

    Raises:
        Refused: It is no scope query (BadRequestData).
    """
    if len(text) > _LONGEST:
        refuse_data(f"scopeQ is {len(text)} characters; at most {_LONGEST} are answered.")
    choices = [
        [_levels(one.strip("()")) for one in choice.strip("()").split(";")]
        for choice in re.split(r"[,|]", text)
    ]
    if sum(map(len, choices)) > _MOST:
        refuse_data(f"scopeQ has more than {_MOST} terms.")

    def fits(scopes: Sequence[str]) -> bool:
        have = [scope.strip("/").split("/") for scope in scopes]
        return any(
            all(any(_within(levels, scope) for scope in have) for levels in choice)
            for choice in choices
        )

    return fits


def _levels(text: str) -> list[str]:
    levels = text.strip("/").split("/")
    *before, last = levels
    if not all(_LEVEL.fullmatch(level) for level in before) or not (
        last == "#" or _LEVEL.fullmatch(last)
    ):
        refuse_data(f"scopeQ: {text[:80]!r} is no scope; write /a/b, /a/+/c or /a/#.")
    return levels


def _within(levels: list[str], scope: list[str]) -> bool:
    if levels[-1] == "#":
        levels = levels[:-1]
        scope = scope[: len(levels)]
    return len(levels) == len(scope) and all(
        level in ("+", have) for level, have in zip(levels, scope, strict=True)
    )
