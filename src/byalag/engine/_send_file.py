"""One file, or lines at the end of one: never half, and never twice."""

import os
from pathlib import Path
from typing import Final

from byalag.engine._outlet_face import NotTaken
from byalag.outlets import FileSending

_TAIL: Final = 1024 * 1024  # bytes at the end of a file in which a repeat is looked for


def write(sending: FileSending, home: Path) -> None:
    """Write a message to a folder; it is on disk when this returns.

    Raises:
        NotTaken: If the folder or the disk says no.

    """
    folder = home / sending.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if sending.append:
            _append(folder / sending.name, sending)
        else:
            _replace(folder / sending.name, sending)
        _settle(folder)
    except OSError as error:
        reason = f"{folder / sending.name} cannot be written: {error.strerror or error}"
        raise NotTaken(reason) from error


def _replace(path: Path, sending: FileSending) -> None:
    """Write beside the place, and move there: whoever looks sees a whole file or none."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(sending.content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _append(path: Path, sending: FileSending) -> None:
    """Add a line, unless it is there; take away the half of it that a crash left."""
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        if f'"id":"{sending.id}"'.encode() in tail and tail.endswith(b"\n"):
            return
        half = tail.rpartition(b"\n")[2]
        if half and sending.content.startswith(half):
            file.truncate(size - len(half))
        elif half:
            file.write(b"\n")
        file.write(sending.content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Have the folder itself on disk, with the new name in it."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
