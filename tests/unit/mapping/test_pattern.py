import time

import pytest

from byalag import Misconfigured
from byalag.mapping._pattern import compile_pattern
from byalag.mapping._value import MISSING, Unfit


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"([\d,]+) m", "1,85 m", "1,85"),
        (r"\d+", "ca 12 platser", "12"),
        (r"^(\d+) ?von", "1von 2", "1"),
        (r"(?:P|Q)(\d{1,3})", "Q17", "17"),
        (r"(\d+)? / (\d+)", " / 780", MISSING),
        (r"(?P<count>\d+)", "a5", "5"),
        (r"[^\]]+", "ab]", "ab"),
        (r"(\d+)", 42, "42"),
        (r"(\d+)\s*/\s*(\d+)", "448 / 548", "448"),
    ],
)
def test_the_first_group_is_the_value(pattern: str, text: str, found: object) -> None:
    assert compile_pattern(pattern, "x")(text) == found


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(a|a)*$",
        r"(a*)*",
        r"((a)+)+",
        r"(a{1,9}){2,}",
        r"(.*)(.*)(.*)x",
        r"\d+.*\w{3,}",
        r"(?:ab)+[a-c]+\w*",
        r".{0,99}.{0,99}.{0,99}.{0,99}x",
        r"(a)\1",
        r"(?=a)b",
        r"(?<!a)b",
        r"(?i)a",
        r"(a",
        "a" * 201,
    ],
)
def test_a_pattern_that_could_run_away_is_not_allowed(pattern: str) -> None:
    with pytest.raises(Misconfigured, match=r"^series\[0\]\.pattern: "):
        compile_pattern(pattern, "series[0].pattern")


@pytest.mark.parametrize("text", ["no digits", "9" * 301, ""])
def test_a_text_that_does_not_match_is_refused(text: str) -> None:
    with pytest.raises(Unfit, match="does not look like"):
        compile_pattern(r"\d+ m", "x")(text)


def test_the_worst_allowed_pattern_is_done_soon() -> None:
    read = compile_pattern(r".*.*x", "x")
    start = time.perf_counter()
    with pytest.raises(Unfit):
        read("a" * 300)
    assert time.perf_counter() - start < 2
