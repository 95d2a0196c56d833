"""A hub's own application over real stores, and a small language of ours to speak to it in."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

import byalag.app._standards as mounting
from byalag.app._beside import Beside
from byalag.app._face import Face, Limits
from byalag.app._http import Application, application
from byalag.app._window import Windows, fetching
from byalag.asking import TooHard
from byalag.engine import Receipt
from byalag.governance import Issued, Keyring, Scope, issue
from byalag.model import Dataset, Municipality, Thing
from byalag.standards import Reply, Spoken, Standard, Window
from byalag.store import Full, Store
from byalag.testkit import StoppedClock

OURS, THEIRS = "2482", "2260"
WRITTEN = Dataset(id="written", title={"sv": "Skrivet"}, open=True, written=True)
Client = Callable[..., TestClient]


def key(municipality: str, *scopes: Scope, number: int = 0) -> Issued:
    return issue(municipality, scopes, random=bytes(range(number, number + 40)))


READS = key(OURS, "facts:read", number=0)
WRITES = key(OURS, "facts:write", number=40)
PUSHES = key(OURS, "observations:write", number=80)
NEIGHBOUR = key(THEIRS, "facts:write", number=120)


async def answer(spoken: Spoken, window: Window) -> Reply:
    """Answer in the small language: things by their names, one a line."""
    if spoken.path == "/full":
        message = "no room is left"
        raise Full(message)
    if spoken.path == "/hard":
        message = "ask for less"
        raise TooHard(message)
    if spoken.path == "/crash":
        message = "a secret that must not be shown"
        raise RuntimeError(message)
    if spoken.path == "/fetch":
        return Reply(body=await window.fetch(spoken.query, accept="text/plain"))
    if spoken.method == "POST" and spoken.path == "/things":
        assert window.writes is not None
        name = spoken.body.decode()
        thing = Thing(id=f"thing:test:{name}", type="T", dataset=window.writes.id, name=name)
        await window.say([thing])
        return Reply(status=201, media_type="text/plain", body=name.encode())
    if spoken.path == "/things":
        found = window.reading.find("T")
        names = "\n".join(each.thing.name or "" for each in found)
        return Reply(media_type="text/plain", body=names.encode())
    if spoken.path == "/now":
        return Reply(media_type="text/plain", body=str(window.now).encode())
    seen = {
        "raw": spoken.raw,
        "path": spoken.path,
        "query": spoken.query,
        "root": spoken.root,
        "whose": window.municipality,
        "municipalities": [one.code for one in window.municipalities],
        "writes": window.writes.id if window.writes else None,
    }
    return Reply(body=msgspec.json.encode(seen) + b" " * (2000 if "long" in spoken.path else 0))


def refuse(spoken: Spoken, status: int, title: str, why: str) -> Reply:
    said = {"wrong": status, "title": title, "why": why, "trace": spoken.trace}
    return Reply(status=status, body=msgspec.json.encode(said), media_type="application/x-wrong")


SMALL = Standard(
    name="small",
    root="/small/v1",
    version="1.2.3",
    released="2026-11-22",
    title={"sv": "Litet", "en": "Small"},
    description={"sv": "Litet", "en": "Small"},
    answer=answer,
    refuse=refuse,
    reads=lambda method, path: method == "GET" or path == "/query",
    openapi=lambda hub, _contact: {
        "openapi": "3.1.0",
        "servers": [{"url": hub}],
        "paths": {"/things": {"get": {}, "post": {}}, "/things({id})": {"delete": {}}},
    },
    municipality=lambda headers: headers.get("x-tenant"),
)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / f"{OURS}.sqlite") as store:
        store.publish({"written": WRITTEN}).result()
        yield store


@pytest.fixture
def commons(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "commons.sqlite") as store:
        yield store


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / f"{THEIRS}.sqlite") as store:
        yield store


@pytest.fixture
def woken() -> list[str]:
    return []


@pytest.fixture
def app(
    own: Store,
    theirs: Store,
    commons: Store,
    woken: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Application]:
    """Return what makes an application that speaks the small language."""
    monkeypatch.setattr(mounting, "standards", lambda: (SMALL,))

    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        return Receipt(accepted=0, refused=[], delivery=1)

    def make(*, near: str | None = None, base_url: str = "https://hub.example.se") -> Application:
        ours = Municipality(code=OURS, name="Skellefteå")
        neighbour = Municipality(code=THEIRS, name="Ånge")
        windows = Windows(
            commons=commons,
            own={OURS: own} if near else {OURS: own, THEIRS: theirs},
            municipalities=[ours] if near else [ours, neighbour],
            written={OURS: WRITTEN},
            wake=woken.append,
            fetch=fetching(near=near is not None),
            now=count(StoppedClock().now(), 1_000_000).__next__,
            beside=Beside(),
            near=near,
        )
        return application(
            Face(
                name="Prov",
                base_url=base_url,
                reader=commons,
                now=StoppedClock().now,
                receive=receive,
                key=Keyring([READS.key, WRITES.key, PUSHES.key, NEIGHBOUR.key]).recognise,
                limits=Limits(body=1000),
                windows=windows,
            )
        )

    return make


@pytest.fixture
def client(app: Callable[..., Application]) -> TestClient:
    return TestClient(app(), raise_server_exceptions=False)


@pytest.fixture
def near(app: Callable[..., Application]) -> Client:
    """Return what makes a client of a hub that is open to its own machine."""

    def make(host: str = "127.0.0.1", base_url: str = "http://127.0.0.1:8080") -> TestClient:
        made = app(near=OURS, base_url="http://127.0.0.1:8080")
        return TestClient(made, base_url=base_url, client=(host, 1))

    return make
