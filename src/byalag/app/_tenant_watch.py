"""What a running hub takes up of its municipalities without being started again.

Once a second it looks at the register (who has paused, gone on, left or been put back) and at the
files of datasets. A dataset that is no longer open is withdrawn from the commons at once; one that
has become open is published when the whole folder is sound. New municipalities and sources are
taken up when the hub is started again.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import anyio
import structlog
from anyio import to_thread
from msgspec import structs

from byalag.app._care_guard import problems_of_homes
from byalag.app._document import Document
from byalag.app._hub import Hub, Tenant, check_hub
from byalag.app._problem import Problem
from byalag.app._stores import Stores
from byalag.app._tenant_states import Standings
from byalag.engine import Engine
from byalag.model import Dataset, Micros, MunicipalityCode
from byalag.store import Note, TenantStanding

_EVERY: Final = 1.0  # seconds
_GONE: Final = "the municipality has left the hub"
Seen = tuple[tuple[str, int, int], ...]
_log = structlog.get_logger()


class TenantWatch:
    """Keeps a hub that runs in step with its register and with its files of datasets."""

    def __init__(self, hub: Hub, stores: Stores, engine: Engine, now: Callable[[], Micros]) -> None:
        """Take the hub as it was read, and how it stands already: what differs is taken up."""
        self._hub, self._stores, self._engine, self._now = hub, stores, engine, now
        self._standings = Standings(stores.register)
        self._were: dict[MunicipalityCode, TenantStanding] = {
            code: TenantStanding(code, renewed=self._standings.of(code).renewed)
            for code in stores.own
        }
        self._published = {one.municipality.code: one.datasets for one in hub.tenants}
        self._seen: dict[MunicipalityCode, Seen] = {
            tenant.municipality.code: _glance(tenant.folder) for tenant in hub.tenants
        }

    async def run(self, stop: anyio.Event) -> None:
        """Look until told to stop; what fails is told in the log and tried again."""
        while not stop.is_set():
            try:
                await self.look()
            except Exception:  # noqa: BLE001 -- one look that fails must not end the looking
                _log.exception("municipalities_not_looked_at")
            with anyio.move_on_after(_EVERY):
                await stop.wait()

    async def look(self) -> None:
        """Take up what has changed since the last look."""
        standings = await to_thread.run_sync(self._standings.all)
        for code, before in self._were.items():
            now = standings.get(code, before)
            if now != before:
                await to_thread.run_sync(self._stand, code, before, now)
                self._were[code] = now
        for tenant in self._hub.tenants:
            code = tenant.municipality.code
            seen = await to_thread.run_sync(_glance, tenant.folder)
            if seen != self._seen[code] and self._were[code].state != "left":
                await to_thread.run_sync(self._declare, tenant)
                self._seen[code] = seen

    def _stand(self, code: str, before: TenantStanding, now: TenantStanding) -> None:
        """Let a municipality pause, go on or leave, or be read anew."""
        if now.renewed != before.renewed:
            self._stores.own[code].begin()
            self._publish(code, self._published[code])
        if now.state == "paused":
            self._engine.pause(code, now.why)
        elif now.state == "left":
            self._engine.pause(code, _GONE)
            self._publish(code, {})
        elif before.state != "active":
            self._engine.go_on(code)
            self._publish(code, self._published[code])
        _log.info("municipality_stands", municipality=code, state=now.state)

    def _declare(self, tenant: Tenant) -> None:
        """Take up which datasets are open, by their files."""
        code, before = tenant.municipality.code, self._published[tenant.municipality.code]
        hub, _ = check_hub(self._hub.folder)
        found = (
            next((one for one in hub.tenants if one.folder == tenant.folder), None) if hub else None
        )
        if found is not None and problems_of_homes(found, self._stores.own[code]):
            found = None
        after = found.datasets if found else _closed(tenant, before)
        if found is None:
            _log.warning("folder_not_sound", municipality=code, taken_up="what is closed")
        if after == before:
            return
        self._published[code] = after
        self._publish(code, after)
        opened, closed = _open(after) - _open(before), _open(before) - _open(after)
        for what, ids in (("opened", opened), ("closed", closed)):
            for id_ in sorted(ids):
                line = Note(
                    at=self._now(), who="whoever edits the hub folder", what=what, about=id_
                )
                self._stores.own[code].note(line).result()
                _log.info(f"dataset_{what}", municipality=code, dataset=id_)

    def _publish(self, code: str, datasets: Mapping[str, Dataset]) -> None:
        """Declare datasets: first in the commons, where what is no longer open is withdrawn."""
        opened = {id_: one for id_, one in datasets.items() if one.open}
        self._stores.commons.publish(opened, origin=code).result()
        self._stores.own[code].publish(datasets).result()
        self._engine.wake(code)


def _closed(tenant: Tenant, before: Mapping[str, Dataset]) -> Mapping[str, Dataset]:
    """Return the datasets as they were, without openness that their files no longer say.

    What cannot be read stays as it was: a file in the midst of being written closes nothing.
    """
    after: dict[str, Dataset] = {}
    for id_, dataset in before.items():
        file = tenant.folder / "datasets" / f"{id_}.toml"
        problems: list[Problem] = []
        said = Document(file, tenant.folder, problems) if file.is_file() else None
        shut = said is None or (said.sound and said.values.get("open") is not True)
        after[id_] = structs.replace(dataset, open=False) if shut else dataset
    return after


def _open(datasets: Mapping[str, Dataset]) -> set[str]:
    return {id_ for id_, one in datasets.items() if one.open}


def _glance(folder: Path) -> Seen:
    """Return what tells whether any file of a dataset has been changed."""
    found: list[tuple[str, int, int]] = []
    for file in sorted(folder.glob("datasets/*.toml")):
        try:
            told = file.stat()
        except FileNotFoundError:
            continue
        found.append((file.name, told.st_mtime_ns, told.st_size))
    return tuple(found)
