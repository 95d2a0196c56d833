"""What ways are derived from: a hub's folder, its stores, and the APIs that it speaks."""

from collections.abc import Callable, Mapping

from byalag.app._catalogues import apis
from byalag.app._flow import Around
from byalag.app._hub import Hub
from byalag.app._standards import standards
from byalag.model import Micros, MunicipalityCode
from byalag.store import Overview, Store


def surroundings(
    hub: Hub, own: Mapping[MunicipalityCode, Store], now: Callable[[], Micros]
) -> Around:
    """Return what ways are derived from; a municipality without a store has nothing in it yet."""

    def overview(code: MunicipalityCode, dataset: str) -> Overview:
        store = own.get(code)
        return store.overview(dataset, now()) if store is not None else Overview()

    return Around(hub=hub, services=apis(hub, standards()), store=own.get, overview=overview)
