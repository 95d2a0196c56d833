"""A hub as it is run: a rehearsal, the link in it, a new link, and a browser that is told."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from byalag.app import open_hub
from byalag.app._care_book import book_of
from byalag.app._care_identity import Who
from byalag.app._stores import own_store_of
from byalag.services.care import Told
from byalag.store import Note, Store
from byalag.testkit import Answer, Faulty, RunningHub, byalag

if TYPE_CHECKING:
    from playwright.sync_api import Browser

from ._world import ANNA, BODY, HOME, came, contact, lines_of

pytestmark = pytest.mark.promise
PHONE = "+46701740605"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/l/[A-Za-z0-9_-]{43})")
DATASET = """title = { sv = "Givare i hem" }
description = { sv = "Vad givarna i hemmen säger" }
personal_data = true
owner = "Socialnämnden"
owner_role = "Enhetschef"
legal_basis = "public-task"
retention = "90d"
subjects = { sv = "Personer med hemtjänst" }
categories = { sv = "Rörelser" }
classification = { confidentiality = 3, integrity = 3, availability = 3 }
[purposes]
larm = { sv = "Trygghet hemma" }
"""
UNIT = """title = { sv = "Norr" }
purpose = "larm"
datasets = ["hem"]
[ways]
sms = "sms"
push = "push"
"""


def hub_of(folder: Path, gateway: str, port: int) -> Path:
    """Write a hub folder with a unit that tells by text message and push."""
    key = generate_private_key(SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files = {
        "hub.toml": f'name = "Prov"\naddress = "http://127.0.0.1:{port}"\n',
        "by/municipality.toml": 'code = "2482"\nname = "By"\non_premises = ["127.0.0.0/8"]\n',
        "by/datasets/hem.toml": DATASET,
        "by/care/norr.toml": UNIT,
        "by/outlets/sms.toml": f"kind = 'sms'\nreceivers = 'care'\nurl = '{gateway}'\n"
        f"body = '{BODY}'\n",
        "by/outlets/push.toml": "kind = 'push'\nreceivers = 'care'\nkey = 'file:push.pem'\n"
        "subject = 'mailto:drift@exempelstad.example'\n",
        "push.pem": pem.decode(),
    }
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (folder / "push.pem").chmod(0o600)
    return folder


def own_store(folder: Path) -> Store:
    hub = open_hub(folder)
    hub.store.mkdir(exist_ok=True)
    return own_store_of(hub, hub.tenants[0])


def enter_home(folder: Path) -> None:
    now = time.time_ns() // 1000
    with own_store(folder) as store:
        journal = store.journal("care")
        journal.add(lines_of(HOME, now - 1, contact(ANNA, ways=("sms", "push")))).result()
        note = Note(at=now, who="test", what="identity-written", about=ANNA)
        journal.identify(ANNA, {"phone": PHONE}, at=now, note=note).result()
        assert Who(phone=PHONE)


def asked(url: str, **more: Any) -> tuple[int, dict[str, str], str]:  # noqa: ANN401 -- urllib's own
    try:
        with urlopen(Request(url, **more)) as answer:  # noqa: S310 -- our own hub
            return answer.status, dict(answer.headers), answer.read().decode()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


class Running:
    """A hub that runs with one home, and the gateway that its text messages come to."""

    def __init__(self, folder: Path, hub: RunningHub, server: Faulty) -> None:
        self.folder, self.hub, self.server = folder, hub, server

    def link(self, number: int = 0) -> str:
        """Return the address of the link in a text message, when it has come."""
        end = time.monotonic() + 60
        while len(self.server.asked) <= number:
            assert time.monotonic() < end, self.hub.said
            time.sleep(0.05)
        found = LINK.search(came(self.server)[number][1])
        assert found is not None
        return f"http://127.0.0.1:{self.hub.port}{found[1]}"


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hub")
    hub = RunningHub("serve", folder)
    with Faulty(sms=Answer(status=200)) as server:
        hub_of(folder, server.url("/sms"), hub.port)
        enter_home(folder)
        said = byalag("care", "rehearse", folder, HOME, "--json")
        assert said.code == 0, said.err
        tests = json.loads(said.out)["tests"]
        assert [(one["way"], one["outlet"]) for one in tests] == [("sms", "sms"), ("push", "push")]
        with hub:
            yield Running(folder, hub, server)


def test_a_rehearsal_comes_marked_as_a_test_and_its_link_opens_the_home(at_work: Running) -> None:
    address = at_work.link()
    assert came(at_work.server)[0][0] == PHONE
    assert came(at_work.server)[0][1].startswith("PROV.")
    for _ in range(2):
        status, headers, page = asked(address)
        assert status == 200
        assert headers["referrer-policy"] == "no-referrer"
        assert "no-store" in headers["cache-control"]
        assert 'name="robots" content="noindex"' in page
        assert PHONE not in page


def test_a_link_that_is_none_offers_a_new_one_and_a_new_one_comes(at_work: Running) -> None:
    address = at_work.link()
    status, _, page = asked(address[:-3] + "abc")
    assert status == 404
    assert "form" in page
    before = len(at_work.server.asked)
    known, _, one = asked(f"{address}/ny", method="POST", data=b"")
    unknown, _, other = asked(f"{address[:-3]}abc/ny", method="POST", data=b"")
    assert known == unknown == 200
    token = re.compile(r"/l/[A-Za-z0-9_-]{43}")
    assert token.sub("", one) == token.sub("", other)
    assert at_work.link(before) != address
    assert "Här är den nya länken" in came(at_work.server)[before][1]


def test_what_a_link_holds_is_in_no_log_and_no_counter(at_work: Running) -> None:
    address = at_work.link()
    asked(address)
    asked(address[:-3] + "abc")
    token = address.rpartition("/")[2]
    metrics = asked(f"http://127.0.0.1:{at_work.hub.port}/metrics")[2]
    written = b"".join(one.read_bytes() for one in at_work.folder.rglob("*") if one.is_file())
    for said in (at_work.hub.said, metrics, written.decode("latin-1")):
        assert token[:-3] not in said


def test_what_came_of_a_rehearsal_is_in_the_homes_history(at_work: Running) -> None:
    at_work.link()
    hub = open_hub(at_work.folder)
    end = time.monotonic() + 60
    while True:
        with own_store_of(hub, hub.tenants[0]) as store:
            entries = [one.said for one in book_of(hub.tenants[0], store).entries(HOME)]
        told = {
            (one.way, one.outcome)
            for one in entries
            if isinstance(one, Told) and one.about == "test"
        }
        if {("sms", "taken"), ("push", "failed")} <= told:
            break
        assert time.monotonic() < end, told
        time.sleep(0.1)


@pytest.mark.browser
def test_a_browser_offers_to_be_told_and_shows_what_is_pushed(
    at_work: Running, browser: "Browser"
) -> None:
    address = at_work.link()
    context = browser.new_context(permissions=["notifications"])
    try:
        page = context.new_page()
        page.goto(address)
        page.get_by_role("button", name="Säg till här").wait_for()
        worker = context.service_workers[0] if context.service_workers else None
        worker = worker or context.wait_for_event("serviceworker")
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        devtools = context.new_cdp_session(page)
        found: list[str] = []
        devtools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda said: found.extend(one["registrationId"] for one in said["registrations"]),
        )
        devtools.send("ServiceWorker.enable")
        page.wait_for_timeout(200)
        origin = address.partition("/l/")[0]
        said = {"title": "Prov", "body": "Tryck", "tag": "a", "lang": "sv", "url": f"{address}"}
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": origin, "registrationId": found[0], "data": json.dumps(said)},
        )
        page.wait_for_function(
            "navigator.serviceWorker.ready.then(w => w.getNotifications()).then(n => n.length)"
        )
        shown = page.evaluate(
            "navigator.serviceWorker.ready.then(w => w.getNotifications())"
            ".then(n => n.map(one => [one.title, one.body, one.data.url]))"
        )
        assert shown == [["Prov", "Tryck", address]]
    finally:
        context.close()
