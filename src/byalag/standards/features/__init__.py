"""OGC API Features at /features/v1: places and their newest values, for map software.

Part 1 (core, GeoJSON, HTML, OpenAPI 3.0), Part 2 (reference systems, SWEREF 99) and Part 3
(filtering by CQL2, as text and as JSON). One collection for each dataset of things that have a
place; a feature's id is its thing's. `datetime` asks for when something was last observed.
"""

from typing import Final

from byalag.standards import Standard
from byalag.standards.features._answer import answer
from byalag.standards.features._describe import DESCRIPTION, TITLE
from byalag.standards.features._openapi import EXCEPTIONS, LIMITATIONS, ROOT, VERSION, openapi
from byalag.standards.features._problem import refuse


def _reads(method: str, path: str) -> bool:
    """Tell that nothing is ever written here."""
    del method, path
    return True


STANDARD: Final = Standard(
    name="features",
    root=ROOT,
    version=VERSION,
    released="2026-11-22",
    title=TITLE,
    description=DESCRIPTION,
    answer=answer,
    refuse=refuse,
    reads=_reads,
    openapi=openapi,
    exceptions=EXCEPTIONS,
    limitations=LIMITATIONS,
    dataset_at="/collections/{dataset}/items",
    media_type="application/geo+json",
    placed=True,
    conforms_to=("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",),
)

__all__ = ["STANDARD"]
