import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.asking import Call, Field, Moment, Value
from byalag.model import Json
from byalag.standards.features import _cql_json, _cql_text
from byalag.standards.features._cql_bind import Binder
from byalag.standards.features._crs import CRS84
from byalag.standards.features._problem import NotAnswered
from byalag.standards.features._queryable import ALWAYS, Queryable

from ._printing import printed

KNOWN = {
    **ALWAYS,
    "level": Queryable(name="level", type="number", path=("properties", "level")),
    "lit": Queryable(name="lit", type="boolean", path=("properties", "lit")),
    'odd "name"': Queryable(name='odd "name"', type="number", path=("properties", 'odd "name"')),
}


def prop(name: str) -> Json:
    return {"property": name}


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
finite = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))
numbers: Json = st.one_of(st.integers(0, 10**6), finite.map(abs))
positions = st.tuples(finite, finite).map(list)
moments = st.sampled_from(["2026-01-01T00:00:00Z", "1999-12-31T23:59:59.5+01:00"])
stated: Json = st.one_of(numbers, st.sampled_from([prop("level"), prop('odd "name"')]))
reckoned: Json = st.recursive(
    stated,
    lambda inner: st.builds(
        lambda op, a, b: {"op": op, "args": [a, b]},
        st.sampled_from(["+", "-", "*", "/", "%", "div"]),
        inner,
        inner,
    ),
    max_leaves=4,
)
said: Json = st.one_of(
    texts,
    st.sampled_from([prop("name"), prop("type")]),
    st.builds(lambda op, a: {"op": op, "args": [a]}, st.sampled_from(["casei", "accenti"]), texts),
)
times: Json = st.one_of(
    st.builds(lambda t: {"timestamp": t}, moments),
    st.builds(lambda a, b: {"interval": [a, b]}, st.just(".."), moments),
    st.builds(lambda: {"date": "2026-02-28"}),
    st.just(prop("updated")),
)
places: Json = st.one_of(
    st.builds(lambda p: {"type": "Point", "coordinates": p}, positions),
    st.builds(lambda p: {"type": "LineString", "coordinates": p}, st.lists(positions, min_size=2)),
    st.builds(lambda a, b, c: {"type": "Polygon", "coordinates": [[a, b, c, a]]}, *[positions] * 3),
    st.builds(lambda: {"bbox": [20, 64.5, 21, 65]}),
)


def _both(op: Json, args: Json) -> Json:
    return st.builds(lambda o, a, b: {"op": o, "args": [a, b]}, st.sampled_from(op), args, args)


comparisons: Json = st.one_of(
    _both(["=", "<>", "<", "<=", ">", ">="], reckoned),
    _both(["=", "<>", "like"], said),
    st.builds(lambda a, b, c: {"op": "between", "args": [a, b, c]}, *[reckoned] * 3),
    st.builds(lambda a, b: {"op": "in", "args": [a, b]}, said, st.lists(texts, min_size=1)),
    st.builds(lambda a: {"op": "isNull", "args": [a]}, said),
    _both(["t_after", "t_before", "t_intersects", "t_during", "t_meets", "t_overlaps"], times),
    st.builds(
        lambda op, a: {"op": op, "args": [prop("geometry"), a]},
        st.sampled_from(["s_intersects", "s_within", "s_disjoint", "s_contains"]),
        places,
    ),
)
conditions: Json = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(lambda a: {"op": "not", "args": [a]}, inner),
        st.builds(
            lambda op, a: {"op": op, "args": a},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=4),
        ),
    ),
    max_leaves=6,
)


def bound(text: str, crs: str = CRS84) -> Json:
    return Binder(KNOWN, crs).condition(_cql_text.parse(text))


def refused(ask: Callable[[], object]) -> float:
    """Return how many seconds it took to refuse; others use the machine too."""
    began = time.thread_time()
    with pytest.raises(NotAnswered):
        ask()
    return time.thread_time() - began


@given(conditions)
@settings(deadline=None, max_examples=150)
def test_text_says_what_its_json_form_says(tree: Json) -> None:
    assert _cql_text.parse(printed(tree)) == tree
    assert _cql_json.parse(json.dumps(tree)) == tree


@given(conditions)
@settings(deadline=None, max_examples=150)
def test_text_and_json_ask_the_same(tree: Json) -> None:
    from_text = Binder(KNOWN, CRS84).condition(_cql_text.parse(printed(tree)))
    assert Binder(KNOWN, CRS84).condition(_cql_json.parse(json.dumps(tree))) == from_text


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    for parse in (_cql_text.parse, _cql_json.parse):
        with suppress(NotAnswered):
            Binder(KNOWN, CRS84).condition(parse(text))


json_like: Json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, places, comparisons),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["op", "args", "property", "type", "coordinates", "interval", "bbox"]),
            inner,
            max_size=3,
        ),
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from(
                ["and", "in", "like", "^", "t_after", "s_within", "distance", "between"]
            ),
            st.lists(inner, max_size=4),
        ),
    ),
    max_leaves=8,
)


