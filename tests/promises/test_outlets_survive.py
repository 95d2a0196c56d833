"""The hub is killed while it sends; every message arrives, and repeats can be seen by their ids."""

import json
import random
import signal
import time
from pathlib import Path

import pytest

from byalag.testkit import Answer, Faulty, RunningHub, byalag

SERIES = "room:hus:a/temperature"
SOURCE = f"""kind = "push"
dataset = "sensors"
[[series]]
id = "{SERIES}"
unit = "Cel"
"""
OUTLET = """kind = "webhook"
url = "{url}"
ordered = {ordered}
[on]
datasets = ["sensors"]
observations = "every"
"""


def made(folder: Path, url: str, *, ordered: bool) -> str:
    """Make a hub with one pushed series and one outlet; return a key that may push."""
    assert byalag("init", folder, "--municipality", "2482").code == 0
    home = folder / "skelleftea"
    for file in (home / "sources").glob("*.toml"):
        file.unlink()
    (home / "sources/rum.toml").write_text(SOURCE)
    (home / "outlets").mkdir()
    said = OUTLET.format(url=url, ordered=str(ordered).lower())
    (home / "outlets/larm.toml").write_text(said)
    municipality = home / "municipality.toml"
    municipality.write_text('on_premises = ["127.0.0.0/8"]\n' + municipality.read_text())
    issued = byalag("key", "new", folder, "--municipality", "2482", "--json")
    assert issued.code == 0, issued.err
    return str(issued.json["key"])


def rows(first: int, count: int) -> bytes:
    said = [
        {"series": SERIES, "time": f"2026-07-01T{n // 60:02}:{n % 60:02}:00Z", "value": float(n)}
        for n in range(first, first + count)
    ]
    return json.dumps(said).encode()


def told(server: Faulty) -> list[tuple[str, float]]:
    said = [json.loads(asked.body) for asked in server.asked]
    return [(one["id"], one["data"]["facts"][0]["value"]) for one in said]


@pytest.mark.promise
@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.proves(1, 22)
def test_every_message_arrives_though_the_hub_is_killed_while_it_sends(
    tmp_path: Path, *, ordered: bool
) -> None:
    draw = random.Random(7)  # noqa: S311 -- when to kill need not be secret
    count = 0
    with Faulty(hook=Answer(status=200)) as server:
        key = made(tmp_path / "hub", server.url("/hook"), ordered=ordered)
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        for _ in range(8):
            with RunningHub("serve", tmp_path / "hub") as hub:
                body = rows(count, 60)
                answer = hub.ask(
                    "POST", "/observations/v1/observations", body=body, headers=headers
                )
                assert answer.status in {200, 201, 202}, answer.text
                count += 60
                time.sleep(draw.uniform(0.0, 0.4))
                hub.stop(signal.SIGKILL)
        with RunningHub("serve", tmp_path / "hub"):
            end = time.monotonic() + 60
            while len({id_ for id_, _ in told(server)}) < count and time.monotonic() < end:
                time.sleep(0.1)
    found = told(server)
    first = list(dict(found))
    values = dict(found)
    assert sorted(values.values()) == [float(n) for n in range(count)]
    assert len(found) - len(first) <= 8 * 4  # those under way at each kill
    if ordered:
        assert [values[id_] for id_ in first] == [float(n) for n in range(count)]
