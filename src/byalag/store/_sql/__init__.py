"""Every statement the store runs: written by hand, named, in the files beside this one.

`VALUES ...` stands for as many rows as are written at once; `many_values` writes them out.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

_FILES = ("ledger", "things", "observations", "projection", "check")
_NAMED = re.compile(r"^-- name: (\w+)\n(.*?);$", re.MULTILINE | re.DOTALL)


def _text(file: str) -> str:
    return (files(__name__) / f"{file}.sql").read_text(encoding="utf-8")


SCHEMA: Final = _text("schema")
SQL: Final[dict[str, str]] = {
    name: sql for file in _FILES for name, sql in _NAMED.findall(_text(file))
}


@cache
def many_values(name: str, width: int, rows: int) -> str:
    """Return a statement with its `VALUES ...` written out for so many rows of so many values."""
    row = f"({','.join('?' * width)})"
    return SQL[name].replace("VALUES ...", f"VALUES {','.join([row] * rows)}")
