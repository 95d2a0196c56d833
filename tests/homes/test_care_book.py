"""The book of homes: judged, written with its audit, seen by all, and in order."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from byalag.app._care_book import CareBook
from byalag.app._care_identity import Who
from byalag.services.care import (
    Away,
    Back,
    ChannelGone,
    Closed,
    ConsentWithdrawn,
    Contact,
    ContactGone,
    ContactSet,
    HomeId,
    Household,
    NoticeClosed,
    Opened,
    Said,
    StageSet,
    Unsayable,
    home_of,
)
from byalag.store import Expiry, Note, Store, Unwritable
from tests.homes._hub import (
    ANNA,
    DAY,
    FRIDGE,
    HOME,
    MASTER,
    NAME,
    NOTICE,
    OTHER,
    STAFF,
    START,
    agreed,
    fill,
    opened,
    write_hub,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_hub(tmp_path / "nav")


@pytest.fixture
def book(folder: Path) -> Iterator[CareBook]:
    with opened(folder) as (store, book, _):
        fill(store, folder)
        yield book


def say(book: CareBook, home: HomeId, *said: Said, at: int = START) -> None:
    book.write(home, said, who="person p1", at=at).result()


def test_what_is_said_is_on_disk_with_its_line_of_the_audit(folder: Path, book: CareBook) -> None:
    say(book, HOME, *agreed(), NOTICE)
    home = book.home(HOME)
    assert home is not None
    assert list(home.watched(START)) == [FRIDGE]
    assert list(home.told_to(START)) == [ANNA]
    assert [one.id for one in book.homes("norr")] == [HOME]
    assert book.homes("syd") == []
    with opened(folder) as (store, again, _):
        assert again.home(HOME) == home
        assert home_of(HOME, again.entries(HOME)) == home
        lines = store.audit.notes()
    assert [one.what for one in lines] == [
        "care-notice-opened",
        "care-consent-given",
        "care-contact-set",
        "care-channel-set",
        "care-opened",
    ]
    assert {(one.who, one.about) for one in lines} == {("person p1", HOME)}
    assert FRIDGE not in str(lines)


def test_a_refused_fact_leaves_nothing_behind(book: CareBook) -> None:
    say(book, HOME, *agreed())
    before = book.home(HOME)
    with pytest.raises(Unsayable):
        say(book, HOME, StageSet(stage="silent"), StageSet(stage="learning"), NOTICE, NOTICE)
    assert book.home(HOME) == before
    assert len(book.entries(HOME)) == 4
    with pytest.raises(Unsayable, match="cannot be said"):
        say(book, HOME, ContactSet(contact=Contact(id="Anna Ek", kind="relative")))


def test_many_say_at_once_and_each_is_judged_by_what_is_written_before(book: CareBook) -> None:
    say(book, HOME, *agreed())

    def enter(_number: int) -> bool:
        try:
            say(book, OTHER, Opened(unit="norr"))
        except Unsayable:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(enter, range(16))) == 1

    async def withdraw_twice() -> list[object]:
        taken = ConsentWithdrawn(consent="consent:care:k1")
        waits = (book.say(HOME, [taken], who="x", at=START) for _ in range(2))
        return await asyncio.gather(*waits, return_exceptions=True)

    done = asyncio.run(withdraw_twice())
    assert sum(isinstance(one, Unsayable) for one in done) == 1


def test_whoever_listens_hears_it_once_it_is_on_disk(book: CareBook) -> None:
    heard: list[tuple[HomeId, Sequence[Said]]] = []
    end = book.heard(lambda home, said: heard.append((home, said)))
    before = book.changed
    say(book, HOME, *agreed())
    assert [(home, len(said)) for home, said in heard] == [(HOME, 4)]
    assert book.changed == before + 4
    end()
    say(book, HOME, Household(residents=2))
    assert len(heard) == 1


def test_what_another_process_says_counts_from_the_next_look(folder: Path, book: CareBook) -> None:
    say(book, HOME, *agreed(), NOTICE)
    heard: list[HomeId] = []
    book.heard(lambda home, _said: heard.append(home))
    with opened(folder) as (_, beside, _):
        say(beside, HOME, ConsentWithdrawn(consent="consent:care:k1"))
    home = book.home(HOME)
    assert home is not None
    assert (home.watched(START), home.notices, heard) == ({}, {}, [HOME])


def test_a_write_that_fails_is_not_seen_and_the_next_is_judged_anew(
    book: CareBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(book, HOME, Opened(unit="norr"))
    with monkeypatch.context() as broken:
        broken.setattr("byalag.store._aside.note", refuse)
        with pytest.raises(Unwritable):
            say(book, HOME, Closed())
    home = book.home(HOME)
    assert home is not None
    assert home.open
    say(book, HOME, Closed())


def refuse(_session: object, _line: Note) -> int:
    raise Unwritable


def test_a_sensor_that_is_let_go_may_be_in_another_home(book: CareBook) -> None:
    say(book, HOME, *agreed())
    with pytest.raises(Unsayable, match=f"is a channel of {HOME}"):
        say(book, OTHER, *agreed())
    say(book, HOME, ChannelGone(series=FRIDGE))
    say(book, OTHER, *agreed())


def test_who_a_contact_is_is_forgotten_when_the_last_home_lets_go(folder: Path) -> None:
    with opened(folder) as (store, book, identities):
        fill(store, folder)
        say(book, HOME, *agreed())
        say(book, OTHER, Opened(unit="norr"), ContactSet(contact=Contact(id=ANNA, kind="relative")))
        asyncio.run(identities.write(HOME, ANNA, Who(name=NAME), actor=STAFF, purpose="care"))
        say(book, HOME, ContactGone(contact=ANNA))
        assert store.journal("care").identity(ANNA) is not None
        say(book, OTHER, ContactGone(contact=ANNA))
        assert store.journal("care").identity(ANNA) is None


def test_many_homes_are_moved_on_and_it_is_said_what_keeps_the_others(book: CareBook) -> None:
    say(book, HOME, *agreed())
    say(book, OTHER, Opened(unit="norr"))
    later = START + 14 * DAY
    kept = asyncio.run(book.move_on([HOME, OTHER], who="x", at=later))
    assert kept == {HOME: (), OTHER: ("no-consent",)}
    stages = [one.stage for one in book.homes()]
    assert stages == ["silent", "learning"]
    assert book.hinders(HOME, later) == ("too-early",)
    assert book.hinders("home:care:ingenstans", later) == ("closed",)


def expired(store: Store, before: int) -> int:
    rule = Expiry(stuff="journal", about="care", before=before)
    line = Note(at=before, who="Byalag", what="expire", about="2482")
    return sum(one.count for one in store.expire([rule], line).result())


def test_what_is_over_for_long_is_deleted_with_evidence_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASTER", MASTER)
    with opened(folder) as (store, book, _):
        fill(store, folder)
        say(book, HOME, *agreed(), NOTICE, NoticeClosed(notice="n1", by="sign"))
        say(book, HOME, Away(until=START + DAY), Back(), Away(until=START + DAY))
        say(book, OTHER, *agreed("sensor:skelleftea:bed1/pressed"), NOTICE)
        before = book.home(HOME), book.home(OTHER)
        assert expired(store, START) == 0
        assert expired(store, START + 1) == 4
        assert expired(store, START + 1) == 0
        (line, *_) = store.audit.notes()
        assert (line.what, line.about, line.details["count"]) == ("expire", "care", 4)
        assert line.details["sha256"]
        again = CareBook(store, book.units)
        assert (again.home(HOME), again.home(OTHER)) == before
