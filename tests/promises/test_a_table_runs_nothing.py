"""Promise 16: a table for spreadsheets runs nothing, and a data export is exact."""

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.standards.profile import EXACT, SPREADSHEET, exact_csv, spreadsheet_csv

pytestmark = pytest.mark.proves(16)
FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
DANGEROUS = st.builds("{}{}".format, st.sampled_from(FORMULA), st.text(max_size=20))
TEXTS = st.one_of(DANGEROUS, st.text(max_size=20))
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
ROWS = st.lists(st.tuples(TEXTS, NUMBERS), max_size=8)


def read(body: bytes, between: str) -> list[list[str]]:
    return list(csv.reader(StringIO(body.decode("utf-8-sig"), newline=""), delimiter=between))


@settings(deadline=None, max_examples=200)
@given(ROWS)
def test_no_text_of_a_table_for_spreadsheets_begins_a_formula(
    rows: list[tuple[str, float]],
) -> None:
    shown = read(spreadsheet_csv(["=1+1", "number"], rows), ";")
    assert shown[0][0] == "'=1+1"
    for (text, number), (cell, other) in zip(rows, shown[1:], strict=True):
        assert not cell or cell[0] not in FORMULA
        assert cell == (f"'{text}" if text[:1] in set(FORMULA) else text)
        assert float(other) == float(number)


@settings(deadline=None, max_examples=200)
@given(ROWS)
def test_a_data_export_is_exact_to_the_byte(rows: list[tuple[str, float]]) -> None:
    shown = read(exact_csv(["text", "number"], rows), ",")
    assert shown[1:] == [[text, str(number)] for text, number in rows]


def test_a_negative_number_is_a_number_and_a_negative_text_is_a_text() -> None:
    rows: list[tuple[str, float]] = [("-3.2", -3.2), ('=HYPERLINK("x")', 1), ("Å", -0.0)]
    assert exact_csv(["a", "b"], rows) == (
        'a,b\r\n-3.2,-3.2\r\n"=HYPERLINK(""x"")",1\r\nÅ,-0.0\r\n'.encode()
    )
    assert read(spreadsheet_csv(["a", "b"], rows), ";")[1:] == [
        ["'-3.2", "-3.2"],
        ['\'=HYPERLINK("x")', "1"],
        ["Å", "-0.0"],
    ]


def test_the_two_kinds_are_told_apart() -> None:
    assert EXACT.partition(";")[0] == "text/csv"
    assert SPREADSHEET.partition(";")[0] not in {"text/csv", EXACT}
