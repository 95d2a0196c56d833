"""Letters, to a real SMTP server."""

import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from byalag.store import Store
from byalag.testkit import free_port, running, soon

from ._outlets import engine_of, hurried, left, notice, outlet

pytestmark = pytest.mark.anyio

ANNA, BO = "anna@exempel.se", "bo@exempel.se"


class Post:
    """What a server does with letters: keeps them, and refuses those for some receivers."""

    def __init__(self, refused: dict[str, str]) -> None:
        self.refused = refused
        self.letters: list[tuple[str, EmailMessage]] = []

    async def handle_RCPT(  # noqa: N802 -- the server's own word
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- the server's own word
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        letter = email.message_from_bytes(cast("bytes", envelope.content), policy=default)
        self.letters += [(to, letter) for to in envelope.rcpt_tos]
        return "250 OK"


@contextmanager
def smtp(port: int, refused: dict[str, str] | None = None, /, **more: Any) -> Iterator[Post]:  # noqa: ANN401 -- the server's own settings
    post = Post(refused or {})
    server = Controller(post, hostname="127.0.0.1", port=port, **more)
    server.start()
    try:
        yield post
    finally:
        server.stop()


def told(port: int, home: Path, **more: object) -> Any:  # noqa: ANN401 -- a connected outlet
    said = {
        "kind": "email",
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "from": "byalag@skelleftea.example.se",
        "to": [{"address": ANNA}, {"address": BO, "language": "en"}],
        **more,
    }
    return outlet("brev", home, **said)


async def test_each_receiver_gets_a_letter_of_their_own_in_their_language(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    port = free_port()
    unsubscribe = "mailto:sluta@exempel.se"
    with smtp(port) as post:
        engine = engine_of(store, commons, told(port, tmp_path, unsubscribe=unsubscribe))
        async with running(engine):
            await engine.tell("2482", "brev", [notice(1)])
            await soon(lambda: len(left(store, "brev")["sent"]) == 2)
    letters = dict(post.letters)
    assert letters[ANNA]["Subject"] == "Nummer 1"
    assert letters[BO]["Subject"] == "Number 1"
    assert letters[BO]["To"] == BO
    assert letters[ANNA]["Auto-Submitted"] == "auto-generated"
    assert letters[ANNA]["List-Unsubscribe"] == f"<{unsubscribe}>"
    assert letters[ANNA]["Message-ID"].startswith("<msg_0001.")
    assert letters[ANNA]["Message-ID"] != letters[BO]["Message-ID"]
    assert letters[ANNA].get_content().strip() == "Nummer 1"


async def test_nothing_that_a_message_says_becomes_a_header_or_a_receiver(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    port, evil = free_port(), "Kyl\r\nBcc: eve@exempel.se\r\n\r\n.\r\nMAIL FROM:<x@y.se>\u2028å"
    with smtp(port) as post:
        engine = engine_of(store, commons, told(port, tmp_path, to=[{"address": ANNA}]))
        async with running(engine):
            await engine.tell("2482", "brev", [notice(1, evil)])
            await soon(lambda: left(store, "brev")["sent"])
    [(to, letter)] = post.letters
    assert to == ANNA
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Kyl Bcc: eve@exempel.se . MAIL FROM:<x@y.se> å"
    assert "MAIL FROM" in letter.get_content()


async def test_a_refused_receiver_is_set_aside_and_the_other_gets_the_letter_once(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    port = free_port()
    with smtp(port, {ANNA: "550 no such user"}) as post:
        engine = engine_of(store, commons, told(port, tmp_path))
        async with running(engine):
            await engine.tell("2482", "brev", [notice(1), notice(2)])
            await soon(lambda: len(left(store, "brev")["aside"]) == 2)
            await soon(lambda: len(left(store, "brev")["sent"]) == 2)
    assert [to for to, _ in post.letters] == [BO, BO]
    assert left(store, "brev")["aside"][0].why.startswith("127.0.0.1 refuses the receiver: 550")


async def test_a_server_that_is_down_or_busy_is_tried_again(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried(monkeypatch)
    port = free_port()
    only = told(port, tmp_path, to=[{"address": ANNA}])
    engine = engine_of(store, commons, only)
    async with running(engine):
        await engine.tell("2482", "brev", [notice(1)])
        await soon(lambda: left(store, "brev")["waiting"][0].tries)
        with smtp(port, {ANNA: "451 greylisted"}) as post:
            await soon(lambda: "451" in left(store, "brev")["waiting"][0].why)
            post.refused.clear()
            await soon(lambda: left(store, "brev")["sent"])
    assert [to for to, _ in post.letters] == [ANNA]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not see the TLS around it
@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("trusted", [True, False])
async def test_a_password_is_shown_only_under_tls_to_a_server_that_proves_its_name(
    store: Store, commons: Store, tmp_path: Path, tls: str, *, trusted: bool
) -> None:
    authority, port = trustme.CA(), free_port()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    shown: list[bytes] = []

    def authenticate(*asked: object) -> AuthResult:
        said = asked[-1]
        assert isinstance(said, LoginPassword)
        shown.append(said.password)
        return AuthResult(success=said.password == b"hemligt")

    more = (
        {"ssl_context": server}
        if tls == "tls"
        else {"tls_context": server, "require_starttls": True}
    )
    login = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": tls != "tls"}
    known = (authority if trusted else trustme.CA()).cert_pem.bytes().decode()
    secrets = {"env:P": "hemligt", "file:ca.pem": known}
    only = told(
        port,
        tmp_path,
        tls=tls,
        user="byalag",
        password="env:P",  # noqa: S106 -- the name of a secret
        ca="file:ca.pem",
        to=[{"address": ANNA}],
    )
    with smtp(port, None, **more, **login) as post:
        engine = engine_of(store, commons, only, secrets=secrets)
        async with running(engine):
            await engine.tell("2482", "brev", [notice(1)])
            if trusted:
                await soon(lambda: left(store, "brev")["sent"])
            else:
                await soon(lambda: left(store, "brev")["waiting"][0].tries)
                assert "certificate" in left(store, "brev")["waiting"][0].why
    assert shown == ([b"hemligt"] if trusted else [])
    assert len(post.letters) == trusted
