"""The schemas of a hub's stores: which they have, bringing them up, and taking them back."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from byalag.app._hub import Hub
from byalag.app._stores import REGISTER, alone, open_stores
from byalag.model import Micros
from byalag.store import (
    Carried,
    KeptBefore,
    Note,
    NoWayBack,
    Register,
    go_back,
    is_store,
    kept_before,
    schema_of,
)

COPIES_FOR: Final[Micros] = 30 * 86_400_000_000  # copies hold what is to be deleted: not for ever


class Found(Struct, frozen=True, kw_only=True):
    """A store's file, its schema, and the copies that are kept from before upgrades."""

    path: Path
    schema: int
    copies: tuple[KeptBefore, ...]


def schemas(hub: Hub) -> list[Found]:
    """Return every store of a hub with its schema; nothing is changed."""
    return [
        Found(path=path, schema=schema_of(path), copies=tuple(kept_before(path)))
        for path in _files(hub)
    ]


def bring_up(hub: Hub) -> list[Found]:
    """Bring every store to the schema of this Byalag, as starting the hub does.

    Raises:
        Busy: The hub is running.
        NoRoom: A copy of a store that is to be brought up has no room.
    """
    with open_stores(hub):
        pass
    return schemas(hub)


def take_back(hub: Hub, schema: int, *, who: str, now: Micros) -> list[Carried]:
    """Put the copies of an older schema in the stores' place, with what was delivered since.

    Either every store has such a copy, or nothing is done.

    Raises:
        Busy: The hub is running.
        NoWayBack: A store has no copy of that schema.
    """
    with alone(hub.store):
        newer = [one for one in schemas(hub) if _is_own(one.path) and one.schema != schema]
        lacking = [one for one in newer if all(copy.schema != schema for copy in one.copies)]
        if lacking:
            names = ", ".join(one.path.name for one in lacking)
            message = (
                f"There is no copy of schema {schema} of {names}; nothing was changed. "
                "`byalag migrate show` tells which copies there are."
            )
            raise NoWayBack(message)
        carried = [go_back(one.path, schema) for one in newer]
        if carried:
            _note(hub, carried, schema, who, now)
    return carried


def forget_copies(hub: Hub, *, before: Micros | None = None) -> list[Path]:
    """Delete the copies that are kept from before upgrades and from after going back.

    With `before` only those that were made before that moment.
    """
    gone: list[Path] = []
    for folder in _kept_folders(hub):
        if before is None or folder.stat().st_mtime * 1e6 < before:
            shutil.rmtree(folder)
            gone.append(folder)
    return gone


def _kept_folders(hub: Hub) -> list[Path]:
    if not hub.store.is_dir():
        return []
    return sorted([*hub.store.glob("before-*"), *hub.store.glob("after-*")])


def _files(hub: Hub) -> Iterator[Path]:
    if hub.store.is_dir():
        yield from (path for path in sorted(hub.store.glob("*.sqlite")) if is_store(path))


def _is_own(path: Path) -> bool:
    """Say whether a file is a municipality's or the commons; the register has its own schemas."""
    return path.name != REGISTER


def _note(hub: Hub, carried: list[Carried], schema: int, who: str, now: Micros) -> None:
    """Say in the hub's audit that the stores went back, and what was carried over."""
    with Register(hub.store / REGISTER) as register:
        for one in carried:
            line = Note(
                at=now,
                who=who,
                what="migrate-back",
                about=one.path.name,
                details={
                    "to": schema,
                    "deliveries": one.deliveries,
                    "sealed": one.sealed,
                    "kept": f"{one.aside.parent.name}/{one.aside.name}",
                },
            )
            register.note(line).result()
