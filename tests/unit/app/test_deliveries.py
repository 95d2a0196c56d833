"""Deliveries to a hub that runs, over HTTP, as senders make them."""

import gzip
import json
import re
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from byalag.store import Store
from byalag.testkit import Page, RunningHub, byalag, gzip_bomb

SECRET, OLD = (f"whsec_{b64encode(bytes([n]) * 24).decode()}" for n in (1, 2))
RIGHT, WRONG = {"x_token": "hemligt"}, {"x_token": "fel"}
THING = """
[thing]
type = "OffStreetParking"
operator = "prov"
id = "{lot}"
name = "lot"

[[series]]
name = "availableSpotNumber"
value = "free"
at = "at"
"""
SOURCES = {
    "signed": '[door]\nproof = "standard-webhooks"\nsecrets = ["file:new", "file:old"]\n',
    "keyed": "",
    "token": '[door]\nproof = "token"\nheader = "X-Token"\nsecrets = ["file:token"]\n',
    "small": '[door]\nproof = "key"\nmax_bytes = 100000\n',
    "table": 'format = "csv"\n',
}


class Place:
    """A hub that runs, and its keys."""

    def __init__(self, hub: RunningHub, key: str, other: str) -> None:
        self.hub, self.key, self.other = hub, key, other

    def deliver(self, source: str, body: bytes, **headers: str) -> Page:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.hub.ask("POST", f"/deliveries/v1/2482/{source}", body=body, headers=told)

    def became(self, place: str) -> dict[str, object]:
        """Follow a delivery until it has been translated."""
        end = time.monotonic() + 10
        while True:
            told: dict[str, object] = self.hub.get(place, Authorization=self.key).json
            if told["state"] == "translated":
                return told
            assert time.monotonic() < end, told
            time.sleep(0.02)


def _key(folder: Path, scope: str) -> str:
    said = byalag("key", "new", folder, "--municipality", "2482", "--scope", scope, "--json")
    return f"Bearer {said.json['key']}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doors") / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    home = folder / "skelleftea" / "sources"
    for source in home.glob("*.toml"):
        source.unlink()
    for name, text in (("new", SECRET), ("old", OLD), ("token", "hemligt")):
        (folder / name).write_text(text)
    for name, door in SOURCES.items():
        (home / f"{name}.toml").write_text(f'kind = "webhook"\ndataset = "parking"\n{door}{THING}')
    return folder


@pytest.fixture(scope="module")
def place(folder: Path) -> Iterator[Place]:
    key, other = _key(folder, "deliveries:write"), _key(folder, "observations:write")
    with RunningHub("serve", folder) as hub:
        yield Place(hub, key, other)


def body(free: int = 17, lot: str = "norra") -> bytes:
    return json.dumps({"lot": lot, "free": free, "at": "2026-07-01T12:00:00Z"}).encode()


def signed(
    said: bytes, secret: str = SECRET, *, name: str = "msg_1", age: int = 0
) -> dict[str, str]:
    at = datetime.now(UTC) - timedelta(seconds=age)
    return {
        "webhook_id": name,
        "webhook_timestamp": str(int(at.timestamp())),
        "webhook_signature": Webhook(secret).sign(name, at, said.decode()),
        "content_type": "application/json",
    }


@pytest.mark.proves(2)
def test_a_webhook_sent_five_times_is_one_delivery_and_says_what_became_of_it(
    place: Place,
) -> None:
    said = body(5)
    headers = signed(said, name="five")
    answers = [place.deliver("signed", said, **headers) for _ in range(5)]
    assert [answer.status for answer in answers] == [202] * 5
    assert [answer.json["fresh"] for answer in answers] == [True, False, False, False, False]
    assert len({answer.headers["location"] for answer in answers}) == 1
    told = place.became(answers[0].headers["location"])
    assert (told["records"], told["observations"], told["setAside"]) == (1, 1, 0)


@pytest.mark.proves(22)
def test_both_secrets_are_taken_while_one_is_changed(place: Place) -> None:
    for secret in (SECRET, OLD):
        assert (
            place.deliver("signed", body(6), **signed(body(6), secret, name=secret)).status == 202
        )


@pytest.mark.proves(22)
def test_what_is_tampered_with_or_old_is_refused_as_an_unknown_door_is(place: Place) -> None:
    said = body(7)
    good = signed(said)
    refused = [
        place.deliver("signed", said + b" ", **good),
        place.deliver("signed", said, **signed(said, age=600)),
        place.deliver("signed", said, **signed(said, f"whsec_{b64encode(b'x' * 24).decode()}")),
        place.deliver("signed", said),
        place.deliver("token", said, **WRONG),
        place.deliver("keyed", said),
        place.deliver("keyed", said, authorization="Bearer abcd.efgh"),
        place.deliver("no-such-source", said, **good),
        place.hub.ask("POST", "/deliveries/v1/9999/signed", body=said),
    ]
    assert {answer.status for answer in refused} == {401}
    assert len({answer.json["detail"] for answer in refused}) == 1
    assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}
    assert "a delivery came with a wrong signature" in place.hub.said
    assert re.search(r"\b60\d s ago", place.hub.said), "its age, to the second when it is read"
    assert "hemligt" not in place.hub.said


def test_operators_see_that_a_wrong_proof_came_until_a_good_one_does(place: Place) -> None:
    place.deliver("token", body(), **WRONG)
    place.hub.wait_for("/health/ready", '"source":"token"', seconds=10)
    assert place.deliver("token", body(), **RIGHT).status == 202
    assert '"source":"token"' not in place.hub.get("/health/ready").text


