import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byalag.model import Delivery, Fact, Observation, Rejected, Series, Thing
from byalag.store import Store
from byalag.store._bodies import digest, pack, unpack

LEVEL = Series(id="sensor:a:1/level", thing="sensor:a:1", property="level", dataset="sensors")


@given(st.binary(max_size=2000))
def test_a_body_comes_out_as_it_went_in(body: bytes) -> None:
    assert unpack(*pack(body)) == body


def test_a_body_is_packed_when_it_pays() -> None:
    assert len(pack(b'{"free": 3}' * 1000)[1]) < 200
    assert pack(b"short") == (0, b"short")


def test_pages_are_told_apart() -> None:
    assert digest((b"ab", b"c")) != digest((b"a", b"bc"))


def delivery(body: bytes = b"[]", source: str = "parking", part: str = "main") -> Delivery:
    return Delivery(
        source=source,
        received=7,
        bodies=(body, b"x" * 5000),
        part=part,
        media_type="application/json",
        url="https://parking.example/",
    )


def test_a_delivery_is_kept_as_it_arrived(store: Store) -> None:
    kept = store.keep(delivery()).result()
    found = store.delivery(kept.seq)
    assert found is not None
    assert found.bodies == (b"[]", b"x" * 5000)
    assert (found.source, found.received, found.media_type) == ("parking", 7, "application/json")
    assert found.url == "https://parking.example/"
    assert found.seq == kept.seq
    assert store.delivery(99) is None


def test_a_key_belongs_to_its_source(store: Store) -> None:
    first = store.keep(delivery(), key="k").result()
    again = store.keep(delivery(), key="k").result()
    other = store.keep(delivery(b"{}"), key="k").result()
    elsewhere = store.keep(delivery(source="bathing"), key="k").result()
    assert (again.seq, again.fresh, again.same) == (first.seq, False, True)
    assert (other.seq, other.fresh, other.same) == (first.seq, False, False)
    assert elsewhere.fresh
    assert store.keep(delivery()).result().fresh
    assert store.keep(delivery()).result().fresh


def test_the_newest_of_each_part_is_found(store: Store) -> None:
    for body, part in [(b"1", "main"), (b"2", "live"), (b"3", "main")]:
        store.keep(delivery(body, part=part)).result()
    newest = store.newest("parking", "main")
    assert newest is not None
    assert newest.bodies[0] == b"3"
    assert store.newest("parking", "detail") is None


@pytest.mark.proves(2)
def test_committing_a_delivery_twice_changes_nothing(store: Store) -> None:
    seq = store.keep(delivery()).result().seq
    facts: list[Fact] = [LEVEL, Observation(LEVEL.id, 1, 1.0)]
    aside = [Rejected(where="lots[3]", why="no id", record=b"{}")]
    first = store.commit(facts, at=9, delivery=seq, set_aside=aside, skipped=4).result()
    before = store.changed()
    again = store.commit(facts, at=9, delivery=seq, set_aside=aside, skipped=4).result()
    assert (first.fresh, again.fresh) == (True, False)
    assert (again.observations, again.set_aside, again.skipped) == (1, 1, 4)
    assert store.changed() == before
    assert len(store.set_aside()) == 1
    assert list(store.untranslated()) == []


@pytest.mark.proves(2)
def test_a_pushed_delivery_with_a_known_key_answers_the_first_receipt(store: Store) -> None:
    facts: list[Fact] = [LEVEL, Observation(LEVEL.id, 1, 1.0)]
    first = store.record(delivery(), facts, key="k").result()
    again = store.record(delivery(), [LEVEL, Observation(LEVEL.id, 1, 99.0)], key="k").result()
    assert (again.seq, again.fresh) == (first.seq, False)
    assert again.committed.observations == 1
    assert store.latest([LEVEL.id])[LEVEL.id].value == 1.0


def test_deliveries_are_summed_up_newest_first(store: Store) -> None:
    thing = Thing(id="sensor:a:1", type="Device", dataset="sensors")
    facts: list[Fact] = [thing, LEVEL, Observation(LEVEL.id, 1, 1.0), Observation(LEVEL.id, 2, 1.0)]
    store.record(delivery(), facts, records=2).result()
    store.keep(delivery()).result()
    newest, oldest = store.deliveries("parking")
    assert (oldest.things, oldest.observations, oldest.records, oldest.bytes) == (1, 2, 2, 5002)
    assert (newest.seq, newest.translated) == (2, None)
    assert [one.seq for one in store.deliveries("parking", 1)] == [2]
    assert store.deliveries("bathing") == []


def test_what_is_set_aside_is_listed_with_its_reason(store: Store) -> None:
    seq = store.keep(delivery()).result().seq
    aside = [Rejected(where=f"row {n}", why="no id", record=b"%d" % n) for n in range(3)]
    store.commit([], at=9, delivery=seq, set_aside=aside).result()
    listed = store.set_aside("parking", limit=2)
    assert [(one.where, one.record, one.delivery) for one in listed] == [
        ("row 2", b"2", seq),
        ("row 1", b"1", seq),
    ]
    assert [one.where for one in store.set_aside("parking", limit=2, offset=2)] == ["row 0"]
    assert store.set_aside("bathing") == []


def test_what_is_remembered_is_recalled(store: Store) -> None:
    assert store.recall("etag") is None
    store.remember("etag", {"main": "abc"}).result()
    store.remember("etag", {"main": "def"}).result()
    assert store.recall("etag") == {"main": "def"}


def test_a_series_is_known_once_it_has_had_a_value(store: Store) -> None:
    known = store.known()
    store.commit([LEVEL], at=0).result()
    assert LEVEL.id not in known
    store.commit([Observation(LEVEL.id, 1, math.nan, 9)], at=0).result()
    assert LEVEL.id in known
    assert "sensor:a:2/level" not in known


def test_the_ledger_tells_how_much_it_holds_of_each_source(store: Store) -> None:
    assert store.ledger_size() == []
    for source in ("parking", "parking", "baths"):
        store.keep(delivery(source=source)).result()
    baths, parking = store.ledger_size()
    assert (baths.source, baths.deliveries, baths.oldest) == ("baths", 1, 7)
    assert (parking.source, parking.deliveries, parking.arrived) == ("parking", 2, 2 * 5002)
    assert 0 < parking.kept < 200
