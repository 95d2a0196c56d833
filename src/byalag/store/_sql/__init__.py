"""Every statement the store runs: written by hand, named, in the files beside this one.

`VALUES ...` stands for as many rows as are written at once; `many_values` writes them out.

The schema grows by steps and is never rewritten. `schema.sql` is schema 1, and every file that is
named `step2_*.sql` is part of the step from 1 to 2: all of them, by name, in one transaction. A new
store takes the same steps as an old one. So a table is added like this, and nothing else is edited:

1. Write `step2_yours.sql` with `CREATE TABLE ...;` and what else it needs (the files of a step
   must not depend on one another). Once a version has been released its step is closed; the next
   is `step3_yours.sql`, which also raises the version.
2. Write its statements in `yours.sql`, each headed `-- name: your_statement` and ended by `;`.
   Every file that is neither the schema nor a step is read for statements.

The hub's register is a file of its own with a schema of its own, in `register/`: every
`schema*.sql` there makes up its schema 1, by name, until a version has been released; then come
steps, as above. Its statements are in the files there that are neither. A name is used once in
both.

In a step, `grouped` is `byalag.store._reason.grouped`; `side` and `box` are those of `_sides`.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?);$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^step(\d+)_\w+\.sql$")


def _texts(folder: str = "") -> dict[str, str]:
    there = files(__name__).joinpath(folder).iterdir()
    here = (one for one in there if one.name.endswith(".sql"))
    return {one.name: one.read_text(encoding="utf-8") for one in sorted(here, key=lambda o: o.name)}


def _migrations(texts: dict[str, str]) -> dict[int, str]:
    """Return what leads from each schema to the next."""
    found: dict[int, str] = {}
    for name, text in texts.items():
        if step := _STEP.match(name):
            before = int(step[1]) - 1
            found[before] = f"{found.get(before, '')}{text}\n"
    return found


def _statements(texts: dict[str, str]) -> dict[str, str]:
    return {
        name: sql
        for file, text in texts.items()
        if not file.startswith("schema") and not _STEP.match(file)
        for name, sql in _NAMED.findall(text)
    }


_TEXTS: Final = _texts()
_REGISTER: Final = _texts("register")
_KEYS: Final = _texts("keys")
SCHEMA: Final = _TEXTS["schema.sql"]
MIGRATIONS: Final[dict[int, str]] = _migrations(_TEXTS)
VERSION: Final = 1 + len(MIGRATIONS)
REGISTER_SCHEMA: Final = "\n".join(
    text for file, text in _REGISTER.items() if file.startswith("schema")
)
REGISTER_MIGRATIONS: Final[dict[int, str]] = _migrations(_REGISTER)
KEYS_SCHEMA: Final = _KEYS["schema.sql"]
SQL: Final[dict[str, str]] = _statements(_TEXTS) | _statements(_REGISTER) | _statements(_KEYS)


@cache
def many_values(name: str, width: int, rows: int) -> str:
    """Return a statement with its `VALUES ...` written out for so many rows of so many values."""
    row = f"({','.join('?' * width)})"
    return SQL[name].replace("VALUES ...", f"VALUES {','.join([row] * rows)}")