def test_a_stranger_cannot_make_a_source_look_broken_whose_sender_was_just_let_in(
    place: Place,
) -> None:
    assert place.deliver("token", body(), **RIGHT).status == 202
    assert place.deliver("token", body(), **WRONG).status == 401
    assert '"source":"token"' not in place.hub.get("/health/ready").text
    assert "a delivery came with a wrong token" in place.hub.said


def test_a_key_opens_a_keyed_door_and_its_holder_is_told_what_is_wrong(place: Place) -> None:
    assert place.deliver("keyed", body(), authorization=place.key).status == 202
    lacking = place.deliver("keyed", body(), authorization=place.other)
    assert (lacking.status, "deliveries:write" in lacking.text) == (403, True)
    unknown = place.deliver("nope", body(), authorization=place.key)
    assert (unknown.status, "keyed, signed" in unknown.text) == (404, True)
    not_a_key = place.deliver("signed", body(), authorization=place.key)
    assert (not_a_key.status, "standard-webhooks" in not_a_key.text) == (403, True)


def test_the_same_idempotency_key_is_the_same_delivery_only_with_the_same_body(
    place: Place,
) -> None:
    told = {"authorization": place.key, "idempotency_key": "natt-17"}
    first, again, other = (
        place.deliver("keyed", said, **told).json for said in (body(1), body(1), body(2))
    )
    assert first["delivery"] == again["delivery"] != other["delivery"]
    assert (again["fresh"], other["fresh"]) == (False, True)
    too_long = place.deliver("keyed", body(1), **told | {"idempotency_key": "x" * 201})
    assert too_long.status == 422


def test_lists_lines_and_tables_are_taken_and_what_is_wrong_in_them_is_told(place: Place) -> None:
    many = b"[" + body(1, "a") + b"," + body(2, "b") + b',{"free": 3}]'
    lines = body(1, "a") + b"\n" + body(2, "b") + b"\n"
    table = b"lot,free,at\nc,4,2026-07-01T12:00:00Z\n"
    places = [
        place.deliver(source, said, authorization=place.key).headers["location"]
        for source, said in (("keyed", many), ("keyed", lines), ("table", table))
    ]
    told = [place.became(where) for where in places]
    assert [(one["records"], one["setAside"]) for one in told] == [(3, 1), (2, 0), (1, 0)]
    aside = told[0]["aside"]
    assert isinstance(aside, list)
    assert aside[0]["where"] == "[2]"


@pytest.mark.proves(12)
def test_a_packed_body_is_unpacked_and_a_bomb_is_not(place: Place) -> None:
    packed = gzip.compress(body(9, "packad"))
    taken = place.deliver("keyed", packed, authorization=place.key, content_encoding="gzip")
    assert place.became(taken.headers["location"])["observations"] == 1
    before = signed(body(9, "packad"), name="packed")  # signed before it was packed
    assert place.deliver("signed", packed, **before, content_encoding="gzip").status == 202
    bomb = gzip_bomb(50_000_000)
    for coding, said, status in (
        ("gzip", bomb, 413),
        ("gzip", b"not gzip", 422),
        ("br", body(), 422),
    ):
        answer = place.deliver("keyed", said, authorization=place.key, content_encoding=coding)
        assert answer.status == status, answer.text


def test_a_door_takes_as_much_as_it_says_and_no_more(place: Place) -> None:
    enough = body() + b" " * 90_000
    assert place.deliver("small", enough, authorization=place.key).status == 202
    assert place.deliver("small", enough + b" " * 20_000, authorization=place.key).status == 413
    form = place.deliver(
        "keyed", b"--x", authorization=place.key, content_type="multipart/form-data"
    )
    assert form.status == 415


def test_only_the_municipalitys_own_key_may_follow_a_delivery(place: Place) -> None:
    where = place.deliver("keyed", body(), authorization=place.key).headers["location"]
    assert place.hub.get(where).status == 401
    assert place.hub.get(where, Authorization=place.other).status == 403
    assert place.hub.get(where, Authorization=place.key).status == 200
    elsewhere = where.replace("keyed", "signed")
    assert place.hub.get(elsewhere, Authorization=place.key).status == 404
    for odd in ("0", "x", "9" * 30):
        one = f"/deliveries/v1/2482/keyed/{odd}"
        assert place.hub.get(one, Authorization=place.key).status == 404


def test_a_provider_that_asks_is_answered_only_with_the_doors_own_secret(place: Place) -> None:
    ask = "/deliveries/v1/2482/token?hub.mode=subscribe&hub.challenge=abc123&hub.verify_token="
    good = place.hub.get(f"{ask}hemligt")
    assert (good.status, good.text) == (200, "abc123")
    assert good.headers["content-type"].startswith("text/plain")
    assert place.hub.get(f"{ask}fel").status == 404
    assert place.hub.get(ask.replace("token?", "nope?") + "hemligt").status == 404
    assert place.hub.get(ask.replace("abc123", "%3Cscript%3E") + "hemligt").status == 404


def test_what_was_delivered_is_in_the_ledger_byte_for_byte(folder: Path, place: Place) -> None:
    said = body(33, "bytes") + b"  \r\n"
    number = place.deliver("keyed", said, authorization=place.key).json["delivery"]
    with Store(folder / "store" / "2482.sqlite") as store:
        kept = store.delivery(number)
    assert kept is not None
    assert kept.bodies == (said,)
