"""Keys: what is kept, what is shown, and what makes one no longer good."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.governance import Keyring, Scope, issue, rotate
from byalag.testkit import StoppedClock

RANDOM = bytes(range(40))
PUSH: tuple[Scope, ...] = ("observations:write",)


def test_a_key_is_shown_once_and_only_its_digest_is_kept() -> None:
    issued = issue("2482", ("observations:write",), random=RANDOM)
    prefix, _, secret = issued.text.partition(".")
    assert issued.key.prefix == prefix
    assert issued.key.sha256 == sha256(secret.encode()).hexdigest()
    assert secret not in msgspec.json.encode(issued.key).decode()


def test_a_key_carries_256_random_bits() -> None:
    _, _, secret = issue("2482", (), random=RANDOM).text.partition(".")
    assert len(secret) == 43  # 32 bytes in base64 without padding


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="40 random bytes"):
        issue("2482", (), random=b"short")


@settings(deadline=None)
@given(random=st.binary(min_size=40, max_size=40), wrong=st.text(max_size=60))
def test_only_the_very_key_is_recognised(random: bytes, wrong: str) -> None:
    issued = issue("2482", ("observations:write",), random=random)
    keyring = Keyring([issued.key])
    assert keyring.recognise(issued.text) == issued.key
    if wrong != issued.text:
        assert keyring.recognise(wrong) is None
        assert keyring.recognise(f"{issued.key.prefix}.{wrong}x") is None


def test_two_keys_with_the_same_prefix_are_misconfigured() -> None:
    key = issue("2482", (), random=RANDOM).key
    with pytest.raises(Misconfigured, match=key.prefix):
        Keyring([key, key])


def test_a_key_says_why_it_is_no_longer_good() -> None:
    clock = StoppedClock()
    until = datetime(2026, 7, 1, 13, tzinfo=UTC)
    key = issue("2482", ("observations:write",), random=RANDOM, expires=until).key
    assert key.why_not(clock.now()) is None
    clock.advance(timedelta(hours=1))
    assert "expired 2026-07-01" in (key.why_not(clock.now()) or "")
    revoked = msgspec.structs.replace(key, revoked=True)
    assert "revoked" in (revoked.why_not(0) or "")


def test_a_new_secret_and_the_former_one_are_both_good_for_a_while() -> None:
    clock = StoppedClock()
    old = issue("2482", PUSH, random=RANDOM)
    new = rotate(old.key, random=bytes(range(32, 64)), until=datetime(2026, 7, 1, 13, tzinfo=UTC))
    keyring = Keyring([new.key])
    now, former = keyring.recognise(new.text), keyring.recognise(old.text)
    assert now == new.key
    assert former is not None
    assert new.key.prefix == old.key.prefix
    assert former.why_not(clock.now()) is None
    clock.advance(timedelta(hours=1))
    assert "expired" in (former.why_not(clock.now()) or "")
    assert new.key.why_not(clock.now()) is None


def test_a_secret_before_the_former_one_is_nobody_s() -> None:
    until = datetime(2026, 7, 1, 13, tzinfo=UTC)
    first = issue("2482", PUSH, random=RANDOM)
    second = rotate(first.key, random=bytes(range(32, 64)), until=until)
    third = rotate(second.key, random=bytes(range(64, 96)), until=until)
    assert Keyring([third.key]).recognise(first.text) is None
    assert Keyring([third.key]).recognise(second.text) is not None


def test_a_former_secret_is_good_no_longer_than_the_key() -> None:
    ends = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    old = issue("2482", PUSH, random=RANDOM, expires=ends)
    new = rotate(old.key, random=bytes(range(32)), until=datetime(2027, 1, 1, tzinfo=UTC))
    former = Keyring([new.key]).recognise(old.text)
    assert former is not None
    assert former.expires == ends


def test_a_key_has_no_former_secret_that_an_empty_one_would_be() -> None:
    key = issue("2482", PUSH, random=RANDOM).key
    assert Keyring([key]).recognise(f"{key.prefix}.") is None


def test_a_secret_needs_32_random_bytes() -> None:
    key = issue("2482", PUSH, random=RANDOM).key
    with pytest.raises(ValueError, match="32 random bytes"):
        rotate(key, random=b"short", until=datetime(2027, 1, 1, tzinfo=UTC))
