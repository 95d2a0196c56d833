"""An operator is told when a source goes silent, and when it is back."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from byalag.engine import SourceStatus
from byalag.engine._face import State
from byalag.engine._feed import Feed
from byalag.store import Store
from byalag.testkit import StoppedClock

from ._outlets import left, outlet

pytestmark = pytest.mark.anyio

SECOND = 1_000_000


def status(state: State, heard: int | None = None, source: str = "givare") -> SourceStatus:
    return SourceStatus(
        municipality="2482",
        source=source,
        kind="push",
        title={"sv": "Givare\r\nBcc: x"},
        state=state,
        since=5,
        last_heard=heard,
        error="svarar inte",
        to_do={"sv": "Kontrollera den.", "en": "Check it."},
    )


@pytest.fixture
def feed(store: Store, tmp_path: Path) -> Feed:
    return feed_of(store, tmp_path, StoppedClock())


def feed_of(store: Store, home: Path, clock: StoppedClock) -> Feed:
    told = outlet("ut", home, kind="file", folder="ut", on={"states": ["silent", "open"]})
    return Feed(told, store, clock, clock)


def subjects(store: Store) -> list[str]:
    waiting = left(store, "ut")["waiting"]
    return [
        one.message.decode().partition('"subject":{"sv":"')[2].partition('"')[0] for one in waiting
    ]


async def test_silence_is_told_once_and_the_return_once(feed: Feed, store: Store) -> None:
    now = StoppedClock().now()
    for said in (
        status("ok", 1),
        status("silent", 1),
        status("silent", 1),
        status("ok", now + SECOND),
        status("ok", now + 2 * SECOND),
        status("open", now + 2 * SECOND),
    ):
        await feed.hear([said, status("ok", 1, "annan")])
    assert subjects(store) == [
        "Källan Givare Bcc: x är tyst",
        "Källan Givare Bcc: x är tillbaka",
        "Källan Givare Bcc: x har slutat svara",
    ]


async def test_a_restart_neither_repeats_a_silence_nor_says_that_it_is_over(
    feed: Feed, store: Store, tmp_path: Path
) -> None:
    await feed.hear([status("silent", 1)])
    again = feed_of(store, tmp_path, StoppedClock())
    await again.hear([status("ok", 1)])
    await again.hear([status("silent", 1)])
    assert subjects(store) == ["Källan Givare Bcc: x är tyst"]
    await again.hear([status("ok", StoppedClock().now() + SECOND)])
    assert len(subjects(store)) == 2


async def test_states_that_nobody_asked_for_and_other_municipalities_are_not_told(
    feed: Feed, store: Store
) -> None:
    await feed.hear([status("late", 1), status("failing", 1)])
    other = SourceStatus(
        municipality="2260", source="x", kind="push", title={}, state="silent", since=1
    )
    await feed.hear([other])
    assert subjects(store) == []


async def test_a_source_that_fails_once_is_told_of_only_when_it_goes_on(
    store: Store, tmp_path: Path
) -> None:
    clock = StoppedClock()
    told = outlet("ut", tmp_path, kind="file", folder="ut", on={"states": ["failing"]})
    feed, began = Feed(told, store, clock, clock), clock.now()

    def failing() -> SourceStatus:
        return replace(status("failing", began), since=began)

    await feed.hear([failing()])
    clock.advance(timedelta(minutes=4))
    await feed.hear([failing()])
    assert subjects(store) == []
    clock.advance(timedelta(minutes=1))
    await feed.hear([failing()])
    assert subjects(store) == ["Källan Givare Bcc: x svarar inte som den ska"]


async def test_how_long_a_state_must_last_can_be_said(store: Store, tmp_path: Path) -> None:
    clock = StoppedClock()
    on = {"states": ["failing"], "lasting": "1s"}
    feed = Feed(outlet("ut", tmp_path, kind="file", folder="ut", on=on), store, clock, clock)
    said = replace(status("failing", clock.now()), since=clock.now())
    await feed.hear([said])
    assert subjects(store) == []
    clock.advance(timedelta(seconds=1))
    await feed.hear([said])
    assert len(subjects(store)) == 1
