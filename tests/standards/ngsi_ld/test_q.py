"""The query language: read, printed, and judged; what is hostile is refused at once."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._q import (
    All,
    Linked,
    Literally,
    Path,
    Pattern,
    Q,
    Range,
    Some,
    Term,
    Values,
    printed,
)
from byalag.standards.ngsi_ld._q_judge import fits
from byalag.standards.ngsi_ld._q_read import read_q

HANGS = 2.0  # seconds: longer is a hang; how quick an answer is, is measured, not asserted

NAMES = st.from_regex(r"[A-Za-zåäö][A-Za-z0-9_]{0,8}", fullmatch=True)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6, allow_nan=False)
TEXTS = st.builds(lambda text: Literally("text", text), st.text(max_size=12))
ORDERED = st.one_of(
    TEXTS,
    st.builds(lambda number: Literally("number", number), NUMBERS),
    st.just(Literally("moment", "2026-01-31T12:00:00Z")),
    st.just(Literally("date", "2026-01-31")),
    st.just(Literally("time", "12:00:00.5Z")),
)
LITERALS = st.one_of(
    ORDERED,
    st.builds(lambda truth: Literally("truth", truth), st.booleans()),
    st.just(Literally("name", "urn:ngsi-ld:City:Umeå")),
)
PATHS = st.builds(
    Path,
    st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    st.lists(NAMES, max_size=2).map(tuple),
    st.lists(st.builds(Linked, NAMES, st.lists(NAMES, max_size=2).map(tuple)), max_size=2).map(
        tuple
    ),
)
VALUES = st.lists(LITERALS, min_size=2, max_size=4).map(lambda items: Values(tuple(items)))
RANGES = ORDERED.flatmap(
    lambda low: ORDERED.filter(lambda high: high.kind == low.kind).map(
        lambda high: Range(low, high)
    )
)

HANGS = (
    2.0  # seconds: what takes longer hangs; how quick an answer is, is measured and not asserted
)
TERMS = st.one_of(
    st.builds(Term, PATHS),
    st.builds(Term, PATHS, st.sampled_from(["==", "!="]), LITERALS | VALUES | RANGES),
    st.builds(Term, PATHS, st.sampled_from(["<", "<=", ">", ">="]), ORDERED),
    st.builds(
        Term,
        PATHS,
        st.sampled_from(["~=", "!~="]),
        st.sampled_from(["a.*b", "(a|b);c", "[)|;]x", "å+"]).map(Pattern),
    ),
)


def _several(inner: st.SearchStrategy[Q]) -> st.SearchStrategy[Q]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(All, parts) | st.builds(Some, parts)


QUERIES: st.SearchStrategy[Q] = st.recursive(TERMS, _several, max_leaves=8)


@given(QUERIES)
@settings(deadline=None, max_examples=150)
def test_a_query_that_is_printed_is_read_as_the_same(query: Q) -> None:
    assert read_q(printed(query)) == query


@pytest.mark.parametrize(
    "text",
    [
        "", "(", ")", "a==", "a=b", "a===1", "a>true", "a>1..2", "a==1..x", "a b", "a;", "|a",
        "(a;b", "a==[1]", "a.b.", "a[", "a[]", "a[b", "a{", "a{b", "a{}", 'a=="', 'a=="\\x"',
        "a~=", "a~=(", "a~=x**", "a==1,", "1==1", "a<urn:x:y",
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_q(text)
    assert refused.value.kind == "BadRequestData"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2_000 + "a" + ")" * 2_000,
        ";".join(["a==1"] * 900),
        "a==" + ",".join(["1"] * 1_500),
        "a{" * 1_000,
        "a" * 5_000,
        "a~=" + "(a{1000}){1000}",
        'a=="' + "\\\\" * 1_900,
    ],
    ids=["deep", "many terms", "many values", "far", "long", "large pattern", "unended"],
)
@pytest.mark.proves(17)
def test_a_hostile_query_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(Refused):
        read_q(text)
    assert time.perf_counter() - start < HANGS


def test_a_pattern_that_would_backtrack_is_searched_in_linear_time() -> None:
    query = read_q("a~=(x+x+)+y")
    start = time.perf_counter()
    assert not fits(query, _entity(Instance(kind="Property", value="x" * 20_000)))
    assert time.perf_counter() - start < HANGS


def _entity(*instances: Instance) -> Entity:
    return Entity(id="urn:ngsi-ld:T:1", types=("T",), attributes={"a": list(instances)})


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("a", 1, True),
        ("b", 1, False),
        ("a==1", 1, True),
        ("a==1", "1", False),
        ("a==1", True, False),
        ("a==true", True, True),
        ('a=="red"', ["blue", "red"], True),
        ('a!="red"', ["blue", "red"], False),
        ('a=="black","red"', "red", True),
        ('a!="black","red"', "blue", True),
        ("a==10..20", 20, True),
        ("a!=10..20", 15, False),
        ("a!=1", "text", True),
        ("a>1", "text", False),
        ("a[b.c]==40", {"b": {"c": 40}}, True),
        ("a[b.d]==40", {"b": {"c": 40}}, False),
        ("a[b]!=1", {"c": 1}, False),
        ("a>=2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
        ("a==2026-01-01T00:00:00Z", {"@type": "DateTime", "@value": "2026-01-01T00:00:00Z"}, True),
        ("a<2026-01-02", "2026-01-01", True),
        ("a<12:00:00Z", "11:59:59.9Z", True),
        ("a~=^ba", "bad", True),
        ("a!~=^ba", "sad", True),
        ("a!~=^ba", 5, False),
        ("(a==1|a==2);a>1", 2, True),
        ("a==1|a==2;a>2", 1, True),
    ],
)
def test_values_compare_as_the_standard_says(text: str, value: object, *, holds: bool) -> None:
    assert fits(read_q(text), _entity(Instance(kind="Property", value=value))) is holds


def test_a_language_can_be_named_and_any_is_meant_otherwise() -> None:
    entity = _entity(Instance(kind="LanguageProperty", value={"sv": "röd", "en": ["red", "ruby"]}))
    assert fits(read_q('a[sv]=="röd"'), entity)
    assert not fits(read_q('a[en]=="röd"'), entity)
    assert fits(read_q('a[*]=="ruby"'), entity)
    assert fits(read_q('a=="red"'), entity)
    assert not fits(read_q('a[fr]!="rouge"'), entity)


def test_a_relationship_is_only_equal_or_not() -> None:
    entity = _entity(Instance(kind="Relationship", value="urn:ngsi-ld:City:Umea"))
    assert fits(read_q("a==urn:ngsi-ld:City:Umea"), entity)
    assert fits(read_q('a=="urn:ngsi-ld:City:Umea"'), entity)
    assert not fits(read_q('a>"urn"'), entity)
    assert not fits(read_q("a~=Umea"), entity)


def test_a_query_reaches_attributes_of_attributes_and_linked_entities() -> None:
    sub = Instance(kind="Property", value=40)
    station = _entity(
        Instance(kind="Relationship", value="urn:ngsi-ld:T:2", observed=1_000_000, sub={"b": [sub]})
    )
    device = Entity(id="urn:ngsi-ld:T:2", types=("D",), attributes={"b": [sub]})
    follow = {device.id: device}.get
    assert fits(read_q("a.b==40"), station)
    assert fits(read_q("a.observedAt==1970-01-01T00:00:01Z"), station)
    assert fits(read_q("a{b}==40"), station, follow)
    assert fits(read_q("a{D:b}==40"), station, follow)
    assert not fits(read_q("a{E:b}==40"), station, follow)


def test_only_the_instances_of_a_dataset_are_looked_at_where_one_is_named() -> None:
    entity = _entity(
        Instance(kind="Property", value=1), Instance(kind="Property", value=2, dataset="urn:d:2")
    )
    assert fits(read_q("a==2"), entity)
    assert not fits(read_q("a==2"), entity, datasets={"@none"})
    assert fits(read_q("a==2"), entity, datasets={"urn:d:2"})
