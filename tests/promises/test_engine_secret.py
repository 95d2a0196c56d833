"""A secret is never at rest in clear, nor in what people read: a canary goes through every way."""

import base64
import logging
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from msgspec import json
from prometheus_client import generate_latest

from byalag.engine import Connected, Engine, try_source
from byalag.model import Municipality
from byalag.sources import settle
from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, running, soon

pytestmark = pytest.mark.anyio

CANARY = "k4nary/ä secret+value"
HOME = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8",))
BODY = b'{"lots": [{"id": "p0", "free": 5, "at": "2026-07-01T11:59:00Z"}]}'


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def keyed(name: str, url: str) -> Connected:
    table = {
        "kind": "http-json",
        "dataset": "parking",
        "url": url + "?key={secret:env:KEY}",
        "every": "1s",
        "records": "lots",
        "headers": {"Authorization": "Bearer {secret:env:KEY}", "X-Key": "env:KEY"},
        "thing": {"type": "OffStreetParking", "id": "{id}"},
        "series": [{"name": "availableSpotNumber", "value": "free", "at": "at"}],
    }
    kind, settings = settle(table, name=name)
    return Connected(name=name, municipality=HOME, kind=kind, settings=settings)


def elsewhere(said: Asked) -> Answer:
    """Send whoever asks on to nowhere, with the key in the address and in the reason."""
    return Answer(status=302, headers={"location": f"http://[{said.target}/"})


def written(folder: Path) -> list[bytes]:
    """Return what is on disk, while the stores are open."""
    return [file.read_bytes() for file in folder.iterdir()]


def spellings() -> list[bytes]:
    """Return the ways in which the canary could be written."""
    secret = CANARY.encode()
    return [
        secret,
        quote(CANARY, safe="").encode(),
        quote(CANARY).encode(),
        base64.b64encode(secret),
    ]


@pytest.mark.proves(23)
async def test_a_canary_is_sent_and_found_nowhere_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        Faulty(good=Answer(body=BODY), bad=Answer(status=403), moved=elsewhere) as server,
        Store(tmp_path / "own.sqlite") as store,
        Store(tmp_path / "commons.sqlite") as commons,
        structlog.testing.capture_logs() as logs,
    ):
        server.put("/cut", Answer(body=BODY, cut=3))
        names = ["good", "bad", "moved", "cut"]
        sources = [keyed(name, server.url(f"/{name}")) for name in names]
        engine = Engine(
            {"2482": store}, commons, sources, clock=StoppedClock(), secret=lambda _: CANARY + "\n"
        )
        async with running(engine):
            await soon(lambda: all(server.count(f"/{name}") for name in names))
            await soon(lambda: sum(bool(status.error) for status in engine.status()) == 3)
            await soon(store.deliveries)
        tried = [await try_source(one, secret=lambda _: CANARY) for one in sources]
        asked = server.asked[0]
        seen = [
            json.encode(engine.status()),
            json.encode(tried),
            json.encode(str(logs)),
            generate_latest(engine.registry),
            caplog.text.encode(),
            "".join(capsys.readouterr()).encode(),
            *written(tmp_path),
        ]
    assert quote(CANARY, safe="") in asked.target
    assert asked.headers["x-key"].encode("latin-1").decode() == CANARY
    assert asked.headers["authorization"].encode("latin-1").decode() == f"Bearer {CANARY}"
    for spelling in spellings():
        assert not any(spelling in place for place in seen)
