"""JSON answers: where the records are, and what a broken one does to its neighbours."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Json, Rejected
from byalag.sources import Garbled
from byalag.sources._json import KEPT, decoded, outline, raw_records, read, steps, whole

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
@pytest.mark.proves(8)
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


@pytest.mark.proves(14)
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


PAGE = b"<!-- x -->\n<!DOCTYPE html><html><head><title> 503 Busy </title></head></html>"


@pytest.mark.parametrize(
    ("body", "path", "why"),
    [
        (b"", "lots", "the answer is empty"),
        (b" \r\n", None, "the answer is empty"),
        (b"\xef\xbb\xbf", None, "the answer is empty"),
        (PAGE, "lots", "the answer is a web page ('503 Busy'), not JSON"),
        (b"<html><body>", None, "the answer is a web page, not JSON"),
        (b'<?xml version="1.0"?><lots/>', None, "the answer is XML, not JSON"),
        (b"null", None, "the answer is null, not a list of records"),
        (b'"no"', None, "the answer is text, not a list of records"),
        (b"null", "lots", "there is no list under `lots`; the answer is null"),
        (b"[1]", "lots", "there is no list under `lots`; the answer is a list"),
        (b'{"a": [], "b": 1}', "lots", "there is no list under `lots`; the answer has: a, b"),
        (b"{}", "lots", "there is no list under `lots`; the answer has nothing in it"),
        (b'{"lots": {"P1": 1}}', "lots", "there is no list under `lots`; it has: P1"),
        (b'{"lots": null}', "lots", "there is no list under `lots`; it is null"),
        (b'{"r": {"x": 1}}', "r.lots", "there is no list under `r.lots`; `r` has: x"),
        (b'{"r": 7}', "r.lots", "there is no list under `r.lots`; `r` is a number"),
        (b'{"lots": [1, 2', "lots", "the answer is cut off; it ends: '{\"lots\": [1, 2'"),
        (b"no such page", None, "the answer is not JSON (JSON is malformed"),
        (b"\xff\xfe[\x00]", None, "the answer begins as UTF-16 text and does not go on so"),
    ],
)
def test_why_there_are_no_records_is_said_in_words(body: bytes, path: str | None, why: str) -> None:
    with pytest.raises(Garbled) as error:
        records(body, path)
    assert str(error.value).startswith(why)


ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("broken", ["", ", NaN"])
def test_an_answer_may_begin_with_a_byte_order_mark_or_be_utf_16(
    encoding: str, broken: str
) -> None:
    body = ('{"at": "kl. 7", "lots": [{"name": "Ängsö 🏖"}' + broken + "]}").encode(encoding)
    assert records(body, "lots")[0] == {"name": "Ängsö 🏖"}
    assert outline(body, ("lots",)) == {"at": "kl. 7"}
    assert read(body, ("at",), ("lots",)) == "kl. 7"
    assert whole(body, ("lots",)) == (None if broken else [{"name": "Ängsö 🏖"}])
    assert records(f"\ufeff[1{broken}]".encode(encoding))[0] == 1


@pytest.mark.parametrize("encoding", ["utf-8", *ENCODINGS])
def test_objects_may_stand_one_on_each_line(encoding: str) -> None:
    body = '{"id": 1}\n{"id": NaN}\r\n\n{"id": "Ä"}\n'.encode(encoding)
    found = records(body)
    assert (found[0], found[2]) == ({"id": 1}, {"id": "Ä"})
    assert isinstance(found[1], Rejected)
    assert found[1].where == "line 2"
    assert records(b'{"a": [\n{"b": 1}\n]}') == [{"a": [{"b": 1}]}]


@pytest.mark.parametrize("value", ["NaN", "1e999", '"\xe5"', "[" * 2000 + "]" * 2000])
@pytest.mark.parametrize("keyed", [False, True])
def test_a_broken_record_leaves_what_stands_around_it(value: str, *, keyed: bool) -> None:
    inside = (
        '{{"P,1": {{"v": {}}}, "P.2": {{"v": "]}}"}}}}'
        if keyed
        else '[{{"v": {}}}, {{"v": "]}}"}}]'
    )
    body = ('{"at": 1, "r": {"lots": ' + inside.format(value) + '}, "next": "/2"}').encode(
        "latin-1"
    )
    path = ("r", "lots")
    (first, second) = list(raw_records(body, path, keyed=keyed))
    assert isinstance(decoded(*first), Rejected)
    assert first[0] == ("r.lots.P,1" if keyed else "r.lots[0]")
    assert decoded(*second) == {"v": "]}"}
    assert second[0] == ("r.lots.P.2" if keyed else "r.lots[1]")
    assert outline(body, path, keyed=keyed) == {"at": 1, "next": "/2"}
    assert read(body, ("next",), path, keyed=keyed) == "/2"


def test_a_member_without_a_readable_name_breaks_itself_only() -> None:
    found = list(raw_records(b'{"a": 1, "\xe5": 2, b: 3, "c": 4}', (), keyed=True))
    assert [where for where, _ in found] == [".a", "[1]", "[2]", ".c"]
    assert isinstance(decoded(*found[2]), Rejected)


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
    assert read(body, ("updated",), ("lots",)) == "2026-06-09T12:00:00Z"
    assert read(body, ("updated", "more"), ("lots",)) is None


@pytest.mark.proves(14)
def test_nothing_but_brackets_is_refused_soon() -> None:
    with pytest.raises(Garbled):
        list(raw_records(b"[" * 3_000_000, ()))


@pytest.mark.proves(12)
def test_brackets_within_brackets_are_counted_once() -> None:
    with pytest.raises(Garbled, match="not JSON"):
        list(raw_records(b"[" * 60_000 + b"]" * 60_000, ("result", "records")))


@pytest.mark.proves(12)
def test_no_more_is_set_aside_of_a_record_than_what_shows_it() -> None:
    long = b"9" * 1_000_000
    found = decoded("[0]", msgspec.Raw(long))
    assert isinstance(found, Rejected)
    assert found.record == long[:KEPT]
