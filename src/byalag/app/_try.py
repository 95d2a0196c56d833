"""Trying and loading a source outside a running hub."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from byalag.app._connected import connect
from byalag.app._hub import Hub
from byalag.app._stores import declare, open_stores
from byalag.engine import Loaded, SystemClock, Tried, load, try_source


def try_once(
    hub: Hub, name: str, *, municipality: str | None, bodies: Mapping[str, bytes] | None
) -> Tried:
    """Ask a source once, or take the bodies given, and say what it would give. Writes nothing."""
    source = connect(*hub.source(name, municipality))
    return asyncio.run(try_source(source, bodies=bodies, clock=SystemClock(), secret=hub.secret))


def load_files(
    hub: Hub,
    name: str,
    *,
    municipality: str | None,
    files: Sequence[Path | tuple[str, Path]],
    progress: Callable[[int], object],
) -> Loaded:
    """Take recorded answers of a source into its municipality's store."""
    tenant, source = hub.source(name, municipality)
    clock = SystemClock()
    with open_stores(hub) as stores:
        declare(hub, stores, clock.now())
        store = stores.own[tenant.municipality.code]
        return load(connect(tenant, source), store, files, now=clock.now(), progress=progress)
