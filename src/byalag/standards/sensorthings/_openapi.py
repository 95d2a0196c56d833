"""SensorThings described by OpenAPI 3.1, in Swedish and English."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Json, Words

_VERSION = {
    "sv": "Standarden skriver versionen som v1.1 i adressen.",
    "en": "The standard writes the version as v1.1 in the address.",
}
_PATHS = {
    "sv": "Standardens adresser har versaler, parenteser och dollartecken: /Things(1)/$ref.",
    "en": "The standard's addresses have capitals, parentheses and dollar signs: /Things(1)/$ref.",
}
_OPTIONS = {
    "sv": "Standardens parametrar heter $filter, $top och $skip.",
    "en": "The standard's parameters are called $filter, $top and $skip.",
}
_NAMES = {
    "sv": "Standardens fält heter @iot.id och Datastreams@iot.navigationLink.",
    "en": "The standard's fields are called @iot.id and Datastreams@iot.navigationLink.",
}
EXCEPTIONS: Final[Mapping[str, Words]] = {
    "UFN.01": _VERSION,
    "VER.05": _VERSION,
    "UFN.07": _PATHS,
    "RES.06": _PATHS,
    "FNS.03": _OPTIONS,
    "FNS.06": _OPTIONS,
    "FNS.07": _OPTIONS,
    "AME.04": _NAMES,
    "AME.07": _NAMES,
}


def openapi(hub: str, contact: Json) -> Json:
    """Return the description, for the hub at an address."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "SensorThings", "version": "1.1.0", "contact": contact},
        "servers": [{"url": f"{hub}/sensorthings/v1.1"}],
        "paths": {},
    }
