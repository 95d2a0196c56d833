"""Excel workbooks: what a cell means, and what is never unpacked."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from byalag.model import Json, Rejected
from byalag.sources import Garbled
from byalag.sources._book import Layout, rows


def book(*lines: list[object], sheet: str = "Blad1") -> bytes:
    workbook = Workbook()
    assert workbook.active
    workbook.active.title = sheet
    workbook.properties.creator = "Någons Namn"
    for line in lines:
        workbook[sheet].append(line)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def read(body: bytes, layout: Layout | None = None) -> list[tuple[str, Json] | Rejected]:
    return list(rows(body, layout or Layout())[1])


@pytest.mark.parametrize(
    ("cell", "text"),
    [(0.25, "06:00"), (1, "24:00"), (0, "00:00"), (time(7, 30), "07:30"), ("07:45", "07:45")],
)
def test_parts_of_a_day_become_clock_times(cell: object, text: str) -> None:
    found = read(book(["id", "öppnar"], [1, cell]), Layout(times=("öppnar",)))
    assert found == [("row 2", {"id": 1, "öppnar": text})]


def test_dates_and_times_become_iso_and_day_numbers_too() -> None:
    cells: list[object] = [date(2026, 6, 9), datetime(2026, 6, 9, 7, 30), 46182, timedelta(hours=9)]  # noqa: DTZ001  a workbook knows no zone
    (found,) = read(book(["a", "b", "c", "d"], cells), Layout(dates=("c",)))
    assert not isinstance(found, Rejected)
    assert found[1]["a"].startswith("2026-06-09")
    assert found[1]["b"] == "2026-06-09T07:30:00"
    assert found[1]["c"].startswith("2026-06-09")
    assert found[1]["d"] == "09:00"


def test_empty_rows_and_error_words_are_no_values() -> None:
    body = book(["id", "n"], [1, "#N/A"], [None, None], [2, ""], [None, None])
    assert read(body) == [("row 2", {"id": 1, "n": None}), ("row 4", {"id": 2, "n": None})]


def test_the_header_may_stand_lower_and_the_sheet_be_named_or_numbered() -> None:
    body = book(["Rubrik"], [], ["id"], [7], sheet="Data")
    for sheet in ("Data", 1):
        assert read(body, Layout(sheet=sheet, header=3)) == [("row 4", {"id": 7})]
    with pytest.raises(Garbled, match="there are Data"):
        read(body, Layout(sheet="Annat"))


def test_nothing_of_the_documents_properties_is_read() -> None:
    assert "Någons" not in str(read(book(["id"], [1])))


def test_a_workbook_that_would_grow_beyond_measure_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(Garbled, match="would grow"):
        read(out.getvalue())


@pytest.mark.proves(13)
def test_a_doctype_in_a_workbook_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as odd:
        odd.writestr("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(Garbled, match="DOCTYPE"):
        read(out.getvalue())


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"id;n\n1;2\n"])
def test_what_is_no_workbook_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        read(body)


@pytest.mark.parametrize("cut", [200, 1000, 3000])
def test_a_workbook_that_is_cut_off_is_garbled(cut: int) -> None:
    with pytest.raises(Garbled):
        read(book(["id"], [1])[:cut])


@pytest.mark.parametrize("lines", [[], [[None, None]], [["a", "a"], [1, 2]]])
def test_a_sheet_without_a_usable_header_is_garbled(lines: list[list[object]]) -> None:
    with pytest.raises(Garbled):
        read(book(*lines))


def sheet_of(body: bytes, rows_of_it: str) -> bytes:
    """Return a workbook with other rows, as no program would write them."""
    out = BytesIO()
    with ZipFile(BytesIO(body)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for part in given.infolist():
            content = given.read(part)
            if "sheet1" in part.filename:
                start, _, rest = content.partition(b"</sheetData>")
                content = start + rows_of_it.encode() + b"</sheetData>" + rest
            made.writestr(part, content)
    return out.getvalue()


def test_a_few_bytes_that_say_very_many_cells_are_refused() -> None:
    wide = "".join(f'<row r="{n}"><c r="XFD{n}"><v>{n**5}</v></c></row>' for n in range(2, 2000))
    with pytest.raises(Garbled, match="cells"):
        read(sheet_of(book(["id"]), wide))


def test_a_row_far_below_the_last_ends_the_sheet() -> None:
    far = '<row r="2"><c r="A2"><v>7</v></c></row><row r="99999999999"><c r="A2"><v>1</v></c></row>'
    assert read(sheet_of(book(["id"]), far)) == [("row 2", {"id": 7})]
