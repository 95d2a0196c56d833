"""Regular expressions from outside, searched in time that grows with the text."""

from typing import Protocol

from byalag.asking import pattern
from byalag.standards.ngsi_ld._refuse import refuse_data


class Searched(Protocol):
    """A regular expression that can be looked for."""

    def search(self, text: str, /) -> object | None:
        """Return something when the expression is found in the text."""
        ...


def regex(text: str, where: str) -> Searched:
    """Return a regular expression, as POSIX (IEEE 1003.2) writes them.

    Raises:
        Refused: It is not one, or cannot be searched for in linear time (BadRequestData).
    """
    try:
        found: Searched = pattern(text)
    except ValueError as error:
        refuse_data(f"{where}: {error}")
    return found
