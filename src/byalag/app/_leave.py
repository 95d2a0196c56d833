"""A municipality takes everything with it in one file of open formats, and may then leave."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from zipfile import ZipFile

from msgspec import Struct

from byalag import ByalagError
from byalag.app._cabinet import blobs
from byalag.app._hub import Hub, Tenant
from byalag.app._leave_archive import CHECKSUMS, Archive
from byalag.app._leave_data import Taken, write_dataset, write_homes, write_ledger, write_rest
from byalag.app._left import mark_to_delete, place_aside, set_aside_store
from byalag.app._mending import NothingStored
from byalag.app._restore import is_running
from byalag.app._sealing import sealing
from byalag.app._stores import COMMONS, REGISTER, own_store_of, store_file
from byalag.model import Json, Micros
from byalag.standards.dcat import FORMATS, Catalogue, Entry, catalogue, dictionary
from byalag.store import Damaged, Note, Proposals, Register, Store, Tenancy, copy_file, hash_bytes
from byalag.terms import Vocabulary, terms

_TURTLE: Final = "text/turtle"
_PATIENCE: Final = 60.0  # seconds that a hub that runs may take to withdraw
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Progress = Callable[[str], object]


class NotWithdrawn(ByalagError):
    """The running hub has not withdrawn what the municipality had in the commons.

    Look at its log, or stop it, and give the command again.
    """

    exit_code = 5


class Export(Struct, frozen=True, kw_only=True):
    """What was written to the file: its SHA-256, size in bytes, and how much is in it."""

    file: str
    sha256: str
    bytes: int
    taken: Taken


class Departed(Struct, frozen=True, kw_only=True):
    """A municipality has left: where what it had in the hub lies, or "" where it is deleted.

    `pending` says that a hub runs with its store, which is moved aside when it is next started.
    """

    export: Export
    aside: str
    pending: bool


def take_out(  # noqa: PLR0913 -- whose, to where, by whom and when
    hub: Hub, tenant: Tenant, to: Path, *, who: str, now: Micros, progress: Progress
) -> Export:
    """Write everything of a municipality to one zip file; the hub may run.

    The file has its name when it is whole: what is cut short leaves only `.unfinished`.

    Raises:
        NothingStored: The municipality has no store yet.
        Damaged: The file is there already, or cannot be read as it was written.
    """
    code = tenant.municipality.code
    if not store_file(hub, code).is_file():
        raise NothingStored
    if to.exists():
        message = f"{to} is there already; name a file that is not"
        raise Damaged(message)
    _note(hub, tenant, who=who, what="export municipality", now=now, details={"to": str(to)})
    unfinished = to.with_name(f"{to.name}.unfinished")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=hub.store, prefix=".leaving-") as folder:
        copy = Path(folder) / "copy.sqlite"
        copy_file(store_file(hub, code), copy)
        with Store(copy, sealing=sealing(hub, tenant)) as store:
            archive = Archive(unfinished)
            try:
                taken = _write(hub, tenant, store, archive, now, progress)
            finally:
                archive.close()
    check_archive(unfinished)
    unfinished.replace(to)
    return Export(file=str(to), sha256=hash_bytes(to), bytes=to.stat().st_size, taken=taken)


def check_archive(path: Path) -> int:
    """Check every file of an archive against its checksums; return how many there are.

    Raises:
        Damaged: One is not as it was written.
    """
    from hashlib import sha256  # noqa: PLC0415 -- named only here

    with ZipFile(path) as archive:
        lines = archive.read(CHECKSUMS).decode().splitlines()
        for line in lines:
            said, _, name = line.partition("  ")
            found = sha256()
            with archive.open(name) as file:
                while part := file.read(1 << 20):
                    found.update(part)
            if found.hexdigest() != said:
                message = f"{name} in {path} is damaged; write it again"
                raise Damaged(message)
    return len(lines)


def depart(  # noqa: PLR0913 -- whose, to where, by whom and when, and what becomes of the rest
    hub: Hub,
    tenant: Tenant,
    to: Path,
    *,
    who: str,
    now: Micros,
    progress: Progress,
    delete: bool = False,
) -> Departed:
    """Write everything to one file, take the municipality out of the hub, and set the rest aside.

    Raises:
        NotWithdrawn: A hub runs and has not withdrawn what is in the commons.
    """
    code = tenant.municipality.code
    export = take_out(hub, tenant, to, who=who, now=now, progress=progress)
    details = {"file": to.name, "sha256": export.sha256, "delete": delete}
    _note(hub, tenant, who=who, what="leave", now=now, details=details)
    running = is_running(hub)
    with Register(hub.store / REGISTER) as register:
        Tenancy(register).put(
            code, "left", f"it has left; what it had is in {to.name}", now
        ).result()
    progress("commons")
    if running:
        _await_withdrawal(hub, code)
    else:
        with Store(hub.store / COMMONS) as commons:
            commons.forget(code).result()
    aside = place_aside(hub.store, code, now)
    aside.mkdir(parents=True)
    shutil.move(tenant.folder, aside / "settings")
    if not running:
        set_aside_store(hub.store, code, aside)
    if delete:
        shutil.rmtree(aside)
        if running:
            mark_to_delete(hub.store, code)
    return Departed(export=export, aside="" if delete else str(aside), pending=running)


def _write(  # noqa: PLR0913, PLR0917 -- what is written, where, and who is told
    hub: Hub, tenant: Tenant, store: Store, archive: Archive, now: Micros, progress: Progress
) -> Taken:
    taken, code = Taken(), tenant.municipality.code
    readme = files("byalag.app").joinpath("leaving.md").read_text("utf-8")
    archive.text(
        "README.txt",
        readme.format(
            name=tenant.municipality.name,
            code=code,
            hub=hub.settings.name,
            when=f"{_EPOCH + timedelta(microseconds=now):%Y-%m-%d %H:%M} UTC",
            version=version("byalag"),
        ),
    )
    for file in sorted(tenant.folder.rglob("*")):
        if file.is_file() and file.name != "keys.toml" and file.suffix in _SETTINGS:
            archive.text(
                f"settings/{file.relative_to(tenant.folder).as_posix()}", file.read_bytes()
            )
    for id_ in store.datasets():
        progress(id_)
        write_dataset(archive, store, id_, taken)
        _write_files(hub, archive, store, code, id_, taken)
    progress("deliveries")
    write_ledger(archive, store, taken)
    write_rest(archive, store, taken)
    write_homes(archive, store, taken)
    address = hub.settings.address.rstrip("/")
    archive.text("catalogue.ttl", FORMATS[_TURTLE](catalogue(_described(hub, tenant, store, now))))
    archive.text("terms.ttl", FORMATS[_TURTLE](dictionary(address, _words(hub, code))))
    return taken


_SETTINGS: Final = frozenset({".toml", ".js", ".md", ".svg", ".png", ".json", ".csv"})


def _write_files(  # noqa: PLR0913, PLR0917 -- which files of what, and where they go
    hub: Hub, archive: Archive, store: Store, code: str, id_: str, taken: Taken
) -> None:
    versions = store.files.versions(id_)
    for one in versions:
        place = blobs(hub, code).place(one.digest)
        with (
            archive.file(f"files/{id_}/{one.name}/{one.version}") as entry,
            place.open("rb") as file,
        ):
            while part := file.read(1 << 20):
                entry.write(part)
    if versions:
        taken.files += archive.lines(f"files/{id_}/files.jsonl", versions)


def _described(hub: Hub, tenant: Tenant, store: Store, now: Micros) -> Catalogue:
    return Catalogue(
        hub=hub.settings.address.rstrip("/"),
        name=hub.settings.name,
        contact=hub.settings.contact,
        now=now,
        entries=[
            Entry(
                dataset=dataset,
                municipality=tenant.municipality,
                overview=store.overview(id_, now),
            )
            for id_, dataset in store.datasets().items()
            if dataset.open
        ],
        services=(),
        municipality=tenant.municipality,
    )


def _words(hub: Hub, code: str) -> Vocabulary:
    """Return the words that all share, and the municipality's own; no other's."""
    with Register(hub.store / REGISTER) as register:
        adopted = Proposals(register, [one.municipality.code for one in hub.tenants]).adopted()
    said = [*adopted, *hub.words]
    return Vocabulary(terms(), [one for one in said if one.municipality in {"", code}])


def _await_withdrawal(hub: Hub, code: str) -> None:
    end = monotonic() + _PATIENCE
    with Store(hub.store / COMMONS) as commons:
        while code in commons.origins():
            if monotonic() > end:
                raise NotWithdrawn
            sleep(0.2)


def _note(  # noqa: PLR0913 -- what a line of the audit says
    hub: Hub, tenant: Tenant, *, who: str, what: str, now: Micros, details: Mapping[str, Json]
) -> None:
    line = Note(at=now, who=who, what=what, about=tenant.municipality.code, details=details)
    with own_store_of(hub, tenant) as own, Register(hub.store / REGISTER) as register:
        own.note(line).result()
        register.note(line).result()
