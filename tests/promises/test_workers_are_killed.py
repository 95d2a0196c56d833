"""A worker that is killed harms no question for long, and none outlives its hub."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from byalag.testkit import RunningHub

pytestmark = [pytest.mark.promise]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kommun").mkdir()
    (tmp_path / "hub.toml").write_text('name = "Byalag"\n', "utf-8")
    (tmp_path / "kommun" / "municipality.toml").write_text(
        'code = "2482"\nname = "Skellefteå"\n', "utf-8"
    )
    return tmp_path


def workers(hub: RunningHub) -> set[int]:
    """Return the processes that the main one has started."""
    told = Path(f"/proc/{hub.pid}/task/{hub.pid}/children").read_text("ascii")
    return {int(pid) for pid in told.split()}


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        if time.monotonic() > end:
            pytest.fail("it never came to hold")
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_worker_that_is_killed_is_started_again_and_the_hub_answers_all_the_while(
    folder: Path,
) -> None:
    with RunningHub("serve", folder, "--workers", "2") as hub:
        before = workers(hub)
        assert len(before) == 2
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: len(workers(hub)) == 2 and not workers(hub) & before)
        eventually(lambda: 'worker_up{worker="1"} 1.0' in hub.get("/metrics").text)
        eventually(lambda: 'worker_up{worker="2"} 1.0' in hub.get("/metrics").text)
        assert {hub.get("/datasets/dcat").status for _ in range(20)} == {200}
        assert "worker_died" in hub.said
        assert hub.stop() == 0
        assert not any(lives(pid) for pid in before)


def test_no_worker_outlives_a_hub_that_is_killed(folder: Path) -> None:
    with RunningHub("serve", folder, "--workers", "2") as hub:
        started = workers(hub)
        hub.stop(signal.SIGKILL)
        eventually(lambda: not any(lives(pid) for pid in started))
    with RunningHub("serve", folder, "--workers", "1") as hub:  # neither port nor store is held
        assert hub.get("/health/ready").status == 200
        assert hub.stop() == 0
