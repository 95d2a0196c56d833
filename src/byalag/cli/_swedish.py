"""The terminal's Swedish, by the English it stands for: `swedish.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def swedish() -> Mapping[str, str]:
    """Return the Swedish texts. Read when somebody first wants them."""
    text = files("byalag.cli").joinpath("swedish.toml").read_text("utf-8")
    return tomllib.loads(text)
