"""The municipalities that there are: SCB's codes and names."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def municipalities() -> dict[str, str]:
    """Return every Swedish municipality's name by its code, always four digits."""
    return tomllib.loads(files("byalag.app").joinpath("municipalities.toml").read_text("utf-8"))
