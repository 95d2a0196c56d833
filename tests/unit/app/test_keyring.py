"""Keys count as they are right now: in files, in the register, without a restart."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from byalag.app._keyring import FILES_AGE, REGISTER_AGE, LiveKeyring, digest_of
from byalag.app._keys import add_key, revoke_key, rotate_key
from byalag.governance import Issued, issue, rotate
from byalag.standards.ngsi_ld import Noticer
from byalag.standards.ngsi_ld._subscription import KEPT, Subscription
from byalag.store import ApiKeys, Register, Store, Token
from byalag.testkit import StoppedClock

SECOND = 1_000_000


class Steady:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


class Place:
    """A hub's keys, with a clock to turn."""

    def __init__(self, folder: Path, register: Register) -> None:
        self.folder, self.file = folder, folder / "ange/keys.toml"
        self.file.parent.mkdir()
        self.clock, self.steady, self.register = StoppedClock(), Steady(), register
        self.kept = ApiKeys(register)

    def ring(self) -> LiveKeyring:
        files = {"2260": self.file}
        now, steady = self.clock.now, self.steady
        return LiveKeyring(self.folder, files, self.register, now, steady=steady)

    def made(self, *, application: str = "") -> Issued:
        new = issue("2260", ("facts:read",), random=os.urandom(40), application=application)
        self.kept.put(new.key, at=1, who="person a").result()
        return new

    def filed(self) -> Issued:
        new = issue("2260", ("facts:write",), random=os.urandom(40))
        add_key(self.file, new.key)
        return new


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Register(tmp_path / "hub.sqlite") as register:
        yield Place(tmp_path, register)


def test_a_new_key_is_known_from_its_first_use(place: Place) -> None:
    ring = place.ring()
    for new in (place.made(), place.filed()):
        assert ring.recognise(new.text) == new.key


def test_a_key_revoked_in_the_register_is_revoked_everywhere_within_half_a_second(
    place: Place,
) -> None:
    new, rings = place.made(), [place.ring(), place.ring()]
    place.kept.revoke(new.key.prefix, at=2, who="person a").result()
    place.steady.at += REGISTER_AGE
    for ring in rings:
        key = ring.recognise(new.text)
        assert key is not None
        assert "revoked" in (key.why_not(0) or "")
        assert not ring.is_good(new.key.prefix)


def test_a_key_revoked_in_a_file_is_revoked_within_a_second(place: Place) -> None:
    new = place.filed()
    ring = place.ring()
    assert ring.is_good(new.key.prefix)
    assert revoke_key(place.file, place.folder, new.key.prefix)
    place.steady.at += FILES_AGE
    assert not ring.is_good(new.key.prefix)


def test_a_file_that_is_taken_away_takes_its_keys_with_it(place: Place) -> None:
    new = place.filed()
    ring = place.ring()
    place.file.unlink()
    place.steady.at += FILES_AGE
    assert ring.recognise(new.text) is None


def test_a_file_that_cannot_be_read_changes_nothing(place: Place) -> None:
    new = place.filed()
    ring = place.ring()
    place.file.write_text("[[key]\n", "utf-8")
    place.steady.at += FILES_AGE
    assert ring.recognise(new.text) == new.key


def test_other_writes_to_the_register_do_not_have_keys_read_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = place.made()
    ring = place.ring()

    def read_again(_: ApiKeys) -> None:
        pytest.fail("keys were read though none has changed")

    monkeypatch.setattr(ApiKeys, "every", read_again)
    place.kept.used({"abcd": 1}).result()
    place.steady.at += REGISTER_AGE
    assert ring.recognise(new.text) == new.key


def test_when_a_key_was_last_shown_is_noted_once_a_minute(place: Place) -> None:
    new = place.filed()
    ring = place.ring()
    first = place.clock.now()
    for _ in range(3):
        ring.recognise(new.text)
        place.clock.advance(timedelta(seconds=20))
    place.register.change(lambda _: None).result()
    assert place.kept.uses() == {new.key.prefix: first}
    ring.recognise(new.text)
    place.register.change(lambda _: None).result()
    assert place.kept.uses() == {new.key.prefix: first + 60 * SECOND}


def test_a_file_key_that_is_given_a_new_secret_keeps_its_place_and_prefix(place: Place) -> None:
    other, old = place.filed(), place.filed()
    until = datetime(2026, 7, 8, tzinfo=UTC)
    for number in (1, 2):
        new = rotate(old.key, random=bytes([number]) * 32, until=until)
        assert rotate_key(place.file, place.folder, new.key)
        ring = place.ring()
        assert ring.recognise(new.text) == new.key
        assert ring.recognise(other.text) == other.key
        assert ring.recognise(old.text) is not None
        old = new


def token(place: Place, new: Issued, text: str, *, until: int) -> None:
    kept = Token(prefix=new.key.prefix, scopes=("facts:read",), made=1, until=until)
    place.kept.put_token(digest_of(text), kept).result()


def test_a_token_is_its_client_s_key_with_an_earlier_end(place: Place) -> None:
    new, ring = place.made(application="app"), place.ring()
    now = place.clock.now()
    token(place, new, "byalag_a", until=now + 300 * SECOND)
    key = ring.recognise("byalag_a")
    assert key is not None
    assert (key.prefix, key.application) == (new.key.prefix, "app")
    assert key.why_not(now) is None
    assert key.why_not(now + 300 * SECOND) is not None
    assert ring.recognise("byalag_b") is None


def test_a_token_dies_with_the_key_that_it_was_given_for(place: Place) -> None:
    new, ring = place.made(), place.ring()
    token(place, new, "byalag_a", until=place.clock.now() + 300 * SECOND)
    assert ring.recognise("byalag_a") is not None
    place.kept.revoke(new.key.prefix, at=2, who="person a").result()
    place.steady.at += REGISTER_AGE
    key = ring.recognise("byalag_a")
    assert key is not None
    assert key.why_not(place.clock.now()) is not None


def test_a_token_that_is_taken_back_is_nobody_s_in_every_process(place: Place) -> None:
    new, ring = place.made(), place.ring()
    token(place, new, "byalag_a", until=place.clock.now() + 300 * SECOND)
    assert ring.recognise("byalag_a") is not None
    assert place.kept.drop_token(digest_of("byalag_a"), new.key.prefix).result()
    place.steady.at += REGISTER_AGE
    assert ring.recognise("byalag_a") is None


def keep(store: Store, one: Subscription) -> None:
    store.change(lambda here: here.remember(KEPT + one.id, msgspec.to_builtins(one))).result()


def test_a_subscription_is_told_nothing_more_when_its_key_is_revoked(
    place: Place, tmp_path: Path
) -> None:
    new, ring = place.made(), place.ring()
    kept = [
        Subscription(id=id_, said={}, context=[], created=1, modified=1, key=key)
        for id_, key in (("urn:a", new.key.prefix), ("urn:b", ""))
    ]
    with Store(tmp_path / "2260.sqlite") as store:
        for one in kept:
            keep(store, one)
        noticer = Noticer(ring.is_good)
        assert sorted(noticer.receivers(store)) == ["urn:a", "urn:b"]
        place.kept.revoke(new.key.prefix, at=2, who="person a").result()
        place.steady.at += REGISTER_AGE
        assert noticer.receivers(store) == ("urn:b",)
