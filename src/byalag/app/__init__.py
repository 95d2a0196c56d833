"""Puts the rooms together from settings: the hub folder, the ASGI application, its workers."""

from byalag.app._hub import Declared, Hub, Tenant, check_hub, open_hub
from byalag.app._municipality import municipalities
from byalag.app._problem import HubFaulty, Problem
from byalag.app._settings import HubSettings

__all__ = [
    "Declared",
    "Hub",
    "HubFaulty",
    "HubSettings",
    "Problem",
    "Tenant",
    "check_hub",
    "municipalities",
    "open_hub",
]
