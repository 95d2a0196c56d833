"""Access tokens by OAuth 2 client credentials: given, refused, taken back."""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from byalag.app._access import Rules
from byalag.app._face import Face
from byalag.app._guesses import Guesses
from byalag.app._http import application
from byalag.app._keyring import LiveKeyring
from byalag.app._tokens import GOOD_FOR, METADATA, tokens
from byalag.app._usage_api import own_usage
from byalag.governance import Issued, issue, rotate
from byalag.pages import View
from byalag.store import ApiKeys, Register
from byalag.testkit import StoppedClock

Asked = Mapping[str, str]
GRANT = {"grant_type": "client_credentials"}


class Place:
    """A hub where machines get tokens, with a clock to turn."""

    def __init__(self, face: Callable[..., Face], register: Register) -> None:
        self.clock, self.kept = StoppedClock(), ApiKeys(register)
        now, at = self.clock.now, iter(range(10**6))
        ring = LiveKeyring(Path(), {}, register, now, steady=lambda: float(next(at)))
        rules = Rules(key=ring.recognise, now=now, guesses=Guesses(now))
        seen = View(reader=face().reader, now=now, name="", base_url="https://hub.example.se")
        parts = [tokens(register, rules, seen.base_url), own_usage(register, seen)]
        made = face(key=ring.recognise, now=now, parts=parts)
        self.asking = TestClient(application(made), client=("192.0.2.7", 4711))

    def client(self, *, expires: datetime | None = None) -> Issued:
        scopes = ("facts:read", "operations:read")
        new = issue("2482", scopes, random=os.urandom(40), expires=expires, application="walks")  # type: ignore[arg-type]  # two scopes
        self.kept.put(new.key, at=1, who="person a").result()
        return new

    def token(self, one: Issued, **more: str) -> str:
        told = self.asking.post("/oauth/token", data=GRANT | more, auth=both(one))
        assert told.status_code == 200, told.text
        text: str = told.json()["access_token"]
        return text

    def status(self, token: str) -> int:
        headers = {"authorization": f"Bearer {token}"}
        return self.asking.get("/usage/v1/usage", headers=headers).status_code


def test_a_token_for_a_former_secret_ends_with_that_secret(place: Place) -> None:
    old = place.client()
    ends = place.clock.now() // 1_000_000 + 60
    new = rotate(old.key, random=os.urandom(32), until=datetime.fromtimestamp(ends, UTC))
    place.kept.rotate(new.key, at=1, who="person a").result()
    told = place.asking.post("/oauth/token", data=GRANT, auth=both(old)).json()
    assert told["expires_in"] <= 60
    assert place.status(told["access_token"]) == 200
    place.clock.advance(timedelta(seconds=61))
    assert place.status(told["access_token"]) == 401
    assert place.status(place.token(new)) == 200


def both(one: Issued) -> tuple[str, str]:
    id_, _, secret = one.text.partition(".")
    return id_, secret


@pytest.fixture
def place(face: Callable[..., Face], tmp_path: Path) -> Iterator[Place]:
    with Register(tmp_path / "hub.sqlite") as register:
        yield Place(face, register)


def test_a_client_gets_a_token_that_is_good_for_five_minutes(place: Place) -> None:
    one = place.client()
    answer = place.asking.post("/oauth/token", data=GRANT, auth=both(one))
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["token_type"] == "Bearer"  # noqa: S105 -- a type, not a token
    assert told["expires_in"] == GOOD_FOR
    assert told["scope"] == "facts:read operations:read"
    assert len(told["access_token"].removeprefix("byalag_")) == 43
    assert place.status(told["access_token"]) == 200
    place.clock.advance(timedelta(seconds=GOOD_FOR))
    assert place.status(told["access_token"]) == 401


def test_a_client_may_say_who_it_is_in_the_form(place: Place) -> None:
    id_, secret = both(place.client())
    form = GRANT | {"client_id": id_, "client_secret": secret}
    assert place.asking.post("/oauth/token", data=form).status_code == 200


def test_a_token_may_do_no_more_than_was_asked_for(place: Place) -> None:
    one = place.client()
    told = place.asking.post("/oauth/token", data=GRANT | {"scope": "facts:read"}, auth=both(one))
    assert told.json()["scope"] == "facts:read"
    more = {"scope": "facts:read facts:write"}
    refused = place.asking.post("/oauth/token", data=GRANT | more, auth=both(one))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        (GRANT | {"client_secret": "x"}, 400, "invalid_request"),
    ],
)
def test_what_is_not_a_good_request_is_refused_as_the_rfc_says(
    place: Place, form: Asked, status: int, error: str
) -> None:
    answer = place.asking.post("/oauth/token", data=form or {"x": "y"}, auth=both(place.client()))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"


