"""What we acknowledged is never lost, and nothing is counted twice.

A process that takes in deliveries is killed with SIGKILL in the middle of its work, again and
again. It says aloud what it acknowledges. Afterwards everything that it has acknowledged is in the
store, and a sender that sends everything again, because it cannot know, changes nothing.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random

import pytest

from byalag.model import Delivery, Fact, Observation, Series
from byalag.store import Store

SENDERS = 16
BEGIN = 1_767_225_600_000_000
SOURCE = "push"


def series(sender: int) -> Series:
    thing = f"sensor:promise:{sender}"
    return Series(id=f"{thing}/level", thing=thing, property="level", dataset="sensors")


def send(store: Store, round_: int, sender: int, number: int) -> bool:
    """Send one delivery with its own key; return whether it was new."""
    at = BEGIN + (round_ * 1_000_000 + number) * 1_000
    body = f"{round_} {sender} {number}".encode()
    facts: list[Fact] = [series(sender), Observation(series(sender).id, at, float(number))]
    delivery = Delivery(source=SOURCE, received=at, bodies=(body,))
    receipt = store.record(delivery, facts, key=body.decode()).result()
    assert receipt.kept.same
    return receipt.fresh


def work_until_killed(path: Path, round_: int) -> None:
    """Take in deliveries from many senders, and say each that is acknowledged."""
    with Store(path) as store, ThreadPoolExecutor(SENDERS) as pool:

        def sends(sender: int) -> None:
            for number in count():
                send(store, round_, sender, number)
                sys.stdout.write(f"{sender} {number}\n")
                sys.stdout.flush()

        for done in pool.map(sends, range(SENDERS)):
            assert done is None


def kill_in_the_middle(path: Path, round_: int, random: Random) -> dict[int, int]:
    """Return the last acknowledged number of each sender when the process was killed."""
    command = [sys.executable, __file__, str(path), str(round_)]
    acknowledged: dict[int, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        wanted = random.randint(1, 400)
        for line in child.stdout:
            wanted -= 1
            if wanted == 0:
                child.kill()
            if line.endswith("\n"):
                sender, number = map(int, line.split())
                acknowledged[sender] = max(number, acknowledged.get(sender, -1))
    assert child.returncode == -9
    return acknowledged


def promise(folder: Path, rounds: int) -> dict[str, object]:
    """Kill, read and send again, so many times; return what was counted."""
    path, random = folder / "store.sqlite", Random(rounds)  # noqa: S311 - when to kill, no secret
    sent, doubled = 0, 0
    for round_ in range(rounds):
        acknowledged = kill_in_the_middle(path, round_, random)
        with Store(path) as store:
            assert store.check() == []
            for sender, last in acknowledged.items():
                fresh = [send(store, round_, sender, number) for number in range(last + 1)]
                assert not any(fresh), "an acknowledged delivery was not in the ledger"
                run = store.history(series(sender).id, start=0, end=2**62)
                first = BEGIN + round_ * 1_000_000_000
                here = run.values[(run.times >= first) & (run.times < first + 1_000_000_000)]
                assert here.tolist()[: last + 1] == [float(number) for number in range(last + 1)]
            counts = store.counts()
            doubled = counts.observations - counts.deliveries
            assert doubled == 0, "something was counted twice"
            assert list(store.untranslated()) == []
        sent += sum(last + 1 for last in acknowledged.values())
    assert sent > 0
    fault = "kill -9 of the process that keeps"
    return {
        "acknowledged": sent,
        "lost": 0,
        "duplicated": doubled,
        "rounds": rounds,
        "fault": fault,
    }


@pytest.mark.proves(1, 2)
def test_three_killed_processes_lose_nothing(tmp_path: Path, promised: dict[str, object]) -> None:
    promised.update(promise(tmp_path, 3))


@pytest.mark.promise
@pytest.mark.proves(1, 2)
def test_fifty_killed_processes_lose_nothing(tmp_path: Path, promised: dict[str, object]) -> None:
    promised.update(promise(tmp_path, 50))


if __name__ == "__main__":
    work_until_killed(Path(sys.argv[1]), int(sys.argv[2]))
