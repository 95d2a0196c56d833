"""Entities are facts: nothing is lost on the way there and back."""

from pathlib import Path
from string import ascii_letters
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Dataset, Observation, Point, Series, Thing
from byalag.standards.ngsi_ld._core import DEFAULT_VOCABULARY
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._facts import entity_of, known, known_all
from byalag.standards.ngsi_ld._name import (
    escaped,
    from_source,
    plain,
    series_id,
    thing_id,
    uri_of,
    written_id,
)
from byalag.standards.ngsi_ld._saying import facts_of
from byalag.store import Store

NOW = 1_780_000_000_000_000
NAME = st.text(ascii_letters, min_size=1, max_size=8)
IRI = st.one_of(NAME.map(DEFAULT_VOCABULARY.__add__), NAME.map("https://words.example/w#{}".format))
URI = st.one_of(NAME.map("urn:ngsi-ld:Thing:{}".format), st.just("https://a.example/b/c?d=e"))
VALUE = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(-1e6, 1e6),
    st.text(max_size=8),
    st.booleans(),
    st.dictionaries(NAME, st.integers(), min_size=1, max_size=2),
    st.lists(st.integers(), max_size=3),
)
POINT = st.tuples(st.integers(-179, 179), st.integers(-89, 89)).map(
    lambda at: {"type": "Point", "coordinates": [*at]}
)
AT = st.one_of(st.none(), st.integers(1_000_000, NOW))


def instances(depth: int = 0) -> st.SearchStrategy[Instance]:
    sub = (
        st.dictionaries(IRI, st.lists(instances(depth + 1), min_size=1, max_size=1), max_size=1)
        if depth < 2
        else st.just({})
    )
    more = {"created": st.just(NOW), "modified": st.just(NOW), "sub": sub}
    return st.one_of(
        st.builds(
            Instance,
            kind=st.just("Property"),
            value=VALUE,
            observed=AT,
            unit=st.sampled_from([None, "CEL", "XYZ"]),
            **more,
        ),
        st.builds(Instance, kind=st.just("Relationship"), value=URI, observed=AT, **more),
        st.builds(Instance, kind=st.just("GeoProperty"), value=POINT, **more),
        st.builds(Instance, kind=st.just("LanguageProperty"), value=st.just({"sv": "ja"}), **more),
        st.builds(Instance, kind=st.just("ListProperty"), value=st.just([1, "a"]), **more),
        st.builds(Instance, kind=st.just("JsonProperty"), value=VALUE, **more),
    )


def told_apart(each: list[Instance]) -> list[Instance]:
    for number, one in enumerate(each[1:]):
        one.dataset = f"urn:ngsi-ld:Dataset:{number}"
    return each


ENTITIES = st.builds(
    Entity,
    id=URI,
    types=st.lists(IRI, min_size=1, max_size=2, unique=True).map(tuple),
    scopes=st.sampled_from([(), ("/a/b",), ("/a", "/b")]),
    created=st.just(NOW),
    modified=st.just(NOW),
    attributes=st.dictionaries(
        st.one_of(IRI, st.just("https://uri.etsi.org/ngsi-ld/location")),
        st.lists(instances(), min_size=1, max_size=3).map(told_apart),
        max_size=4,
    ),
)


@settings(deadline=None, max_examples=60)
@given(entity=ENTITIES)
def test_an_entity_that_has_become_facts_is_read_as_itself(entity: Entity) -> None:
    with TemporaryDirectory() as folder, Store(Path(folder) / "own.sqlite") as store:
        store.publish({"written": Dataset(id="written", title={"sv": "S"})}).result()
        store.commit(facts_of(entity, "written"), at=NOW).result()
        thing = known(store, entity.id)
        assert thing is not None
        assert entity_of(store, thing) == entity
        assert known_all(store, [entity.id, "urn:no:such"]) == {entity.id: thing}


@settings(deadline=None)
@given(text=st.text(max_size=30))
def test_what_is_escaped_is_read_again(text: str) -> None:
    assert plain(escaped(text)) == (text or None)


@settings(deadline=None)
@given(uri=st.text(min_size=1, max_size=400))
def test_every_uri_has_a_thing_s_id_and_a_series_of_its_own(uri: str) -> None:
    thing, name = written_id(uri), f"{DEFAULT_VOCABULARY}a_{escaped(uri)}"
    assert len(thing) <= 200
    series = {series_id(thing, name, which) for which in (None, uri, f"{uri}x")}
    assert len(series) == 3
    assert max(map(len, series)) <= 300


def test_what_a_source_has_said_is_an_entity_with_a_uri_that_leads_back(tmp_path: Path) -> None:
    thing = Thing(
        id="parking:skelleftea:1",
        type="OffStreetParking",
        dataset="parking",
        municipality="2482",
        name="Torget",
        point=Point(latitude=64.75, longitude=20.95),
        properties={"totalSpotNumber": 120},
    )
    series = Series(
        id="parking:skelleftea:1/temperature",
        thing=thing.id,
        property="temperature",
        dataset="parking",
        unit="Cel",
    )
    with Store(tmp_path / "own.sqlite") as store:
        store.publish({"parking": Dataset(id="parking", title={"sv": "P"})}).result()
        store.commit([thing, series, Observation(series.id, NOW, 4.5)], at=NOW).result()
        uri = "urn:ngsi-ld:OffStreetParking:2482:parking:skelleftea:1"
        found = known(store, uri)
        assert found is not None
        assert uri_of(found) == uri
        assert thing_id(uri) == thing.id
        assert from_source("urn:ngsi-ld:OffStreetParking:2482:torget") is None
        assert known(store, uri.replace("OffStreetParking", "Beach")) is None
        entity = entity_of(store, found)
        assert entity.types == (f"{DEFAULT_VOCABULARY}OffStreetParking",)
        told = {name.rpartition("/")[2]: each[0] for name, each in entity.attributes.items()}
        assert told["temperature"].value == 4.5
        assert told["temperature"].unit == "CEL"
        assert told["temperature"].observed == NOW
        assert told["totalSpotNumber"].value == 120
        assert told["name"].value == "Torget"
        assert told["location"].kind == "GeoProperty"


def test_a_newer_observation_is_shown_in_the_place_of_what_was_written(tmp_path: Path) -> None:
    speed = f"{DEFAULT_VOCABULARY}speed"
    entity = Entity(
        id="urn:a:b",
        types=(f"{DEFAULT_VOCABULARY}Car",),
        attributes={speed: [Instance(kind="Property", value=50, observed=NOW - 10)]},
    )
    with Store(tmp_path / "own.sqlite") as store:
        store.publish({"written": Dataset(id="written", title={"sv": "S"})}).result()
        thing, series, said = facts_of(entity, "written")
        store.commit([thing, series, said], at=NOW).result()
        assert isinstance(series, Series)
        store.commit([Observation(series.id, NOW, 70.0)], at=NOW).result()
        found = known(store, "urn:a:b")
        assert found is not None
        assert entity_of(store, found).attributes[speed][0].value == 70
