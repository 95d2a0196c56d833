"""DATEX II v3.3 at /datex/v1: the places to park of all municipalities, for navigation and TMCs.

`/parking-table` describes them and `/parking-status` says how they are now; both take
`?municipality=`. A status refers to the id and the version that the table has.
"""

from typing import Final

from byalag.standards import Standard
from byalag.standards.datex._answer import answer
from byalag.standards.datex._lots import KINDS
from byalag.standards.datex._openapi import (
    DESCRIPTION,
    EXCEPTIONS,
    LIMITATIONS,
    RELEASED,
    ROOT,
    TITLE,
    VERSION,
    openapi,
)
from byalag.standards.datex._problem import refuse


def _reads(method: str, path: str) -> bool:
    """Tell that nothing is ever written here."""
    del method, path
    return True


STANDARD: Final = Standard(
    name="datex",
    root=ROOT,
    version=VERSION,
    released=RELEASED,
    title=TITLE,
    description=DESCRIPTION,
    answer=answer,
    refuse=refuse,
    reads=_reads,
    openapi=openapi,
    exceptions=EXCEPTIONS,
    limitations=LIMITATIONS,
    dataset_at="/parking-table?municipality={municipality}",
    media_type="application/xml",
    kinds=KINDS,
    placed=True,
)

__all__ = ["STANDARD"]
