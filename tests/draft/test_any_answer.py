"""Whatever an answer holds, a draft of it settles and runs, or it is refused in words."""

import csv
import io
import json
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from byalag.draft import Undraftable, draft

from .conftest import NOW, run

KEYS = st.sampled_from(
    ["id", "name", "namn", "lat", "lon", "free", "total", "status", "updated", "värde", "a.b",
     "it's", 'say "it"', "{x}", "$document", "*", "@", "", "0", "typ", "temperatur",
     "geometry", "x", "y"]
) | st.text(max_size=6)  # fmt: skip
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**7), 10**7)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["59.1", "59,1", "2026-11-22", "2026-11-22T10:00:00Z", "POINT (18 59)", "18, 59", "-", "ja",
         "/Date(1479460600000)/", "22.11.2026 14:05", "\\d", "'", '"', "öppen", "http://x.se/1"]
    )
)  # fmt: skip
ANY = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)  # fmt: skip
USUAL = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def drafted(body: bytes) -> None:
    """Draft, and run what was drafted; a refusal must say why."""
    try:
        found = draft(body, now=NOW, language="sv")
    except Undraftable as refused:
        event("refused")
        said(refused)
        return
    run(found.text, body, NOW)
    assert found.text == draft(body, now=NOW, language="sv").text


def said(refused: Undraftable) -> None:
    """Want a sentence."""
    assert len(str(refused)) > 20


@USUAL
@given(ANY)
def test_any_json_gives_a_draft_or_a_refusal(answer: Any) -> None:  # noqa: ANN401 -- any JSON at all
    drafted(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


@USUAL
@given(st.lists(st.dictionaries(KEYS, ANY, max_size=7), min_size=1, max_size=6))
def test_any_list_of_records_gives_a_draft_or_a_refusal(records: list[Any]) -> None:
    drafted(json.dumps({"items": records}, ensure_ascii=False).encode("utf-8", "replace"))


@USUAL
@given(
    st.lists(KEYS, min_size=1, max_size=6),
    st.lists(st.lists(VALUES.map(str), min_size=1, max_size=6), max_size=6),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_table_gives_a_draft_or_a_refusal(
    header: list[str], rows: list[list[str]], mark: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows([header, *rows])
    drafted(text.getvalue().encode("utf-8", "replace"))


@USUAL
@given(st.binary(max_size=300))
def test_any_bytes_give_a_draft_or_a_refusal(body: bytes) -> None:
    drafted(body)


@USUAL
@given(st.text(alphabet="<>/ab= '\"&;!-[]?1", max_size=80))
def test_any_markup_gives_a_draft_or_a_refusal(text: str) -> None:
    drafted(f"<a>{text}</a>".encode())
    drafted(f"<html><body>{text}</body></html>".encode())
