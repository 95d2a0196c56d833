"""A backup from before brings back nobody who has been erased, and writes nowhere but where it may.

Who can alter a folder with a backup must not be able to reach out of it when it is restored.
"""

import json
import re
from pathlib import Path

import pytest

from byalag.app._restore import restore_hub, restore_one
from byalag.model import Observation, Thing
from byalag.store import Damaged
from byalag.testkit import byalag
from tests.promises._tenants import HOMES, A, write_hub
from tests.promises.test_erased_is_gone import (
    ANNA,
    BO,
    erase,
    filled,
    hub,
    ids,
    names,
    opened,
    spelt,
)

__all__ = ["filled", "hub"]

pytestmark = [pytest.mark.promise]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    folder = write_hub(tmp_path / "hub")
    assert byalag("backup", folder, tmp_path / "kopia").code == 0
    return tmp_path / "kopia"


@pytest.mark.proves(25)
@pytest.mark.parametrize("sealed", [True, False])
def test_who_has_been_erased_is_not_in_a_municipality_that_is_restored(
    filled: Path,
    tmp_path: Path,
    sealed: bool,  # noqa: FBT001 -- pytest gives it by name
) -> None:
    if not sealed:
        settings = filled / "hub.toml"
        settings.write_text(settings.read_text("utf-8").partition("[sealing]")[0], "utf-8")
    anna, bo = ids(filled)
    if not sealed:
        said = Thing(id=anna, type="Home", dataset="alarms", name=ANNA, municipality=A)
        with opened(filled) as store:
            store.commit([said, Observation(f"{anna}/pressed", 1, 1.0)], at=1).result()
    assert byalag("backup", filled, tmp_path / "kopia").code == 0
    erase(filled, anna)
    restored = byalag("municipality", "restore", filled, A, "--from", tmp_path / "kopia")
    assert restored.code == 0, restored.err
    with opened(filled) as store:
        assert store.thing(anna) is None
        assert store.series_of_thing(anna) == []
        assert store.thing(bo) is not None
        assert anna in store.tombstones()
        store.commit([Thing(id=anna, type="Home", dataset="alarms", name=ANNA)], at=2).result()
        assert store.thing(anna) is None
        if sealed:
            assert names(store) == [BO]
    if not sealed:
        text = b"".join(one.read_bytes() for one in (filled / "store").glob("2482.sqlite*"))
        assert not any(one in text for one in spelt(ANNA))


def altered(backup: Path, **said: object) -> None:
    file = backup / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | said), "utf-8")


@pytest.mark.parametrize(
    "said",
    [
        {"files": {f"files/{A}/../../../../away": "0" * 64}},
        {"files": {"/etc/passwd": "0" * 64}},
        {"homes": {A: "../../elsewhere", "2260": "ange"}},
        {"homes": {A: ".", "2260": "ange"}},
        {"homes": {A: "..", "2260": "ange"}},
    ],
)
def test_a_manifest_that_leads_out_of_its_folder_is_refused(
    backup: Path, said: dict[str, object]
) -> None:
    altered(backup, **said)
    with pytest.raises(Damaged, match="was not made by byalag backup"):
        restore_one(backup.parent / "hub", A, backup, who="someone", now=1)
    with pytest.raises(Damaged, match="was not made by byalag backup"):
        restore_hub(backup, backup.parent / "new")
    assert sorted(one.name for one in backup.parent.iterdir()) == ["hub", "kopia"]


def test_a_link_in_a_backup_is_not_followed(backup: Path, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret.toml"
    secret.write_text("what nobody may read", "utf-8")
    (backup / "settings" / HOMES[A] / "link.toml").symlink_to(secret)
    with pytest.raises(Damaged, match=r"link\.toml"):
        restore_hub(backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_trial_restore_writes_over_no_store_that_another_hub_has(tmp_path: Path) -> None:
    folder = write_hub(tmp_path / "hub")
    settings = folder / "hub.toml"
    said = re.sub(
        r'^store = ".*"', f'store = "{tmp_path}/stores"', settings.read_text(), flags=re.MULTILINE
    )
    settings.write_text(said, "utf-8")
    assert byalag("check", folder).code == 0
    assert byalag("backup", folder, tmp_path / "empty").code == 0
    before = {one.name: one.read_bytes() for one in (tmp_path / "stores").glob("*.sqlite")}
    with pytest.raises(Damaged, match="where there are stores already"):
        restore_hub(tmp_path / "empty", tmp_path / "new")
    assert {one.name: one.read_bytes() for one in (tmp_path / "stores").glob("*.sqlite")} == before
    assert not (tmp_path / "new").exists()
