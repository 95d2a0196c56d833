"""ETSI NGSI-LD (GS CIM 009): entities, their attributes, and their history."""

from functools import partial

from byalag.standards import Standard
from byalag.standards.ngsi_ld import _openapi
from byalag.standards.ngsi_ld._answer import answer
from byalag.standards.ngsi_ld._notify import Noticer
from byalag.standards.ngsi_ld._problem import refuse
from byalag.standards.ngsi_ld._table import TABLE, reads

STANDARD = Standard(
    name="ngsi-ld",
    root=_openapi.ROOT,
    version=_openapi.VERSION,
    released=_openapi.RELEASED,
    title=_openapi.TITLE,
    description=_openapi.DESCRIPTION,
    answer=partial(answer, TABLE),
    refuse=refuse,
    reads=reads,
    openapi=partial(_openapi.describe, TABLE),
    municipality=lambda headers: headers.get("ngsild-tenant"),
    dataset_at="/entities?type={type}",
    media_type="application/ld+json",
    exceptions=_openapi.EXCEPTIONS,
    limitations=_openapi.LIMITATIONS,
)

__all__ = ["STANDARD", "Noticer"]
