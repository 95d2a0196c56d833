"""What is too old is deleted everywhere, with evidence, and does not come back."""

from pathlib import Path

import apsw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Dataset, Delivery, Fact, Observation, Rejected, Series, Thing
from byalag.store import Columns, Expired, Expiry, Note, Outgoing, Store, _retention
from byalag.store._retention_stuff import Progress
from byalag.store._session import Session

DAY = 86_400_000_000
NOW = 20_000 * DAY
ORIGIN = "2482"
LEVEL = Series(id="bath:x:1/level", thing="bath:x:1", property="level", dataset="baths")
OTHER = Series(id="bath:x:2/level", thing="bath:x:2", property="level", dataset="baths")
LINE = Note(at=NOW, who="Byalag", what="expire", about=ORIGIN)
DATASETS = {"baths": Dataset(id="baths", title={"sv": "Bad"}, open=True)}


def observations(before: int) -> Expiry:
    return Expiry(stuff="observations", about="baths", before=before, why="30d")


def said(series: Series, *days: float) -> list[Fact]:
    seen = [Observation(series.id, int(NOW - day * DAY), day + 0.25, 1) for day in days]
    return [series, *seen]


def times(store: Store, series: Series = LEVEL) -> list[float]:
    run = store.history(series.id, start=0, end=NOW + DAY)
    return [(NOW - at) / DAY for at in run.times.tolist()]


def carry(store: Store, commons: Store) -> None:
    while changes := store.changes(commons.cursor(ORIGIN), 3):
        commons.absorb(ORIGIN, changes).result()


def raw(*stores: Store) -> bytes:
    files = [file for one in stores for file in one.path.parent.glob(f"{one.path.name}*")]
    return b"".join(file.read_bytes() for file in files)


@pytest.mark.parametrize("folded", [False, True])
def test_old_observations_go_and_newer_ones_stay(store: Store, *, folded: bool) -> None:
    store.commit(said(LEVEL, 100, 60, 30.5, 29.5, 3, 0), at=0).result()
    if folded:
        store.fold(NOW).result()
    done = store.expire([observations(NOW - 30 * DAY)], LINE).result()
    assert times(store) == [29.5, 3, 0]
    assert [(one.count, one.series) for one in done] == [(3, 1)]
    assert store.expire([observations(NOW - 30 * DAY)], LINE).result() == ()


def test_what_was_deleted_is_told_by_count_period_and_sum_alone(store: Store) -> None:
    store.commit(said(LEVEL, 100, 60, 1), at=0).result()
    store.expire([observations(NOW - 30 * DAY)], LINE).result()
    line = store.audit.notes()[0]
    assert (line.what, line.about) == ("expire", "baths")
    assert line.details["count"] == 2
    assert (line.details["first"], line.details["last"]) == (NOW - 100 * DAY, NOW - 60 * DAY)
    assert len(str(line.details["sha256"])) == 64
    assert "100.25" not in str(line.details)


def test_a_series_that_has_nothing_left_has_no_latest_value(store: Store) -> None:
    store.commit(said(LEVEL, 100), at=0).result()
    store.expire([observations(NOW - 30 * DAY)], LINE).result()
    assert store.latest([LEVEL.id]) == {}
    store.commit(said(LEVEL, 1), at=0).result()
    assert list(store.latest([LEVEL.id])) == [LEVEL.id]


@pytest.mark.parametrize("way", ["few", "many", "columns", "load"])
def test_what_is_too_old_is_not_taken_in_again_whatever_the_way(store: Store, way: str) -> None:
    store.commit(said(LEVEL, 1), at=0).result()
    store.expire([observations(NOW - 30 * DAY)], LINE).result()
    days = np.arange(0, 400, dtype=np.float64) + 0.5
    at = (NOW - days * DAY).astype(np.int64)
    match way:
        case "few":
            store.commit(said(LEVEL, 90, 31, 29), at=0).result()
            assert times(store) == [29, 1]
            return
        case "many":
            store.commit(said(LEVEL, *days.tolist()), at=0).result()
        case "columns":
            rows = Columns(
                series=[LEVEL.id],
                which=np.zeros(400, np.int64),
                times=at,
                values=days,
                flags=np.ones(400, np.uint8),
            )
            delivery = Delivery(source="s", received=NOW, bodies=(b"x",))
            store.record(delivery, [], columns=rows).result()
        case _:
            store.load(LEVEL, at, days).result()
    assert max(times(store)) == 29.5
    assert len(times(store)) == 31


