"""What functions mean, and what they cannot read."""

import pytest

from byalag.asking._meaning import NUMBERS, TEXTS, TIMES, moment, pattern


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00.5Z", 500_000),
        ("1970-01-02", 86_400_000_000),
        ("1970-01-02T00:00:00", None),  # no zone: nobody knows which moment it is
        ("19700102", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_moment_is_read_as_rfc_3339(text: str, at: int | None) -> None:
    assert moment(text) == at


@pytest.mark.parametrize(
    ("number", "whole"), [(0.5, 1), (-0.5, -1), (1.4, 1), (2.5, 3), (2**60, 2**60)]
)
def test_a_half_is_rounded_away_from_zero(number: float, whole: float) -> None:
    assert NUMBERS["round"](number) == whole


@pytest.mark.parametrize(
    ("text", "wild", "like"),
    [
        ("Lule älv", "Lule%", True),
        ("Lule älv", "_ule _lv", True),
        ("Lule älv", "lule%", False),
        ("a.b", "a_b", True),
        ("axb", "a.b", False),
        ("a\nb", "a%b", True),
    ],
)
def test_only_percent_and_underscore_are_wild(text: str, wild: str, like: bool) -> None:  # noqa: FBT001 -- the answer
    assert TEXTS["like"](text, wild) is like


@pytest.mark.parametrize(
    "text", ["(a)\\1", "(?=a)", "(?<!a)b", "((a{1,900}){1,900}){1,900}", "(" * 2_000]
)
def test_a_pattern_that_must_backtrack_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        pattern(text)


def test_a_pattern_that_would_be_a_catastrophe_elsewhere_takes_no_time() -> None:
    assert TEXTS["matches"]("a" * 10_000 + "b", "^(a+)+$") is False


def test_parts_of_a_time_are_in_utc() -> None:
    at = moment("2024-12-31T23:59:58.25-01:00") or 0
    parts = {name: meaning(at) for name, meaning in TIMES.items()}
    assert parts == {
        "year": 2025,
        "month": 1,
        "day": 1,
        "hour": 0,
        "minute": 59,
        "second": 58,
        "fractionalseconds": 0.25,
        "date": "2025-01-01",
        "time": "00:59:58.250000",
        "totaloffsetminutes": 0,
    }


def test_a_time_beyond_the_calendar_has_no_parts() -> None:
    assert TIMES["year"](2**62) is None


def test_accents_and_case_are_folded() -> None:
    assert TEXTS["accenti"]("Åre älv é") == "Are alv e"
    assert TEXTS["casei"]("STRASSE") == TEXTS["casei"]("straße")
