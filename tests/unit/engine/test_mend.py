"""What was set aside is replayed when the mapping is mended, and harms nothing newer."""

import json
from pathlib import Path

import pytest

from byalag.engine import Connected, Mending, load
from byalag.model import Delivery, Rejected
from byalag.store import Store
from byalag.testkit import StoppedClock

from .conftest import connect, lots, pushes

NOW = 1_783_000_000_000_000  # 2026-07-02


def give(source: Connected, store: Store, tmp_path: Path, body: bytes, at: int = NOW) -> None:
    file = tmp_path / f"{at}.json"
    file.write_bytes(body)
    load(source, store, [file], now=at)


def said(*records: tuple[str, object], at: str = "2026-07-01T11:59:00Z") -> bytes:
    found = [{"id": n, "name": n.upper(), "free": free, "at": at} for n, free in records]
    return json.dumps({"lots": found}).encode()


@pytest.fixture
def failing() -> Connected:
    return connect("lots", "http://127.0.0.1/")


@pytest.fixture
def mended() -> Connected:
    series = [{"name": "availableSpotNumber", "value": "free", "at": "at", "codes": {"full": 0}}]
    return connect("lots", "http://127.0.0.1/", series=series)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


def test_a_mended_record_is_said_and_no_more_set_aside(
    store: Store, tmp_path: Path, failing: Connected, mended: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, said(("a", 1), ("b", "full")))
    [group] = Mending(store, [failing], clock).groups()
    assert (group.source, group.count) == ("lots", 1)
    done = Mending(store, [mended], clock).replay(who="anna", source="lots", group=group.group)
    assert (done.deliveries, done.mended, done.still, done.added) == (1, 1, 0, 0)
    assert store.latest(["parking:lots:b/availableSpotNumber"])
    assert Mending(store, [mended], clock).groups() == []
    assert store.counts().set_aside == 0
    [line] = Mending(store, [mended], clock).audit()
    assert (line.who, line.what, line.about) == ("anna", "replay", "lots")
    assert (line.details["mended"], line.details["group"]) == (1, group.group)


def test_the_same_row_is_not_replayed_by_the_same_mapping(
    store: Store, tmp_path: Path, failing: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, said(("a", 1), ("b", "full")))
    mending = Mending(store, [failing], clock)
    done = mending.replay(who="anna", source="lots")
    assert done.deliveries == 0
    assert [why.partition(";")[0] for why in done.passed] == [
        "the mapping has not been changed since it was last tried"
    ]
    forced = mending.replay(who="anna", source="lots", force=True)
    assert (forced.deliveries, forced.still, forced.added) == (1, 1, 0)
    [row] = store.set_aside()
    assert (row.state, row.tries) == ("open", 1)


def test_a_row_is_replayed_so_many_times_and_no_more(
    store: Store, tmp_path: Path, failing: Connected, mended: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, said(("a", 1), ("b", "closed")))
    for _ in range(10):
        Mending(store, [failing], clock).replay(who="anna", source="lots", force=True)
    done = Mending(store, [mended], clock).replay(who="anna", source="lots")
    assert done.passed == {"it has been replayed 10 times already": 1}
    assert store.set_aside()[0].tries == 10


def test_what_cannot_be_said_still_is_kept_with_todays_reason(
    store: Store, tmp_path: Path, failing: Connected, mended: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, said(("a", 1), ("b", "full"), ("c", "closed")))
    done = Mending(store, [mended], clock).replay(who="anna", source="lots")
    assert (done.mended, done.still, done.added) == (1, 1, 0)
    rows = {row.where: row for row in store.set_aside()}
    assert {where: row.state for where, row in rows.items()} == {
        "lots[1]": "mended",
        "lots[2]": "open",
    }
    assert "closed" in rows["lots[2]"].why
    assert Mending(store, [mended], clock).replay(who="anna", source="lots").deliveries == 0