def test_the_commons_follows_and_holds_none_of_it_in_any_file(store: Store, commons: Store) -> None:
    canary = np.float64(1234567.890625)
    store.publish(DATASETS).result()
    commons.publish(DATASETS, origin=ORIGIN).result()
    old = [Observation(LEVEL.id, NOW - (90 + n) * DAY, float(canary), 1) for n in range(3)]
    store.commit([LEVEL, *old, *said(LEVEL, 2)[1:]], at=0).result()
    carry(store, commons)
    marks = {canary.tobytes(), canary.tobytes()[::-1]}
    assert any(mark in raw(store) for mark in marks)
    assert any(mark in raw(commons) for mark in marks)
    store.expire([observations(NOW - 30 * DAY)], LINE).result()
    carry(store, commons)
    assert times(commons) == [2]
    store.trim(commons.cursor(ORIGIN)).result()
    assert store.scrub()
    assert commons.scrub()
    for one in (store, commons):
        assert not any(mark in raw(one) for mark in marks)


def test_a_delivery_goes_with_its_body_and_the_newest_is_kept(store: Store) -> None:
    for day in (500, 450, 420, 1):
        body = f"kanarie-{day}".encode()
        kept = store.keep(Delivery(source="s", received=NOW - day * DAY, bodies=(body,))).result()
        store.commit([], at=NOW, delivery=kept.seq).result()
    waiting = Delivery(source="t", received=NOW - 500 * DAY, bodies=(b"not yet translated",))
    store.keep(waiting).result()
    due = [
        Expiry(stuff="deliveries", about="s", before=NOW - 400 * DAY),
        Expiry(stuff="deliveries", about="t", before=NOW - 400 * DAY),
    ]
    assert store.expiring(due[0]).count == 3
    done = store.expire(due, LINE).result()
    assert [(one.about, one.count) for one in done] == [("s", 3)]
    assert [one.seq for one in store.deliveries("s")] == [4]
    assert len(list(store.untranslated())) == 1
    assert store.scrub()
    assert b"kanarie-5" not in raw(store)
    assert b"kanarie-1" in raw(store)


def test_of_people_not_even_the_newest_delivery_is_kept(store: Store) -> None:
    kept = store.keep(Delivery(source="s", received=0, bodies=(b"x",))).result()
    store.commit([], at=NOW, delivery=kept.seq).result()
    store.expire([Expiry(stuff="deliveries", about="s", before=NOW, people=True)], LINE).result()
    assert store.deliveries("s") == []


def test_what_was_set_aside_and_what_was_not_sent_go(store: Store) -> None:
    rejected = [Rejected(where=str(n), why=f"no number {n}", record=b"kanarie") for n in range(3)]
    kept = store.keep(Delivery(source="s", received=0, bodies=(b"x",))).result()
    store.commit([], at=1, delivery=kept.seq, set_aside=rejected).result()
    store.queue.put("o", [Outgoing(id="1", receiver="r", message=b"kanarie")], at=1).result()
    due = [
        Expiry(stuff="set-aside", about="s", before=NOW),
        Expiry(stuff="messages", about="", before=NOW),
    ]
    done = store.expire(due, LINE).result()
    assert [one.count for one in done] == [3, 1]
    assert store.set_aside_groups() == []
    assert store.scrub()
    assert b"kanarie" not in raw(store)
    store.commit([], at=2, set_aside=rejected).result()


