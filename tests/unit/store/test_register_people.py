"""People in the register: what is used once is used once, whichever process uses it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from byalag.governance import Grant
from byalag.store import KnownPerson, LoginBegun, OpenSession, People, Register

MINUTE = 60_000_000
BEGUN = LoginBegun(
    provider="x", browser=b"b", nonce="n", verifier="v", onward="/konto", language="sv", at=MINUTE
)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[People, People]]:
    with Register(tmp_path / "hub.sqlite") as one, Register(tmp_path / "hub.sqlite") as other:
        yield People(one), People(other)


def entered(
    people: People,
    digest: bytes,
    at: int,
    name: str = "Anna",
    *,
    roles: tuple[Grant, ...] = (Grant("operator", "2482", "norr"),),
) -> None:
    known = KnownPerson(id="p-a", provider="x", name=name, municipality="2482", first=at, last=at)
    session = OpenSession(
        person="p-a",
        provider="x",
        name=name,
        assurance="loa3",
        claimed=roles,
        begun=at,
        seen=at,
        until=at + 60 * MINUTE,
    )
    people.log_in(digest, known, session).result()


def test_a_log_in_that_two_processes_take_at_once_is_taken_by_one(
    two: tuple[People, People],
) -> None:
    one, other = two
    with ThreadPoolExecutor(2) as hands:
        for number in range(20):
            state = b"%d" % number
            assert one.begin(state, BEGUN, b"place", most=1000, before=0).result()
            taken = list(hands.map(lambda people, s=state: people.take(s).result(), (one, other)))
            assert sorted(each is None for each in taken) == [False, True]
            assert BEGUN in taken


def test_one_network_begins_so_many_log_ins_and_no_more_until_they_are_old(
    two: tuple[People, People],
) -> None:
    people, _ = two
    told = [people.begin(b"%d" % n, BEGUN, b"place", most=3, before=0).result() for n in range(5)]
    assert told == [True, True, True, False, False]
    assert people.begin(b"other", BEGUN, b"elsewhere", most=3, before=0).result()
    assert people.begin(b"later", BEGUN, b"place", most=3, before=MINUTE).result()


def test_a_person_is_remembered_with_the_log_in_before_the_last(
    two: tuple[People, People],
) -> None:
    people, other = two
    entered(people, b"1", 10 * MINUTE)
    entered(people, b"2", 20 * MINUTE, "Anna Ek")
    known = other.person("p-a")
    assert known is not None
    assert (known.first, known.last, known.before) == (10 * MINUTE, 20 * MINUTE, 10 * MINUTE)
    assert known.name == "Anna Ek"
    session = other.session(b"2")
    assert session is not None
    assert session.claimed == (Grant("operator", "2482", "norr"),)
    assert [each.digest for each in other.sessions("p-a", 21 * MINUTE)] == [b"2", b"1"]


def test_what_is_forgotten_is_gone_from_every_table(two: tuple[People, People]) -> None:
    people, other = two
    entered(people, b"1", MINUTE)
    people.grant("p-a", Grant("steward", "2482"), who="w", at=1).result()
    assert people.forget("p-a", who="w", at=2).result()
    assert not people.forget("p-a", who="w", at=2).result()
    assert other.person("p-a") is None
    assert other.session(b"1") is None
    assert other.roles("p-a") == ()
    assert list(other.in_municipality("2482")) == []


def test_old_sessions_are_tidied_away_and_others_stay(two: tuple[People, People]) -> None:
    people, _ = two
    entered(people, b"old", MINUTE)
    entered(people, b"idle", 40 * MINUTE)
    entered(people, b"used", 40 * MINUTE)
    people.touch(b"used", 70 * MINUTE).result()
    people.touch(b"used", 50 * MINUTE).result()  # what comes late moves nothing back
    people.tidy(now=71 * MINUTE, idle=41 * MINUTE).result()
    kept = [people.session(each) for each in (b"old", b"idle", b"used")]
    assert kept[:2] == [None, None]
    assert kept[2] is not None
    assert kept[2].seen == 70 * MINUTE


def test_a_role_in_the_hub_as_a_whole_is_read_back_as_any_other(
    two: tuple[People, People],
) -> None:
    people, other = two
    roles = (Grant("hub_administrator"), Grant("hub_administrator", "2482"))
    entered(people, b"1", MINUTE, roles=roles)
    session = other.session(b"1")
    assert session is not None
    assert session.claimed == roles
