from byalag.model import Fact, Link, Observation, Series, Thing
from byalag.services import Reader
from byalag.store import Store

SAMPLE = Series(id="sensor:a:1/level", thing="sensor:a:1", property="level", dataset="sensors")
OWN = Series(id="bath:a:1/level", thing="bath:a:1", property="level", dataset="baths", unit="m")


def test_a_store_is_what_services_read_from(store: Store) -> None:
    reader: Reader = store
    assert reader.find("BathingPlace") == []
    assert reader.count("BathingPlace") == 0
    assert reader.thing("bath:a:1") is None
    assert reader.latest(["bath:a:1/level"]) == {}
    assert reader.history("bath:a:1/level", start=0, end=9).times.tolist() == []
    assert reader.series_of(["bath:a:1"]) == {"bath:a:1": []}
    assert reader.links_to(["bath:a:1"]) == []
    assert reader.datasets() == {}
    assert reader.changed() == 0


def test_a_thing_has_its_own_series_and_those_linked_to_it(store: Store) -> None:
    link = Link(thing="bath:a:1", property="level", series=SAMPLE.id)
    thing = Thing(id="bath:a:1", type="BathingPlace", dataset="baths")
    store.commit([thing, OWN, SAMPLE, link, link], at=0).result()
    assert store.series_of(["bath:a:1"]) == {"bath:a:1": [OWN, SAMPLE]}
    assert store.links_to(["bath:a:1"]) == [link]
    assert store.series(OWN.id) == OWN


def test_a_series_may_be_described_anew(store: Store) -> None:
    store.commit([OWN, Observation(OWN.id, 1, 1.0)], at=0).result()
    again = Series(id=OWN.id, thing=OWN.thing, property="level", dataset="baths", cadence=5)
    store.commit([again], at=0).result()
    assert store.series(OWN.id) == again
    assert store.latest([OWN.id])[OWN.id].value == 1.0


def test_changed_grows_only_when_something_changes(store: Store) -> None:
    seen = [store.changed()]
    facts: list[Fact] = [OWN, Observation(OWN.id, 1, 1.0)]
    for _ in range(2):
        store.commit(facts, at=0).result()
        seen.append(store.changed())
    store.remember("etag", "abc").result()
    assert seen == [0, 1, 1]
    assert store.changed() == 1
