"""What series and things imply is there to be asked for, and is nowhere else."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from byalag.asking import Ask, Call, Field, Value
from byalag.model import Dataset, Gone, Observation, Point, Retracted, Series, Thing
from byalag.store import Store
from byalag.store._connection import add_step_functions
from byalag.store._sql import MIGRATIONS, SCHEMA
from byalag.store._sqlite import connect

OPEN = {"d": Dataset(id="d", title={"sv": "Öppen"}, open=True)}
PLACE = Point(59, 18)
BEACH = Thing(id="beach:x:1", type="BathingPlace", dataset="d", name="Badet", point=PLACE)
WATER = Series(
    id="beach:x:1/waterTemperature", thing=BEACH.id, property="waterTemperature", dataset="d"
)
PROPERTY, SENSOR = "observedproperty:byalag:waterTemperature", "sensor:byalag:d"


def pointed(store: Store, kind: str, id_: str, name: str) -> list[str]:
    """Return the ids of what a thing or a series points to."""
    back = ("inverse", name, "id") if kind == "thing" else ("measures", name, "id")
    asked = Call("eq", (Field(back), Value(id_)))
    return [row.fact.id for row in store.ask(Ask(of="thing", where=asked)).rows]


def there(store: Store) -> set[str]:
    return {row.fact.id for row in store.ask(Ask(of="thing")).rows}


@pytest.fixture
def told(store: Store) -> Store:
    store.publish(OPEN).result()
    store.commit([BEACH, WATER], at=0).result()
    return store


def test_a_series_observes_its_property_with_its_datasets_sensor(told: Store) -> None:
    assert pointed(told, "series", WATER.id, "observedProperty") == [PROPERTY]
    assert pointed(told, "series", WATER.id, "sensor") == [SENSOR]
    named = told.thing(PROPERTY)
    assert named is not None
    assert (named.type, named.name) == ("ObservedProperty", "waterTemperature")
    assert named.description  # from the hub's terms


def test_a_thing_with_a_point_is_where_it_is_and_what_its_series_are_of(told: Store) -> None:
    assert pointed(told, "thing", BEACH.id, "locations") == [BEACH.id]
    assert pointed(told, "series", WATER.id, "feature") == [BEACH.id]


def test_a_point_may_come_after_the_series(store: Store) -> None:
    store.commit([WATER], at=0).result()
    assert pointed(store, "series", WATER.id, "feature") == []
    store.commit([BEACH], at=0).result()
    assert pointed(store, "series", WATER.id, "feature") == [BEACH.id]


def test_what_is_said_takes_the_place_of_what_is_implied(told: Store) -> None:
    meter = Thing(id="sensor:x:9", type="Sensor", dataset="d")
    spot = Thing(id="location:x:9", type="Location", dataset="d", point=PLACE)
    moved = Thing(id=BEACH.id, type=BEACH.type, dataset="d", relations={"locations": (spot.id,)})
    said = replace(WATER, relations={"sensor": (meter.id,)})
    told.commit([meter, spot, moved, said], at=0).result()
    assert pointed(told, "series", WATER.id, "sensor") == [meter.id]
    assert pointed(told, "thing", BEACH.id, "locations") == [spot.id]
    assert pointed(told, "series", WATER.id, "feature") == []
    assert pointed(told, "thing", spot.id, "locations") == []
    assert SENSOR not in there(told)
    assert told.check() == []


def test_what_nothing_points_to_any_more_is_hidden_and_keeps_its_number(told: Store) -> None:
    number = told.number(PROPERTY)
    told.commit([Retracted(series=WATER.id)], at=0).result()
    assert there(told) == {BEACH.id}
    told.commit([WATER], at=0).result()
    assert told.number(PROPERTY) == number


def test_a_thing_that_is_gone_is_nobodys_feature_until_it_is_back(told: Store) -> None:
    told.commit([Gone(thing=BEACH.id)], at=0).result()
    assert pointed(told, "series", WATER.id, "feature") == []
    told.commit([BEACH], at=0).result()
    assert pointed(told, "series", WATER.id, "feature") == [BEACH.id]


def test_nobody_counts_what_is_implied(told: Store) -> None:
    assert told.counts().things == 1
    assert told.count(("Sensor", "ObservedProperty", "BathingPlace")) == 1
    assert told.find("Sensor") == []
    assert told.find(("Sensor", "ObservedProperty")) == []
    assert [thing.id for thing in told.things_in("d")] == [BEACH.id]
    assert told.check() == []


def test_the_commons_implies_its_own_and_lets_go_of_it(told: Store, commons: Store) -> None:
    commons.publish(OPEN, origin="2482").result()
    told.commit([Observation(WATER.id, 1, 2.0)], at=0).result()
    changes = told.changes(0, 100)
    assert not any(
        getattr(fact, "id", "").startswith(("observedproperty", "sensor:byalag"))
        for change in changes
        for fact in change.facts
    )
    commons.absorb("2482", changes).result()
    assert pointed(commons, "series", WATER.id, "sensor") == [SENSOR]
    assert pointed(commons, "thing", BEACH.id, "locations") == [BEACH.id]
    commons.withdraw("2482", "d").result()
    assert there(commons) == set()
    assert commons.check() == []


def test_who_describes_what_is_implied_makes_it_their_own(told: Store, commons: Store) -> None:
    better = Thing(id=SENSOR, type="Sensor", dataset="d", name="Givaren")
    told.commit([better], at=0).result()
    assert told.counts().things == 2
    commons.publish(OPEN, origin="2482").result()
    commons.absorb("2482", told.changes(0, 100)).result()
    found = commons.thing(SENSOR)
    assert found is not None
    assert found.name == "Givaren"
    assert commons.counts().things == 2
    commons.withdraw("2482", "d").result()
    assert there(commons) == set()


def test_an_id_is_made_of_any_sensors_name(store: Store) -> None:
    odd = Series(id="beach:x:1/p@a", thing=BEACH.id, property="p", dataset="d", sensor="å/ä " * 99)
    store.commit([odd], at=0).result()
    (id_,) = pointed(store, "series", odd.id, "sensor")
    assert id_.startswith("sensor:byalag:d-~E5~2F~E4~20")
    assert len(id_) <= 200


def test_an_old_store_implies_the_same_when_it_is_brought_up(tmp_path: Path, told: Store) -> None:
    path = tmp_path / "old.db"
    _write_old(path)
    with Store(path) as old:
        assert there(old) == there(told)
        for name in ("observedProperty", "sensor", "feature"):
            assert pointed(old, "series", WATER.id, name) == pointed(told, "series", WATER.id, name)
        assert pointed(old, "thing", BEACH.id, "locations") == [BEACH.id]
        assert old.thing(PROPERTY) == told.thing(PROPERTY)
        assert old.counts().things == 1
        assert old.check() == []


def _write_old(path: Path) -> None:
    """Write a store of schema 2 with one thing and one series."""
    connection = connect(path)
    connection.pragma("journal_mode", "wal")
    connection.execute(SCHEMA)
    add_step_functions(connection)
    connection.execute(MIGRATIONS[1])
    connection.pragma("application_id", 0x4279616C)
    connection.pragma("user_version", 2)
    document = (
        b'{"fact":"Thing","id":"beach:x:1","type":"BathingPlace","dataset":"d","name":"Badet",'
        b'"point":{"latitude":59.0,"longitude":18.0}}'
    )
    connection.execute(
        "INSERT INTO thing VALUES (1, 'beach:x:1', 'BathingPlace', 'd', '', NULL, 'badet', 59, 18,"
        " 0, ?)",
        (document,),
    )
    connection.execute("INSERT INTO description VALUES (1, 'd', 1, ?)", (document,))
    connection.execute("INSERT INTO place VALUES (1, 59, 59, 18, 18)")
    connection.execute(
        "INSERT INTO series VALUES (1, ?, 'beach:x:1', 'waterTemperature', 'd', '', '1', '',"
        " 'measured', NULL)",
        (WATER.id,),
    )
    connection.close()
