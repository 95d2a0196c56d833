"""Many callers, one commit; one that fails harms no other; a full disk is an honest error."""

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event

import numpy as np
import pytest

from byalag.model import Delivery, Fact, Observation, Series
from byalag.store import Full, Store
from byalag.store._session import Session

LEVEL = Series(id="sensor:a:1/level", thing="sensor:a:1", property="level", dataset="sensors")


def held(store: Store) -> tuple[Event, Future[None]]:
    """Hold the writer, so that what is asked for meanwhile shares the next commit."""
    go = Event()

    def wait(_: Session) -> None:
        go.wait()

    return go, store._writer.submit(wait)  # noqa: SLF001 - there is no public way to hold it


def test_one_that_fails_harms_no_other(store: Store) -> None:
    go, _ = held(store)
    first = store.commit([LEVEL, Observation(LEVEL.id, 1, 1.0)], at=0)
    wrong = store.commit([Observation("sensor:a:2/level", 1, 1.0)], at=0)
    second = store.commit([Observation(LEVEL.id, 2, 2.0)], at=0)
    kept = store.keep(Delivery(source="a", received=0, bodies=(b"a",)), key="k")
    again = store.keep(Delivery(source="a", received=0, bodies=(b"a",)), key="k")
    go.set()
    assert first.result().observations == second.result().observations == 1
    with pytest.raises(ValueError, match="'sensor:a:2/level' has not been declared"):
        wrong.result()
    assert (kept.result().fresh, again.result().fresh) == (True, False)
    assert kept.result().seq == again.result().seq
    assert store.history(LEVEL.id, start=0, end=9).values.tolist() == [1.0, 2.0]
    assert store.check() == []


def test_nothing_of_what_fails_is_kept(store: Store) -> None:
    kept = store.keep(Delivery(source="a", received=0, bodies=(b"a",))).result()
    facts: list[Fact] = [
        LEVEL,
        Observation(LEVEL.id, 1, 1.0),
        Observation("sensor:a:2/level", 1, 1.0),
    ]
    with pytest.raises(ValueError, match="has not been declared"):
        store.commit(facts, at=0, delivery=kept.seq).result()
    assert store.series(LEVEL.id) is None
    assert [delivery.seq for delivery in store.untranslated()] == [kept.seq]


def test_later_words_count_within_one_commit_group(store: Store) -> None:
    store.commit([LEVEL], at=0).result()
    go, _ = held(store)
    asked = [store.commit([Observation(LEVEL.id, 1, value)], at=0) for value in (1.0, 2.0, 3.0)]
    go.set()
    assert all(one.result().observations == 1 for one in asked)
    assert store.latest([LEVEL.id])[LEVEL.id].value == 3.0


def test_many_callers_share_commits(store: Store) -> None:
    store.commit([LEVEL], at=0).result()
    before = store.changed()
    with ThreadPoolExecutor(32) as pool:
        asked = pool.map(
            lambda n: store.commit([Observation(LEVEL.id, n, n)], at=0).result(), range(640)
        )
        assert sum(done.observations for done in asked) == 640
    assert store.counts().observations == 640
    assert store.changed() - before < 640


@pytest.mark.proves(4)
def test_a_full_disk_is_an_honest_error_and_the_store_goes_on(store: Store) -> None:
    connection = store._writer._session.connection  # noqa: SLF001 - a small disk, in effect
    first = store.keep(Delivery(source="a", received=0, bodies=(b"first",))).result()
    pages = int(str(connection.pragma("page_count")))
    connection.pragma("max_page_count", pages + 8)
    noise = Random(1).randbytes(200_000)  # noqa: S311 - only hard to pack
    go, _ = held(store)
    too_much = store.keep(Delivery(source="a", received=0, bodies=(noise,)))
    beside = store.keep(Delivery(source="a", received=0, bodies=(b"small",)))
    go.set()
    for asked in (too_much, beside):
        with pytest.raises(Full, match=r"no room left.*Free some space"):
            asked.result()
    small = store.keep(Delivery(source="a", received=0, bodies=(b"small",))).result()
    assert small.seq == first.seq + 1
    connection.pragma("max_page_count", 2**30)
    assert store.keep(Delivery(source="a", received=0, bodies=(noise,))).result().seq == 3
    assert store.delivery(3) is not None
    assert store.check() == []


def test_another_process_may_write_between(store: Store) -> None:
    store.commit([LEVEL, Observation(LEVEL.id, 5, 1.0)], at=0).result()
    with Store(store.path) as other:
        other.commit([Observation(LEVEL.id, 9, 2.0)], at=0).result()
        other.keep(Delivery(source="a", received=0, bodies=(b"theirs",))).result()
    store.commit([Observation(LEVEL.id, 7, 3.0)], at=0).result()
    kept = store.keep(Delivery(source="a", received=0, bodies=(b"ours",))).result()
    assert store.latest([LEVEL.id])[LEVEL.id].value == 2.0
    assert kept.seq == 2
    assert store.check() == []


def test_a_long_load_lets_others_in_between(store: Store) -> None:
    times = np.arange(2_000_000, dtype=np.int64) * 300_000_000
    load = store.load(LEVEL, times, np.zeros(len(times)))
    done = [store.keep(Delivery(source="a", received=n, bodies=(b"a",))) for n in range(3)]
    assert [kept.result().seq for kept in done] == [1, 2, 3]
    assert not load.done()
    assert load.result() == 2_000_000


LIMITED = """
import resource, sys
from pathlib import Path
from pathlib import Path
from random import Random
from byalag.model import Delivery
from byalag.store import Full, Store

noise, kept, refused = Random(1), [], 0
with Store(Path(sys.argv[1])) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    for number in range(60):
        asked = store.keep(Delivery(source="a", received=0, bodies=(noise.randbytes(40_000),)))
        try:
            kept.append(asked.result().seq)
        except Full:
            refused += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    kept.append(store.keep(Delivery(source="a", received=0, bodies=(b"again",))).result().seq)
    assert refused and kept == list(range(1, len(kept) + 1)), (refused, kept)
    assert store.counts().deliveries == len(kept) and store.check() == []
"""


@pytest.mark.proves(4)
def test_a_file_that_cannot_grow_loses_nothing_acknowledged(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "store.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
