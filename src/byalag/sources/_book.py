"""Finds rows in an Excel workbook. Values only: formulas, macros and properties are left alone."""

import warnings
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, cast
from zipfile import BadZipFile, LargeZipFile, ZipFile

from msgspec import Struct

from byalag.model import Json, Rejected
from byalag.sources import Garbled

LARGEST = 256 * 1024 * 1024
THICKEST = 200  # times smaller than its content; a real sheet is 5 to 30
PROLOGUE = 64 * 1024
MOST_CELLS = (
    10_000_000  # of a sheet, with those left out before a row's last: a few bytes make many
)
LAST_ROW = 1_048_576  # that a sheet may have
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
UNREADABLE = (
    BadZipFile, LargeZipFile, zlib.error,
    KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError, SyntaxError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


class Layout(Struct, frozen=True, kw_only=True):
    """Where the rows are. `sheet` is a name or a number from 1; `header` a row number."""

    sheet: str | int = 1
    header: int = 1
    times: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


def rows(body: bytes, layout: Layout) -> tuple[list[str], Iterator[tuple[str, Json] | Rejected]]:
    """Return the names of the columns, and the rows.

    Raises:
        Garbled: It is not a workbook, is too big when unpacked, or lacks the sheet or the header.
    """
    _guard(body)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            table = _table(body, layout)
    except UNREADABLE as error:
        message = f"the workbook cannot be read: {type(error).__name__}: {error}"
        raise Garbled(message) from error
    if not table:
        message = f"the sheet ends before row {layout.header}, where the header should be"
        raise Garbled(message)
    header = ["" if cell is None else str(cell).strip() for cell in table[0][1]]
    twice = sorted(name for name, times in Counter(header).items() if name and times > 1)
    if twice or not any(header):
        said = ", ".join(map(repr, twice))
        raise Garbled(f"the header names {said} more than once" if twice else "the header is empty")
    return header, _records(header, table[1:], layout)


def _guard(body: bytes) -> None:
    """Refuse what would grow beyond measure, before any of it is unpacked."""
    try:
        with ZipFile(BytesIO(body)) as book:
            parts = book.infolist()
            size = sum(part.file_size for part in parts)
            if size > LARGEST or size > THICKEST * max(len(body), 1):
                message = (
                    f"the workbook would grow from {len(body)} to {size} bytes; the limit is "
                    f"{LARGEST} bytes and {THICKEST} times"
                )
                raise Garbled(message)
            for part in parts:
                with book.open(part) as content:
                    if b"<!DOCTYPE" in content.read(PROLOGUE):
                        message = f"the workbook declares a DOCTYPE in {part.filename}"
                        raise Garbled(message)
    except UNREADABLE as error:
        message = f"the answer is not an Excel workbook (.xlsx): {error}"
        raise Garbled(message) from error


def _table(body: bytes, layout: Layout) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the header and every row that has a value, each with its number in the sheet."""
    from openpyxl import load_workbook  # noqa: PLC0415 -- slow to load, and few sources are sheets

    book = load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
    try:
        names = book.sheetnames
        name = names[layout.sheet - 1] if isinstance(layout.sheet, int) else layout.sheet
        if name not in names:
            message = f"there is no sheet {name!r}; there are {', '.join(names)}"
            raise Garbled(message)
        sheet = book[name]
        sheet.reset_dimensions()
        found = sheet.iter_rows(min_row=layout.header, max_row=LAST_ROW, values_only=True)
        return [
            (number + layout.header, cells)
            for number, cells in enumerate(_few(found))
            if number == 0 or any(cell is not None and cell != "" for cell in cells)
        ]
    finally:
        book.close()


def _few(found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows as long as they are no more than can be held."""
    cells = 0
    for row in found:
        cells += len(row)
        if cells > MOST_CELLS:
            message = f"the sheet has more than {MOST_CELLS:,} cells; divide it"
            raise Garbled(message)
        yield row


def _records(
    header: list[str], table: Iterable[tuple[int, tuple[Any, ...]]], layout: Layout
) -> Iterator[tuple[str, Json] | Rejected]:
    for number, cells in table:
        where = f"row {number}"
        beyond = [cell for cell in cells[len(header) :] if cell is not None]
        if beyond:
            shown = repr(cells).encode()
            yield Rejected(where=where, why="has a value beside the last column", record=shown)
            continue
        padded = (*cells, *(None,) * (len(header) - len(cells)))
        try:
            pairs = zip(header, padded, strict=False)
            record = {name: _plain(name, cell, layout) for name, cell in pairs if name}
        except (ValueError, OverflowError, TypeError) as error:
            yield Rejected(where=where, why=str(error), record=repr(cells).encode())
        else:
            yield where, record


def _from_excel(serial: float) -> datetime:
    from openpyxl.utils.datetime import (  # noqa: PLC0415 -- slow to load
        from_excel,  # pyright: ignore[reportUnknownVariableType]  its stub leaves a type out
    )

    return cast("datetime", from_excel(serial))


def _plain(name: str, cell: object, layout: Layout) -> Json:
    """Return a cell as JSON: times as HH:MM, dates and date-times as ISO 8601 without zone."""
    if cell is None or cell == "" or cell in ERRORS:
        return None
    if name in layout.times or isinstance(cell, timedelta):
        return _clock(name, cell)
    if name in layout.dates and isinstance(cell, int | float):
        cell = _from_excel(cell)
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    return cell.isoformat() if isinstance(cell, date) else cell


def _clock(name: str, cell: object) -> str:
    """Write a fraction of a day, a time or a span as HH:MM; the end of the day is 24:00."""
    match cell:
        case str():
            return cell
        case time():
            minutes = cell.hour * 60 + cell.minute
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
        case int() | float() if 0 <= cell <= 1:
            minutes = round(cell * 24 * 60)
        case datetime():
            minutes = cell.hour * 60 + cell.minute or 24 * 60
        case _:
            message = f"{name}: {cell!r} is not a part of a day (0 to 1)"
            raise ValueError(message)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
