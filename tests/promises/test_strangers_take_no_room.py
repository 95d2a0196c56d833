"""Nobody who has proved nothing can keep those out who have."""

import json
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from byalag.testkit import RunningHub, byalag

SOURCE = """\
kind = "webhook"
dataset = "parking"

[thing]
type = "OffStreetParking"
operator = "prov"
id = "{lot}"
"""
MEBIBYTE = 1024 * 1024


@pytest.mark.promise
@pytest.mark.proves(10, 11)
def test_large_bodies_of_strangers_keep_no_key_holder_out(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    home = folder / "skelleftea" / "sources"
    for source in home.glob("*.toml"):
        source.unlink()
    (home / "lots.toml").write_text(SOURCE, "utf-8")
    scope = ("--scope", "deliveries:write", "--json")
    key = byalag("key", "new", folder, "--municipality", "2482", *scope).json["key"]
    with RunningHub("serve", folder) as hub, ExitStack() as held:
        at = ("127.0.0.1", hub.port)
        head = (
            f"POST /deliveries/v1/2482/nowhere HTTP/1.1\r\nHost: 127.0.0.1:{hub.port}\r\n"
            f"Content-Length: {31 * MEBIBYTE}\r\n\r\n"
        ).encode()
        for _ in range(5):
            stranger = held.enter_context(socket.create_connection(at, 10))
            stranger.sendall(head)
            try:
                stranger.sendall(bytes(30 * MEBIBYTE))
            except OSError:
                break  # there is no more room for strangers
        body = json.dumps({"lot": "norra"}).encode()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        answer = hub.ask("POST", "/deliveries/v1/2482/lots", body=body, headers=headers)
        assert answer.status == 202
