"""A hub may be killed between a commit and its answer: what is sent again counts once.

A file that is being published when the hub is killed is there whole, in its old version or its new.
"""

import hashlib
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from byalag.store import Store
from byalag.testkit import RunningHub, byalag

ROUNDS, FILES, SENDERS, EACH = 8, 5, 4, 60
SOURCE = """\
kind = "webhook"
dataset = "parking"

[thing]
type = "OffStreetParking"
operator = "prov"
id = "{lot}"
"""


def hub(home: Path) -> tuple[Path, dict[str, str]]:
    folder = home / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    for source in (folder / "skelleftea" / "sources").glob("*.toml"):
        source.unlink()
    (folder / "skelleftea" / "sources" / "lots.toml").write_text(SOURCE, "utf-8")
    scopes = ("--scope", "deliveries:write", "--scope", "files:write", "--json")
    key = byalag("key", "new", folder, "--municipality", "2482", *scopes).json["key"]
    return folder, {"Authorization": f"Bearer {key}"}


class Sender(threading.Thread):
    """Delivers one thing after another, and sends each again until it has been thanked for."""

    def __init__(self, name: str, key: dict[str, str], where: Callable[[], RunningHub]) -> None:
        super().__init__(name=name)
        self._key, self._where = key, where
        self.sent = 0
        self.numbers: dict[str, int] = {}

    def run(self) -> None:
        for number in range(EACH):
            lot = f"{self.name}-{number}"
            while lot not in self.numbers:
                self._send(lot)

    def _send(self, lot: str) -> None:
        headers = self._key | {"Idempotency-Key": lot, "Content-Type": "application/json"}
        self.sent += 1
        try:
            answer = self._where().ask(
                "POST",
                "/deliveries/v1/2482/lots",
                body=json.dumps({"lot": lot}).encode(),
                headers=headers,
            )
        except (OSError, HTTPException):
            time.sleep(0.05)
            return
        assert answer.status == 202, answer.text
        self.numbers[lot] = answer.json["delivery"]
        time.sleep(0.02)


@pytest.mark.promise
@pytest.mark.proves(1, 2)
def test_a_delivery_that_is_sent_again_after_a_kill_is_counted_once(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder, key = hub(tmp_path)
    luck = random.Random(11)  # noqa: S311 -- when to kill is no secret
    hubs: list[RunningHub] = []
    senders = [Sender(f"s{n}", key, lambda: hubs[-1]) for n in range(SENDERS)]
    for turn in range(ROUNDS):
        with RunningHub("serve", folder) as running:
            hubs.append(running)
            if turn == 0:
                for sender in senders:
                    sender.start()
            if turn == ROUNDS - 1:
                for sender in senders:
                    sender.join(120)
            else:
                time.sleep(luck.uniform(0.1, 0.6))
                running.stop(signal.SIGKILL)
    thanked = {lot: number for sender in senders for lot, number in sender.numbers.items()}
    with Store(folder / "store" / "2482.sqlite") as store:
        assert store.check() == []
        kept = store.deliveries("lots", limit=10_000)
    record_property("thanked", len(thanked))
    record_property("sent", sum(sender.sent for sender in senders))
    assert len(thanked) == SENDERS * EACH
    assert sum(sender.sent for sender in senders) > len(thanked), "nobody had to send again"
    assert sorted(thanked.values()) == sorted(one.seq for one in kept), "each is counted once"


@pytest.mark.promise
@pytest.mark.proves(1, 2)
def test_a_file_is_whole_whenever_the_hub_is_killed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder, key = hub(tmp_path)
    luck = random.Random(13)  # noqa: S311 -- as above
    contents = [os.urandom(4_000_000 + n) for n in range(FILES)]
    digests = {hashlib.sha256(one).hexdigest(): n for n, one in enumerate(contents)}
    thanked: list[int] = []
    for number, content in enumerate(contents):
        with RunningHub("serve", folder) as running:
            sending = threading.Thread(
                target=_publish, args=(running.port, key, content, number, thanked)
            )
            sending.start()
            time.sleep(luck.uniform(0.0, 0.12))
            running.stop(signal.SIGKILL)
            sending.join()
        with Store(folder / "store" / "2482.sqlite") as store:
            versions = store.files.versions("parking")
        found = [digests[one.digest] for one in reversed(versions)]
        assert found == sorted(found)
        assert set(thanked) <= set(found), "what was thanked for is there"
        for one in versions:
            place = folder / "store" / "files" / "2482" / one.digest[:2] / one.digest[2:]
            assert hashlib.sha256(place.read_bytes()).hexdigest() == one.digest
            assert place.stat().st_size == one.size
    record_property("published", len(found))
    record_property("thanked", len(thanked))
    with RunningHub("serve", folder) as running:
        last = len(contents) - 1
        _publish(running.port, key, contents[last], last, thanked)
        connection = HTTPConnection("127.0.0.1", running.port, timeout=30)
        connection.request("GET", "/files/v1/parking/stor.bin")
        assert connection.getresponse().read() == contents[last]
        connection.close()


def _publish(
    port: int, key: dict[str, str], content: bytes, number: int, thanked: list[int]
) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("PUT", "/files/v1/parking/stor.bin", content, key)
        if connection.getresponse().status in {200, 201}:
            thanked.append(number)
    except (OSError, HTTPException):
        pass  # it was killed, which is what this is about
    finally:
        connection.close()
