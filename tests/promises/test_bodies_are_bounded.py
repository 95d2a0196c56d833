"""Promises 11, 12 and 14: what is sent to any door costs little and crashes nothing."""

import gzip
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.testkit import RunningHub, gzip_bomb
from tests.promises._whole import hub_folder

MEBIBYTE = 1024 * 1024
DOORS = {  # every door that takes JSON, and the scope that opens it
    "/observations/v1/observations": "observations:write",
    "/deliveries/v1/2260/lots": "deliveries:write",
    "/sensorthings/v1.1/Things": "facts:write",
    "/sensorthings/v1.1/Observations": "facts:write",
    "/sensorthings/v1.1/$batch": "facts:write",
    "/ngsi-ld/v1/entities": "facts:write",
    "/ngsi-ld/v1/entityOperations/create": "facts:write",
    "/ngsi-ld/v1/subscriptions": "facts:write",
    "/ngsi-ld/v1/temporal/entities": "facts:write",
    "/ngsi-ld/v1/entityOperations/query": "facts:read",
}
EDGES = {
    "deep lists": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "nothing but brackets": b"[" * 200_000,
    "NaN": b'{"lot": "a", "value": NaN}',
    "Infinity": b'{"lot": "a", "value": -Infinity}',
    "1e400": b'{"lot": "a", "value": 1e400}',
    "a duplicate key": b'{"lot": "a", "lot": "b", "id": "urn:a:1", "id": "urn:a:2"}',
    "a big integer": b'{"lot": "a", "value": ' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"lot": "\\ud800"}',
    "no UTF-8": b'{"lot": "\xff\xfe"}',
    "a nul": b'{"lot": "a\\u0000b"}',
    "nothing": b"",
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningHub, dict[str, str]]]:
    folder, keys = hub_folder(tmp_path_factory.mktemp("bodies") / "hub", "http://127.0.0.1:8080")
    with RunningHub("serve", folder) as hub:
        yield hub, keys


def memory(hub: RunningHub) -> int:
    """Return the bytes that the hub's process has in memory, or has had at most."""
    status = Path(f"/proc/{hub.pid}/status")
    if not status.exists():
        pytest.skip("the memory of a process is read from /proc")
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.promise
@pytest.mark.proves(11)
@pytest.mark.parametrize("door", ["/observations/v1/observations", "/deliveries/v1/2260/lots"])
def test_a_gibibyte_in_chunks_is_refused_and_takes_no_room(
    opened: tuple[RunningHub, dict[str, str]], door: str, promised: dict[str, object]
) -> None:
    hub, keys = opened
    small = hub.ask("POST", door, body=b"[]", headers=_said(keys[DOORS[door]]))
    assert small.status < 500
    before = memory(hub)
    head = (
        f"POST {door} HTTP/1.1\r\nHost: 127.0.0.1:{hub.port}\r\n"
        f"Authorization: Bearer {keys[DOORS[door]]}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    ).encode()
    part = b"%x\r\n%s\r\n" % (MEBIBYTE, b" " * MEBIBYTE)
    sent, answer = 0, b""
    with socket.create_connection(("127.0.0.1", hub.port), 30) as connection:
        connection.sendall(head)
        try:
            for _ in range(1024):
                connection.sendall(part)
                sent += MEBIBYTE
        except OSError:
            pass  # the hub has said no and does not listen any more
        try:
            answer = connection.recv(4096)
        except OSError:
            answer = b""
    grown = memory(hub) - before
    promised.update(mebibytes_sent=sent // MEBIBYTE, mebibytes_grown=grown // MEBIBYTE)
    promised["fault"] = "1 GiB, chunked"
    assert not answer or b" 413 " in answer.split(b"\r\n", 1)[0]
    assert grown < 32 * MEBIBYTE
    assert hub.get("/health/live").status == 200


@pytest.mark.promise
@pytest.mark.proves(14)
@pytest.mark.parametrize("door", DOORS)
def test_the_edges_of_json_are_errors_and_no_crashes(
    opened: tuple[RunningHub, dict[str, str]], door: str, promised: dict[str, object]
) -> None:
    hub, keys = opened
    statuses: dict[str, int] = {}
    for media in ("application/json", "application/ld+json"):
        for name, body in EDGES.items():
            said = _said(keys[DOORS[door]]) | {"content-type": media}
            statuses[f"{name} as {media}"] = hub.ask("POST", door, body=body, headers=said).status
    promised.update(bodies=len(statuses), crashes=sum(code >= 500 for code in statuses.values()))
    assert not {name: code for name, code in statuses.items() if code >= 500}
    hard = ("deep", "nothing but", "NaN", "Infinity", "1e400", "no UTF-8")
    taken = {name for name, code in statuses.items() if code < 400 and name.startswith(hard)}
    if "deliveries" not in door:  # which keeps what comes, and sets it aside with the reason
        assert not taken, taken
    assert hub.get("/health/live").status == 200


@pytest.mark.promise
@pytest.mark.proves(12)
@pytest.mark.parametrize("door", DOORS)
def test_a_packed_bomb_is_refused_at_every_door(
    opened: tuple[RunningHub, dict[str, str]], door: str, promised: dict[str, object]
) -> None:
    hub, keys = opened
    before = memory(hub)
    bombs = {"gzip": gzip_bomb(200 * MEBIBYTE), "deflate": zlib.compress(bytes(200 * MEBIBYTE), 9)}
    bombs |= {"br": b"\x5b" * 1000, "zstd": b"\x28\xb5\x2f\xfd" + bytes(1000)}
    bombs["gzip, gzip"] = gzip.compress(bombs["gzip"])
    for coding, body in bombs.items():
        said = _said(keys[DOORS[door]]) | {"content-encoding": coding}
        answer = hub.ask("POST", door, body=body, headers=said)
        assert 400 <= answer.status < 500, (coding, answer.status, answer.text)
    promised.update(bombs=len(bombs), mebibytes_grown=(memory(hub) - before) // MEBIBYTE)
    assert memory(hub) - before < 64 * MEBIBYTE


def _said(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "content-type": "application/json"}
