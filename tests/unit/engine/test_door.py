"""What opens a door and what does not, in agreement with the sender's own library."""

import hashlib
import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from standardwebhooks import Webhook

from byalag import Misconfigured
from byalag.engine._door import Proof, prove, repeat
from byalag.model import Micros
from byalag.sources import Door, Garbled

SIGNED = Door(proof="standard-webhooks", secrets=("env:A",))
SECRET, OTHER = (f"whsec_{b64encode(bytes([n]) * 24).decode()}" for n in (1, 2))
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
BODY = '{"lot": "norra", "free": 17}'


def micros(at: datetime) -> Micros:
    return int(at.timestamp()) * 1_000_000


def sent(body: str = BODY, secret: str = SECRET, at: datetime = NOON) -> dict[str, str]:
    """Return the headers that the sender's own library makes."""
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }


def judged(
    headers: dict[str, str],
    body: str = BODY,
    door: Door = SIGNED,
    secrets: tuple[str, ...] = (SECRET,),
    now: datetime = NOON,
) -> Proof:
    return prove(door, secrets, headers, body.encode(), micros(now))


@given(body=st.text(), ours=st.binary(min_size=24, max_size=64), late=st.integers(-300, 300))
@limits(deadline=None, max_examples=50)
@pytest.mark.proves(22)
def test_whatever_the_library_signs_within_five_minutes_opens_the_door(
    body: str, ours: bytes, late: int
) -> None:
    secret = f"whsec_{b64encode(ours).decode()}"
    body = body.encode("utf-8", "replace").decode()
    headers = sent(body, secret)
    assert judged(headers, body, secrets=(secret,), now=NOON + timedelta(seconds=late)).of
    assert not judged(headers, f"{body} ", secrets=(secret,)).of


@pytest.mark.proves(22)
def test_a_signature_of_600_seconds_ago_is_refused_and_the_clock_is_named() -> None:
    proof = judged(sent(), now=NOON + timedelta(seconds=600))
    assert not proof.of
    assert "600 s ago" in proof.why
    assert "clock" in proof.why


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.proves(22, 27)
def test_a_clock_that_is_an_hour_wrong_refuses_whichever_way(hours: int) -> None:
    assert not judged(sent(), now=NOON + timedelta(hours=hours)).of
    patient = Door(proof="standard-webhooks", secrets=("env:A",), tolerance="2h")
    assert judged(sent(), door=patient, now=NOON + timedelta(hours=hours)).of


@pytest.mark.proves(22)
def test_both_secrets_are_good_while_one_is_changed_for_another() -> None:
    both = (OTHER, SECRET)
    assert judged(sent(secret=SECRET), secrets=both).of
    assert judged(sent(secret=OTHER), secrets=both).of
    assert not judged(sent(secret=SECRET), secrets=(OTHER,)).of


def test_one_good_signature_among_several_is_enough() -> None:
    headers = sent(secret=OTHER)
    headers["webhook-signature"] += " v1a,AAAA " + sent()["webhook-signature"]
    assert judged(headers).of


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "msg_2"),
        ("webhook-id", ""),
        ("webhook-timestamp", "1782907201"),
        ("webhook-timestamp", "noon"),
        ("webhook-timestamp", "١٢٣"),
        ("webhook-signature", "v1,AAAA"),
        ("webhook-signature", "v2,AAAA"),
        ("webhook-signature", ""),
    ],
)
@pytest.mark.proves(22)
def test_whatever_is_changed_of_what_was_signed_is_noticed(name: str, value: str) -> None:
    assert not judged(sent() | {name: value}).of


def test_who_shows_nothing_is_told_from_who_shows_something_wrong() -> None:
    assert not judged({}).shown
    assert judged(sent(secret=OTHER)).shown


def test_a_secret_that_is_not_base64_is_our_own_mistake() -> None:
    with pytest.raises(Misconfigured, match="base64"):
        judged(sent(), secrets=("what is this?",))


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512", "sha1"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_an_hmac_of_the_body_opens_the_door_it_was_made_for(name: str, encoding: str) -> None:
    door = Door(
        proof="hmac",
        header="X-Hub-Signature-256",
        hash=name,  # type: ignore[arg-type]  # one of those that there are
        encoding=encoding,  # type: ignore[arg-type]  # as above
        prefix="it=",
    )
    digest = hmac.new(b"hemlig", BODY.encode(), getattr(hashlib, name)).digest()
    text = digest.hex() if encoding == "hex" else b64encode(digest).decode()
    good = {"x-hub-signature-256": f"it={text}"}
    assert judged(good, door=door, secrets=("annan", "hemlig")).of == "hmac"
    for wrong in (text, f"it={text[:-4]}", "it=", "it=å", f"it={text.swapcase()}x"):
        assert not judged({"x-hub-signature-256": wrong}, door=door, secrets=("hemlig",)).of
    assert not judged(good, f"{BODY}\n", door=door, secrets=("hemlig",)).of


@pytest.mark.parametrize(
    "given", ["hemlig", "Bearer hemlig", "token hemlig", f"Basic {b64encode(b'hemlig').decode()}"]
)
def test_a_token_is_good_alone_and_after_a_scheme(given: str) -> None:
    door = Door(proof="token")
    assert judged({"authorization": given}, door=door, secrets=("hemlig",)).of == "token"
    assert not judged({"authorization": f"{given}x"}, door=door, secrets=("hemlig",)).of
    assert not judged({"x-token": given}, door=door, secrets=("hemlig",)).shown


def test_an_empty_secret_opens_nothing() -> None:
    assert not judged({"authorization": ""}, door=Door(proof="token"), secrets=("",)).of
    assert not judged({"authorization": "Bearer "}, door=Door(proof="token"), secrets=("",)).of


def test_the_same_name_with_another_body_is_another_delivery() -> None:
    told = {"idempotency-key": "17"}
    first = repeat(told, "hmac", b"a")
    assert first == repeat(told, "hmac", b"a") != repeat(told, "hmac", b"b")
    assert first != repeat(told, "0a1b2c3d", b"a")
    assert repeat({}, "hmac", b"a") is None
    with pytest.raises(Garbled):
        repeat({"idempotency-key": "x" * 201}, "hmac", b"")


@pytest.mark.parametrize("secret", ["", "whsec_"])
def test_nothing_is_no_secret(secret: str) -> None:
    with pytest.raises(Misconfigured):
        judged(sent(), secrets=(secret,))
