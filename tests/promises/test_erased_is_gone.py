"""Who is erased is in no file any more, nor to be read out of a backup, and does not come back."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from byalag.app import open_hub
from byalag.app._keeping import kept_by
from byalag.app._stores import own_store_of
from byalag.engine import expiries, finish
from byalag.store import Note, Sealed, Store
from byalag.testkit import byalag

ANNA, BO = "Anna-kanariefågel-Ek", "Bo-domherre-Al"
MASTER = "en huvudnyckel som är minst trettiotvå tecken"
DAY = 86_400_000_000

HUB = """name = "Omsorgen"
[sealing]
master = "env:MASTER"
"""
MUNICIPALITY = """code = "2482"
name = "Skellefteå"
"""
DATASET = """title = { sv = "Larm" }
personal_data = true
owner = "Socialnämnden"
owner_role = "Enhetschef"
legal_basis = "public-task"
retention = "30d"
subjects = { sv = "Brukare" }
categories = { sv = "Larm" }
classification = { confidentiality = 3, integrity = 3, availability = 3 }
[purposes]
care = { sv = "Vård" }
"""
SOURCE = """kind = "http-json"
dataset = "alarms"
url = "https://larm.example/homes"
every = "1h"
records = "homes"
[thing]
type = "Home"
id = "{id}"
name = "who"
[[series]]
name = "pressed"
value = "n"
at = "at"
"""


def record(number: int, who: str, at: str) -> dict[str, object]:
    return {"id": f"h{number}", "who": who, "n": number, "at": at}


def feed(*records: dict[str, object]) -> str:
    return json.dumps({"homes": records}, ensure_ascii=False)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASTER", MASTER)
    folder = tmp_path / "nav"
    for name in ("datasets", "sources"):
        (folder / "skelleftea" / name).mkdir(parents=True)
    (folder / "hub.toml").write_text(HUB)
    (folder / "skelleftea" / "municipality.toml").write_text(MUNICIPALITY)
    (folder / "skelleftea" / "datasets" / "alarms.toml").write_text(DATASET)
    (folder / "skelleftea" / "sources" / "larm.toml").write_text(SOURCE)
    return folder


@pytest.fixture
def filled(hub: Path) -> Path:
    """Return a hub with one delivery of Anna alone, one of Bo alone and two of both."""
    anna = [record(1, ANNA, f"2026-11-{day}T08:00:00Z") for day in (20, 21, 22)]
    bo = [record(2, BO, f"2026-11-{day}T09:00:00Z") for day in (20, 21, 22)]
    bodies = [feed(anna[0], bo[0]), feed(anna[1]), feed(bo[1]), feed(bo[2], anna[2])]
    for number, body in enumerate(bodies):
        file = hub.parent / f"{number}.json"
        file.write_text(body, "utf-8")
        assert byalag("load", hub, file, "--source", "larm").code == 0
        file.unlink()
    return hub


def opened(hub: Path) -> Store:
    found = open_hub(hub)
    return own_store_of(found, found.tenants[0])


def raw(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


def ids(hub: Path) -> list[str]:
    """Return the ids of Anna's thing and of Bo's."""
    with opened(hub) as store:
        return sorted(one.id for one in store.things_in("alarms"))


def names(store: Store) -> list[str | None]:
    said = [store.person(one.id) for one in store.things_in("alarms")]
    return [one.name for one in said if one]


def erase(hub: Path, thing: str, *more: str) -> dict[str, object]:
    done = byalag("subject", "erase", hub, "--thing", thing, "--yes", "--json", *more)
    assert done.code == 0, done.err
    answer: dict[str, object] = json.loads(done.out)
    return answer


def spelt(name: str) -> list[bytes]:
    return [name.encode(), json.dumps(name)[1:-1].encode()]


def test_who_somebody_is_is_in_no_file_in_clear(filled: Path) -> None:
    with opened(filled) as store:
        assert names(store) == [ANNA, BO]
        assert not any(one in raw(filled / "store") for one in (*spelt(ANNA), *spelt(BO)))
    assert not any(one in raw(filled / "store") for one in (*spelt(ANNA), *spelt(BO)))


def test_who_is_erased_is_gone_and_the_others_are_left(filled: Path) -> None:
    anna, bo = ids(filled)
    done = erase(filled, anna)
    assert (done["things"], done["series"]) == (1, 1)
    assert (done["deliveries"], done["rewritten"], done["dropped"]) == (3, 2, 0)
    with opened(filled) as store:
        assert names(store) == [BO]
        assert store.thing(anna) is None
        assert store.series_of_thing(anna) == []
        assert len(store.history(f"{bo}/pressed", start=0, end=2**62).times) == 3
        left = [store.delivery(one.seq) for one in store.deliveries("larm")]
        told = b"".join(b"".join(one.bodies) for one in left if one)
        assert ANNA.encode() not in told
        assert told.count(BO.encode()) == 3
        line = store.audit.notes()[0]
        assert line.what == "erase-subject"
        assert anna not in str(line)
    plain = list((filled / "store").rglob("*.sqlite*"))
    assert plain
    for one in (*spelt(ANNA), anna.encode()):
        assert not any(one in file.read_bytes() for file in plain)


def test_a_backup_from_before_can_no_longer_be_read(filled: Path, tmp_path: Path) -> None:
    anna, bo = ids(filled)
    shutil.copytree(filled, tmp_path / "backup")
    erase(filled, anna)
    keys = filled / "store" / "keys" / "2482.sqlite"
    back = tmp_path / "backup"
    for old in (back / "store" / "keys").iterdir():
        old.unlink()
    shutil.copy(keys, back / "store" / "keys")
    with opened(back) as store:
        assert store.thing(anna) is not None
        with pytest.raises(Sealed):
            store.person(anna)
        found = store.person(bo)
        assert found is not None
        assert found.name == BO
    assert not any(one in raw(back / "store") for one in spelt(ANNA))


def test_neither_redelivery_nor_retranslation_brings_it_back(filled: Path) -> None:
    anna, _ = ids(filled)
    erase(filled, anna)
    again = filled.parent / "again.json"
    again.write_text(
        feed(record(1, ANNA, "2026-11-22T10:00:00Z"), record(2, BO, "2026-11-22T10:00:00Z")),
        "utf-8",
    )
    assert byalag("load", filled, again, "--source", "larm").code == 0
    changed = SOURCE.replace('name = "pressed"', 'name = "pushed"')
    (filled / "skelleftea" / "sources" / "larm.toml").write_text(changed)
    assert byalag("retranslate", filled, "larm", "--apply").code == 0
    with opened(filled) as store:
        assert names(store) == [BO]
        assert store.series_of_thing(anna) == []
        assert len(store.unsaid()) == 1
    assert byalag("retention", "run", filled).code == 0
    with opened(filled) as store:
        assert store.unsaid() == []
        newest = store.delivery(store.deliveries("larm")[0].seq)
        assert newest is not None
        assert ANNA.encode() not in newest.bodies[0]
        assert BO.encode() in newest.bodies[0]
    assert not any(anna.encode() in one.read_bytes() for one in (filled / "store").glob("*.sqlite"))


def test_all_that_is_known_can_be_taken_out_and_tells_of_nobody_else(filled: Path) -> None:
    anna, bo = ids(filled)
    file = filled.parent / "anna.zip"
    done = byalag("subject", "export", filled, "--thing", anna, "--to", file)
    assert done.code == 0, done.err
    with zipfile.ZipFile(file) as found:
        held = {name: found.read(name) for name in found.namelist()}
    assert json.loads(held["thing.json"])["name"] == ANNA
    assert held["observations.csv"].count(b"\n") == 4
    assert [one["whole"] for one in json.loads(held["deliveries.json"])] == [False, True, False]
    everything = b"".join(held.values())
    assert BO.encode() not in everything
    assert bo.encode() not in everything
    with opened(filled) as store:
        assert store.audit.notes()[0].what == "export-subject"


def test_nothing_on_hold_is_erased_and_a_refusal_is_written_down(filled: Path) -> None:
    anna, bo = ids(filled)
    hold = f'[[hold]]\nthing = "{anna}"\nwhy = "mål T 12-26"\nuntil = 2099-01-01\n'
    (filled / "skelleftea" / "municipality.toml").write_text(MUNICIPALITY + hold)
    done = byalag("subject", "erase", filled, "--thing", anna, "--yes")
    assert done.code == 6
    assert "mål T 12-26" in done.err
    done = byalag("subject", "erase", filled, "--thing", bo, "--yes", "--purpose", "nyfikenhet")
    assert done.code == 6
    with opened(filled) as store:
        line = store.audit.notes()[0]
        assert (line.what, line.about) == ("refused", bo)
        assert names(store) == [ANNA, BO]


def test_retention_reaches_the_backups_by_their_keys(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path / "backup")
    found = open_hub(filled)
    tenant = found.tenants[0]
    rules = kept_by(found, tenant)
    with opened(filled) as store:
        later = store.deliveries("larm")[0].received + 31 * DAY
        line = Note(at=later, who="test", what="expire", about="2482")
        done = store.expire(expiries(rules, later), line).result()
        assert {one.stuff for one in done} == {"observations", "deliveries"}
        finish(store, rules, later)
        assert store.deliveries("larm") == []
        assert store.sealing is not None
        assert store.sealing.keys.of_ledger() == []
    back = tmp_path / "backup"
    for old in (back / "store" / "keys").iterdir():
        old.unlink()
    shutil.copy(filled / "store" / "keys" / "2482.sqlite", back / "store" / "keys")
    with opened(back) as store, pytest.raises(Sealed):
        store.delivery(1)


def test_the_rules_are_shown_and_a_dry_run_deletes_nothing(filled: Path) -> None:
    shown = byalag("retention", "show", filled, "--json")
    assert shown.code == 0, shown.err
    rules = {(one["what"], one["of"]): one["kept"] for one in json.loads(shown.out)["rules"]}
    assert rules["observations", "alarms"] == "30d"
    assert rules["deliveries", "larm"] == "30d"
    dry = byalag("retention", "run", filled, "--dry-run", language="sv")
    assert dry.code == 0
    assert "observationer" in dry.out
    assert len(ids(filled)) == 2


def test_keys_are_counted_and_rotated_and_never_shown(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = byalag("secret", "list", filled, "--json")
    assert {one["use"] for one in json.loads(listed.out)["keys"]} == {
        "municipality",
        "index",
        "ledger",
        "person",
    }
    key = filled / "huvudnyckel"
    assert byalag("secret", "new", key).code == 0
    assert key.stat().st_mode & 0o077 == 0
    new = HUB.replace('"env:MASTER"', '"file:huvudnyckel"\nformer = ["env:MASTER"]')
    (filled / "hub.toml").write_text(new)
    done = byalag("secret", "rotate", filled)
    assert done.code == 0, done.err
    monkeypatch.delenv("MASTER")
    (filled / "hub.toml").write_text(HUB.replace("env:MASTER", "file:huvudnyckel"))
    with opened(filled) as store:
        assert names(store) == [ANNA, BO]
    assert key.read_text().strip() not in listed.out + done.out
