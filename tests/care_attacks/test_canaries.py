"""Whoever a home and its contacts are is nowhere but where it must be, however it is used."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from byalag.app import open_hub
from byalag.app._care_book import book_of
from byalag.app._stores import own_store_of
from byalag.model import Json
from byalag.services.care import NoticeOpened, Reason
from byalag.store import Note
from byalag.testkit import Answer, Faulty, RunningHub, byalag, free_port
from tests.telling._world import ANNA, HOME, came, contact, lines_of, smtp
from tests.telling.test_in_a_hub import asked, hub_of

pytestmark = pytest.mark.promise
PHONE, MAIL = "+46701740605", "kanariefageln.ek@exempel.se"
NAME, STREET = "Kanariefågeln Ek", "Kanariegränd 17"
ENDPOINT = "https://127.0.0.1:9/kanarie-endpoint"
WORDS = (NAME, STREET, PHONE, PHONE[1:], MAIL, ENDPOINT, "kanarie-endpoint", "kanarie-auth")
POST = """kind = "email"
receivers = "care"
host = "127.0.0.1"
port = {port}
tls = "none"
from = "byalag@exempelstad.example"
"""
TOKEN = re.compile(r"/l/([A-Za-z0-9_-]{43})")


def spelt(word: str) -> set[bytes]:
    """Return how a word may be written somewhere."""
    return {
        word.encode(),
        word.encode("latin-1"),
        word.encode("utf-16-le"),
        json.dumps(word)[1:-1].encode(),
        quote(word).encode(),
        quote(word, safe="").encode(),
    }


def found(where: bytes, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if any(one in where for one in spelt(word))]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file() and one.suffix != ".toml"
    }


def until(condition: Callable[[], object], hub: RunningHub) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, hub.said[-3000:]
        time.sleep(0.1)


@pytest.fixture(params=["sealed", "clear"])
def sealed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setenv("MASTER", "en huvudnyckel som är minst trettiotvå tecken")
    monkeypatch.setenv("BYALAG_LOG", "debug")
    return bool(request.param == "sealed")


def prepared(folder: Path, gateway: str, port: int, post: int, *, sealed: bool) -> None:
    hub_of(folder, gateway, port)
    (folder / "by/outlets/post.toml").write_text(POST.format(port=post), "utf-8")
    unit = folder / "by/care/norr.toml"
    unit.write_text(unit.read_text("utf-8") + 'email = "post"\n', "utf-8")
    if sealed:
        settings = folder / "hub.toml"
        settings.write_text(settings.read_text() + '[sealing]\nmaster = "env:MASTER"\n', "utf-8")
    hub = open_hub(folder)
    hub.store.mkdir(exist_ok=True)
    now = time.time_ns() // 1000
    relative = contact(ANNA, ways=("sms", "email", "push"), kind="client", wait="30m")
    with own_store_of(hub, hub.tenants[0]) as store:
        journal = store.journal("care")
        journal.add(lines_of(HOME, now - 1, relative)).result()
        for whom in (HOME, ANNA):
            who: Json = {"name": NAME, "address": STREET, "phone": PHONE, "email": MAIL}
            note = Note(at=now, who="test", what="identity-written", about=whom)
            journal.identify(whom, who, at=now, note=note).result()


def raise_notice(folder: Path) -> None:
    hub = open_hub(folder)
    now = time.time_ns() // 1000
    said = NoticeOpened(notice="n1", kind="deviation", since=now, reason=Reason(last=now))
    with own_store_of(hub, hub.tenants[0]) as store:
        book_of(hub.tenants[0], store).write(HOME, [said], who="test", at=now).result()


def test_who_somebody_is_and_what_a_link_holds_is_nowhere(tmp_path: Path, *, sealed: bool) -> None:
    folder, backup = tmp_path / "hub", tmp_path / "backup"
    folder.mkdir()
    shown: list[str] = []
    post_port = free_port()
    with Faulty(sms=Answer(status=200)) as server, smtp(post_port) as post:
        hub = RunningHub("serve", folder)
        prepared(folder, server.url("/sms"), hub.port, post_port, sealed=sealed)
        said = byalag("care", "rehearse", folder, HOME, "--json")
        assert said.code == 0, said.err
        with hub:
            base = f"http://127.0.0.1:{hub.port}"
            until(lambda: came(server) and post.letters, hub)
            raise_notice(folder)
            until(lambda: len(came(server)) > 1, hub)
            links = [TOKEN.search(text) for _, text in came(server)]
            tokens = [one[1] for one in links if one]
            tokens += TOKEN.findall(post.letters[0].as_string())
            link = f"{base}/l/{tokens[0]}"
            browser = {"endpoint": ENDPOINT, "p256dh": "B" * 87, "auth": "kanarie-auth"}
            shown += [asked(f"{link}/push", method="POST", data=json.dumps(browser).encode())[2]]
            form = urlencode({"act": "looking", "notice": "n1"}).encode()
            shown += [asked(link)[2], asked(f"{link}/svara", method="POST", data=form)[2]]
            reach = urlencode({"reached": PHONE}).encode()
            shown += [asked(f"{link[:-3]}abc")[2]]
            asked(f"{link[:-3]}abc/ny", method="POST", data=reach)
            until(lambda: len(came(server)) > 2, hub)
            shown += [
                asked(base + address)[2]
                for address in (
                    "/metrics", "/", "/openapi.json", "/health/ready", "/omsorg", "/anhorig",
                    f"/omsorg/2482/norr/hem/{HOME}", f"/anhorig/2482/{HOME}", "/datasets/dcat",
                    "/ngsi-ld/v1/types", "/sensorthings/v1.1/Things", "/finns-inte",
                )
            ]  # fmt: skip
            made = byalag("backup", folder, backup)
            withdraw = urlencode({"act": "withdraw"}).encode()
            shown += [asked(f"{link}/svara", method="POST", data=withdraw)[2]]
            assert asked(link)[0] == 404
            at_work, log = files(folder), hub.said
    written = {**at_work, **files(folder), **files(tmp_path)}
    for name, there in {"log": log.encode(), "pages": "".join(shown).encode()}.items():
        assert found(there, WORDS) == [], name
    assert not any(token in log for token in tokens)
    for name, there in written.items():
        leaked = found(there, tuple(tokens))
        assert leaked == [], name
        if sealed or ("2482.sqlite" not in name and "backup" not in name):
            assert found(there, WORDS) == [], name
    assert any(found(there, WORDS) for there in written.values()) is not sealed
    assert made.code == 0, made.err
    assert len(came(server)) == len({one.headers["webhook-id"] for one in server.asked})
