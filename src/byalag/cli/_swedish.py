"""The terminal's Swedish, by the English it stands for: `swedish.toml`, and all in `swedish/`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def swedish() -> Mapping[str, str]:
    """Return the Swedish texts. Read when somebody first wants them."""
    here = files("byalag.cli")
    parts = [here.joinpath("swedish.toml"), *here.joinpath("swedish").iterdir()]
    said: dict[str, str] = {}
    for part in parts:
        if part.name.endswith(".toml"):
            said |= tomllib.loads(part.read_text("utf-8"))
    return said
