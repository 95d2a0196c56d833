"""The whole hub is killed around telling, again and again: each is told once, and nobody never."""

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from byalag.app import open_hub
from byalag.app._care_book import book_of
from byalag.app._stores import own_store_of
from byalag.services.care import NoticeOpened, Reason, Told
from byalag.store import Note
from byalag.testkit import Answer, Faulty, RunningHub
from tests.telling._world import came, contact, lines_of
from tests.telling.test_in_a_hub import hub_of

HOMES, KILLS = 30, (1, 8, 17, 24)


def _enter(folder: Path) -> None:
    hub = open_hub(folder)
    hub.store.mkdir(exist_ok=True)
    now = time.time_ns() // 1000
    with own_store_of(hub, hub.tenants[0]) as store:
        for number in range(HOMES):
            home, who = f"home:care:hem{number:05}", f"contact:care:k{number:07}"
            one = contact(who, kind="staff")
            store.journal("care").add(lines_of(home, now - 1, one, number=number + 1)).result()
            note = Note(at=now, who="test", what="identity-written", about=who)
            known = {"phone": f"+4670174{number:04}"}
            store.journal("care").identify(who, known, at=now, note=note).result()
        book = book_of(hub.tenants[0], store)
        for home in [one.id for one in book.homes()]:
            opened = NoticeOpened(notice=home, kind="deviation", since=now, reason=Reason(last=now))
            book.write(home, [opened], who="test", at=now).result()


def _told(folder: Path) -> Counter[tuple[str, str]]:
    hub = open_hub(folder)
    with own_store_of(hub, hub.tenants[0]) as store:
        book = book_of(hub.tenants[0], store)
        return Counter(
            (home.id, one.said.outcome)
            for home in book.homes()
            for one in book.entries(home.id)
            if isinstance(one.said, Told)
        )


def _reach(server: Faulty, hub: RunningHub, count: int) -> None:
    end = time.monotonic() + 60
    while len({number for number, _ in came(server)}) < count:
        assert time.monotonic() < end, hub.said[-2000:]
        time.sleep(0.01)


@pytest.mark.promise
def test_a_hub_that_is_killed_around_telling_tells_each_once(tmp_path: Path) -> None:
    with Faulty(sms=Answer(status=200)) as server:
        hub_of(tmp_path, server.url("/sms"), 8999)
        _enter(tmp_path)
        for kill in KILLS:
            with RunningHub("serve", tmp_path) as hub:
                _reach(server, hub, kill)
                hub.stop(signal.SIGKILL)
        with RunningHub("serve", tmp_path) as hub:
            _reach(server, hub, HOMES)
            end = time.monotonic() + 60
            while sum(1 for _, outcome in _told(tmp_path) if outcome == "taken") < HOMES:
                assert time.monotonic() < end, hub.said[-2000:]
                time.sleep(0.2)
    ids = Counter[tuple[str, str]]()
    for one, (number, _) in zip(server.asked, came(server), strict=True):
        ids[number, one.headers["webhook-id"]] += 1
    assert len(ids) == HOMES  # one id for each: what came again can be told by it
    assert sum(ids.values()) <= HOMES + len(KILLS) * 8  # at most what was under way at each kill
    assert set(_told(tmp_path).values()) == {1}
