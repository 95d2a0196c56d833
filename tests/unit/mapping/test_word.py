import pytest

from byalag.mapping._value import MISSING, Unfit
from byalag.mapping._word import among, decode, markers, truth
from byalag.model import Json

YES = True


@pytest.mark.parametrize(
    ("words", "value", "missing"),
    [
        ((), None, True),
        ((), MISSING, True),
        ((), "", False),
        ((), 0, False),
        ((), False, False),
        ((0,), False, False),
        ((0,), 0, True),
        ((0,), 0.0, True),
        ((0,), "0", False),
        ((0,), "", False),
        ((False,), 0, False),
        ((False,), False, True),
        (("",), "", True),
        (("",), "  ", True),
        (("-",), " - ", True),
        (("-",), None, True),
        ((-1, ""), -1, True),
        ((-1, ""), "-1", False),
        (([],), [], True),
        (([],), [0], False),
        (({},), {}, True),
    ],
)
def test_types_are_kept_apart_in_words_for_no_value(
    words: tuple[Json, ...], value: Json, missing: object
) -> None:
    assert markers(words)(value) is missing


def test_empty_text_is_no_value_where_a_number_is_wanted() -> None:
    assert markers((), blank=True)(" ")
    assert not markers((), blank=True)(0)


def test_true_is_not_one_among_words() -> None:
    assert among((1, "a"))(1.0)
    assert not among((1, "a"))(YES)
    assert not among((1, "a"))([1])
    assert among(([1],))([1])


def test_yes_and_no_in_other_words() -> None:
    read = truth(("ja", 1), ("nej", 0))
    assert read("ja") is True
    assert read(0) is False
    with pytest.raises(Unfit, match="'JA' is neither yes \\('ja', 1\\) nor no \\('nej', 0\\)"):
        read("JA")
    with pytest.raises(Unfit):
        read(YES)


@pytest.mark.parametrize(
    ("value", "word"), [(1, "1"), (1.0, "1"), ("1", "1"), (" 1 ", "1"), (True, "true")]
)
def test_a_code_is_looked_up_as_it_would_be_written(value: Json, word: str) -> None:
    assert decode({word: "x"}, strict=True)(value) == (True, "x")


def test_an_unknown_code_is_kept_or_refused() -> None:
    assert decode({"a": 1}, strict=False)("b") == (False, "b")
    with pytest.raises(Unfit, match="'b' is not a known word; known are 'a'"):
        decode({"a": 1}, strict=True)("b")
