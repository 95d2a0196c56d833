from byalag.engine import describe
from byalag.model import Link, Point, Series, Thing, Where
from byalag.store import Store

AT = 1_782_907_200_000_000
BATH = Thing(
    id="bath:skelleftea:varutrask",
    type="BathingPlace",
    dataset="parking",
    name="Varuträsk",
    point=Point(64.8, 20.8),
    properties={"fee": "none", "depth": 3},
)
WATER = Series(
    id="sensor:skelleftea:a1/waterTemperature",
    thing="sensor:skelleftea:a1",
    property="waterTemperature",
    dataset="sensors",
    unit="Cel",
)
LINK = Link(thing=BATH.id, property="waterTemperature", series=WATER.id)


def test_what_is_declared_is_committed_once(store: Store) -> None:
    assert describe(store, [LINK, WATER, BATH], name="places", at=AT) == 3
    changed = store.changed()
    assert describe(store, [LINK, WATER, BATH], name="places", at=AT) == 0
    assert store.changed() == changed
    assert store.series_of([BATH.id])[BATH.id] == [WATER]


def test_what_is_declared_otherwise_is_changed_and_what_it_no_longer_has_is_taken_away(
    store: Store,
) -> None:
    describe(store, [BATH], name="places", at=AT)
    less = Thing(
        id=BATH.id, type=BATH.type, dataset=BATH.dataset, name="Nytt", properties={"depth": 4}
    )
    assert describe(store, [less], name="places", at=AT) == 1
    found = store.thing(BATH.id)
    assert found is not None
    assert (found.name, found.properties) == ("Nytt", {"depth": 4})


def test_a_name_or_a_position_that_is_declared_no_more_is_taken_away(
    store: Store, commons: Store
) -> None:
    commons.publish(store.datasets()).result()
    describe(store, [BATH], name="places", at=AT)
    bare = Thing(id=BATH.id, type=BATH.type, dataset=BATH.dataset, properties={"depth": 3})
    assert describe(store, [bare], name="places", at=AT) == 1
    commons.absorb("2482", store.changes(0, 100)).result()
    assert [one.thing(BATH.id) for one in (store, commons)] == [bare, bare]
    assert commons.count("BathingPlace", Where(near=BATH.point)) == 0


def test_what_is_declared_no_more_is_gone_and_other_declarations_stay(store: Store) -> None:
    describe(store, [BATH], name="places", at=AT)
    describe(store, [WATER], name="push", at=AT)
    assert describe(store, [], name="places", at=AT) == 1
    assert store.thing(BATH.id) is None
    assert store.series(WATER.id)
    assert describe(store, [], name="places", at=AT) == 0
    assert describe(store, [BATH], name="places", at=AT) == 1
    assert store.thing(BATH.id)


def test_a_link_that_is_declared_no_more_no_longer_holds(store: Store) -> None:
    describe(store, [LINK, WATER, BATH], name="places", at=AT)
    assert describe(store, [WATER, BATH], name="places", at=AT) == 1
    assert store.series_of([BATH.id]).get(BATH.id, []) == []
    assert store.thing(BATH.id)
    assert store.series(WATER.id)
