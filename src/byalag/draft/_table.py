"""Tells how a table is written: encoding, separator, lines before the header, sheet, columns."""

import csv
import re
import warnings
from collections import Counter
from datetime import date, datetime, time
from io import BytesIO
from json import detect_encoding
from typing import Any, Final
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from byalag.draft._reading import Reading, Undraftable
from byalag.draft._texts import Note, note
from byalag.draft._words import means, split
from byalag.model import Json

SEPARATORS: Final = ";,\t|"
LOOKED_AT: Final = 60  # lines or rows that tell where the header is
_CELL = re.compile(r"\s*[-+]?\d[\d\s.,:/TZ%+-]*\s*|\s*POINT.*|\s*")
_DAYS: Final = (30_000, 70_000)  # days since 1899-12-30 that are dates of our time
_UNREADABLE = (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, IndexError,
               AttributeError, EOFError, OSError, NotImplementedError)  # fmt: skip


def csv_readings(body: bytes) -> list[Reading]:
    """Return how delimited text can be read.

    Raises:
        Undraftable: If it has no two columns under any separator.

    """
    encoding, text = _text(body)
    lines = text.splitlines()[:2000]
    separator, skip, width = max(
        (_laid_out(lines, mark) for mark in SEPARATORS), key=lambda one: (one[2] > 1, one[3])
    )[:3]
    if width < 2 or not lines:  # noqa: PLR2004 -- one column is a text, not a table
        message = (
            "the answer is neither JSON, XML, a workbook nor a table with separators; "
            f"it begins: {text[:60]!r}"
        )
        raise Undraftable(message)
    header = next(csv.reader(lines[skip:], delimiter=separator), list[str]())
    names = [name.strip() for name in header]
    settings: dict[str, Json] = {"delimiter": separator}
    notes: list[Note] = []
    if encoding != "utf-8-sig":
        settings["encoding"] = encoding
        notes.append(note("encoding", encoding=encoding))
    headed = _is_header(names)
    if not headed or len({name for name in names if name}) < sum(bool(name) for name in names):
        settings["columns"] = _columns(names, headed=headed)
        notes.append(note("named_columns" if headed else "no_header"))
    if (passed := skip + (1 if headed and "columns" in settings else 0)) > 0:
        settings["skip"] = passed
    return [
        Reading(
            kind="http-csv",
            settings=settings,
            records=[],
            about=" ".join(lines[:skip])[:300],
            notes=notes,
        )
    ]


def _text(body: bytes) -> tuple[str, str]:
    told = detect_encoding(body[:4])
    if told not in {"utf-8", "utf-8-sig"}:
        return "utf-8-sig", body.decode(told, "replace")
    try:
        return "utf-8-sig", body.decode("utf-8-sig")
    except UnicodeDecodeError:
        windows = any(0x80 <= byte <= 0x9F for byte in body)  # noqa: PLR2004 -- control characters in ISO 8859
        encoding = "cp1252" if windows else "iso-8859-1"
        return encoding, body.decode(encoding, "replace")


def _laid_out(lines: list[str], separator: str) -> tuple[str, int, int, float]:
    """Return the separator, the lines before the header, the width, and how well it fits."""
    try:
        rows = list(csv.reader(lines[:LOOKED_AT], delimiter=separator))
    except csv.Error:
        rows = [line.split(separator) for line in lines[:LOOKED_AT]]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return separator, 0, 1, 0
    width, count = max(widths.items(), key=lambda one: (one[1] * min(one[0], 4), one[0]))
    first = next((number for number, row in enumerate(rows) if len(row) == width), 0)
    quoted = '"' in "".join(lines[:first])
    return separator, 0 if quoted else first, width, count * (1 + min(width, 12) / 10)


def _is_header(names: list[str]) -> bool:
    """Return whether the cells are names: most are words, and none is a bare number."""
    said = [name for name in names if name]
    valued = sum(_CELL.fullmatch(name) is not None for name in said)
    return bool(said) and valued <= len(said) * 0.3


