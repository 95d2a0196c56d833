"""Which bytes a Range asks for, as RFC 9110 section 14 has it."""

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from byalag.app._parts import Part, known, still, wanted


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=0-99", Part(0, 10)),
        ("bytes=3-", Part(3, 10)),
        ("bytes=-4", Part(6, 10)),
        ("bytes=-99", Part(0, 10)),
        ("bytes=9-9", Part(9, 10)),
        ("bytes=10-", "none"),
        ("bytes=-0", "none"),
        ("bytes=5-3", "all"),
        ("bytes=-", "all"),
        ("bytes=0-1,3-4", "all"),
        ("lines=0-1", "all"),
        ("bytes=x-y", "all"),
        ("bytes=" + "9" * 400 + "-", "all"),
    ],
)
def test_ranges_of_a_file_of_ten_bytes(asked: str, part: object) -> None:
    assert wanted(asked, 10) == part


@given(
    size=st.integers(0, 300),
    first=st.none() | st.integers(0, 400),
    last=st.none() | st.integers(0, 400),
)
@limits(deadline=None, max_examples=200)
def test_a_part_is_what_slicing_gives(size: int, first: int | None, last: int | None) -> None:
    whole = bytes(n % 256 for n in range(size))
    found = wanted(f"bytes={'' if first is None else first}-{'' if last is None else last}", size)
    if first is None and last is not None:
        expected = whole[max(size - last, 0) :] if last else b""
    else:
        expected = whole[first or 0 : None if last is None else last + 1]
    if isinstance(found, Part):
        assert whole[found.start : found.end] == expected
        assert found.start < found.end or size == 0
    else:
        assert found == "all" or not expected


def test_a_fetch_goes_on_only_with_the_same_file() -> None:
    assert still("", '"a"', "t")
    assert still('"a"', '"a"', "t")
    assert still("t", '"a"', "t")
    assert not still('"b"', '"a"', "t")
    assert not still('W/"a"', '"a"', "t")
    assert known('"b", W/"a"', '"a"')
    assert known("*", '"a"')
    assert not known('"b"', '"a"')
    assert not known("", '"a"')
