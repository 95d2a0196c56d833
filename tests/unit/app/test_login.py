"""Log-in without a provider: cookies, sessions, the gate, what the manual says of roles."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from byalag.app._access import ACCOUNT, ALTER_ACCOUNT, OVERSEE, Access
from byalag.app._client import Proxies, network_of
from byalag.app._face import Face, Part
from byalag.app._http import application
from byalag.app._login_session import Cookies, Sessions, digest_of
from byalag.app._login_settings import LoginSettings, ProviderSettings
from byalag.governance import Actor, Assurance, Decision, Grant, Resource, Role
from byalag.governance._decide import _ROLES
from byalag.pages._account import local_path
from byalag.store import KnownPerson, OpenSession, People, Register
from byalag.testkit import StoppedClock

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [DOCS / "sv" / "logga-in.md", DOCS / "en" / "log-in.md"]
HOUR = 3_600_000_000
CARE = Resource(matter="care", municipality="2482", purpose="larm", purposes=("larm",))


class Clocked:
    """A register with one person in it, and a hub that knows them."""

    def __init__(self, register: Register, face: Callable[..., Face], clock: StoppedClock) -> None:
        self.register, self.people = register, People(register)
        self.clock, self.face = clock, face
        self.noted: list[tuple[Actor, Access, Decision]] = []
        self.cookies = Cookies(secure=False)
        self.sessions = Sessions(
            self.people, self.cookies, clock.now, idle=HOUR // 2, longest=12 * HOUR
        )

    def enter(self, held: str, *claimed: Grant, assurance: Assurance = "loa3") -> None:
        now = self.clock.now()
        known = KnownPerson(
            id="p-anna", provider="x", name="", municipality="2482", first=now, last=now
        )
        session = OpenSession(
            person="p-anna",
            provider="x",
            name="Anna",
            assurance=assurance,
            claimed=claimed,
            begun=now,
            seen=now,
            until=now + 12 * HOUR,
        )
        self.people.log_in(digest_of(held), known, session).result()

    def later(self, **by: float) -> None:
        """Let time pass, when all that is to be written has been."""
        self.register.change(lambda _: None).result()
        self.clock.advance(timedelta(**by))

    def client(self, held: str = "") -> TestClient:
        def show(request: Request) -> Response:
            return PlainTextResponse(request.scope["actor"].name)

        shown = (
            (Route("/mitt", show), ACCOUNT),
            (Route("/mitt", show, methods=["POST"]), ALTER_ACCOUNT),
            (Route("/skotsel", show), OVERSEE),
            (Route("/omsorg", show), Access("read", CARE)),
            (Route("/maskin/mitt", show), ACCOUNT),
        )
        made = self.face(
            now=self.clock.now,
            person=self.sessions.person,
            noted=lambda *told: self.noted.append(told),
            parts=[Part(routes=shown, machines=frozenset({"maskin"}))],
        )
        cookies = {self.cookies.session: held} if held else {}
        return TestClient(application(made), cookies=cookies)


@pytest.fixture
def hub(tmp_path: Path, face: Callable[..., Face]) -> Iterator[Clocked]:
    with Register(tmp_path / "hub.sqlite") as register:
        yield Clocked(register, face, StoppedClock())


def test_a_session_lets_in_until_it_has_not_been_used_for_half_an_hour(hub: Clocked) -> None:
    hub.enter("held")
    client = hub.client("held")
    assert client.get("/mitt").text == "person p-anna"
    for _ in range(20):
        hub.later(minutes=29)
        assert client.get("/mitt").status_code == 200
    hub.later(minutes=30)
    assert client.get("/mitt").status_code == 401


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(hub: Clocked) -> None:
    hub.enter("held")
    client = hub.client("held")
    for _ in range(12 * 3 - 1):
        hub.later(minutes=20)
        assert client.get("/mitt").status_code == 200
    hub.later(minutes=20)
    assert client.get("/mitt").status_code == 401


def test_what_a_browser_holds_is_not_in_the_register(hub: Clocked, tmp_path: Path) -> None:
    hub.enter("a-secret-that-a-browser-holds")
    kept = b"".join(each.read_bytes() for each in tmp_path.glob("hub.sqlite*"))
    assert b"a-secret-that" not in kept
    assert hub.client("another").get("/mitt").status_code == 401


def test_a_session_that_another_process_ends_is_dead_in_the_next_request(
    hub: Clocked, tmp_path: Path
) -> None:
    hub.enter("held")
    client = hub.client("held")
    assert client.get("/mitt").status_code == 200
    with Register(tmp_path / "hub.sqlite") as other:
        People(other).log_out(digest_of("held")).result()
    assert client.get("/mitt").status_code == 401


def test_a_role_that_another_process_gives_or_takes_counts_in_the_next_request(
    hub: Clocked, tmp_path: Path
) -> None:
    hub.enter("held")
    client, role = hub.client("held"), Grant("operator", "2482")
    assert client.get("/skotsel").status_code == 403
    with Register(tmp_path / "hub.sqlite") as other:
        elsewhere = People(other)
        assert elsewhere.grant("p-anna", role, who="terminal", at=1).result()
        assert not elsewhere.grant("p-anna", role, who="terminal", at=1).result()
        assert client.get("/skotsel").status_code == 200
        assert elsewhere.revoke("p-anna", role, who="terminal", at=1).result()
        assert client.get("/skotsel").status_code == 403
        lines = [(note.what, note.about) for note in other.audit.notes()]
    assert lines == [("revoke role", "p-anna"), ("grant role", "p-anna"), ("log in", "p-anna")]


def test_a_session_is_not_looked_at_where_machines_ask(hub: Clocked) -> None:
    hub.enter("held", Grant("operator", "2482"))
    client = hub.client("held")
    assert client.get("/mitt").status_code == 200
    assert client.get("/maskin/mitt").status_code == 401
    assert client.post("/observations/v1/observations", json=[]).status_code == 401
    assert client.get("/metrics").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://evil.example"}, 403),
    ],
)
def test_a_form_counts_when_it_comes_from_the_hubs_own_pages_only(
    hub: Clocked, headers: dict[str, str], status: int
) -> None:
    hub.enter("held")
    assert hub.client("held").post("/mitt", headers=headers).status_code == status


def test_every_decision_about_people_is_noted_whichever_it_is(hub: Clocked) -> None:
    hub.enter("held", Grant("care_staff", "2482"))
    assert hub.client("held").get("/omsorg").status_code == 200
    hub.enter("weak", Grant("care_staff", "2482"), assurance="loa2")
    assert hub.client("weak").get("/omsorg").status_code == 401
    assert hub.client().get("/omsorg").status_code == 401
    hub.client("held").get("/mitt")
    told = [(actor.name, decision.allowed) for actor, _, decision in hub.noted]
    assert told == [("person p-anna", True), ("person p-anna", False), ("anyone", False)]


def test_a_cookie_is_bound_to_the_very_host_where_the_hub_is_reached_by_https() -> None:
    safe, answer = Cookies(secure=True), Response()
    safe.give(answer, safe.session, "x")
    said = answer.headers["set-cookie"]
    assert said.startswith("__Host-byalag_session=x;")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(said.split("; "))
    assert "Domain" not in said
    assert "Max-Age" not in said


@pytest.mark.parametrize(
    ("given", "led"),
    [
        ("/drift", "/drift"),
        ("/drift?page=2&x=%20", "/drift?page=2&x=%20"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\..\\b", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x", "/"),
        ("/\t/evil.example", "/"),
        ("", "/"),
        ("/" + "a" * 3000, "/"),
    ],
)
def test_a_log_in_leads_to_an_address_of_the_hub_only(given: str, led: str) -> None:
    assert local_path(given, "/") == led


def test_who_asks_is_told_by_proxies_of_ours_only() -> None:
    def scope(peer: str, forwarded: str = "") -> dict[str, Any]:
        said = {b"x-forwarded-for": forwarded.encode()} if forwarded else {}
        return {"client": (peer, 1), "said": said}

    alone, behind = Proxies(), Proxies(["10.1.0.0/16"])
    assert alone.client(scope("192.0.2.7", "198.51.100.1")) == "192.0.2.7"
    assert alone.client(scope("127.0.0.1", "198.51.100.1")) == "198.51.100.1"
    assert alone.client(scope("127.0.0.1", "1.1.1.1, 198.51.100.1")) == "198.51.100.1"
    assert alone.client(scope("10.1.2.3", "198.51.100.1")) == "10.1.2.3"
    for told in ("198.51.100.1:4711", "198.51.100.1:4712"):  # the port is another each time
        assert alone.client(scope("127.0.0.1", told)) == "198.51.100.1"
    for told in ("[2001:db8::7]:4711", "[2001:db8::7]"):
        assert alone.client(scope("127.0.0.1", told)) == "2001:db8::7"
    assert behind.client(scope("10.1.2.3", "6.6.6.6, 198.51.100.1, 10.1.9.9")) == "198.51.100.1"
    assert network_of("192.0.2.7") == "192.0.2.0/24"
    assert network_of("::ffff:192.0.2.7") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert network_of("no address") == "no address"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_each_role_may_do_is_in_the_manual_as_it_is_decided(page: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", page.read_text("utf-8"), re.MULTILINE)
    told = {role: tuple(set(re.findall(r"`(\w+)`", text)) for text in may) for role, *may in rows}
    decided = {
        role: tuple(
            {matter for (does, matter), roles in _ROLES.items() if does == act and role in roles}
            for act in ("read", "write")
        )
        for role in get_args(Role)
    }
    assert {role: may for role, may in told.items() if role in decided} == decided


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_setting_of_a_log_in_is_in_the_manual(page: Path) -> None:
    text = page.read_text("utf-8")
    own = {each.name for each in msgspec.structs.fields(LoginSettings)} - {"provider"}
    theirs = {f"provider.{each.name}" for each in msgspec.structs.fields(ProviderSettings)}
    assert [name for name in sorted(own | theirs) if f"`{name}`" not in text] == []
