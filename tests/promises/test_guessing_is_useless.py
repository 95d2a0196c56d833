"""Guessing is useless: 1,000 guesses with a clock that stands still, and with one that goes."""

import hmac
import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._guesses import ACCOUNT_MOST, FREE, MOST, SECOND, Guesses
from byalag.app._http import application
from byalag.engine import Receipt
from byalag.governance import Key, Keyring, issue
from byalag.store import Failures, Register, Store
from byalag.testkit import StoppedClock, fill_small_commons

pytestmark = pytest.mark.proves(20)
ISSUED = issue("2482", ("metrics:read",), random=bytes(range(40)))
GOOD = {"authorization": f"Bearer {ISSUED.text}"}
PREFIX = ISSUED.key.prefix
THIEF, NEIGHBOUR, HOLDER, TRAVELLER = "192.0.2.7", "192.0.2.200", "198.51.100.9", "203.0.113.5"


def wrong(number: int) -> dict[str, str]:
    return {"x-api-key": f"{PREFIX}.{number:043}"}


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def looked() -> list[str]:
    """Every key that was looked at."""
    return []


@pytest.fixture
def at(
    tmp_path: Path, clock: StoppedClock, looked: list[str]
) -> Iterator[Callable[[str], TestClient]]:
    """Return what asks a hub from an address."""

    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        return Receipt(accepted=1, refused=[], delivery=1)

    ring = Keyring([ISSUED.key])

    def recognise(shown: str) -> Key | None:
        looked.append(shown)
        return ring.recognise(shown)

    with Store(tmp_path / "commons.sqlite") as store:
        fill_small_commons(store, clock.now())
        face = Face(
            name="Bygdens öppna data",
            base_url="https://hub.example.se",
            reader=store,
            now=clock.now,
            receive=receive,
            key=recognise,
            guesses=Guesses(clock.now),
        )
        app = application(face)
        yield lambda address: TestClient(app, client=(address, 1))


def test_of_a_thousand_guesses_while_the_clock_stands_still_four_are_read(
    at: Callable[[str], TestClient], looked: list[str]
) -> None:
    thief = at(THIEF)
    answers = [thief.get("/metrics", headers=wrong(number)) for number in range(1000)]
    assert len(looked) == FREE + 1
    assert [answer.status_code for answer in answers[: FREE + 1]] == [401] * (FREE + 1)
    assert {answer.status_code for answer in answers[FREE + 1 :]} == {429}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers[FREE + 1 :])
    assert answers[-1].json()["type"].endswith("/problems/too-many-tries")


def test_a_guess_that_is_right_is_not_read_either_while_the_guesser_waits(
    at: Callable[[str], TestClient], looked: list[str]
) -> None:
    thief = at(THIEF)
    for number in range(50):
        thief.get("/metrics", headers=wrong(number))
    assert thief.get("/metrics", headers=GOOD).status_code == 429
    assert ISSUED.text not in looked


def test_the_wait_doubles_for_each_guess_up_to_a_quarter_of_an_hour(clock: StoppedClock) -> None:
    guesses = Guesses(clock.now)
    waits: list[int] = []
    for _ in range(20):
        guesses.failed(PREFIX, THIEF)
        waits.append(guesses.wait(PREFIX, THIEF))
        clock.advance(timedelta(seconds=waits[-1]))
        assert guesses.wait(PREFIX, THIEF) == 0
    most = MOST // SECOND
    assert waits == [0] * FREE + [min(2**n, most) for n in range(20 - FREE)]
    assert 996 * most > 10 * 24 * 3600 - most * 40  # a thousand guesses take ten days


def test_guesses_from_the_same_network_wait_together_whatever_they_guess(
    clock: StoppedClock,
) -> None:
    guesses = Guesses(clock.now)
    for number in range(20):
        guesses.failed(f"account-{number}", THIEF)
    assert guesses.wait("account-x", NEIGHBOUR) > 0
    assert guesses.wait("account-x", HOLDER) == 0
    for number in range(20):
        guesses.failed(f"account-{number}", f"2001:db8:7:{number:x}::1")
    assert guesses.wait("account-y", "2001:db8:7:ffff::9") > 0
    assert guesses.wait("account-y", "2001:db8:8::9") == 0


def test_nobody_is_locked_out_of_their_own_account_by_others_guesses(
    at: Callable[[str], TestClient], clock: StoppedClock
) -> None:
    holder, thief = at(HOLDER), at(THIEF)
    assert holder.get("/metrics", headers=GOOD).status_code == 200
    for number in range(200):
        thief.get("/metrics", headers=wrong(number))
        clock.advance(timedelta(minutes=20))
    assert holder.get("/metrics", headers=GOOD).status_code == 200  # where they usually are
    elsewhere = at(TRAVELLER).get("/metrics", headers=GOOD)
    if elsewhere.status_code == 429:
        assert int(elsewhere.headers["retry-after"]) <= ACCOUNT_MOST // SECOND
    clock.advance(timedelta(microseconds=ACCOUNT_MOST))
    assert at(TRAVELLER).get("/metrics", headers=GOOD).status_code == 200


def test_an_account_that_is_guessed_from_a_thousand_networks_waits_four_seconds_at_most(
    clock: StoppedClock,
) -> None:
    guesses = Guesses(clock.now)
    guesses.succeeded(PREFIX, HOLDER)
    for number in range(1000):
        guesses.failed(PREFIX, f"10.{number // 250}.{number % 250}.1")
    assert guesses.wait(PREFIX, HOLDER) == 0
    assert 0 < guesses.wait(PREFIX, TRAVELLER) <= ACCOUNT_MOST // SECOND


def test_processes_count_together(tmp_path: Path, clock: StoppedClock) -> None:
    with Register(tmp_path / "hub.sqlite") as one, Register(tmp_path / "hub.sqlite") as other:
        here, there = Guesses(clock.now, Failures(one)), Guesses(clock.now, Failures(other))
        assert there.wait(PREFIX, THIEF) == 0
        for _ in range(10):
            here.failed(PREFIX, THIEF)
        one.change(lambda _: None).result()
        clock.advance(timedelta(seconds=2))
        assert there.wait(PREFIX, THIEF) > 0


def test_an_old_key_that_is_shown_again_and_again_is_refused_and_holds_up_nobody(
    at: Callable[[str], TestClient],
) -> None:
    sensor = at(THIEF)
    answers = {sensor.get("/metrics", headers=wrong(1)).status_code for _ in range(200)}
    assert answers == {401}
    assert at(NEIGHBOUR).get("/metrics", headers=GOOD).status_code == 200


def test_no_address_is_kept_in_clear(tmp_path: Path, clock: StoppedClock) -> None:
    with Register(tmp_path / "hub.sqlite") as register:
        Guesses(clock.now, Failures(register)).failed(PREFIX, THIEF)
        register.change(lambda _: None).result()
    kept = b"".join(each.read_bytes() for each in tmp_path.glob("hub.sqlite*"))
    assert b"192.0.2" not in kept
    assert PREFIX.encode() not in kept


def test_a_secret_is_compared_in_constant_time_and_so_is_one_that_nobody_has() -> None:
    module = inspect.getsource(inspect.getmodule(Keyring) or Keyring)
    assert hmac.compare_digest.__name__ in module
    assert "sha256 ==" not in module
    ring = Keyring([ISSUED.key])
    assert ring.recognise(f"{'0' * 16}.{ISSUED.text.partition('.')[2]}") is None
    assert ring.recognise(ISSUED.text[:-1]) is None
    assert ring.recognise(ISSUED.text) is not None
