from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byalag.mapping._number import compile_number, whole
from byalag.mapping._value import Unfit
from byalag.model import Json


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        (5, ".", 5.0),
        (2.5, ".", 2.5),
        ("13.3", ".", 13.3),
        (" 13.3 ", ".", 13.3),
        ("-8", ".", -8.0),
        ("\u22128,5", ",", -8.5),
        ("+7", ".", 7.0),
        (".5", ".", 0.5),
        ("5.", ".", 5.0),
        ("1e3", ".", 1000.0),
        ("61,5", ",", 61.5),
        ("1 250", ".", 1250.0),
        ("1\u00a0250\u202f000,5", ",", 1250000.5),
        ("1.250,5", ",", 1250.5),
        ("007", ".", 7.0),
    ],
)
def test_numbers_are_read_as_people_write_them(
    text: Json, decimal: Literal[".", ","], number: float
) -> None:
    assert compile_number(decimal)(text) == number


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("", "."),
        ("abc", "."),
        ("12 5", "."),
        ("1,250", "."),
        ("1.5", ","),
        ("1.250", ","),
        ("1_000", "."),
        ("nan", "."),
        ("inf", "."),
        ("0x10", "."),
        ("1e999", "."),
        ("\uff11\uff12", "."),
        ("1" * 65, "."),
        ("--1", "."),
        (True, "."),
        (None, "."),
        ([1], "."),
        (float("nan"), "."),
        (float("inf"), "."),
        (10**400, "."),
    ],
)
def test_what_is_no_finite_number_is_refused(text: Json, decimal: Literal[".", ","]) -> None:
    with pytest.raises(Unfit, match="number"):
        compile_number(decimal)(text)


def test_the_other_decimal_mark_is_hinted_at() -> None:
    with pytest.raises(Unfit, match='say decimal = ","'):
        compile_number(".")("61,5")


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_written_with_a_comma_is_the_number(number: float) -> None:
    assert compile_number(",")(f"{number:.6f}".replace(".", ",")) == float(f"{number:.6f}")


def test_a_whole_number_has_no_fraction() -> None:
    assert whole(5.0) == 5
    with pytest.raises(Unfit, match="not a whole number"):
        whole(5.5)
