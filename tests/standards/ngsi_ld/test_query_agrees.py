"""What the store answers is what looking at every entity answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byalag.model import Dataset, Fact, Observation, Point, Series, Thing
from byalag.standards.ngsi_ld._core import DEFAULT_VOCABULARY
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._find_entities import Part, every_entity, following, page_of
from byalag.standards.ngsi_ld._q import All, Literally, Q, Range, Some, Term, Values
from byalag.standards.ngsi_ld._q import Path as QPath
from byalag.standards.ngsi_ld._q_names import expanded
from byalag.standards.ngsi_ld._saying import facts_of
from byalag.standards.ngsi_ld._select import Selection, Selector, selected
from byalag.standards.ngsi_ld._types import OfType
from byalag.store import Store

NOW = 1_780_000_000_000_000
OTHER = "https://example.org/#"  # another vocabulary, whose short names are the same
NAMES = ("level", "name", "tint", "near")
SCALARS: st.SearchStrategy[object] = st.one_of(
    st.integers(0, 4), st.sampled_from([0.5, 2.0, "red", "blue", "3", True, False, "2026-01-01"])
)
JSONS = SCALARS | st.lists(SCALARS, max_size=3) | st.fixed_dictionaries({"m": SCALARS})


def _expand(name: str) -> str:
    return DEFAULT_VOCABULARY + name


@st.composite
def instances(draw: st.DrawFn) -> list[Instance]:
    kind = draw(st.sampled_from(["Property"] * 4 + ["Relationship", "LanguageProperty"]))
    if kind == "Relationship":
        return [Instance(kind="Relationship", value=draw(st.sampled_from(["urn:x:1", "urn:x:2"])))]
    if kind == "LanguageProperty":
        return [Instance(kind="LanguageProperty", value={"sv": "red", "en": draw(SCALARS)})]
    first = Instance(kind="Property", value=draw(JSONS), observed=draw(st.none() | st.just(NOW)))
    if draw(st.booleans()):
        return [first]
    return [first, Instance(kind="Property", value=draw(SCALARS), dataset="urn:d:1")]


ATTRIBUTES = st.dictionaries(
    st.builds(str.__add__, st.sampled_from([DEFAULT_VOCABULARY, OTHER]), st.sampled_from(NAMES)),
    instances(),
    max_size=4,
)
LITERALS = st.one_of(
    SCALARS.map(
        lambda value: Literally(
            "truth" if isinstance(value, bool) else "text" if isinstance(value, str) else "number",
            value,  # type: ignore[arg-type]  # a scalar
        )
    ),
    st.just(Literally("name", "urn:x:1")),
)
NUMBERS = st.integers(0, 4).map(lambda number: Literally("number", number))
PATHS = st.builds(
    QPath, st.sampled_from(NAMES).map(lambda name: (name,)), st.sampled_from([(), ("m",), ("sv",)])
)
TERMS = st.one_of(
    st.builds(Term, PATHS),
    st.builds(Term, PATHS, st.sampled_from(["==", "!="]), LITERALS),
    st.builds(Term, PATHS, st.sampled_from(["==", "!="]), st.builds(Range, NUMBERS, NUMBERS)),
    st.builds(
        Term,
        PATHS,
        st.just("=="),
        st.lists(LITERALS, min_size=2, max_size=3).map(lambda each: Values(tuple(each))),
    ),
    st.builds(Term, PATHS, st.sampled_from(["<", "<=", ">", ">="]), LITERALS),
)
QUERIES: st.SearchStrategy[Q] = st.recursive(
    TERMS,
    lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(
        lambda parts: st.sampled_from([All(tuple(parts)), Some(tuple(parts))])
    ),
    max_leaves=4,
)


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    said: list[Fact] = []
    for number in range(draw(st.integers(1, 4))):
        types = draw(st.sampled_from([("A",), ("B",), ("A", "B")]))
        entity = Entity(
            id=f"urn:ngsi-ld:T:{number}",
            types=tuple(map(_expand, types)),
            created=NOW,
            modified=NOW,
            attributes=draw(ATTRIBUTES),
        )
        said += facts_of(entity, "written", now=NOW)
    for number in range(draw(st.integers(0, 3))):
        thing = f"bath:x:{number}"
        properties = draw(st.dictionaries(st.sampled_from(["level", "tint"]), JSONS, max_size=2))
        named = draw(st.none() | st.sampled_from(["red", "blue"]))
        place = Point(60, 17)
        said.append(
            Thing(
                id=thing, type="A", dataset="baths", name=named, point=place, properties=properties
            )
        )
        for sensor in draw(st.sampled_from([(), ("",), ("", "s1"), ("s1", "s2")])):
            series = f"{thing}/level" + (f"@{sensor}" if sensor else "")
            said.append(
                Series(id=series, thing=thing, property="level", dataset="baths", sensor=sensor)
            )
            said.append(Observation(series, NOW + draw(st.integers(0, 9)), draw(st.integers(0, 4))))
    return said


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Path]:
    return (tmp_path / f"{number}.sqlite" for number in range(10_000))


@given(said=facts(), queries=st.lists(QUERIES, min_size=1, max_size=8), typed=st.booleans())
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_store_and_the_judge_choose_the_same_entities(
    places: Iterator[Path], said: list[Fact], queries: list[Q], *, typed: bool
) -> None:
    with Store(next(places)) as store:
        store.publish({"written": Dataset(id="written", title={"sv": "S"})}).result()
        store.commit(said, at=NOW).result()
        for query in queries:
            selection = Selection(
                selectors=(Selector(OfType(_expand("B"))),) if typed else (),
                q=expanded(query, _expand),
            )
            follow = following(store)
            judged = [one for one in every_entity(store) if selected(selection, one, follow)]
            ids = [one.id for one in judged]
            for part in (Part(100), Part(100, count=True), Part(2), Part(2, 1, count=True)):
                for chunk in (1, 500):
                    page = page_of(store, selection, part, chunk)
                    end = part.offset + part.limit
                    assert [one.id for one in page.entities] == ids[part.offset : end]
                    assert page.more is (len(ids) > end)
                    assert not part.count or page.total == len(ids)


def test_a_member_that_is_not_there_is_not_unequal_to_anything(tmp_path: Path) -> None:
    thing = Thing(id="bath:x:0", type="A", dataset="baths", properties={"tint": "red"})
    with Store(tmp_path / "a.sqlite") as store:
        store.commit([thing], at=NOW).result()
        for name, wanted in (("m", []), ("", ["urn:ngsi-ld:A:bath:x:0"])):
            path = QPath(("tint",), (name,) if name else ())
            query = expanded(Term(path, "!=", Literally("name", "urn:x:1")), _expand)
            page = page_of(store, Selection(q=query), Part(10), 500)
            assert [one.id for one in page.entities] == wanted
