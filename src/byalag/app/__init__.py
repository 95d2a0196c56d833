"""Puts the rooms together from settings: the hub folder, the ASGI application, its workers.

Reading and checking a hub folder needs few parts; what runs one is loaded when it is asked for, so
that `byalag check` answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from byalag.app._hub import Hub, Tenant, check_hub, open_hub
from byalag.app._keys import add_key, revoke_key
from byalag.app._municipality import municipalities
from byalag.app._problem import HubFaulty, Problem
from byalag.app._read_source import Declared
from byalag.app._settings import HubSettings

if TYPE_CHECKING:
    from byalag.app._export import export
    from byalag.app._mending import look, mend
    from byalag.app._run import serve as serve_hub
    from byalag.app._stores import Stores
    from byalag.app._try import load_files, try_once

__all__ = [
    "Declared",
    "Hub",
    "HubFaulty",
    "HubSettings",
    "Problem",
    "Stores",
    "Tenant",
    "add_key",
    "check_hub",
    "export",
    "load_files",
    "look",
    "mend",
    "municipalities",
    "open_hub",
    "revoke_key",
    "serve_hub",
    "try_once",
]

_LATER = {
    "Stores": ("_stores", "Stores"),
    "export": ("_export", "export"),
    "load_files": ("_try", "load_files"),
    "look": ("_mending", "look"),
    "mend": ("_mending", "mend"),
    "serve_hub": ("_run", "serve"),
    "try_once": ("_try", "try_once"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- the names of a module are of any type
    """Load the parts that run a hub when they are first asked for."""
    if name not in _LATER:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _LATER[name]
    return getattr(import_module(f"{__name__}.{module}"), attribute)
