"""Delimited text: separators, encodings, preambles, and rows that cannot be split."""

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Json, Rejected
from byalag.sources import Garbled
from byalag.sources._text import Shape, rows

CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=9
)


def read(text: str | bytes, **shape: Any) -> list[tuple[str, Json] | Rejected]:  # noqa: ANN401  the fields of Shape
    body = text.encode() if isinstance(text, str) else text
    return list(rows(body, Shape(**shape))[1])


@given(
    st.lists(st.tuples(CELL, CELL, CELL), max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)
@settings(deadline=None, max_examples=80)
def test_what_was_written_is_what_is_read(
    table: list[tuple[str, str, str]], separator: str, encoding: str
) -> None:
    out = StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *table])
    found = read(out.getvalue().encode(encoding))
    kept = [row for row in table if any(row)]
    assert [list(one[1].values()) for one in found if not isinstance(one, Rejected)] == [
        [cell or None for cell in row] for row in kept
    ]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "cp1252"])
def test_older_encodings_are_declared(encoding: str) -> None:
    body = "id;namn\n1;Ängsö\n".encode(encoding)
    assert read(body, encoding=encoding) == [("line 2", {"id": "1", "namn": "Ängsö"})]
    (aside,) = read(body)
    assert isinstance(aside, Rejected)
    assert "not text" in aside.why


def test_a_byte_order_mark_decides() -> None:
    body = b"\xef\xbb\xbfid;namn\n1;\xc3\x84ng\n"
    assert read(body, encoding="iso-8859-1") == [("line 2", {"id": "1", "namn": "Äng"})]
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        found = read("id\tnamn\n1\tÄng\n".encode(encoding))
        assert found == [("line 2", {"id": "1", "namn": "Äng"})]


def test_lines_before_the_header_and_comments_are_passed_over_and_counted() -> None:
    text = "Parkering\nhämtad idag\nid;n\n# en anmärkning\n1;2\n\n;\n3;4\n"
    found = read(text, skip=2, comment="#")
    assert found == [("line 5", {"id": "1", "n": "2"}), ("line 8", {"id": "3", "n": "4"})]


def test_a_file_without_header_is_given_names() -> None:
    assert read("1;2\n", columns=("id", "n"), delimiter=";") == [("line 1", {"id": "1", "n": "2"})]
    assert read("1;2\n", columns=("id", "n")) == [("line 1", {"id": "1", "n": "2"})]


def test_a_row_that_cannot_be_split_is_set_aside_alone() -> None:
    text = 'a;b\n1;2\n3\n4;5;6\n7;8;\n"9" x;1\n10;1\0\n11;12\n'
    found = read(text)
    aside = [one for one in found if isinstance(one, Rejected)]
    assert [one.where for one in aside] == ["line 3", "line 4", "line 6", "line 7"]
    kept = [one[0] for one in found if not isinstance(one, Rejected)]
    assert kept == ["line 2", "line 5", "line 8"]
    assert aside[0].record == b"3\n"


def test_a_cell_may_hold_line_breaks_and_the_first_line_is_named() -> None:
    found = read('a;b\n"x\ny";1\n"z";\n3\n')
    assert found[0] == ("line 2", {"a": "x\ny", "b": "1"})
    assert found[1] == ("line 4", {"a": "z", "b": None})
    assert isinstance(found[2], Rejected)
    assert found[2].where == "line 5"


def test_a_quote_that_never_ends_takes_the_rest_and_says_so() -> None:
    (first, aside) = read('a;b\n1;2\n"3;4\n5;6\n')
    assert first == ("line 2", {"a": "1", "b": "2"})
    assert isinstance(aside, Rejected)


@pytest.mark.parametrize("text", ["", "a;a;b\n1;2;3\n"])
def test_a_file_without_header_or_with_a_name_twice_is_garbled(text: str) -> None:
    with pytest.raises(Garbled):
        read(text)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\r\n", "the answer is empty"),
        (
            b"<!doctype html><title>Log in</title>",
            r"the answer is a web page \('Log in'\), not CSV",
        ),
    ],
)
def test_what_came_in_the_place_of_a_table_is_said(body: bytes, why: str) -> None:
    with pytest.raises(Garbled, match=f"^{why}$"):
        read(body)


def test_very_many_columns_are_read_in_the_time_that_they_take_to_read() -> None:
    names = [f"c{number}" for number in range(200_000)]
    assert len(read(";".join(names) + "\n" + ";".join(names))) == 1
    with pytest.raises(Garbled, match="'c7' more than once"):
        read(";".join([*names, "c7"]))
