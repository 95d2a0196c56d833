"""The copy of a store that is taken before it is brought to a newer schema."""

import os
import shutil
from pathlib import Path
from typing import Final

from byalag import ByalagError
from byalag.store._sqlite import Connection, connect

BEFORE: Final = "before-"
_MEBIBYTE: Final = 1 << 20
_MARGIN: Final = 16 * _MEBIBYTE  # bytes left over for whoever else writes meanwhile


class NoRoom(ByalagError):
    """There is no room on the disk for what has to be kept."""

    exit_code = 5


class Unsound(ByalagError):
    """A copy of a store is damaged, so nothing was changed."""

    exit_code = 5


def copy_before(connection: Connection, path: Path, schema: int) -> Path:
    """Copy a store as it is into the folder `before-SCHEMA` beside it; return where it is.

    The copy has been read through and is on disk when this returns. One that is there from an
    attempt that did not come through is replaced.

    Raises:
        NoRoom: The disk lacks room for the copy and for bringing the store up.
        Unsound: The store is damaged.
    """
    _refuse_small_disk(path, schema)
    target = path.parent / f"{BEFORE}{schema}" / path.name
    target.parent.mkdir(exist_ok=True)
    work = target.with_name(f"{target.name}.unfinished")
    work.unlink(missing_ok=True)
    copy = connect(work)
    try:
        with copy.backup("main", connection, "main") as copying:
            copying.step(-1)
        copy.pragma("journal_mode", "delete")
        said = copy.execute("PRAGMA integrity_check").fetchall()
    finally:
        copy.close()
    if said != [("ok",)]:
        work.unlink()
        message = (
            f"{path} is damaged ({said[0][0]}) and was not brought up; restore the latest backup"
        )
        raise Unsound(message)
    put(work, target)
    return target


def put(work: Path, target: Path) -> None:
    """Let a file that has been written take its place, so that it is there after a power cut."""
    _sync(work)
    work.replace(target)
    _sync(target.parent)


def _refuse_small_disk(path: Path, schema: int) -> None:
    size = sum(
        file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()
    )
    needed, free = 2 * size + _MARGIN, shutil.disk_usage(path.parent).free
    if free < needed:
        message = (
            f"There is no room to bring {path} to schema {schema}: a copy of it is kept first. "
            f"{needed // _MEBIBYTE} MiB are needed and {free // _MEBIBYTE} MiB are left. "
            "Make room and start again; nothing has been changed."
        )
        raise NoRoom(message)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
