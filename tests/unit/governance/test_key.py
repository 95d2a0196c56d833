"""Keys: what is kept, what is shown, and what makes one no longer good."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.governance import Keyring, issue
from byalag.testkit import StoppedClock

RANDOM = bytes(range(40))
PUSH = ("observations:write",)


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
