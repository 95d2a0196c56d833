"""Putting a hub back from a backup: the whole of it in a new folder, or one municipality's store.

One municipality is put back under a hub that runs: the others keep answering. What it had given to
the commons is withdrawn and told anew from what it knows now.
"""

import fcntl
import shutil
import tempfile
import tomllib
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from msgspec import Struct

from byalag.app._backup import SETTINGS, STORES, read_manifest, verify
from byalag.app._cabinet import FOLDER
from byalag.app._erase import erase_again
from byalag.app._hub import Hub, open_hub
from byalag.app._stores import COMMONS, REGISTER, own_store_of, store_file
from byalag.model import Micros
from byalag.store import Copied, Damaged, Note, Register, Store, Tenancy, log_everyone_out, put_back

_TAKEN_UP: Final = 3.0  # seconds until a hub that runs has taken up that somebody pauses
_WHY: Final = "its data is being restored from a backup"


class Restored(Struct, frozen=True, kw_only=True):
    """What was put back: `point` is what moment, by municipality how far, and how long it took."""

    point: Micros
    stores: dict[str, Copied]
    seconds: float
    running: bool = False


def restore_hub(backup: Path, to: Path) -> Restored:
    """Put a whole hub back in a folder that is new.

    Everyone has to log in again. The commons is built when the hub is started.

    Raises:
        Damaged: The backup is not whole, or the folder is there already.
    """
    began = monotonic()
    if to.exists() and any(to.iterdir()):
        message = f"{to} is not empty; name a new folder, or one municipality to put back in it"
        raise Damaged(message)
    manifest = verify(backup)
    work = to.with_name(f"{to.name}.unfinished")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(backup / SETTINGS, work)
    said = tomllib.loads((work / "hub.toml").read_text("utf-8"))
    store = work / said.get("store", "store")
    _refuse_stores_in_use(work, store, manifest.stores)
    for code in manifest.stores:
        put_back(backup / STORES / f"{code}.sqlite", store / f"{code}.sqlite")
    put_back(backup / REGISTER, store / REGISTER)
    log_everyone_out(store / REGISTER)
    if (backup / FOLDER).is_dir():
        shutil.copytree(backup / FOLDER, store / FOLDER)
    if to.exists():
        to.rmdir()
    work.replace(to)
    seconds = round(monotonic() - began, 3)
    return Restored(point=manifest.made, stores=dict(manifest.stores), seconds=seconds)


def _refuse_stores_in_use(work: Path, store: Path, codes: Iterable[str]) -> None:
    """Refuse to put stores back in a folder elsewhere, which the settings name and another has."""
    inside = store.resolve().is_relative_to(work.resolve())
    taken = (REGISTER, *(f"{code}.sqlite" for code in codes))
    if not inside and any((store / file).exists() for file in taken):
        shutil.rmtree(work)
        message = (
            f"the backup's settings keep the stores in {store}, where there are stores already; "
            "nothing was restored. Move those away, or put one municipality back in that hub"
        )
        raise Damaged(message)


def restore_one(hub_folder: Path, code: str, backup: Path, *, who: str, now: Micros) -> Restored:
    """Put one municipality's store and files back; the hub may run, and no other is touched.

    Its settings stay as they are; where they are gone, the backup's are put back too.

    Raises:
        Damaged: What the backup holds of it is not whole, or is another's.
        Misconfigured: The hub folder is not right.
    """
    began = monotonic()
    manifest = verify(backup, only=code)
    home = hub_folder / manifest.homes[code]
    if not home.is_dir():
        shutil.copytree(backup / SETTINGS / manifest.homes[code], home)
    hub = open_hub(hub_folder)
    tenant, said = hub.tenant(code), manifest.stores[code]
    hub.store.mkdir(parents=True, exist_ok=True)
    with _paused(hub, code, now) as running:
        with tempfile.TemporaryDirectory(dir=hub.store, prefix=".restoring-") as folder:
            copy = Path(shutil.copyfile(backup / STORES / f"{code}.sqlite", f"{folder}/copy"))
            put_back(copy, store_file(hub, code))
        _put_files(hub, backup, code)
        with Store(hub.store / COMMONS) as commons:
            commons.forget(code).result()
        details = {"backup": str(backup), "point": manifest.made, "ledger": said.position.ledger}
        line = Note(at=now, who=who, what="restore municipality", about=code, details=details)
        with own_store_of(hub, tenant) as own, Register(hub.store / REGISTER) as register:
            own.note(line).result()
            register.note(line).result()
            erase_again(hub, tenant, own, who=who, now=now)
            Tenancy(register).renew(code, now).result()
    seconds = round(monotonic() - began, 3)
    return Restored(point=manifest.made, stores={code: said}, seconds=seconds, running=running)


def is_running(hub: Hub) -> bool:
    """Tell whether a hub runs with these stores."""
    with (hub.store / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextmanager
def _paused(hub: Hub, code: str, now: Micros) -> Generator[bool, None, None]:
    """Let a municipality pause meanwhile, and then stand as it did; give whether a hub runs."""
    running = is_running(hub)
    with Register(hub.store / REGISTER) as register:
        tenancy = Tenancy(register)
        before = tenancy.all().get(code)
        tenancy.put(code, "paused", _WHY, now).result()
        if running:
            sleep(_TAKEN_UP)
        try:
            yield running
        finally:
            if before is not None and before.state == "paused":
                tenancy.put(code, "paused", before.why, now).result()
            else:
                tenancy.put(code, "active", "", now).result()


def _put_files(hub: Hub, backup: Path, code: str) -> None:
    """Put back the bytes of published files; those that are there already stay."""
    for path in read_manifest(backup).files:
        if path.startswith(f"{FOLDER}/{code}/") and not (hub.store / path).is_file():
            (hub.store / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(backup / path, hub.store / path)
