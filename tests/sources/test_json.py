"""JSON answers: where the records are, and what a broken one does to its neighbours."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Json, Rejected
from byalag.sources import Garbled
from byalag.sources._json import decoded, outline, raw_records, read, steps

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def records(body: bytes, path: str | None = None, *, keyed: bool = False) -> list[Json]:
    found = raw_records(body, steps(path), keyed=keyed)
    return [decoded(where, raw) for where, raw in found]


@given(st.lists(PLAIN, max_size=6), st.text(min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_what_was_written_is_what_is_read(items: list[Json], name: str) -> None:
    body = msgspec.json.encode({"before": [1], name: {"lots": items}, "after": {"lots": [0]}})
    found = [decoded(where, raw) for where, raw in raw_records(body, (name, "lots"))]
    assert found == items


@given(st.lists(PLAIN, min_size=1, max_size=6), st.data())
@settings(deadline=None, max_examples=60)
def test_one_broken_record_never_stops_its_neighbours(
    items: list[Json], data: st.DataObject
) -> None:
    broken = data.draw(st.integers(0, len(items) - 1))
    texts = [json.dumps({"v": item}) for item in items]
    texts[broken] = data.draw(
        st.sampled_from(['{"v": NaN}', '{"v": 1e999}', '{"v" 1}', '{"v": 0x1}'])
    )
    body = ('{"meta": {"lots": 1}, "lots": [' + ",".join(texts) + "]}").encode()
    found = records(body, "lots")
    assert len(found) == len(items)
    assert isinstance(found[broken], Rejected)
    assert found[broken].where == f"lots[{broken}]"
    assert found[broken].record
    others = [item for number, item in enumerate(found) if number != broken]
    assert others == [{"v": item} for number, item in enumerate(items) if number != broken]


def test_bytes_that_are_not_text_break_their_own_record_only() -> None:
    found = records(b'[{"name": "\xe5"}, {"name": "ok"}]')
    assert isinstance(found[0], Rejected)
    assert found[1] == {"name": "ok"}


def test_a_record_that_is_nested_too_deep_is_set_aside() -> None:
    deep = b"[" * 2000 + b"]" * 2000
    found = records(b'[{"ok": 1}, ' + deep + b"]")
    assert found[0] == {"ok": 1}
    assert isinstance(found[1], Rejected)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", None),
        (b"null", None),
        (b'"text"', None),
        (b"<html>", None),
        (b'{"lots": {}}', "lots"),
        (b'{"lots": null}', "lots"),
        (b'{"other": []}', "lots"),
        (b'{"lots": [{"a": 1}, {"a":', "lots"),
        (b'{"lots": [1, 2', "lots"),
        (b'{"a": [1]}', "a.b"),
    ],
)
def test_an_answer_without_a_whole_list_is_garbled(body: bytes, path: str | None) -> None:
    with pytest.raises(Garbled):
        records(body, path)


def test_one_object_is_one_record_and_members_may_be_records() -> None:
    assert records(b'{"id": 7}') == [{"id": 7}]
    body = b'{"P1": {"free": 3}, "P2": {"free": 0}}'
    assert [where for where, _ in raw_records(body, (), keyed=True)] == [".P1", ".P2"]


def test_paths_pass_lists_by_number_and_names_with_dots_in_quotes() -> None:
    body = b'{"a.b": [{"lots": [1]}, {"lots": [2]}]}'
    assert records(body, "'a.b'.1.lots") == [2]


def test_what_stands_beside_the_records_can_be_read() -> None:
    body = b'{"updated": "2026-06-09T12:00:00Z", "lots": [1], "next": null}'
    assert outline(body, ("lots",)) == {"updated": "2026-06-09T12:00:00Z", "next": None}
    assert read(body, ("updated",)) == "2026-06-09T12:00:00Z"
    assert read(body, ("updated", "more")) is None
