"""Who lives in a home: in no file in clear, read by a decision, taken out and erased with all."""

import asyncio
import json
import zipfile
from pathlib import Path

import apsw
import pytest

from byalag.app import erase_subject, export_subject, open_hub
from byalag.app._care_identity import Identities, Subscription, Unclear, Who
from byalag.app._erase import OnHold, at_the_terminal
from byalag.app._keeping import kept_by
from byalag.app._leave import take_out
from byalag.governance import Actor, Grant, NotAllowed, Person
from byalag.services.care import ChannelGone, NoticeClosed, Said
from byalag.store import Sealed, Store
from byalag.testkit import byalag
from tests.homes._hub import (
    ANNA,
    BED,
    BO,
    CODE,
    FRIDGE,
    HOME,
    MASTER,
    NAME,
    NOTICE,
    OTHER,
    PHONE,
    STAFF,
    START,
    agreed,
    fill,
    opened,
    raw,
    spelt,
    write_hub,
)

BROWSER = Subscription(endpoint="https://push.example/hemlig-adress", p256dh="p", auth="a")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a sealed hub with two homes, one of which somebody is known to live in."""
    monkeypatch.setenv("MASTER", MASTER)
    folder = write_hub(tmp_path / "nav", sealed=True)
    with opened(folder) as (store, book, identities):
        fill(store, folder)
        book.write(HOME, [*agreed(), NOTICE], who="x", at=START).result()
        book.write(OTHER, agreed(BED, BO), who="x", at=START).result()
        store.journal("care").keep("model", {HOME: b"statistik"}, at=START).result()

        async def identify() -> None:
            client = Who(name=NAME, address="Kanarievägen 7")
            await identities.write(HOME, None, client, actor=STAFF, purpose="care")
            kin = Who(name="Bo Al", phone=PHONE)
            await identities.write(HOME, ANNA, kin, actor=STAFF, purpose="care")
            await identities.subscribe(ANNA, BROWSER, who="p")

        asyncio.run(identify())
    return folder


CANARIES = [*spelt(NAME), *spelt("Kanarievägen"), PHONE.encode(), b"hemlig-adress", b"statistik"]


def test_nothing_of_a_home_lies_in_clear(folder: Path) -> None:
    stored = raw(folder / "store")
    assert not any(one in stored for one in CANARIES)
    assert FRIDGE.encode() in stored  # the series itself is the dataset's, by its pseudonym
    assert b'"ConsentGiven"' not in stored
    assert b'"meanings"' not in stored
    with opened(folder) as (store, _, _):
        assert store.journal("care").unsealed() == 0
        assert store.journal("care").kept("model") == {HOME: (START, b"statistik")}


def test_without_the_key_the_book_is_not_read(folder: Path) -> None:
    with Store(folder / "store" / f"{CODE}.sqlite") as store, pytest.raises(Sealed):
        list(store.journal("care").lines())


def test_a_sealed_document_cannot_be_put_in_another_place(folder: Path) -> None:
    file = apsw.Connection(str(folder / "store" / f"{CODE}.sqlite"))
    file.execute("UPDATE identity SET subject = ? WHERE subject = ?", (OTHER, HOME))
    file.close()
    with opened(folder) as (store, _, _):
        assert store.journal("care").identity(OTHER) is None


def who(folder: Path, actor: Actor, purpose: str, subject: str | None = None) -> Who:
    with opened(folder) as (_, _, identities):
        return asyncio.run(identities.read(HOME, subject, actor=actor, purpose=purpose))


def audit(folder: Path) -> list[tuple[str, str]]:
    with opened(folder) as (store, _, _):
        return [(one.what, one.about) for one in store.audit.notes()]


def person(role: str, unit: str = "", assurance: str = "loa3", code: str = CODE) -> Actor:
    grant = Grant(role, code, unit)  # type: ignore[arg-type]  # one of the roles
    return Actor(person=Person(id="p2", grants=(grant,), assurance=assurance))  # type: ignore[arg-type]  # one of the levels


def test_each_read_is_decided_and_is_one_line_of_the_audit(folder: Path) -> None:
    before = len(audit(folder))
    assert who(folder, STAFF, "care").name == NAME
    assert who(folder, person("care_staff"), "care", ANNA).phone == PHONE
    assert audit(folder)[:-before] == [("identity-read", ANNA), ("identity-read", HOME)]


@pytest.mark.parametrize(
    ("actor", "purpose"),
    [
        (STAFF, ""),
        (STAFF, "statistics"),
        (person("care_staff", "syd"), "care"),
        (person("care_staff", code="2260"), "care"),
        (person("care_staff", assurance="loa2"), "care"),
        (person("relative", HOME), "care"),
        (person("operator"), "care"),
        (person("hub_administrator"), "care"),
        (Actor(), "care"),
    ],
)
def test_who_may_not_is_told_nothing_and_that_is_written_down(
    folder: Path, actor: Actor, purpose: str
) -> None:
    with pytest.raises(NotAllowed):
        who(folder, actor, purpose)
    assert audit(folder)[0] == ("refused", HOME)


def test_names_of_a_unit_are_one_line(folder: Path) -> None:
    before = len(audit(folder))
    with opened(folder) as (_, _, identities):
        found = asyncio.run(identities.names("norr", actor=STAFF, purpose="care"))
    assert {home: one.name for home, one in found.items()} == {HOME: NAME, OTHER: ""}
    assert audit(folder)[:-before] == [("identity-read", "norr")]


def test_what_sends_asks_for_an_address_when_it_sends(folder: Path) -> None:
    with opened(folder) as (_, _, identities):
        assert identities.addresses_of(ANNA, "sms") == (PHONE,)
        assert identities.addresses_of(ANNA, "email") == ()
        (push,) = identities.addresses_of(ANNA, "push")
        assert json.loads(push)["endpoint"] == BROWSER.endpoint
        asyncio.run(identities.unsubscribe(ANNA, BROWSER.endpoint, who="p"))
        assert identities.addresses_of(ANNA, "push") == ()
        assert identities.addresses_of("contact:care:ingen00000", "sms") == ()


async def written(identities: Identities, home: str, subject: str | None, said: Who) -> None:
    await identities.write(home, subject, said, actor=STAFF, purpose="care")


def test_an_address_that_cannot_be_is_not_taken(folder: Path) -> None:
    with opened(folder) as (_, _, identities):
        for said in (Who(phone="070-1"), Who(email="anna"), Who(name="a" * 201)):
            with pytest.raises(Unclear):
                asyncio.run(written(identities, HOME, None, said))
        with pytest.raises(Unclear, match="there is no"):
            asyncio.run(written(identities, HOME, BO, Who()))


def test_a_home_is_taken_out_readably(folder: Path, tmp_path: Path) -> None:
    actor = at_the_terminal("x", CODE)
    file = tmp_path / "ut.zip"
    hub = open_hub(folder)
    done = export_subject(hub, None, HOME, actor=actor, purpose="care", file=file)
    assert (done.series, done.observations) == (1, 1)
    with zipfile.ZipFile(file) as read:
        assert json.loads(read.read("identity.json"))["name"] == NAME
        assert json.loads(read.read("home.json"))["stage"] == "learning"
        said = [one["said"]["type"] for one in json.loads(read.read("journal.json"))]
        assert said == ["Opened", "ChannelSet", "ContactSet", "ConsentGiven", "NoticeOpened"]
        assert read.read("kept/model") == b"statistik"
        every = b"".join(read.read(name) for name in read.namelist())
    assert PHONE.encode() not in every  # another's number is not given out
    kin = tmp_path / "kontakt.zip"
    export_subject(hub, None, ANNA, actor=actor, purpose="data-subject-rights", file=kin)
    with zipfile.ZipFile(kin) as read:
        assert json.loads(read.read("identity.json"))["phone"] == PHONE
        assert [one["home"] for one in json.loads(read.read("journal.json"))] == [HOME]


def erase(folder: Path, thing: str) -> object:
    actor = at_the_terminal("x", CODE)
    return erase_subject(open_hub(folder), None, thing, actor=actor, purpose="data-subject-rights")


def test_a_home_is_erased_with_all_that_belongs_to_it(folder: Path) -> None:
    copy = folder.parent / "kopia.sqlite"
    with opened(folder) as (store, _, _):
        store.backup(copy)
    erase(folder, HOME)
    with opened(folder) as (store, book, _):
        journal = store.journal("care")
        assert [one.id for one in book.homes()] == [OTHER]
        assert not any(journal.has(one) for one in (HOME, ANNA))
        assert store.series(FRIDGE) is None
        assert store.series(BED) is not None
        assert journal.identity(BO) is None
    (folder / "store" / f"{CODE}.sqlite").unlink()
    copy.rename(folder / "store" / f"{CODE}.sqlite")
    with opened(folder) as (store, book, _):  # a backup from before opens nothing of it
        assert [one.id for one in book.homes()] == [OTHER]
        assert store.journal("care").identity(HOME) is None
        assert store.journal("care").kept("model") == {}


def test_a_hub_at_work_forgets_a_home_that_is_erased_beside_it(folder: Path) -> None:
    with opened(folder) as (_, book, _):
        assert book.home(HOME) is not None
        erase(folder, HOME)
        assert book.home(HOME) is None
        book.write(OTHER, [ChannelGone(series=BED)], who="x", at=START).result()


def test_a_sensor_that_has_moved_stays_with_its_new_home(folder: Path) -> None:
    with opened(folder) as (_, book, _):
        gone: list[Said] = [NoticeClosed(notice="n1", by="staff"), ChannelGone(series=FRIDGE)]
        book.write(HOME, gone, who="x", at=START).result()
        book.write(OTHER, agreed()[1:2], who="x", at=START).result()
    done = erase(folder, HOME)
    assert getattr(done, "left", None) == ("sensor:skelleftea:kyl1",)
    with opened(folder) as (store, book, _):
        assert store.series(FRIDGE) is not None
        assert [one.id for one in book.homes()] == [OTHER]


def test_nothing_is_erased_while_a_hold_says_so(folder: Path) -> None:
    settings = folder / "skelleftea" / "municipality.toml"
    held = f'[[hold]]\nthing = "{HOME}"\nwhy = "IVO granskar"\nuntil = 2099-01-01\n'
    settings.write_text(settings.read_text("utf-8") + held, "utf-8")
    with pytest.raises(OnHold, match="IVO"):
        erase(folder, HOME)


def test_homes_go_along_when_the_municipality_leaves(folder: Path, tmp_path: Path) -> None:
    hub, file = open_hub(folder), tmp_path / "allt.zip"
    take_out(hub, hub.tenants[0], file, who="x", now=START, progress=lambda _part: None)
    with zipfile.ZipFile(file) as read:
        lines = read.read("homes/journal.jsonl").splitlines()
        identities = read.read("homes/identities.jsonl").decode()
    assert len(lines) == 9
    assert NAME in identities
    assert PHONE in identities


def test_the_rule_for_notices_is_there_only_where_there_are_units(folder: Path) -> None:
    hub = open_hub(folder)
    rules = kept_by(hub, hub.tenants[0]).due(START)
    assert [one.kept for one in rules if one.stuff == "journal"] == ["365d"]
    (folder / "skelleftea" / "care" / "norr.toml").unlink()
    hub = open_hub(folder)
    assert not any(one.stuff == "journal" for one in kept_by(hub, hub.tenants[0]).due(START))


def test_it_is_said_when_personal_data_is_in_clear(tmp_path: Path, folder: Path) -> None:
    said = byalag("check", folder)
    assert "stored in clear" not in said.err
    said = byalag("check", write_hub(tmp_path / "klart"))
    assert said.code == 0
    assert "stored in clear" in said.err