def test_earlier_versions_of_a_file_go_here_and_in_the_commons(
    store: Store, commons: Store
) -> None:
    store.publish(DATASETS).result()
    commons.publish(DATASETS, origin=ORIGIN).result()
    for n in range(3):
        store.files.publish(
            "baths", "a.csv", digest=f"{n:064x}", size=1, media_type="text/csv", at=n
        ).result()
    carry(store, commons)
    due = [Expiry(stuff="files", about="baths", before=NOW)]
    store.expire(due, LINE).result()
    carry(store, commons)
    for one in (store, commons):
        assert [file.version for file in one.files.versions("baths")] == [3]


def test_nothing_of_a_thing_that_is_held_is_deleted(store: Store) -> None:
    store.commit([*said(LEVEL, 100), *said(OTHER, 100)], at=0).result()
    due = Expiry(stuff="observations", about="baths", before=NOW, held=frozenset({"bath:x:1"}))
    store.expire([due], LINE).result()
    assert (times(store), times(store, OTHER)) == ([100], [])


def test_a_crash_in_the_midst_leaves_no_gap_in_the_evidence(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.commit(said(LEVEL, *[100 + n / 100 for n in range(150)]), at=0).result()
    monkeypatch.setattr("byalag.store._retention_stuff.ROWS_A_STEP", 10)
    writes = {"left": 5}

    def some(session: Session, due: Expiry, after: int, so_far: Expired) -> Progress:
        writes["left"] -= 1
        if writes["left"] in {0, -1}:  # it is tried twice
            message = "the power is gone"
            raise OSError(message)
        return real(session, due, after, so_far)

    real = _retention._DELETE["observations"]  # noqa: SLF001 -- to break it in the midst
    monkeypatch.setitem(_retention._DELETE, "observations", some)  # noqa: SLF001 -- as above
    with pytest.raises(OSError, match="power"):
        store.expire([observations(NOW)], LINE).result()
    assert 0 < len(times(store)) < 150
    writes["left"] = 1000
    store.expire([observations(NOW)], LINE).result()
    assert times(store) == []
    assert [line.details["count"] for line in store.audit.notes() if line.what == "expire"] == [150]


def test_pages_that_are_let_go_of_hold_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite") as store:
        things = [
            Thing(id=f"bath:x:{n}", type="B", dataset="baths", name=f"kanarie {n}")
            for n in range(400)
        ]
        store.commit(things, at=0).result()
        bodies = tuple(f"kanarie {n} ".encode() * 60 for n in range(200))
        kept = store.keep(Delivery(source="s", received=0, bodies=bodies)).result()
        store.commit([], at=NOW, delivery=kept.seq).result()
        gone = Expiry(stuff="deliveries", about="s", before=NOW, people=True)
        store.expire([gone], LINE).result()
        assert store.scrub()
    connection = apsw.Connection(str(tmp_path / "a.sqlite"))
    assert connection.pragma("freelist_count")
    connection.close()
    assert (b"kanarie 7 " * 2) not in (tmp_path / "a.sqlite").read_bytes()


@settings(max_examples=30, deadline=None)
@given(
    days=st.lists(st.integers(0, 120), max_size=60, unique=True),
    cut=st.integers(0, 120),
    fold=st.booleans(),
)
def test_exactly_what_is_older_goes(
    tmp_path_factory: pytest.TempPathFactory, days: list[int], cut: int, *, fold: bool
) -> None:
    with Store(tmp_path_factory.mktemp("s") / "a.sqlite") as store:
        store.commit(said(LEVEL, *days), at=0).result()
        if fold:
            store.fold(NOW).result()
        store.expire([observations(NOW - cut * DAY)], LINE).result()
        assert times(store) == sorted((day for day in days if day <= cut), reverse=True)
        store.commit(said(LEVEL, *days), at=0).result()
        assert times(store) == sorted((day for day in days if day <= cut), reverse=True)
