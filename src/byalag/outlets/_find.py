"""Finds the kinds of outlets that ship with the platform."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from byalag.outlets import AnyKind


@cache
def kinds() -> "Mapping[str, AnyKind]":
    """Return every kind of outlet by name. A folder here with `kind` in it is one."""
    home = Path(__file__).parent
    folders = sorted(entry.parent.name for entry in home.glob("*/__init__.py"))
    found = (import_module(f"byalag.outlets.{folder}").kind for folder in folders)
    return {kind.name: kind for kind in found}
