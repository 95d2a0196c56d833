"""Finds rows in delimited text: any separator, encoding, preamble; one broken row is one row."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO, TextIOWrapper
from itertools import chain

from msgspec import Struct

from byalag.model import Json, Rejected
from byalag.sources import Garbled
from byalag.sources._encoding import encoding_of
from byalag.sources._unread import what_came

NOT_TEXT = re.compile("[\ud800-\udfff]")  # what bytes that cannot be decoded have become
SEPARATORS = ",;\t|"


class Shape(Struct, frozen=True, kw_only=True):
    """How the file is written. `delimiter` None: told from the header."""

    delimiter: str | None = None
    quote: str = '"'
    encoding: str = "utf-8-sig"
    skip: int = 0
    comment: str | None = None
    columns: tuple[str, ...] = ()


class Line(Struct, frozen=True):
    """One row: the number of its first line in the file, its own text and its cells."""

    number: int
    text: str
    cells: list[str] | str  # a sentence when it could not be split


def rows(body: bytes, shape: Shape) -> tuple[list[str], Iterator[tuple[str, Json] | Rejected]]:
    """Return the names of the columns, and the rows as they are read.

    Raises:
        Garbled: The file is empty, has no header, or a column name occurs twice.
    """
    if said := what_came(body, "CSV"):
        raise Garbled(said)
    lines = _lines(body, shape)
    delimiter = shape.delimiter
    first: list[tuple[int, str]] = []
    if delimiter is None or not shape.columns:
        first = [line for line in (next(lines, None),) if line is not None]
        delimiter = delimiter or _separator(first[0][1] if first else "")
    split = _split(chain(first, lines), delimiter, shape.quote)
    header = list(shape.columns) or _header(next(split, None))
    twice = sorted(name for name, times in Counter(header).items() if name and times > 1)
    if twice:
        message = f"the header names {', '.join(map(repr, twice))} more than once"
        raise Garbled(message)
    return header, _records(header, split)


def _lines(body: bytes, shape: Shape) -> Iterator[tuple[int, str]]:
    encoding = encoding_of(body, shape.encoding)
    errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    text = TextIOWrapper(BytesIO(body), encoding=encoding, errors=errors, newline="")
    try:
        for number, line in enumerate(text, 1):
            if number <= shape.skip or (shape.comment and line.startswith(shape.comment)):
                continue
            yield number, line
    except UnicodeError as error:
        message = f"the file is not {encoding} text: {error}"
        raise Garbled(message) from error


def _separator(header: str) -> str:
    return max(SEPARATORS, key=header.count)


def _header(line: Line | None) -> list[str]:
    if line is None or isinstance(line.cells, str):
        message = "the file has no header line" if line is None else f"header: {line.cells}"
        raise Garbled(message)
    return [name.strip() for name in line.cells]


def _split(lines: Iterable[tuple[int, str]], delimiter: str, quote: str) -> Iterator[Line]:
    """Split lines into cells; a quoted cell may hold line breaks."""
    taken: list[tuple[int, str]] = []

    def feed() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line[1]

    reader = csv.reader(feed(), delimiter=delimiter, quotechar=quote, strict=True)
    while True:
        taken.clear()
        cells: list[str] | str | None
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells = str(error)
        if cells is None:
            return
        text = "".join(line for _, line in taken)
        yield Line(taken[0][0] if taken else 0, text, cells)


def _records(header: list[str], lines: Iterable[Line]) -> Iterator[tuple[str, Json] | Rejected]:
    for line in lines:
        if not line.text.strip() or (not isinstance(line.cells, str) and not any(line.cells)):
            continue
        where = f"line {line.number}"
        wrong = _wrong(line, len(header))
        if wrong:
            record = line.text.encode("utf-8", "surrogateescape")
            yield Rejected(where=where, why=wrong, record=record)
        else:
            pairs = zip(header, line.cells, strict=False)
            yield where, {name: cell or None for name, cell in pairs if name}


def _wrong(line: Line, width: int) -> str:
    if isinstance(line.cells, str):
        return f"cannot be split into cells: {line.cells}"
    if "\0" in line.text:
        return "holds a NUL character"
    if not line.text.isascii() and NOT_TEXT.search(line.text):
        return "holds bytes that are not text in the file's encoding"
    extra = [cell for cell in line.cells[width:] if cell]
    if len(line.cells) < width or extra:
        return f"has {len(line.cells)} cells where the header has {width}"
    return ""