def test_a_newer_deliverys_words_stand(
    store: Store, tmp_path: Path, failing: Connected, mended: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, said(("a", "full"), ("b", "full")))
    newer = json.loads(said(("a", 7)))
    newer["lots"][0]["name"] = "The new name"
    give(failing, store, tmp_path, json.dumps(newer).encode(), at=NOW + 1)
    Mending(store, [mended], clock).replay(who="anna", source="lots")
    thing = store.thing("parking:lots:a")
    assert thing is not None
    assert thing.name == "The new name"
    latest = store.latest(f"parking:lots:{n}/availableSpotNumber" for n in "ab")
    assert {one.value for one in latest.values()} == {7, 0}
    assert latest["parking:lots:a/availableSpotNumber"].value == 7


def test_a_whole_delivery_is_replayed(
    store: Store, tmp_path: Path, failing: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, lots(5).replace(b'"lots"', b'"places"'))
    [row] = store.set_aside()
    assert row.where == "the whole delivery"
    other = connect("lots", "http://127.0.0.1/", records="places")
    done = Mending(store, [other], clock).replay(who="anna", rows=[row.seq])
    assert (done.mended, done.still) == (1, 0)
    assert store.latest(["parking:lots:p0/availableSpotNumber"])
    assert store.recall("good/lots/main") == 1


def test_rows_are_dismissed_with_a_line_of_the_audit(
    store: Store, tmp_path: Path, failing: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, said(("a", "full"), ("b", "full"), ("c", "closed")))
    mending = Mending(store, [failing], clock)
    group = mending.groups()[0]
    first = mending.rows("lots", group.group)[0].seq
    assert mending.dismiss(who="anna", rows=[first], why="a test car park") == 1
    assert mending.dismiss(who="anna", source="lots", group=group.group) == group.count - 1
    assert mending.dismiss(who="anna", rows=[first]) == 0
    assert [line.details["dismissed"] for line in mending.audit()] == [0, group.count - 1, 1]
    done = mending.replay(who="anna", rows=[first])
    assert done.passed == {"it is mended or dismissed already": 1}


def test_a_row_is_shown_beside_its_bytes_and_its_mapping(
    store: Store, tmp_path: Path, failing: Connected, mended: Connected, clock: StoppedClock
) -> None:
    body = said(("a", 1), ("b", "full")).replace(b": ", b":").replace(b", ", b",")
    give(failing, store, tmp_path, body)
    shown = Mending(store, [mended], clock).show(1)
    assert shown is not None
    assert shown.before + shown.row.record + shown.after == body
    assert shown.mapping is not None
    assert json.loads(shown.mapping.settings)["kind"] == "http-json"
    assert shown.changed
    assert Mending(store, [mended], clock).show(2) is None


def test_what_was_refused_of_a_push_is_replayed_when_the_series_is_declared(
    store: Store, clock: StoppedClock
) -> None:
    series = "sensor:skelleftea:badet/waterTemperature"
    body = json.dumps([{"series": series, "time": "2026-07-01T11:00:00Z", "value": 18}]).encode()
    delivery = Delivery(source="push", received=NOW, bodies=(body,), part="push")
    why = Rejected(where="[0]", why=f"series: {series} is not declared")
    store.record(delivery, [], set_aside=[why]).result()
    sources = [pushes("givare", series), pushes("more", "sensor:skelleftea:x/airTemperature")]
    done = Mending(store, sources, clock).replay(who="anna", source="push")
    assert (done.mended, done.still) == (1, 0)
    assert store.latest([series])[series].value == 18


def test_rows_of_a_source_that_is_gone_are_passed_by(
    store: Store, tmp_path: Path, failing: Connected, clock: StoppedClock
) -> None:
    give(failing, store, tmp_path, said(("a", "full")))
    done = Mending(store, [], clock).replay(who="anna", source="lots")
    assert done.passed == {"its source is not declared any more": 1}
