"""The information inventory: every dataset, source and kind of series, and what holds for it."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from byalag.app._flow import Around, Way, properties_of, way
from byalag.app._hub import Tenant
from byalag.app._read_source import Declared
from byalag.governance import Shortfall, Standing, shortfalls, standing
from byalag.model import Dataset, Governed, Micros, MunicipalityCode
from byalag.store import MONTH, Metric, Share, lately


class Item(Struct, frozen=True, kw_only=True):
    """A source, or a kind of series, in a dataset: who answers for it, and how it is classed."""

    name: str
    standing: Standing
    source: Declared | None = None


class Holding(Struct, frozen=True, kw_only=True):
    """A dataset and all that is known of it as information.

    `declared` is what its own file says and `dataset` what holds. `shares` are what has been
    measured of it in a month, `quality` the same as of lately.
    """

    tenant: Tenant
    dataset: Dataset
    declared: Dataset
    standing: Standing
    shortfalls: Sequence[Shortfall]
    sources: Sequence[Item]
    series: Sequence[Item]
    way: Way
    shares: Sequence[Share]
    quality: dict[Metric, Share]

    @property
    def harm(self) -> int:
        """How much harm may come of what is lacking: 0 the worst; 9 when nothing is."""
        return min((one.harm for one in self.shortfalls), default=9)


class Inventory(Struct, frozen=True, kw_only=True):
    """What there is in a hub. Nothing is kept: each question is answered from what runs now."""

    around: Around
    now: Callable[[], Micros]

    def tenants(self, codes: Sequence[MunicipalityCode]) -> list[Tenant]:
        """Return the municipalities that are asked for, in the hub's order."""
        return [one for one in self.around.hub.tenants if one.municipality.code in codes]

    def holdings(self, codes: Sequence[MunicipalityCode]) -> list[Holding]:
        """Return every dataset of some municipalities, what lacks most first."""
        found = [
            self.holding(tenant, dataset)
            for tenant in self.tenants(codes)
            for dataset in tenant.datasets.values()
        ]
        return sorted(found, key=lambda one: (one.harm, one.tenant.municipality.code))

    def holding(self, tenant: Tenant, dataset: Dataset) -> Holding:
        """Return one dataset."""
        declared = tenant.declared.get(dataset.id, dataset)
        home = tenant.municipality.governance
        path = way(self.around, tenant, dataset)
        now, store = self.now(), self.around.store(tenant.municipality.code)
        shares = store.quality.of(dataset.id, now - MONTH) if store is not None else []
        return Holding(
            tenant=tenant,
            dataset=dataset,
            declared=declared,
            standing=standing(declared, home),
            shortfalls=shortfalls(dataset, tenant.municipality.contact),
            sources=[
                Item(
                    name=one.name,
                    standing=standing(declared, home, one.settings.governance),
                    source=one,
                )
                for one in _sources(tenant, dataset)
            ],
            series=list(_series(tenant, declared, path)),
            way=path,
            shares=shares,
            quality=lately(shares, now),
        )


def _sources(tenant: Tenant, dataset: Dataset) -> list[Declared]:
    return [one for one in tenant.sources if one.settings.dataset == dataset.id]


def _series(tenant: Tenant, declared: Dataset, path: Way) -> Iterator[Item]:
    """Yield the kinds of series in a dataset, as the first source that gives one governs it."""
    home = tenant.municipality.governance
    for node in path.at("series"):
        name = node.key.partition("/")[2]
        giving = [one for one in _sources(tenant, declared) if name in properties_of(one)]
        said = [one.settings.governance for one in giving]
        own = [one.series[name] for one in said if name in one.series]
        nearest: list[Governed] = [*said[:1], *own[:1]] if own else list(said[:1])
        yield Item(name=name, standing=standing(declared, home, *nearest))
