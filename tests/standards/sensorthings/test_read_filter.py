"""The language of `$filter`: what is read, what it means, and what is refused before it costs."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.asking import FUNCTIONS, Call, Expression, Field, Moment, Shape, Value
from byalag.standards.sensorthings._filter import (
    COMPARED,
    PRODUCTS,
    SUMS,
    Apply,
    Constant,
    Name,
    Node,
    written,
)
from byalag.standards.sensorthings._filter_meaning import Meaning
from byalag.standards.sensorthings._filter_read import read_filter, read_orders
from byalag.standards.sensorthings._options import read_options
from byalag.standards.sensorthings._problem import Refused
from byalag.standards.sensorthings._time import (
    EARLIEST,
    LATEST,
    duration_text,
    moment_text,
    read_duration,
    read_moment,
)
from byalag.standards.sensorthings._words import ENTITIES

NOW = 1_789_000_000_000_000
HANGS = 2.0  # seconds: longer is a hang; how quick an answer is, is measured, not asserted


def meant(text: str, entity: str = "Observation") -> Expression:
    return Meaning(ENTITIES[entity], lambda: NOW).condition(read_filter(text))


def refused_soon(ask: Callable[[], object]) -> None:
    """Look thrice: whoever else is on the machine is not what is measured."""
    took: list[float] = []
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(Refused) as refused:
            ask()
        took.append(time.process_time() - started)
        assert refused.value.status == 400
    assert min(took) < HANGS


names = st.lists(
    st.from_regex(r"[A-Za-zÅÄÖåäö_@][\w.@-]{0,8}", fullmatch=True).filter(
        lambda word: (
            word not in {*COMPARED, *SUMS, *PRODUCTS, "and", "or", "not", "true", "false", "null"}
        )
    ),
    min_size=1,
    max_size=3,
).map(lambda steps: Name(tuple(steps)))
constants: st.SearchStrategy[Node] = st.one_of(
    st.text(max_size=10).map(lambda text: Constant("text", text)),
    st.integers(-(1 << 62), 1 << 62).map(lambda number: Constant("number", number)),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: Constant("number", value)),
    st.booleans().map(lambda truth: Constant("truth", truth)),
    st.just(Constant("null", None)),
    st.integers(-(10**15), 10**16).map(lambda at: Constant("moment", at)),
    st.integers(-(10**15), 10**15).map(lambda length: Constant("duration", length)),
    st.dates().map(lambda day: Constant("day", day.isoformat())),
    st.times().map(lambda clock: Constant("clock", clock.isoformat())),
    st.sampled_from(["POINT (1 2)", "it''s"]).map(lambda wkt: Constant("place", wkt)),
)


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(
            st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4).map(tuple)
        ).map(lambda told: Apply(*told)),
        st.tuples(st.sampled_from([*COMPARED, *SUMS, *PRODUCTS]), pairs).map(
            lambda told: Apply(*told)
        ),
        inner.map(lambda one: Apply("not", (one,))),
        names.map(lambda name: Apply("neg", (name,))),
        st.tuples(
            st.sampled_from(["concat", "geo.distance", "year", "now"]),
            st.lists(inner, max_size=3).map(tuple),
        ).map(lambda told: Apply(*told)),
    )


expressions = st.recursive(st.one_of(names, constants), _larger, max_leaves=8)


@settings(deadline=None, max_examples=300)
@given(expressions)
def test_what_is_printed_is_read_as_the_same_expression(node: Node) -> None:
    assert read_filter(written(node)) == node


@settings(deadline=None, max_examples=200)
@given(st.integers(EARLIEST, LATEST))
def test_a_moment_is_written_and_read_as_the_same(at: int) -> None:
    assert read_moment(moment_text(at)) == at


@settings(deadline=None, max_examples=100)
@given(st.integers(-(10**16), 10**16))
def test_a_duration_is_written_and_read_as_the_same(length: int) -> None:
    assert read_duration(duration_text(length)) == length


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="()'/,-+ abeqndortgl1.0:TZ@$é", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Refused):
        read_filter(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name eq",
        "eq 4",
        "result eq 4 5",
        "result gt 3 and",
        "(result gt 3",
        "result gt 3)",
        "result = 3",
        "name eq 'not closed",
        "result gt 1 gt 2",
        "bogus(name)",
        "length()",
        "length(name,name)",
        "nosuch eq 1",
        "Datastream eq 1",
        "Datastream/nosuch eq 1",
        "phenomenonTime",
        "result eq 1 or 5",
        "length(result)",
        "phenomenonTime gt 2015-13-01T00:00:00Z",
        "phenomenonTime gt 2015-01-01T25:00:00Z",
        "result gt duration'P1D'",
        "result add duration'P1D' gt 3",
        "phenomenonTime gt duration'P1Y'",
        "st_within(result,geography'POINT (1 2)')",
        "geo.intersects(FeatureOfInterest/feature,'POINT (1 2)')",
        "st_within(FeatureOfInterest/feature,geography'POINT (1)')",
        "st_within(FeatureOfInterest/feature,geography'POINT (181 2)')",
        "st_within(FeatureOfInterest/feature,geography'POINT EMPTY')",
        "st_within(FeatureOfInterest/feature,geography'POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))')",
        "st_relate(FeatureOfInterest/feature,geography'POINT (1 2)','T')",
        "result eq 1e999",
    ],
)
def test_what_is_not_well_asked_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused) as refused:
        meant(text)
    assert refused.value.status == 400
    assert len(refused.value.said) < 900


HOSTILE = {
    "parentheses": "(" * 3_000 + "1" + ")" * 3_000,
    "denials": "not " * 900 + "result gt 1",
    "negations": "-" * 3_000 + "result gt 1",
    "calls": "tolower(" * 500 + "name" + ")" * 500,
    "sums": " add ".join(["result"] * 400) + " gt 1",
    "alternatives": " or ".join(["result eq 1"] * 2_000),
    "a long path": "/".join(["Datastream", "Thing", "Datastreams"] * 40) + "/name eq 'x'",
    "a long text": f"name eq '{'x' * 100_000}'",
    "quotes": "'" * 7_999,
    "half quotes": "name eq " + "''" * 3_000 + "'",
    "spaces": "name" + " " * 7_990 + "!",
    "a huge number": f"result eq {'9' * 7_000}",
    "a huge polygon": "st_within(FeatureOfInterest/feature,geography'POLYGON (("
    + ",".join(f"{n / 100} {n / 100}" for n in range(800))
    + "))')",
    "a deep collection": "st_within(FeatureOfInterest/feature,geography'"
    + "GEOMETRYCOLLECTION(" * 300
    + "POINT(1 1)"
    + ")" * 300
    + "')",
    "links there and back": "Datastreams/Observations/Datastream/Thing/Datastreams/name eq 'x'",
}


@pytest.mark.parametrize("named", HOSTILE)
@pytest.mark.proves(17)
def test_what_is_hostile_is_refused_at_once(named: str) -> None:
    entity = "Thing" if "there and back" in named else "Observation"
    refused_soon(lambda: meant(HOSTILE[named], entity))


@pytest.mark.parametrize(
    "query",
    [
        "$expand=" + "Things($expand=Datastreams($expand=Thing(" * 20,
        "$expand=" + "/".join(["Thing", "Datastreams"] * 50),
        "$expand=" + ",".join(["Thing/Datastreams/Sensor/Datastreams/Thing/Locations"] * 100),
        "$expand=" + "(" * 5_000,
        "$expand=" + "Thing($expand=Datastreams($expand=" * 3 + "Thing" + "))" * 3,
        "$expand=Observations($top=1000;$expand=Datastream($expand=Observations($top=1000)))",
        "$expand=Nothing",
        "$expand=Thing($top=1",
        "$expand=Thing($bogus=1)",
        "$expand=Thing($resultFormat=dataArray)",
        "$select=nosuch",
        "$top=-1",
        "$top=one",
        "$top=٣",
        "$skip=-1",
        "$skip=99999999999999999999",
        "$count=maybe",
        "$orderby=",
        "$orderby=nosuch",
        "$orderby=name sideways",
        "$resultFormat=dataArray",
        "$nosuch=1",
        "$top=1&$top=2",
        "$filter=" + "a" * 20_000,
    ],
)
def test_options_that_cannot_be_followed_are_refused_at_once(query: str) -> None:
    def ask() -> None:
        entity = ENTITIES["Datastream"]
        for node, descending in read_options(query, entity).order:
            Meaning(entity, lambda: NOW).order(node, descending=descending)

    refused_soon(ask)


def test_operators_bind_as_the_standard_says() -> None:
    bound = "a eq 1 or b eq 2 and not c add 2 mul 3 gt 4"
    assert written(read_filter(bound)) == (
        "((a eq 1) or ((b eq 2) and (not ((c add (2 mul 3)) gt 4))))"
    )
    assert written(read_filter("a sub b sub c eq 1")) == "(((a sub b) sub c) eq 1)"


def test_names_mean_what_facts_hold() -> None:
    result, at = Field(("value",)), Field(("at",))
    assert meant("result gt 4") == Call("gt", (result, Value(4)))
    assert meant("4 lt result") == Call("gt", (result, Value(4)))
    assert meant("result eq 'low'") == Call("eq", (Field(("extra", "result")), Value("low")))
    assert meant("result eq true") == Call("eq", (Field(("extra", "result")), Value(value=True)))
    assert meant("result eq null") == Call("is_null", (result,))
    assert meant("parameters/depth eq 2") == Call(
        "eq", (Field(("extra", "parameters", "depth")), Value(2))
    )
    assert meant("Datastream/Thing/@iot.id eq 5") == Call(
        "eq", (Field(("series", "thing", "no")), Value(5))
    )
    assert meant("phenomenonTime lt now()") == Call("lt", (at, Moment(NOW)))
    assert meant("properties/byalag/dataset eq 'baths'", "Thing") == Call(
        "eq", (Field(("dataset",)), Value("baths"))
    )


def test_times_are_moments_wherever_they_are_written() -> None:
    at, noon = Field(("at",)), 1_425_470_400_000_000
    for text in (
        "phenomenonTime gt 2015-03-04T12:00:00Z",
        "phenomenonTime gt 2015-03-04T13:00:00+01:00",
        "phenomenonTime gt 2015-03-04T13:00:00 01:00",
        "phenomenonTime gt '2015-03-04T12:00:00Z'",
        "phenomenonTime gt 2015-03-05T12:00:00Z sub duration'P1D'",
        "phenomenonTime add duration'PT12H' gt 2015-03-05",
    ):
        assert meant(text) == Call("gt", (at, Moment(noon))), text


def test_a_period_is_before_when_it_ends_and_after_when_it_begins() -> None:
    when, then = "2015-03-04T12:00:00Z", Moment(1_425_470_400_000_000)
    first, last = Field(("first",)), Field(("last",))
    assert meant(f"phenomenonTime lt {when}", "Datastream") == Call("lt", (last, then))
    assert meant(f"phenomenonTime gt {when}", "Datastream") == Call("gt", (first, then))
    assert meant(f"{when} lt phenomenonTime", "Datastream") == Call("gt", (first, then))
    both = Call("and", (Call("eq", (first, then)), Call("eq", (last, then))))
    assert meant(f"phenomenonTime eq {when}", "Datastream") == both


def test_every_function_means_one_that_a_store_knows() -> None:
    place = "geography'POINT (20.95 64.75)'"
    texts = [
        "substringof('a',name)",
        "contains(name,'a')",
        "startswith(name,'a')",
        "endswith(name,'a')",
        "length(name) eq 1",
        "indexof(name,'a') eq 1",
        "substring(name,1,2) eq 'a'",
        "tolower(trim(name)) eq toupper('a')",
        "concat(name,'a') eq 'b'",
        *(
            f"{part}(Datastreams/Observations/phenomenonTime) eq 1"
            for part in ("year", "month", "day", "hour", "minute", "second", "fractionalseconds")
        ),
        "date(now()) eq 2026-01-01",
        "time(now()) gt 12:00",
        "totaloffsetminutes(now()) eq 0",
        "mindatetime() lt maxdatetime()",
        "round(floor(ceiling(Datastreams/Observations/result))) eq -1.5",
        "Datastreams/Observations/result mul 2 div 3 mod 4 eq -(1 add 2)",
        f"geo.distance(Locations/location,{place}) lt 1",
        f"geo.length({place}) eq 0",
        f"geo.intersects(Locations/location,{place})",
        *(
            f"{relation}(Locations/location,{place})"
            for relation in (
                "st_equals", "st_disjoint", "st_touches", "st_within", "st_overlaps",
                "st_crosses", "st_intersects", "st_contains", "ST_Contains",
            )
        ),
        f"st_relate(Locations/location,{place},'T********')",
    ]  # fmt: skip
    for text in texts:
        assert _calls(meant(text, "Thing")) <= FUNCTIONS, text


def _calls(expression: Expression) -> set[str]:
    if not isinstance(expression, Call):
        return set()
    return {expression.name}.union(*(_calls(one) for one in expression.args))


def test_a_place_is_read_longitude_first() -> None:
    told = meant("st_within(location,geography'SRID=4326;POINT (20.95 64.75)')", "Location")
    place = {"type": "Point", "coordinates": (20.95, 64.75)}
    assert told == Call("within", (Field(("geometry",)), Shape(place)))


def test_several_are_ordered_by_in_turn() -> None:
    told = read_orders("Thing/name desc,phenomenonTime, geo.distance(a,b) asc")
    assert [(written(node), descending) for node, descending in told] == [
        ("Thing/name", True),
        ("phenomenonTime", False),
        ("geo.distance(a,b)", False),
    ]


def test_options_inside_an_expansion_are_read() -> None:
    options = read_options(
        "$expand=Observations($top=2;$orderby=result desc;$filter=contains(name,';,)');"
        "$expand=Datastream),Thing/Locations,Thing($select=name)&$select=name&unknown=1",
        ENTITIES["Datastream"],
    )
    inner = options.expand["Observations"]
    assert (inner.top, set(inner.expand)) == (2, {"Datastream"})
    assert inner.where == Apply("contains", (Name(("name",)), Constant("text", ";,)")))
    assert options.expand["Thing"].select == {"name"}
    assert set(options.expand["Thing"].expand) == {"Locations"}
