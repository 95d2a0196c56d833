"""Whenever the hub is killed, nobody is told twice and nobody is forgotten."""

import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from byalag.services.care import NoticeOpened, Reason, Told
from byalag.store import Store
from byalag.testkit import Answer, Faulty, StoppedClock, soon

from ._world import PHONES, World, came, contact

pytestmark = [pytest.mark.anyio, pytest.mark.promise]
ROOT = Path(__file__).parents[2]
HOMES = 60
KILLS = (1, 5, 12, 20, 31, 42)  # after so many messages have been taken, in all


@contextmanager
def at_work(folder: Path, url: str) -> Generator[subprocess.Popen[bytes]]:
    code = "import sys; from tests.telling._work import main; main(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(folder), url]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


async def _sixty_homes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Enter homes of which something is to be told, while nothing runs."""
    clock = StoppedClock()
    homes = [f"home:care:hem{number:05}" for number in range(HOMES)]
    with Store(folder / "2482.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        world = World(store, commons, clock)
        for number, home in enumerate(homes):
            name = f"contact:care:k{number:07}"
            monkeypatch.setitem(PHONES, name, f"+4670174{number:04}")
            await world.agree(contact(name), home=home, number=number + 1)
            notice = NoticeOpened(
                notice=f"n{number}", kind="deviation", since=clock.now(), reason=Reason()
            )
            await world.book.say(home, [notice], who="test", at=clock.now())
    return homes


async def test_a_hub_that_is_killed_again_and_again_tells_everybody_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = await _sixty_homes(tmp_path, monkeypatch)
    with Faulty(sms=Answer(status=200)) as server:
        for kill in KILLS:
            with at_work(tmp_path, server.url("/sms")):
                await soon(partial(_has_taken, server, kill), within=30)
        with at_work(tmp_path, server.url("/sms")):
            await soon(lambda: len({to for to, _ in came(server)}) == HOMES, within=60)
            await soon(lambda: _all_said(tmp_path, homes), within=60)
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for asked, (number, _) in zip(server.asked, came(server), strict=True):
        ids[number].add(asked.headers["webhook-id"])
    assert len(ids) == HOMES
    assert {len(each) for each in ids.values()} == {1}
    assert set(_outcomes(tmp_path, homes).values()) == {1}


def _has_taken(server: Faulty, count: int) -> bool:
    return len(server.asked) >= count


def _outcomes(folder: Path, homes: list[str]) -> Counter[tuple[str, str]]:
    with Store(folder / "2482.sqlite") as store:
        world = World(store, store, StoppedClock())
        return Counter(
            (home, one.said.outcome)
            for home in homes
            for one in world.book.entries(home)
            if isinstance(one.said, Told)
        )


def _all_said(folder: Path, homes: list[str]) -> bool:
    found = _outcomes(folder, homes)
    return all(found[home, "taken"] for home in homes)
