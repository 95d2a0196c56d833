"""What a value can be at all, whoever measures it; the numbers are data in `possible.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def possible(property_: str, unit: str) -> tuple[float, float] | None:
    """Return the lowest and highest that a property can be in a unit; None: nobody has said."""
    found = _ranges().get(property_, {}).get(unit)
    return None if found is None else (float(found[0]), float(found[1]))


@cache
def _ranges() -> Mapping[str, Mapping[str, list[float]]]:
    return tomllib.loads(files("byalag.terms").joinpath("possible.toml").read_text("utf-8"))
