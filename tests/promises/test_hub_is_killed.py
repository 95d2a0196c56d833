"""What a hub has acknowledged is there, once, however often its process is killed under load."""

import json
import random
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

import pytest

from byalag.store import Store
from byalag.testkit import RunningHub, byalag

ROUNDS, SENDERS = 50, 8
SERIES = "sensor:skelleftea:kill/waterTemperature"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = f"""\
kind = "push"
dataset = "sensors"

[[series]]
id = "{SERIES}"
unit = "Cel"
"""


def hub(home: Path) -> tuple[Path, str]:
    folder = home / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    for source in (folder / "skelleftea" / "sources").glob("*.toml"):
        source.unlink()
    (folder / "skelleftea" / "sources" / "kill.toml").write_text(SOURCE, "utf-8")
    said = byalag("key", "new", folder, "--municipality", "2482", "--json")
    return folder, said.json["key"]


class Sender(threading.Thread):
    """Posts one observation after another, each with a time of its own, until nobody answers."""

    def __init__(self, running: RunningHub, key: str, numbers: range) -> None:
        super().__init__()
        self._running, self._key, self._numbers = running, key, numbers
        self.acknowledged: list[int] = []

    def run(self) -> None:
        for number in self._numbers:
            at = FIRST + timedelta(seconds=number)
            said = {"series": SERIES, "time": at.isoformat(), "value": number % 100}
            headers = {
                "Authorization": f"Bearer {self._key}",
                "Content-Type": "application/json",
                "Idempotency-Key": str(number),
            }
            for _ in range(1 + number % 3):  # what is sent again must not count again
                try:
                    answer = self._running.ask(
                        "POST",
                        "/observations/v1/observations",
                        body=json.dumps(said).encode(),
                        headers=headers,
                    )
                except (OSError, HTTPException):
                    return
                assert answer.status in {200, 201}, answer.text
            self.acknowledged.append(number)


@pytest.mark.promise
@pytest.mark.proves(1, 2)
def test_a_hub_that_is_killed_again_and_again_keeps_what_it_acknowledged(
    tmp_path: Path, promised: dict[str, object]
) -> None:
    folder, key = hub(tmp_path)
    acknowledged: list[int] = []
    luck = random.Random(7)  # noqa: S311 -- when to kill is no secret
    for turn in range(ROUNDS):
        with RunningHub("serve", folder) as running:
            first = turn * 1_000_000
            senders = [
                Sender(running, key, range(first + n * 100_000, first + (n + 1) * 100_000))
                for n in range(SENDERS)
            ]
            for sender in senders:
                sender.start()
            time.sleep(luck.uniform(0.2, 0.7))
            running.stop(signal.SIGKILL)
            for sender in senders:
                sender.join()
                acknowledged += sender.acknowledged
    with Store(next((folder / "store").glob("2482.sqlite"))) as store:
        history = store.history(SERIES, start=0, end=2**62)
        kept = {
            (at // 1_000_000 - int(FIRST.timestamp())): value
            for at, value in zip(history.times.tolist(), history.values.tolist(), strict=True)
        }
        assert store.check() == []
        assert len(kept) == len(history.times) == store.counts().observations
        deliveries = store.counts().deliveries
    lost = [number for number in acknowledged if kept.get(number) != number % 100]
    promised.update(
        acknowledged=len(acknowledged),
        lost=len(lost),
        duplicated=len(history.times) - len(kept),
        rounds=ROUNDS,
        fault="kill -9 of the hub under load",
    )
    assert len(acknowledged) > 100 * ROUNDS
    assert not lost
    assert len(kept) == deliveries, "each observation came with one delivery, however often sent"
