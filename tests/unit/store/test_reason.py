import string
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.store import grouped


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("free: 'many' is not a number", "free: 'all of them' is not a number"),
        ('free: "it\'s" is not a number', "free: 'many' is not a number"),
        ("the series a:b:c1/free is not declared", "the series x:y-z:q/free is not declared"),
        ("row 7 has 3 columns, not 12", "row 12 has 4 columns, not 12"),
        ("2026-07-01T12:00:00+02:00 is ahead", "2025-01-01T00:00:00Z is ahead"),
        ("lots[3].free: -3.2 is too low", "lots[14].free: -12 is too low"),
        ("the body holds 1, 2, 3", "the body holds 4, 5"),
        ("{'a': 1} is not text", "{'b': {'c': 2}} is not text"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301 is unknown", "a84041 is unknown"),
    ],
)  # fmt: skip
def test_reasons_that_differ_in_what_they_quote_are_one(one: str, other: str) -> None:
    assert grouped(one) == grouped(other)


def test_reasons_that_say_different_things_are_several() -> None:
    reasons = [
        "free: 'many' is not a number",
        "total: 'many' is not a number",
        "free: is missing",
        "the source's own code failed",
        "the source's other code failed",
    ]
    assert len({grouped(why) for why in reasons}) == len(reasons)


def test_an_apostrophe_is_no_quotation_mark() -> None:
    assert grouped("the source's own code, and the hub's") == "the source's own code, and the hub's"


_word = st.text(string.ascii_lowercase, min_size=1, max_size=8)
_number = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
_id = st.builds("{}:{}:{}".format, _word, _word, _word)
_time = st.datetimes(min_value=datetime(1, 1, 1)).map(lambda at: at.replace(tzinfo=UTC).isoformat())  # noqa: DTZ001 -- given its zone on the next line
_quoted = st.text(max_size=20).map(repr)
_value = st.one_of(_number.map(str), _id, _time, _quoted)
_part = st.one_of(_word.map(lambda word: (word, word)), st.tuples(_value, _value))


@settings(deadline=None, max_examples=300)
@given(st.lists(_part, min_size=1, max_size=6))
def test_whatever_ids_numbers_and_quotes_are_put_in_the_group_is_the_same(
    parts: list[tuple[str, str]],
) -> None:
    one, other = (" ".join(part[n] for part in parts) for n in (0, 1))
    assert grouped(one) == grouped(other)
    assert grouped(grouped(one)) == grouped(one)
