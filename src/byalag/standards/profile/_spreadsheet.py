"""Tables as CSV, in two kinds that are told apart: exact, and for spreadsheets.

The exact one (RFC 4180) is never altered. In the one for spreadsheets a text that a spreadsheet
would take for a formula has an apostrophe before it (OWASP, "CSV injection"); a number stays a
number, so that -3.2 is still -3.2.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Final, TextIO, TypeAlias

Cell: TypeAlias = str | int | float | bool | None
EXACT: Final = "text/csv; charset=utf-8; header=present"
SPREADSHEET: Final = "application/vnd.byalag.spreadsheet+csv; charset=utf-8"
_FORMULA: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four are full-width
_NAMED: Final[Mapping[str, str]] = {"sv": "kalkylblad", "en": "spreadsheet"}


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; only text is ever altered."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell


def exact_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table as it is."""
    text = StringIO(newline="")
    write_exact(text, head, rows)
    return text.getvalue().encode()


def spreadsheet_csv(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, comma: bool = False
) -> bytes:
    """Write a table for spreadsheets; `comma` where decimals have one, as in Swedish."""
    text = StringIO(newline="")
    write_spreadsheet(text, head, rows, comma=comma)
    return text.getvalue().encode()


def write_exact(to: TextIO, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table as it is to a text file that is open with `newline=""`, a row at a time."""
    _write(to, head, rows, ",")


def write_spreadsheet(
    to: TextIO, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, comma: bool = False
) -> None:
    """Write a table for spreadsheets to a text file that is open with `newline=""`."""
    tame = ([_shown(harmless(cell), comma=comma) for cell in row] for row in rows)
    to.write("\ufeff")
    _write(to, [str(harmless(name)) for name in head], tame, ";")


def spreadsheet_name(name: str, language: str) -> str:
    """Return what a table's file for spreadsheets is called, `name` being the exact one's stem."""
    return f"{name}-{_NAMED.get(language, _NAMED['en'])}.csv"


def _shown(cell: Cell, *, comma: bool) -> Cell:
    return str(cell).replace(".", ",") if comma and isinstance(cell, float) else cell


def _write(to: TextIO, head: Sequence[str], rows: Iterable[Sequence[Cell]], between: str) -> None:
    writer = csv.writer(to, delimiter=between, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(
        [str(cell).lower() if isinstance(cell, bool) else cell for cell in row] for row in rows
    )
