"""ETSI NGSI-LD (GS CIM 009): entities, their attributes, and their history."""

from functools import partial

from byalag.standards import Standard
from byalag.standards.ngsi_ld._answer import answer
from byalag.standards.ngsi_ld._openapi import describe
from byalag.standards.ngsi_ld._problem import refuse
from byalag.standards.ngsi_ld._table import TABLE, reads

STANDARD = Standard(
    name="ngsi-ld",
    root="/ngsi-ld/v1",
    version="1.8.1",
    released="2026-11-22",
    title={"sv": "NGSI-LD", "en": "NGSI-LD"},
    description={
        "sv": "Entiteter, deras attribut och historik enligt ETSI GS CIM 009 V1.8.1.",
        "en": "Entities, their attributes and their history by ETSI GS CIM 009 V1.8.1.",
    },
    answer=partial(answer, TABLE),
    refuse=refuse,
    reads=reads,
    openapi=describe,
    municipality=lambda headers: headers.get("ngsild-tenant"),
    dataset_at="/entities?type={type}",
    media_type="application/ld+json",
    exceptions={
        "UFN.07": {
            "sv": "Standarden har versaler i sökvägar (/entityOperations).",
            "en": "The standard has capitals in its paths (/entityOperations).",
        },
        "UFN.08": {
            "sv": "Standarden skiljer ord i sökvägar med versaler.",
            "en": "The standard divides words in its paths by capitals.",
        },
        "RES.06": {
            "sv": "Standarden har versaler i resursers namn.",
            "en": "The standard has capitals in the names of its resources.",
        },
        "AME.04": {
            "sv": "JSON-LD har @context, och attribut får heta vad som helst.",
            "en": "JSON-LD has @context, and attributes can have any name.",
        },
        "AME.07": {
            "sv": "JSON-LD har @context, och attribut får heta vad som helst.",
            "en": "JSON-LD has @context, and attributes can have any name.",
        },
        "FEL.01": {
            "sv": "Felens typer är standardens.",
            "en": "The types of errors are the standard's.",
        },
    },
    limitations={
        "sv": "Kända begränsningar: kontextkällor och fördelade frågor finns inte.",
        "en": "Known limitations: there are no context sources and no distributed operations.",
    },
)

__all__ = ["STANDARD"]
