"""Measuring how good datasets are, and telling the commons of those that are open."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TypeAlias

from anyio import to_thread

from byalag.engine._durable import durable
from byalag.engine._face import Connected
from byalag.model import Micros, MunicipalityCode
from byalag.store import Store

Feeds: TypeAlias = Mapping[tuple[MunicipalityCode, str], list[str]]
"""The sources that fill each dataset, by municipality and dataset."""


def feeding(sources: Iterable[Connected]) -> Feeds:
    """Return which sources fill which dataset."""
    found: dict[tuple[MunicipalityCode, str], list[str]] = {}
    for one in sources:
        key = one.municipality.code, one.settings.dataset
        found.setdefault(key, []).append(one.name)
    return found


async def measure(
    code: MunicipalityCode, store: Store, commons: Store, feeds: Feeds, now: Micros
) -> None:
    """Measure every dataset of a municipality, off the event loop, and keep what was found."""
    for id_, dataset in store.datasets().items():
        look = partial(store.quality.measure, dataset, feeds.get((code, id_), ()), now)
        shares = await to_thread.run_sync(look)
        await durable(store.quality.keep(id_, shares))
        if dataset.open:
            await durable(commons.quality.keep(id_, shares))
