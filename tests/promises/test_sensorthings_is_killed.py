"""What SensorThings has answered with 201 is there, once, however often the hub is killed."""

import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

import msgspec
import pytest

from byalag.store import Store
from byalag.testkit import RunningHub, byalag
from tests.standards.sensorthings.writer import TREE

ROUNDS, SENDERS = 8, 8
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = "/sensorthings/v1.1"


def hub(home: Path) -> tuple[Path, dict[str, str]]:
    folder = home / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    file = folder / "skelleftea" / "datasets" / "written.toml"
    file.write_text('title = { sv = "Skrivet" }\nopen = true\nwritten = true\n', "utf-8")
    arguments = ("key", "new", folder, "--municipality", "2482", "--scope", "facts:write")
    key = byalag(*arguments, "--json").json["key"]
    return folder, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


class Sender(threading.Thread):
    """Posts one observation after another, some of them twice, until nobody answers."""

    def __init__(
        self, running: RunningHub, stream: int, headers: dict[str, str], numbers: range
    ) -> None:
        super().__init__()
        self._running, self._headers, self._numbers = running, headers, numbers
        self._address = f"{ROOT}/Datastreams({stream})/Observations"
        self.acknowledged: dict[int, str] = {}

    def run(self) -> None:
        for number in self._numbers:
            at = FIRST + timedelta(seconds=number)
            body = msgspec.json.encode({"result": number % 100, "phenomenonTime": at})
            for _ in range(1 + number % 2):
                try:
                    answer = self._running.ask(
                        "POST",
                        self._address,
                        body=body,
                        headers=self._headers,
                    )
                except (OSError, HTTPException):
                    return
                assert answer.status == 201, answer.text
                address = answer.headers["location"]
                assert self.acknowledged.setdefault(number, address) == address


@pytest.mark.promise
@pytest.mark.proves(1, 2)
def test_every_201_is_there_after_a_kill_and_none_twice(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder, headers = hub(tmp_path)
    acknowledged: list[int] = []
    luck = random.Random(11)  # noqa: S311 -- when to kill is no secret
    with RunningHub("serve", folder) as running:
        body = msgspec.json.encode(TREE)
        made = running.ask("POST", f"{ROOT}/Things", body=body, headers=headers)
        assert made.status == 201, made.text
        address = f"{ROOT}/Things({made.json['@iot.id']})/Datastreams"
        stream: int = running.get(address, **headers).json["value"][0]["@iot.id"]
    for turn in range(ROUNDS):
        with RunningHub("serve", folder) as running:
            begin = turn * 1_000_000
            senders = [
                Sender(
                    running, stream, headers, range(begin + n * 100_000, begin + (n + 1) * 100_000)
                )
                for n in range(SENDERS)
            ]
            for sender in senders:
                sender.start()
            time.sleep(luck.uniform(0.3, 0.8))
            running.stop(signal.SIGKILL)
            for sender in senders:
                sender.join()
                acknowledged += sender.acknowledged
    with Store(folder / "store" / "2482.sqlite") as store:
        series = store.numbered_series(stream)
        assert series is not None
        history = store.history(series.id, start=0, end=2**62)
        kept = {
            at // 1_000_000 - int(FIRST.timestamp()): value
            for at, value in zip(history.times.tolist(), history.values.tolist(), strict=True)
        }
        assert store.check() == []
        assert len(kept) == len(history.times), "what was sent again is not there twice"
    record_property("acknowledged", len(acknowledged))
    record_property("kept", len(kept))
    assert len(acknowledged) > 20 * ROUNDS
    assert not [number for number in acknowledged if kept.get(number) != number % 100]
