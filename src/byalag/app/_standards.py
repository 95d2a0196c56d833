"""The standards of a hub, each mounted at its root."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from byalag.app._access import Rules
from byalag.app._described import Described
from byalag.app._face import Face
from byalag.app._kept import Kept
from byalag.app._mounted import Mounted
from byalag.app._window import Windows
from byalag.standards import Standard

_NAMES = ("sensorthings", "ngsi_ld", "features", "datex")


@cache
def standards() -> tuple[Standard, ...]:
    """Return the languages that machines speak to a hub."""
    found = [import_module(f"byalag.standards.{name}") for name in _NAMES if _is_there(name)]
    return tuple(module.STANDARD for module in found if hasattr(module, "STANDARD"))


def _is_there(name: str) -> bool:
    return find_spec(f"byalag.standards.{name}") is not None


def mount(face: Face, windows: Windows, rules: Rules) -> list[Mounted]:
    """Return the standards of a hub, each at its root."""
    kept = Kept()
    return [
        Mounted(
            standard,
            windows,
            Described(standard, face.base_url, face.contact),
            rules,
            hub=face.base_url,
            limits=face.limits,
            kept=kept,
        )
        for standard in standards()
    ]
