"""A report: a table with words for its columns, the same on a page, as CSV and as JSON."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias, cast, get_args

import msgspec
from msgspec import Struct, field

from byalag.model import Json, Micros, Words
from byalag.standards.profile import Cell, exact_csv, spreadsheet_csv

ReportName: TypeAlias = Literal["article-30", "inventory", "suppliers", "accessibility", "flow"]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TRUTH: Final[tuple[Words, Words]] = ({"sv": "nej", "en": "no"}, {"sv": "ja", "en": "yes"})
REPORTS: Final[tuple[ReportName, ...]] = get_args(ReportName)


class Column(Struct, frozen=True):
    """One column of a report: its name to machines and to people."""

    name: str
    title: Words


class Report(Struct, frozen=True, kw_only=True):
    """A report as it was when it was made.

    A cell is a value, words by language, or several of either. `more` is what only the JSON says.
    """

    name: ReportName
    title: Words
    about: Words
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Json]]
    made: Micros
    more: Mapping[str, Json] = field(default_factory=dict[str, Json])

    def cell(self, row: Mapping[str, Json], column: str, language: str) -> str:
        """Return one cell as people read it."""
        value = in_language(row.get(column), language)
        if isinstance(value, bool):
            return _TRUTH[value].get(language, _TRUTH[value]["sv"])
        return "" if value is None else str(value)


def in_language(value: Json, language: str) -> Cell:
    """Return a cell as people read it in a language."""
    if isinstance(value, dict):
        words = cast("Words", value)
        return words.get(language) or words.get("sv") or next(iter(words.values()), "")
    if isinstance(value, list | tuple):
        told = (in_language(one, language) for one in cast("Sequence[Json]", value))
        return "; ".join(str(one) for one in told if one not in {None, ""})
    return cast("Cell", value)


def as_csv(report: Report, language: str, *, spreadsheet: bool = False) -> bytes:
    """Write a report as CSV: exact, or for spreadsheets with heads for people."""
    rows = [
        [in_language(row.get(column.name), language) for column in report.columns]
        for row in report.rows
    ]
    if not spreadsheet:
        return exact_csv([column.name for column in report.columns], rows)
    head = [str(in_language(column.title, language)) for column in report.columns]
    return spreadsheet_csv(head, rows, comma=language != "en")


def as_json(report: Report) -> bytes:
    """Write a report as JSON."""
    return msgspec.json.encode(
        {
            "report": report.name,
            "made": _instant(report.made),
            "rows": list(report.rows),
            **report.more,
        }
    )


def _instant(at: Micros) -> str:
    moment = EPOCH + timedelta(microseconds=at)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
