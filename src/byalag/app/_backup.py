"""A hub's backup: every store at one recorded position, the register, the files and the settings.

It is made beside a hub that runs. Left out, on purpose: the commons, which is built again from the
stores; keys that data is sealed by, since what has been erased by its key must not come back; and
every file that a setting names as a secret. The folder appears under its name when it is whole.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec
from msgspec import Struct, field

from byalag.app._cabinet import FOLDER
from byalag.app._hub import Hub
from byalag.app._stores import REGISTER, store_file
from byalag.model import Micros
from byalag.store import Copied, Damaged, Note, Register, copied, copy_file, digests_in, hash_bytes

MANIFEST: Final = "manifest.json"
STORES: Final = "stores"
SETTINGS: Final = "settings"
_FORM: Final = 1
_KEPT: Final = frozenset({".toml", ".js", ".md", ".svg", ".png", ".json", ".csv", ".ttl"})
_PATH: Final = re.compile(r"[^/\\\0]+(?:/[^/\\\0]+)*")  # relative, as a backup writes it
_CODE: Final = re.compile(r"\d{4}")
_SECRET_FILE: Final = re.compile(r"file:([^\"'}\s]+)")


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a backup: `made` is the recovery point, `seconds` how long it took to make.

    `stores` are by municipality code, `homes` their folders in the settings, and `files` the
    SHA-256 of every other file by its path.
    """

    form: int
    byalag: str
    name: str
    made: Micros
    seconds: float
    stores: Mapping[str, Copied]
    homes: Mapping[str, str]
    register: Copied
    files: Mapping[str, str] = field(default_factory=dict[str, str])


Progress = Callable[[str], object]


def back_up(hub: Hub, to: Path, *, who: str, now: Micros, progress: Progress) -> Manifest:
    """Back up a hub that may be running, and return what is in the backup.

    Raises:
        Damaged: The folder is there already, or what was copied cannot be read again.
    """
    if to.exists():
        message = f"{to} is there already; name a folder that is not"
        raise Damaged(message)
    began = monotonic()
    work = to.with_name(f"{to.name}.unfinished")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with Register(hub.store / REGISTER) as register:
        line = Note(at=now, who=who, what="backup", about="hub", details={"to": str(to)})
        register.note(line).result()
    stores: dict[str, Copied] = {}
    for tenant in hub.tenants:
        code = tenant.municipality.code
        if store_file(hub, code).is_file():
            progress(code)
            stores[code] = copy_file(store_file(hub, code), work / STORES / f"{code}.sqlite")
    progress(REGISTER)
    register_copy = copy_file(hub.store / REGISTER, work / REGISTER)
    progress(FOLDER)
    files = dict(_copy_published(hub, work, stores))
    files |= dict(_copy_settings(hub, work))
    manifest = Manifest(
        form=_FORM,
        byalag=version("byalag"),
        name=hub.settings.name,
        made=now,
        seconds=round(monotonic() - began, 3),
        stores=stores,
        homes={one.municipality.code: one.folder.name for one in hub.tenants},
        register=register_copy,
        files=files,
    )
    (work / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    _sync(work)
    work.replace(to)
    return manifest


def read_manifest(backup: Path) -> Manifest:
    """Return what a backup says that it holds.

    Raises:
        Damaged: It is no backup, or one of a newer form.
    """
    try:
        manifest = msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        message = f"{backup} is no whole backup: its {MANIFEST} cannot be read ({error})"
        raise Damaged(message) from error
    if manifest.form != _FORM:
        message = f"{backup} was made by Byalag {manifest.byalag}; restore it with that version"
        raise Damaged(message)
    _refuse_strange(backup, manifest)
    return manifest


def _refuse_strange(backup: Path, manifest: Manifest) -> None:
    """Refuse a manifest or a folder by which something outside of them is read or written."""
    parts = [(SETTINGS, one) for one in manifest.homes.values()]
    named = [*manifest.files, *("/".join(each) for each in parts)]
    strange = [one for one in named if not _PATH.fullmatch(one) or ".." in one.split("/")]
    strange += [one for one in manifest.homes.values() if "/" in one or one == "."]
    strange += [one for one in (*manifest.stores, *manifest.homes) if not _CODE.fullmatch(one)]
    strange += [str(one) for one in backup.rglob("*") if one.is_symlink()]
    if strange:
        message = (
            f"{backup} was not made by byalag backup: {strange[0][:200]!r} leads out of it. "
            "Nothing was restored"
        )
        raise Damaged(message)


def verify(backup: Path, *, only: str | None = None) -> Manifest:
    """Check every file of a backup, or one municipality's, against its manifest.

    Raises:
        Damaged: Something is missing or is not as it was.
    """
    manifest = read_manifest(backup)
    if only is not None and only not in manifest.stores:
        known = ", ".join(manifest.stores) or "none"
        message = f"there is no municipality {only} in {backup}; there is {known}"
        raise Damaged(message)
    for code, said in manifest.stores.items():
        if only in {None, code}:
            _same(backup / STORES / f"{code}.sqlite", said)
    if only is None:
        _same(backup / REGISTER, manifest.register)
    for path, digest in manifest.files.items():
        if only is None or path.startswith((f"{FOLDER}/{only}/", _home(manifest, only))):
            _whole(backup / path, digest)
    return manifest


def _home(manifest: Manifest, code: str) -> str:
    return f"{SETTINGS}/{manifest.homes[code]}/"


def _same(file: Path, said: Copied) -> None:
    _whole(file, said.sha256)
    if copied(file) != said:
        message = f"{file} does not hold the rows that the manifest says; use another backup"
        raise Damaged(message)


def _whole(file: Path, digest: str) -> None:
    if not file.is_file():
        message = f"{file} is missing; use another backup"
        raise Damaged(message)
    if hash_bytes(file) != digest:
        message = f"{file} is damaged: its SHA-256 is not what the manifest says; use another"
        raise Damaged(message)


def _copy_published(
    hub: Hub, work: Path, stores: Mapping[str, Copied]
) -> Iterator[tuple[str, str]]:
    """Copy the bytes of every file that the copied stores know of."""
    for code in stores:
        for digest in digests_in(work / STORES / f"{code}.sqlite"):
            path = f"{FOLDER}/{code}/{digest[:2]}/{digest[2:]}"
            _copy(hub.store / path, work / path)
            yield path, digest


def _copy_settings(hub: Hub, work: Path) -> Iterator[tuple[str, str]]:
    """Copy what the hub folder says, and no file that a setting names as a secret."""
    texts = {file: file.read_bytes() for file in _settings(hub)}
    secret = {
        (hub.folder / found.decode()).resolve()
        for text in texts.values()
        for found in re.findall(_SECRET_FILE.pattern.encode(), text)
    }
    for file in texts:
        if file.resolve() in secret:
            continue
        path = f"{SETTINGS}/{file.relative_to(hub.folder).as_posix()}"
        _copy(file, work / path)
        yield path, hash_bytes(work / path)


def _settings(hub: Hub) -> Iterator[Path]:
    for file in sorted(hub.folder.rglob("*")):
        inside = hub.store in file.parents
        hidden = any(part.startswith(".") for part in file.relative_to(hub.folder).parts)
        if file.is_file() and file.suffix in _KEPT and not inside and not hidden:
            yield file


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def _sync(folder: Path) -> None:
    """Put everything in a folder on disk."""
    for path in (*folder.rglob("*"), folder):
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