def test_who_is_not_a_client_is_refused_with_a_challenge(place: Place) -> None:
    id_, secret = both(place.client())
    for auth in ((id_, secret + "x"), ("nobody", secret)):
        answer = place.asking.post("/oauth/token", data=GRANT, auth=auth)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic ")
    nobody = place.asking.post("/oauth/token", data=GRANT)
    assert (nobody.status_code, nobody.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("said", ["Basic !!!", "Basic /w==", "Bearer x", "Basic"])
def test_a_client_that_cannot_be_read_is_refused(place: Place, said: str) -> None:
    answer = place.asking.post("/oauth/token", data=GRANT, headers={"authorization": said})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_form_is_a_form_is_short_and_says_nothing_twice(place: Place) -> None:
    auth, form = both(place.client()), {"content-type": "application/x-www-form-urlencoded"}
    post = place.asking.post
    as_json = post("/oauth/token", json=GRANT, auth=auth)
    twice = post("/oauth/token", content="grant_type=a&grant_type=b", auth=auth, headers=form)
    long = post("/oauth/token", content="x=" + "y" * 9_000, auth=auth, headers=form)
    assert [one.json()["error"] for one in (as_json, twice, long)] == ["invalid_request"] * 3
    assert [one.status_code for one in (as_json, twice, long)] == [400, 400, 413]


def test_a_key_that_is_no_longer_good_gives_no_token_and_its_tokens_are_dead(place: Place) -> None:
    one = place.client()
    text = place.token(one)
    assert place.status(text) == 200
    place.kept.revoke(one.key.prefix, at=2, who="person a").result()
    assert place.status(text) == 401
    answer = place.asking.post("/oauth/token", data=GRANT, auth=both(one))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_token_ends_with_the_key_of_its_client(place: Place) -> None:
    ends = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=place.clock.now())
    one = place.client(expires=ends + timedelta(seconds=60))
    text = place.token(one)
    place.clock.advance(timedelta(seconds=60))
    assert place.status(text) == 401


def test_a_token_is_no_client(place: Place) -> None:
    text = place.token(place.client())
    answer = place.asking.post("/oauth/token", data=GRANT, auth=(text, ""))
    assert answer.status_code == 401


def test_a_client_takes_back_its_own_tokens_and_no_others(place: Place) -> None:
    one, other = place.client(), place.client()
    text = place.token(one)
    for auth, status in ((both(other), 200), (both(one), 401)):
        told = place.asking.post("/oauth/revoke", data={"token": text}, auth=auth)
        assert told.status_code == 200
        assert place.status(text) == status
    assert place.asking.post("/oauth/revoke", data={"token": "x"}, auth=both(one)).is_success
    missing = place.asking.post("/oauth/revoke", data={"x": "y"}, auth=both(one))
    assert missing.json()["error"] == "invalid_request"


def test_a_client_is_told_of_its_own_tokens_and_no_others(place: Place) -> None:
    one, other = place.client(), place.client()
    text = place.token(one, scope="facts:read")
    told = place.asking.post("/oauth/introspect", data={"token": text}, auth=both(one)).json()
    assert told["active"] is True
    assert (told["client_id"], told["scope"]) == (one.key.prefix, "facts:read")
    hidden = place.asking.post("/oauth/introspect", data={"token": text}, auth=both(other))
    assert hidden.json() == {"active": False}


def test_what_there_is_can_be_read(place: Place) -> None:
    told = place.asking.get(METADATA).json()
    assert told["issuer"] == "https://hub.example.se"
    assert told["token_endpoint"].endswith("/oauth/token")
    assert told["grant_types_supported"] == ["client_credentials"]


def test_a_client_s_id_and_secret_are_encoded_as_in_a_form(place: Place) -> None:
    id_, secret = both(place.client())
    auth = (quote(id_, safe=""), quote(secret, safe=""))
    assert place.asking.post("/oauth/token", data=GRANT, auth=auth).status_code == 200


def test_whoever_guesses_secrets_waits(place: Place) -> None:
    id_, secret = both(place.client())
    seen = [
        place.asking.post("/oauth/token", data=GRANT, auth=(id_, f"{number}")).status_code
        for number in range(6)
    ]
    assert seen == [401] * 4 + [429] * 2
    assert place.asking.post("/oauth/token", data=GRANT, auth=(id_, secret)).status_code == 429
    place.clock.advance(timedelta(seconds=1))
    assert place.asking.post("/oauth/token", data=GRANT, auth=(id_, secret)).status_code == 200


def test_neither_a_token_nor_a_secret_is_in_the_register(place: Place, tmp_path: Path) -> None:
    one = place.client()
    text = place.token(one)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("hub.sqlite*"))
    assert text.encode() not in kept
    assert text.removeprefix("byalag_").encode() not in kept
    assert both(one)[1].encode() not in kept
    assert one.key.prefix.encode() in kept
