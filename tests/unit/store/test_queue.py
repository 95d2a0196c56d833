"""What leaves: the news that outlets are fed with, and their queues."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Dataset, Gone, Observation, Series, Thing
from byalag.store import Columns, Outgoing, Store
from byalag.store import _queue as queue_module

DAY = 86_400 * 1_000_000
ROOM = Thing(id="room:hus:a", type="Room", dataset="indoor", name="A")
SERIES = Series(
    id="room:hus:a/temperature",
    thing="room:hus:a",
    property="temperature",
    dataset="indoor",
    unit="Cel",
)
DATASETS = {
    "indoor": Dataset(id="indoor", title={"sv": "Inne"}),
    "parking": Dataset(id="parking", title={"sv": "Parkering"}, open=True),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "2482.sqlite") as opened:
        opened.publish(DATASETS).result()
        yield opened


def letter(number: int, receiver: str = "") -> Outgoing:
    return Outgoing(id=f"msg_{number}", receiver=receiver, message=b"{}")


def test_news_of_a_closed_dataset_is_kept_for_the_outlet_and_not_for_the_commons(
    store: Store,
) -> None:
    store.queue.declare({"mail": ["indoor"]}).result()
    store.commit([ROOM, SERIES, Observation(SERIES.id, 5, 21.5)], at=5).result()
    [news] = store.queue.news(0, 10)
    assert news.facts == [ROOM, Observation(SERIES.id, 5, 21.5)]
    assert store.changes(0, 10) == []


def test_nothing_is_kept_of_what_no_outlet_asks_for(store: Store) -> None:
    store.queue.declare({"mail": ["parking"]}).result()
    store.commit([ROOM, SERIES, Observation(SERIES.id, 5, 21.5)], at=5).result()
    assert store.queue.news(0, 10) == []


def test_what_is_said_again_is_no_news(store: Store) -> None:
    store.queue.declare({"mail": ["indoor"]}).result()
    for _ in range(3):
        store.commit([ROOM, SERIES, Observation(SERIES.id, 5, 21.5)], at=5).result()
    assert len(store.queue.news(0, 10)) == 1


def test_many_observations_and_things_that_are_no_more_are_news_in_order(store: Store) -> None:
    store.queue.declare({"mail": ["indoor"]}).result()
    store.commit([ROOM, SERIES], at=1).result()
    many = [Observation(SERIES.id, at, float(at)) for at in range(1, 400)]
    store.commit(many, at=2).result()
    store.commit([Gone(thing=ROOM.id)], at=3).result()
    first, bulk, last = store.queue.news(0, 10)
    assert first.facts == [ROOM]
    assert [one.at for one in bulk.facts if isinstance(one, Observation)] == list(range(1, 400))
    assert last.facts == [Gone(thing=ROOM.id)]
    assert first.seq < bulk.seq < last.seq


def test_columns_that_are_pushed_are_news(store: Store) -> None:
    store.commit([ROOM, SERIES], at=1).result()
    store.queue.declare({"mail": ["indoor"]}).result()
    said = Columns(
        series=[SERIES.id],
        which=np.zeros(3, np.int64),
        times=np.array([1, 2, 3], np.int64),
        values=np.array([1.0, np.nan, 3.0]),
        flags=np.array([1, 9, 1], np.uint8),
    )
    from byalag.model import Delivery  # noqa: PLC0415 -- only this test delivers

    store.record(Delivery(source="push", received=9, bodies=(b"x",)), [], columns=said).result()
    [news] = store.queue.news(0, 10)
    assert [one.at for one in news.facts if isinstance(one, Observation)] == [1, 2, 3]


def test_a_new_outlet_begins_with_what_is_said_from_then_on(store: Store) -> None:
    store.queue.declare({"mail": ["indoor"]}).result()
    store.commit([ROOM], at=1).result()
    store.queue.declare({"mail": ["indoor"], "sms": ["indoor"]}).result()
    assert (store.queue.cursor("mail"), store.queue.cursor("sms")) == (0, 1)


def test_a_message_put_twice_is_in_the_queue_once_even_after_it_was_sent(store: Store) -> None:
    queue = store.queue
    assert queue.put("mail", [letter(1), letter(2)], at=1).result() == 2
    assert queue.put("mail", [letter(2), letter(3)], at=2).result() == 1
    first = queue.due("mail", 5)[0]
    queue.sent(first.seq, at=5).result()
    assert queue.put("mail", [letter(1)], at=6).result() == 0
    assert [one.id for one in queue.due("mail", 9, limit=9)] == ["msg_2", "msg_3"]
    assert queue.put("mail", [letter(1, "other")], at=6).result() == 1


def test_feeding_moves_the_place_in_the_news_in_the_same_commit(store: Store) -> None:
    queue = store.queue
    queue.declare({"mail": ["indoor"]}).result()
    store.commit([ROOM], at=1).result()
    queue.feed("mail", [letter(1)], at=2, told={"a": {"high": True}}, cursor=1).result()
    assert queue.cursor("mail") == 1
    assert queue.told("mail", ["a", "b"]) == {"a": {"high": True}}
    assert queue.counts("mail").waiting == 1


def test_a_failed_message_waits_and_lets_the_others_by(store: Store) -> None:
    queue = store.queue
    queue.put("mail", [letter(1), letter(2)], at=1).result()
    first, second = queue.due("mail", 1, limit=9)
    queue.failed(first.seq, due=100, wait=99, why="no answer").result()
    assert queue.due("mail", 50, limit=9) == [second]
    assert queue.next_due("mail", but=[second.seq]) == 100
    assert queue.due("mail", 100, limit=9)[-1].tries == 1
    assert queue.counts("mail").error == "no answer"


def test_in_order_only_the_oldest_of_each_receiver_is_sent(store: Store) -> None:
    queue = store.queue
    queue.put("sms", [letter(1, "a"), letter(2, "a"), letter(3, "b")], at=1).result()
    heads = queue.due("sms", 1, limit=9, first_of=["a", "b"])
    assert [one.id for one in heads] == ["msg_1", "msg_3"]
    queue.failed(heads[0].seq, due=100, wait=99, why="x").result()
    assert [one.id for one in queue.due("sms", 1, limit=9, first_of=["a", "b"])] == ["msg_3"]
    assert queue.next_due("sms", but=[heads[1].seq], first_of=["a", "b"]) == 100
    queue.set_aside(heads[0].seq, at=1, why="no such number").result()
    assert queue.due("sms", 1, first_of=["a"])[0].id == "msg_2"


def test_what_was_set_aside_can_be_put_back_one_or_all(store: Store) -> None:
    queue = store.queue
    queue.put("mail", [letter(n) for n in range(3)], at=1).result()
    for one in queue.due("mail", 1, limit=9):
        queue.set_aside(one.seq, at=2, why="no").result()
    assert queue.counts("mail").aside == 3
    [kept, *_] = queue.listed("mail", "aside")
    assert queue.again("mail", at=3, parcel=kept.seq).result() == 1
    assert queue.again("mail", at=3).result() == 2
    assert queue.again("mail", at=3).result() == 0
    assert [one.tries for one in queue.due("mail", 3, limit=9)] == [0, 0, 0]


@pytest.mark.parametrize("moved", [-3600, 3600, -90 * 86400])
def test_no_wait_is_longer_than_it_was_meant_to_be_when_the_clock_has_moved(
    store: Store, moved: int
) -> None:
    queue, at = store.queue, 200 * DAY
    queue.put("mail", [letter(1)], at=at).result()
    [one] = queue.due("mail", at)
    queue.failed(one.seq, due=at + 60_000_000, wait=60_000_000, why="x").result()
    now = at + moved * 1_000_000
    queue.begin("mail", [""], at=now).result()
    due = queue.next_due("mail")
    assert due is not None
    assert due <= now + 60_000_000


def test_what_is_for_a_receiver_that_is_no_more_is_set_aside(store: Store) -> None:
    queue = store.queue
    queue.put("sms", [letter(1, "a"), letter(2, "b")], at=1).result()
    queue.begin("sms", ["b"], at=2).result()
    assert [one.receiver for one in queue.due("sms", 2, limit=9)] == ["b"]
    [aside] = queue.listed("sms", "aside")
    assert "no longer" in aside.why


def test_an_outlet_that_is_never_read_or_sent_does_not_fill_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "MOST_NEWS", 5)
    monkeypatch.setattr(queue_module, "MOST_WAITING", 4)
    monkeypatch.setattr(queue_module, "MOST_ASIDE", 3)
    queue = store.queue
    queue.declare({"mail": ["indoor"]}).result()
    for number in range(20):
        store.commit([Thing(id=f"room:hus:{number}", type="Room", dataset="indoor")], at=1).result()
        queue.put("mail", [letter(number)], at=number).result()
    assert queue.counts("mail").waiting == 4
    assert [one.id for one in queue.due("mail", 99)] == ["msg_16"]
    dropped = queue.trim(99).result()
    assert (queue.counts("mail").aside, dropped) == (3, 13)
    assert [news.seq for news in queue.news(0, 99)] == [16, 17, 18, 19, 20]
    assert (queue.cursor("mail"), queue.counts("mail").missed) == (15, 15)


def test_news_are_forgotten_when_every_outlet_has_read_them(store: Store) -> None:
    queue = store.queue
    queue.declare({"mail": ["indoor"], "sms": ["indoor"]}).result()
    for number in range(3):
        store.commit([Thing(id=f"room:hus:{number}", type="Room", dataset="indoor")], at=1).result()
    queue.feed("mail", [], at=1, told={}, cursor=3).result()
    queue.feed("sms", [], at=1, told={}, cursor=2).result()
    queue.trim(1).result()
    assert [news.seq for news in queue.news(0, 9)] == [3]
    queue.declare({}).result()
    queue.trim(1).result()
    assert queue.news(0, 9) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["put", "sent", "aside", "again"]))))
@settings(deadline=None, max_examples=30)
def test_whatever_happens_no_message_is_lost_or_doubled(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]]
) -> None:
    with Store(tmp_path_factory.mktemp("q") / "s.sqlite") as store:
        queue, put = store.queue, set[str]()
        for number, what in steps:
            if what == "put":
                queue.put("o", [letter(number)], at=1).result()
                put.add(f"msg_{number}")
            elif what == "again":
                queue.again("o", at=1).result()
            elif found := queue.due("o", 9):
                (
                    queue.sent(found[0].seq, at=1)
                    if what == "sent"
                    else queue.set_aside(found[0].seq, at=1, why="x")
                ).result()
        states = [queue.listed("o", state) for state in ("waiting", "aside", "sent")]
        ids = [one.id for some in states for one in some]
        assert sorted(ids) == sorted(put)
