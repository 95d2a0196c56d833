"""What a municipality that has left leaves behind: set aside, or deleted, when nobody reads it."""

import shutil
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from byalag.model import Micros
from byalag.store import Register, Tenancy

LEFT: Final = "left"
_FILES: Final = "files"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def place_aside(store: Path, code: str, at: Micros) -> Path:
    """Return where what a municipality had is put, when it left at this time."""
    return store / LEFT / f"{code}-{_EPOCH + timedelta(microseconds=at):%Y%m%dT%H%M%SZ}"


def mark_to_delete(store: Path, code: str) -> None:
    """Write down that what is left is deleted, and not set aside, when nobody has it open."""
    (store / LEFT).mkdir(exist_ok=True)
    (store / LEFT / f"{code}.delete").touch()


def set_aside_store(store: Path, code: str, aside: Path) -> None:
    """Move a municipality's store and published files aside. Nobody may have them open."""
    aside.mkdir(parents=True, exist_ok=True)
    for file in (*sorted(store.glob(f"{code}.sqlite*")), store / _FILES / code):
        if file.exists():
            shutil.move(file, aside / file.name)


def sweep_left(store: Path, register: Register, here: Collection[str]) -> None:
    """Set aside, or delete, the stores of those who left while it ran; `here` are the others."""
    for code, standing in Tenancy(register).all().items():
        if standing.state != "left" or code in here or not (store / f"{code}.sqlite").is_file():
            continue
        aside = place_aside(store, code, standing.since)
        set_aside_store(store, code, aside)
        marked = store / LEFT / f"{code}.delete"
        if marked.is_file():
            shutil.rmtree(aside)
            marked.unlink()
