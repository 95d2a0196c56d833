"""What operators are shown of a running hub."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from byalag.app._connected import connected
from byalag.app._hub import Hub, Tenant
from byalag.app._read_source import Declared
from byalag.app._stores import Stores
from byalag.engine import Clock, Engine, SourceStatus, by_municipality
from byalag.model import Dataset, Series, Thing, Words
from byalag.pages.operations import Desk, Flow, Step
from byalag.store import Store, Summary

_SERVED: Mapping[str, tuple[str, Words, str]] = {
    "BathingPlace": (
        "baths",
        {"sv": "Badplatser: sidor och API", "en": "Baths: pages and API"},
        "/baths/v1/api-info",
    ),
    "OffStreetParking": (
        "parking",
        {"sv": "Parkering: sidor och API", "en": "Parking: pages and API"},
        "/parking/v1/api-info",
    ),
}
_SAME = {"OnStreetParking": "OffStreetParking"}


def desk(hub: Hub, stores: Stores, engine: Engine, clock: Clock) -> Desk:
    """Return what operators see of a hub that runs."""

    def deliveries(code: str, source: str, limit: int) -> Sequence[Summary]:
        return stores.own[code].deliveries(source, limit)

    def flows(code: str) -> Sequence[Flow]:
        states = {one.source: one for one in engine.status() if one.municipality == code}
        tenant = hub.tenant(code)
        return [
            _flow(tenant, dataset, stores.own[code], states) for dataset in tenant.datasets.values()
        ]

    return Desk(
        sources=engine.status,
        deliveries=deliveries,
        flows=flows,
        stopped=lambda: engine.stopped,
        outlets=engine.outlets,
        mending=by_municipality(stores.own, connected(hub), clock),
    )


def _flow(
    tenant: Tenant, dataset: Dataset, store: Store, states: Mapping[str, SourceStatus]
) -> Flow:
    sources = [one for one in tenant.sources if one.settings.dataset == dataset.id]
    series, ways = _series(store.series_in(dataset.id)), list[tuple[str, str]]()
    mapped = [_mapping(one) for one in sources]
    for source, mapping in zip(sources, mapped, strict=True):
        ways.append((f"source/{source.name}", mapping.key))
        said = _properties(source)
        reached = [
            step.key for step in series if not said or step.key.removeprefix("series/") in said
        ]
        ways += [(mapping.key, key) for key in reached]
        if not reached:
            ways.append((mapping.key, f"dataset/{dataset.id}"))
    ways += [(step.key, f"dataset/{dataset.id}") for step in series]
    places = list(_places(tenant, dataset))
    ways += [(step.key, f"dataset/{dataset.id}") for step in places]
    ends = [*_ends(dataset, store), *_outlets(tenant, dataset)]
    ways += [(f"dataset/{dataset.id}", step.key) for step in ends]
    return Flow(
        municipality=tenant.municipality.code,
        dataset=dataset,
        columns=(
            (*(_source(one, states) for one in sources), *places),
            tuple(mapped),
            tuple(series),
            (_dataset(dataset),),
            tuple(ends),
        ),
        ways=tuple(ways),
    )


def _source(source: Declared, states: Mapping[str, SourceStatus]) -> Step:
    return Step(
        key=f"source/{source.name}",
        source=source.name,
        title=source.settings.title or {"sv": source.name},
        told=source.kind.title,
        state=states[source.name].state if source.name in states else "",
    )


def _mapping(source: Declared) -> Step:
    thing = getattr(source.settings, "thing", None)
    many = len(_properties(source))
    return Step(
        key=f"mapping/{source.name}",
        title={"sv": getattr(thing, "type", source.kind.name)},
        told={
            "sv": f"{source.name}.toml, {_many(many)}" if many else f"{source.name}.toml",
            "en": f"{source.name}.toml, {many} series" if many else f"{source.name}.toml",
        },
    )


def _properties(source: Declared) -> frozenset[str]:
    """Return which properties a source's file says it gives series of; none if it is silent."""
    said = getattr(source.settings, "series", ())
    names = (getattr(one, "name", None) or _property(getattr(one, "id", "")) for one in said)
    return frozenset(name for name in names if name)


def _property(series: str) -> str:
    return series.partition("/")[2].partition("@")[0]


def _series(known: Sequence[Series]) -> list[Step]:
    counted = Counter((one.property, one.unit) for one in known)
    return [
        Step(
            key=f"series/{name}",
            title={"sv": name},
            told={
                "sv": f"{_many(many)}, {_unit(unit, 'antal')}",
                "en": f"{many} series, {_unit(unit, 'count')}",
            },
        )
        for (name, unit), many in sorted(counted.items())
    ]


def _many(series: int) -> str:
    return f"{series} {'serie' if series == 1 else 'serier'}"


def _unit(unit: str, count: str) -> str:
    return count if unit == "1" else unit


def _places(tenant: Tenant, dataset: Dataset) -> Iterator[Step]:
    many = sum(isinstance(one, Thing) and one.dataset == dataset.id for one in tenant.facts)
    if many:
        yield Step(
            key="places",
            title={"sv": "Egna platser", "en": "Own places"},
            told={"sv": f"{many} i places/", "en": f"{many} in places/"},
        )


def _dataset(dataset: Dataset) -> Step:
    return Step(
        key=f"dataset/{dataset.id}",
        title=dataset.title,
        told={"sv": "öppen", "en": "open"} if dataset.open else {"sv": "stängd", "en": "closed"},
    )


def _outlets(tenant: Tenant, dataset: Dataset) -> Iterator[Step]:
    """Yield the outlets that tell of a dataset, open or not."""
    for one in tenant.outlets:
        if dataset.id in one.settings.on.datasets:
            yield Step(
                key=f"outlet/{one.name}",
                title=one.settings.title or {"sv": one.name},
                told=one.kind.title,
            )


def _ends(dataset: Dataset, store: Store) -> Iterator[Step]:
    """Yield what an open dataset gives: services and exports; a closed one gives nothing."""
    if not dataset.open:
        return
    types = {_SAME.get(thing.type, thing.type) for thing in store.things_in(dataset.id)}
    for kind in sorted(types & _SERVED.keys()):
        name, title, address = _SERVED[kind]
        yield Step(key=f"service/{name}", title=title, told={"sv": address}, address=address)
    yield Step(
        key="export",
        title={"sv": "Parquet och CSV", "en": "Parquet and CSV"},
        told={"sv": "byalag export"},
    )