def _columns(names: list[str], *, headed: bool) -> list[str]:
    if not headed:
        return [f"column{number}" for number in range(1, len(names) + 1)]
    seen: Counter[str] = Counter()
    found: list[str] = []
    for name in names:
        seen[name] += 1
        found.append(name if not name or seen[name] == 1 else f"{name} {seen[name]}")
    return found


def xlsx_readings(body: bytes) -> list[Reading]:
    """Return how a workbook can be read, one reading a sheet that has a table.

    Raises:
        Undraftable: If it is not a workbook, or no sheet has a table.

    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            sheets = _sheets(body)
    except _UNREADABLE as error:
        message = f"the file is packed, and is not an Excel workbook (.xlsx): {error}"
        raise Undraftable(message) from error
    found = [
        one for number, (name, rows) in enumerate(sheets, 1) if (one := _sheet(number, name, rows))
    ]
    if not found:
        message = "no sheet of the workbook has a row of column names with rows under it"
        raise Undraftable(message)
    return found


def _sheets(body: bytes) -> list[tuple[str, list[tuple[Any, ...]]]]:
    book = load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
    try:
        found: list[tuple[str, list[tuple[Any, ...]]]] = []
        for name in book.sheetnames[:20]:
            sheet = book[name]
            if hasattr(sheet, "reset_dimensions"):
                sheet.reset_dimensions()
                found.append((name, list(sheet.iter_rows(max_row=400, values_only=True))))
        return found
    finally:
        book.close()


def _sheet(number: int, name: str, rows: list[tuple[Any, ...]]) -> Reading | None:
    filled = [sum(cell not in {None, ""} for cell in row) for row in rows[:LOOKED_AT]]
    if not filled or max(filled) < 2:  # noqa: PLR2004 -- one column is a text, not a table
        return None
    worded = [_named(row) for row in rows[:LOOKED_AT]]
    start = next((n for n, words in enumerate(worded) if words >= max(filled) * 0.6), None)
    if start is None or start + 1 >= len(rows):
        return None
    header = ["" if cell is None else str(cell).strip() for cell in rows[start]]
    settings: dict[str, Json] = {"sheet": name if number > 1 else 1}
    if start:
        settings["header"] = start + 1
    under = rows[start + 1 :]
    columns = {label: [row[n] for row in under if n < len(row)] for n, label in enumerate(header)}
    times = [label for label, cells in columns.items() if label and _is_clock(label, cells)]
    dates = [label for label, cells in columns.items() if label and _is_day(label, cells)]
    settings |= {"times": times} if times else {}
    settings |= {"dates": dates} if dates else {}
    return Reading(kind="http-xlsx", settings=settings, records=[], about=name, sure=-number * 0.3)


def _named(row: tuple[Any, ...]) -> int:
    return sum(isinstance(cell, str) and _CELL.fullmatch(cell) is None for cell in row)


def _is_clock(label: str, cells: list[Any]) -> bool:
    """Return whether a column holds parts of a day without saying so."""
    given = [cell for cell in cells if cell not in {None, ""}]
    words = split(label)
    opening = means(words, "opening") or means(words, "static_time") or means(words, "time")
    several = any(isinstance(cell, time | datetime) for cell in given)
    parts = [cell for cell in given if isinstance(cell, float | int) and not isinstance(cell, bool)]
    fits = bool(parts) and all(0 <= cell <= 1 for cell in parts)
    return opening and fits and (several or any(0 < cell < 1 for cell in parts))


def _is_day(label: str, cells: list[Any]) -> bool:
    """Return whether a column holds day numbers without a date format."""
    given = [cell for cell in cells if cell not in {None, ""} and not isinstance(cell, date)]
    numbers = all(isinstance(cell, int | float) and _DAYS[0] < cell < _DAYS[1] for cell in given)
    words = split(label)
    return bool(given) and numbers and (means(words, "time") or means(words, "static_time"))
