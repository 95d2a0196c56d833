"""OGC SensorThings API 1.1 (OGC 18-088): things, their series and observations, by links.

A question is a path and options (`$filter`, `$expand`, ...); what is written is facts like any
other. `STANDARD` is all that others need to know.
"""

from typing import Final

from byalag.standards import Reply, Spoken, Standard, Window
from byalag.standards.sensorthings._mqtt import TAKEN, announce, posted
from byalag.standards.sensorthings._openapi import (
    DESCRIPTION,
    EXCEPTIONS,
    LIMITATIONS,
    RELEASED,
    ROOT,
    TITLE,
    VERSION,
    openapi,
)
from byalag.standards.sensorthings._problem import Refused, problem, refuse
from byalag.standards.sensorthings._read import read
from byalag.standards.sensorthings._write import write

_READS = frozenset({"GET", "HEAD"})


async def answer(spoken: Spoken, window: Window) -> Reply:
    """Answer one request; what cannot be done is told in SensorThings' own shape."""
    try:
        if spoken.method in _READS:
            return await read(spoken, window)
        return await write(spoken, window)
    except Refused as refused:
        return problem(spoken, refused.status, refused.said)


def reads(method: str, _: str) -> bool:
    """Return whether a request only reads."""
    return method in _READS


STANDARD: Final = Standard(
    name="sensorthings",
    root=ROOT,
    version=VERSION,
    released=RELEASED,
    title=TITLE,
    description=DESCRIPTION,
    answer=answer,
    refuse=refuse,
    reads=reads,
    openapi=openapi,
    exceptions=EXCEPTIONS,
    limitations=LIMITATIONS,
    dataset_at="/Things?$filter=properties/byalag/dataset%20eq%20'{dataset}'",
    conforms_to=("http://www.opengis.net/doc/is/sensorthings/1.1",),
)

__all__ = ["STANDARD", "TAKEN", "announce", "posted"]
