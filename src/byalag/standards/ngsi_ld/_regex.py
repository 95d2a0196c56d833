"""Regular expressions from outside, searched in time that grows with the text."""

from functools import lru_cache
from typing import Protocol

import re2  # pyright: ignore[reportMissingTypeStubs]  # it has none

from byalag.standards.ngsi_ld._refuse import refuse_data

_LONGEST = 1_000


class Searched(Protocol):
    """A regular expression that can be looked for."""

    def search(self, text: str, /) -> object | None:
        """Return something when the expression is found in the text."""
        ...


@lru_cache(maxsize=256)
def _compiled(text: str) -> "Searched | str":
    options = re2.Options()
    options.max_mem = 1 << 20
    options.log_errors = False
    error: type[Exception] = re2.error  # pyright: ignore[reportUnknownMemberType]  # as above
    try:
        found: Searched = re2.compile(text, options)  # pyright: ignore[reportUnknownMemberType]  # as above
    except error as wrong:
        return _said(wrong)
    return found


def regex(text: str, where: str) -> Searched:
    """Return a regular expression, as POSIX (IEEE 1003.2) writes them.

    Raises:
        Refused: It is not one, or is more than is looked for; BadRequestData.
    """
    if len(text) > _LONGEST:
        refuse_data(f"{where} is {len(text)} characters; at most {_LONGEST} are searched for.")
    found = _compiled(text)
    if isinstance(found, str):
        refuse_data(
            f"{where}: {text[:80]!r} is not a regular expression that is searched: {found}."
        )
    return found


def _said(error: Exception) -> str:
    said = error.args[0]
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
