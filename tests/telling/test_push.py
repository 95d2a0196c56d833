"""Push messages: only the browser can read them, and one that is gone is forgotten."""

import base64
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import http_ece  # type: ignore[import-untyped]  # another implementation, without types
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from byalag import Misconfigured
from byalag.app._care_identity import Subscription
from byalag.engine import application_key
from byalag.engine._web_push import MOST, sealed, vouched
from byalag.store import Store
from byalag.testkit import StoppedClock, certificate, soon

from ._world import ANNA, SECRETS, World, contact, outlet

pytestmark = pytest.mark.anyio
SUBJECT = "mailto:drift@exempelstad.example"


def plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def pem(key: EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Browser:
    """A browser's keys, and what it makes of what it is sent, by another's code than ours."""

    def __init__(self) -> None:
        self.key, self.auth = generate_private_key(SECP256R1()), os.urandom(16)

    @property
    def p256dh(self) -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return text(point)

    def read(self, body: bytes) -> bytes:
        said: bytes = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return said


def test_the_example_of_rfc_8291_becomes_what_it_says() -> None:
    own = derive_private_key(
        int.from_bytes(plain("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), SECP256R1()
    )
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        own=own,
        salt=plain("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert text(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6"
        "TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulc"
        "y4a-fN"
    )


@given(said=st.binary(max_size=MOST))
@limits(deadline=None, max_examples=20)
def test_another_implementation_reads_whatever_is_sealed(said: bytes) -> None:
    browser = Browser()
    own, salt = generate_private_key(SECP256R1()), os.urandom(16)
    body = sealed(said, browser.p256dh, text(browser.auth), own=own, salt=salt)
    assert browser.read(body) == said
    assert len(body) <= 4096


def test_the_hub_shows_who_it_is_for_half_a_day_and_to_one_push_service() -> None:
    key, now = generate_private_key(SECP256R1()), StoppedClock().now()
    said = vouched("https://push.example:8443/send/1?a=b", SUBJECT, pem(key), now)
    scheme, _, parts = said.partition(" ")
    token, _, shown = parts.removeprefix("t=").partition(", k=")
    assert scheme == "vapid"
    assert shown == application_key(pem(key))
    claims = jwt.decode(token, ECKey.import_key(pem(key)), algorithms=["ES256"]).claims
    assert claims["aud"] == "https://push.example:8443"
    assert claims["sub"] == SUBJECT
    assert 0 < claims["exp"] - now // 1_000_000 <= 86_400


@pytest.mark.parametrize("said", ["", "hemligt", "-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_key_that_is_none_is_told_of_with_how_to_make_one(said: str) -> None:
    with pytest.raises(Misconfigured, match="openssl ecparam"):
        application_key(said)


class PushService:
    """A push service over https: keeps what it is sent, and answers as it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.status = {"/gone": 410}


@contextmanager
def push_service(folder: Path) -> Iterator[tuple[PushService, str, str]]:
    """Run one; give what it has been sent, its address and who signed its certificate."""
    service, made = PushService(), certificate(folder, "localhost", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.asked.append((self.path, headers, body))
            self.send_response(service.status.get(self.path, 201))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service, f"https://localhost:{server.server_port}", made.ca.read_text()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_a_browser_is_told_what_only_it_can_read_and_one_that_is_gone_is_forgotten(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, browser = StoppedClock(), Browser()
    with push_service(tmp_path) as (service, address, ca):
        monkeypatch.setitem(SECRETS, "env:PUSH", pem(generate_private_key(SECP256R1())))
        monkeypatch.setitem(SECRETS, "env:CA", ca)
        push = outlet(
            "push",
            tmp_path,
            kind="push",
            key="env:PUSH",
            ca="env:CA",
            subject=SUBJECT,
            hosts=["localhost"],
        )
        world = World(store, commons, clock, push)
        await world.agree(contact(ANNA, ways=("push",)))
        for place in ("/gone", "/here"):
            given = Subscription(
                endpoint=address + place, p256dh=browser.p256dh, auth=text(browser.auth)
            )
            await world.identities.subscribe(ANNA, given, who=ANNA)
        async with world.work():
            await world.raise_()
            await soon(lambda: (ANNA, "push", "notice", "taken") in world.told())
    by_path = {path: (headers, body) for path, headers, body in service.asked}
    assert by_path.keys() == {"/gone", "/here"}
    headers, body = by_path["/here"]
    shown = msgspec.json.decode(browser.read(body))
    assert shown["title"] == "Något att titta på"
    assert shown["url"].startswith("https://hub.example.se/l/")
    assert ANNA not in str(shown)
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "high")
    assert int(headers["ttl"]) == 3600
    assert headers["authorization"].startswith("vapid t=")
    assert len(headers["topic"]) == 32
    [left] = world.identities.addresses_of(ANNA, "push")
    assert left.startswith(f'{{"endpoint":"{address}/here"')


async def test_a_browsers_address_reaches_nothing_inside_that_the_outlet_does_not_name(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, browser = StoppedClock(), Browser()
    with push_service(tmp_path) as (service, address, ca):
        monkeypatch.setitem(SECRETS, "env:PUSH", pem(generate_private_key(SECP256R1())))
        monkeypatch.setitem(SECRETS, "env:CA", ca)
        push = outlet("push", tmp_path, kind="push", key="env:PUSH", ca="env:CA", subject=SUBJECT)
        world = World(store, commons, clock, push)
        await world.agree(contact(ANNA, ways=("push",)))
        given = Subscription(endpoint=address, p256dh=browser.p256dh, auth=text(browser.auth))
        await world.identities.subscribe(ANNA, given, who=ANNA)
        async with world.work():
            await world.raise_()
            await soon(lambda: any(one.why for one in store.queue.listed("push")))
            [waiting] = store.queue.listed("push")
    assert "not a public address" in waiting.why
    assert not service.asked