@given(json_like)
@settings(deadline=None, max_examples=300)
def test_any_json_is_a_filter_or_refused(tree: Json) -> None:
    with suppress(NotAnswered):
        Binder(KNOWN, CRS84).condition(tree)


def test_and_binds_closer_than_or_and_not_closest() -> None:
    assert _cql_text.parse("NOT a = 1 AND b = 2 OR c = 3") == {
        "op": "or",
        "args": [
            {
                "op": "and",
                "args": [
                    {"op": "not", "args": [{"op": "=", "args": [prop("a"), 1]}]},
                    {"op": "=", "args": [prop("b"), 2]},
                ],
            },
            {"op": "=", "args": [prop("c"), 3]},
        ],
    }


def test_keywords_are_read_in_any_case_and_names_as_they_stand() -> None:
    assert _cql_text.parse("Level between 1 and 2") == {
        "op": "between",
        "args": [prop("Level"), 1, 2],
    }


def test_a_truth_stands_alone() -> None:
    assert bound("lit") == Call("eq", (Field(("properties", "lit")), Value(value=True)))
    assert bound("lit = FALSE AND NOT lit").name == "and"


def test_a_text_beside_a_time_is_read_as_a_time() -> None:
    assert bound("updated > '2026-01-01'").args[1] == Moment(1_767_225_600_000_000)


def test_a_pattern_with_a_backslash_means_the_sign_itself() -> None:
    call = bound(r"name LIKE 'a\%b_%'")
    assert call.name == "matches"
    assert call.args[1] == Value(r"(?s)\Aa%b..*\z")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a property, a value or a condition is wanted at 1"),
        ("name =", "wanted at 7"),
        ("name = 'x", "no word of CQL2, at 8"),
        ("name = 'x' name", "AND, OR or the end is wanted at 12"),
        ("nope = 1", "no property nope"),
        ("name", "a condition is wanted"),
        ("1 + 2", "a condition is wanted"),
        ("geometry = 1", "compared by S_INTERSECTS"),
        ("level = 'x'", "cannot compare a number with a text"),
        ("level + lit > 1", "takes a number"),
        ("level ^ level > 1", "whole number from 1 to 8"),
        ("level ^ 1000 > 1", "whole number from 1 to 8"),
        ("nofunction(level) = 1", "no function nofunction"),
        ("length(name, name) = 1", "takes 1 arguments"),
        ("name IN ()", "wanted at 10"),
        ("name NOT 'x'", "LIKE, BETWEEN or IN is wanted"),
        ("updated = TIMESTAMP('2026-13-01T00:00:00Z')", "not a time with its zone"),
        ("updated = TIMESTAMP('2026-01-01')", "not a time with its zone"),
        ("updated = DATE('2026-02-30')", "not a time with its zone"),
        ("T_AFTER(updated, INTERVAL('2026-01-01'))", "two ends"),
        ("updated = INTERVAL('..', '..')", "stands in a temporal function"),
        ("S_INTERSECTS(geometry, POLYGON((1 1, 2 2, 1 1)))", "ends where it begins"),
        ("S_INTERSECTS(geometry, POLYGON((1 1, 2 2, 3 1, 4 4)))", "ends where it begins"),
        ("S_INTERSECTS(geometry, LINESTRING(1 1))", "WKT"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3))", "four or six numbers"),
        ("S_INTERSECTS(geometry, BBOX(1, 9, 3, 2))", "lower corner comes first"),
        ("S_INTERSECTS(geometry, name)", ""),
        ("1e999 = level", "too large"),
        ("name LIKE ACCENTI('a\\%')", "without accents"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_mend(text: str, why: str) -> None:
    if not why:  # a property may hold a place: only the row knows
        bound(text)
        return
    with pytest.raises(NotAnswered, match="filter") as refused:
        bound(text)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "level = 1" + ")" * 5_000,
        "NOT " * 3_000 + "level = 1",
        "level = " + "-" * 10_000 + "1",
        " AND ".join(["level = 1"] * 1_500),
        "level = " + "1 + " * 3_000 + "1",
        "S_INTERSECTS(geometry, LINESTRING(" + ",".join(["1 1"] * 3_000) + "))",
        "length(" * 2_000 + "name" + ")" * 2_000 + " = 1",
        "name IN (" + ",".join(["'x'"] * 3_000) + ")",
        "level = " + "9" * 15_000,
        "GEOMETRYCOLLECTION(" * 900 + "POINT(1 1)" + ")" * 900,
    ],
)
@pytest.mark.proves(17)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    assert min(refused(lambda: bound(text)) for _ in range(3)) < 0.05


@pytest.mark.parametrize(
    "text",
    [
        "[" * 16_000,
        '{"op":"not","args":[' * 700 + "true" + "]}" * 700,
        '{"op":"and","args":[' + ",".join(["true"] * 3_000) + "]}",
        '{"a":' * 3_000,
        '{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}',
        "nul",
        '"x"',
        "null",
    ],
)
@pytest.mark.proves(17)
def test_hostile_json_is_refused_at_once(text: str) -> None:
    condition = Binder(KNOWN, CRS84).condition
    assert min(refused(lambda: condition(_cql_json.parse(text))) for _ in range(3)) < 0.05
