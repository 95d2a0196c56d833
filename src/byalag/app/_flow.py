"""Where everything flows: derived from what is configured and stored, never written by hand.

For each dataset: from the computers outside and the sources on them, by way of mappings and kinds
of series, to the dataset; from there to the commons and to all that gives it to somebody. Pages,
reports and the operator's desk all show this, and nothing else.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct, field

from byalag.app._flow_hosts import hosts_of_outlet, hosts_of_source, hosts_of_subscriptions
from byalag.app._hub import Hub, Tenant
from byalag.app._read_source import Declared
from byalag.governance import ProductState
from byalag.model import Dataset, MunicipalityCode, Series, Thing, Words
from byalag.standards.dcat import Entry, Service, serves
from byalag.store import Overview, Store

Stage: TypeAlias = Literal["host", "source", "mapping", "series", "dataset", "commons", "end"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
SUBSCRIPTIONS: Final = "ngsi-ld/subscription/"


class Node(Struct, frozen=True, kw_only=True):
    """One place on a dataset's way. `told` is a short line more, `host` a computer outside.

    `kind` says what it is within its stage: of ends, a service, a standard, an outlet, and so on.
    """

    key: str
    stage: Stage
    kind: str
    title: Words
    told: Words = field(default_factory=dict[str, str])
    address: str = ""
    host: str = ""


class Way(Struct, frozen=True, kw_only=True):
    """The whole way of one dataset. `joins` are pairs of keys of nodes: from, to."""

    municipality: MunicipalityCode
    dataset: Dataset
    nodes: tuple[Node, ...]
    joins: tuple[tuple[str, str], ...]

    def at(self, stage: Stage) -> tuple[Node, ...]:
        """Return the nodes of one stage, in their order."""
        return tuple(node for node in self.nodes if node.stage == stage)


class Around(Struct, frozen=True, kw_only=True):
    """What a dataset's way is derived from, beside its municipality's folder.

    `store` is a municipality's own, None before it has any; `overview` tells what a dataset there
    holds. `services` are all the APIs that a dataset may be read through.
    """

    hub: Hub
    services: Sequence[Service]
    store: Callable[[MunicipalityCode], Store | None]
    overview: Callable[[MunicipalityCode, str], Overview]


def ways(around: Around, tenant: Tenant) -> list[Way]:
    """Return the way of every dataset of a municipality."""
    return [way(around, tenant, dataset) for dataset in tenant.datasets.values()]


def way(around: Around, tenant: Tenant, dataset: Dataset) -> Way:
    """Return the way of one dataset."""
    nodes: dict[str, Node] = {}
    joins: dict[tuple[str, str], None] = {}

    def put(node: Node, *after: str) -> str:
        nodes.setdefault(node.key, node)
        joins.update(dict.fromkeys((before, node.key) for before in after))
        return node.key

    sources = [one for one in tenant.sources if one.settings.dataset == dataset.id]
    store = around.store(tenant.municipality.code)
    series = _series(_known(store, dataset, sources))
    home = f"dataset/{dataset.id}"
    for source in sources:
        hosts = [put(_host(name)) for name in hosts_of_source(source)]
        mapping = put(_mapping(source), put(_source(source), *hosts))
        said = properties_of(source)
        reached = [node for node in series if not said or node.key.partition("/")[2] in said]
        for node in reached:
            put(node, mapping)
        if not reached:
            joins[mapping, home] = None
    first = [put(node) for node in (*_places(tenant, dataset), *_files(store, dataset))]
    put(_dataset(dataset), *(put(node) for node in series), *first)
    given = home
    if dataset.open:
        given = put(_COMMONS, home)
    for end in _open_ends(around, tenant, dataset):
        put(end, given)
    for end in _own_ends(around, tenant, dataset):
        put(end, home)
    ordered = sorted(nodes.values(), key=lambda node: STAGES.index(node.stage))
    return Way(
        municipality=tenant.municipality.code,
        dataset=dataset,
        nodes=tuple(ordered),
        joins=tuple(joins),
    )


def properties_of(source: Declared) -> frozenset[str]:
    """Return which properties a source's file says it gives series of; none if it is silent."""
    said = getattr(source.settings, "series", ())
    names = (getattr(one, "name", None) or _property(getattr(one, "id", "")) for one in said)
    return frozenset(name for name in names if name)


def types_in(around: Around, tenant: Tenant, dataset: Dataset) -> frozenset[str]:
    """Return the types of the things in a dataset: those stored, else those that sources say."""
    found = set(around.overview(tenant.municipality.code, dataset.id).types)
    if not found:
        sources = [one for one in tenant.sources if one.settings.dataset == dataset.id]
        said = (getattr(getattr(one.settings, "thing", None), "type", "") for one in sources)
        found |= {str(type_) for type_ in said if type_}
        found |= {
            one.type for one in tenant.facts if isinstance(one, Thing) and one.dataset == dataset.id
        }
    return frozenset(found)


def served(around: Around, tenant: Tenant, dataset: Dataset) -> list[Service]:
    """Return the APIs that an open dataset can be read through."""
    overview = around.overview(tenant.municipality.code, dataset.id)
    if not overview.types:
        types = dict.fromkeys(types_in(around, tenant, dataset), 1)
        overview = Overview(types=types, placed=len(types))
    entry = Entry(dataset=dataset, municipality=tenant.municipality, overview=overview)
    return [service for service in around.services if serves(service, entry)]


_COMMONS: Final = Node(
    key="commons",
    stage="commons",
    kind="commons",
    title={"sv": "Allmänningen", "en": "The commons"},
    told={"sv": "bara det som är öppet", "en": "only what is open"},
)


def _host(name: str) -> Node:
    told: Words = {"sv": "dator utanför navet", "en": "computer outside the hub"}
    return Node(
        key=f"host/{name}", stage="host", kind="host", title={"sv": name}, told=told, host=name
    )


def _source(source: Declared) -> Node:
    return Node(
        key=f"source/{source.name}",
        stage="source",
        kind="source",
        title=source.settings.title or {"sv": source.name},
        told=source.kind.title,
    )


def _mapping(source: Declared) -> Node:
    thing = getattr(source.settings, "thing", None)
    many = len(properties_of(source))
    file = f"{source.name}.toml"
    return Node(
        key=f"mapping/{source.name}",
        stage="mapping",
        kind="mapping",
        title={"sv": getattr(thing, "type", source.kind.name)},
        told={
            "sv": f"{file}, {_many(many)}" if many else file,
            "en": f"{file}, {many} series" if many else file,
        },
    )


def _property(series: str) -> str:
    return series.partition("/")[2].partition("@")[0]


def _known(
    store: Store | None, dataset: Dataset, sources: Sequence[Declared]
) -> Mapping[tuple[str, str], int]:
    """Count the series of a dataset by property and unit: those stored, else those declared."""
    known: Sequence[Series] = store.series_in(dataset.id) if store is not None else ()
    if known:
        return Counter((one.property, one.unit) for one in known)
    said = (name for source in sources for name in properties_of(source))
    return dict.fromkeys(((name, "") for name in said), 0)


def _series(known: Mapping[tuple[str, str], int]) -> list[Node]:
    return [
        Node(
            key=f"series/{name}",
            stage="series",
            kind="series",
            title={"sv": name},
            told={
                "sv": f"{_many(many)}, {_unit(unit, 'antal')}",
                "en": f"{many} series, {_unit(unit, 'count')}",
            }
            if many
            else {"sv": "inga serier än", "en": "no series yet"},
        )
        for (name, unit), many in sorted(known.items())
    ]


def _many(series: int) -> str:
    return f"{series} {'serie' if series == 1 else 'serier'}"


def _unit(unit: str, count: str) -> str:
    return count if unit == "1" else unit


def _places(tenant: Tenant, dataset: Dataset) -> Iterator[Node]:
    many = sum(isinstance(one, Thing) and one.dataset == dataset.id for one in tenant.facts)
    if many:
        yield Node(
            key="places",
            stage="source",
            kind="places",
            title={"sv": "Egna platser", "en": "Own places"},
            told={"sv": f"{many} i places/", "en": f"{many} in places/"},
        )


def _files(store: Store | None, dataset: Dataset) -> Iterator[Node]:
    many = store.files.count(dataset.id) if store is not None else 0
    if many:
        yield Node(
            key="files",
            stage="source",
            kind="files",
            title={"sv": "Publicerade filer", "en": "Published files"},
            told={"sv": f"{many} versioner", "en": f"{many} versions"},
        )
    if dataset.written:
        yield Node(
            key="written",
            stage="source",
            kind="written",
            title={"sv": "Skrivs genom standarderna", "en": "Written through the standards"},
            told={"sv": "SensorThings, NGSI-LD, med nyckel", "en": "SensorThings, NGSI-LD, by key"},
        )


_STATES: dict[ProductState, Words] = {
    "draft": {"sv": "utkast", "en": "draft"},
    "published": {"sv": "publicerad", "en": "published"},
    "deprecated": {"sv": "fasas ut", "en": "deprecated"},
    "retired": {"sv": "nedlagd", "en": "retired"},
}


def _dataset(dataset: Dataset) -> Node:
    return Node(
        key=f"dataset/{dataset.id}",
        stage="dataset",
        kind="dataset",
        title=dataset.title,
        told={"sv": "öppen", "en": "open"} if dataset.open else {"sv": "stängd", "en": "closed"},
    )


def _open_ends(around: Around, tenant: Tenant, dataset: Dataset) -> Iterator[Node]:
    """Yield what gives an open dataset to anyone; a closed one is given to nobody so."""
    if not dataset.open:
        return
    apis: set[str] = set()
    for service in served(around, tenant, dataset):
        path = service.url.partition("//")[2].partition("/")[2]
        apis.add(path.partition("/")[0])
        kind = "standard" if service.conforms_to else "service"
        yield _end(kind, service.name, service.title, f"/{path}", f"/{path}/openapi.json")
    for product in around.hub.products.values():
        names = {name.partition("/")[0] for name in product.apis}
        if product.state != "draft" and names & apis and not product.municipality:
            yield _end("product", product.id, product.title, words=_STATES[product.state])
    at = "/datasets/dcat"
    yield _end("catalogue", "dcat", {"sv": "Katalogen", "en": "The catalogue"}, at, at)
    exported: Words = {"sv": "Parquet och CSV", "en": "Parquet and CSV"}
    yield _end("export", "files", exported, "byalag export")
    broker = around.hub.settings.sensorthings
    if broker is not None and broker.publish:
        name = broker.broker.partition("//")[2].rstrip("/")
        yield _end("broker", name, {"sv": "SensorThings över MQTT"}, name, host=name)


def _own_ends(around: Around, tenant: Tenant, dataset: Dataset) -> Iterator[Node]:
    """Yield what gives a dataset, open or not, to whoever the municipality has let in."""
    for one in tenant.outlets:
        if dataset.id in one.settings.on.datasets:
            hosts = hosts_of_outlet(one)
            title = one.settings.title or {"sv": one.name}
            told = hosts[0] if hosts else ""
            yield _end("outlet", one.name, title, told, host=told, words=one.kind.title)
    code = tenant.municipality.code
    store = around.store(code)
    kept = store.recalled(SUBSCRIPTIONS) if store is not None and not dataset.personal_data else {}
    for host in hosts_of_subscriptions(kept):
        title = {"sv": "Prenumeration över NGSI-LD", "en": "Subscription over NGSI-LD"}
        yield _end("subscription", host, title, host, host=host)
    for product in around.hub.products.values():
        if product.municipality == code and product.state != "draft":
            yield _end("product", product.id, product.title, words=_STATES[product.state])
    if not dataset.open and not dataset.personal_data:
        title = {"sv": "Standarderna, med kommunens nyckel", "en": "The standards, with a key"}
        yield _end("own", "standards", title, "facts:read")


def _end(  # noqa: PLR0913 -- these are the parts of an end
    kind: str,
    name: str,
    title: Words,
    told: str = "",
    address: str = "",
    *,
    host: str = "",
    words: Words | None = None,
) -> Node:
    said = {"sv": told} if told else {}
    return Node(
        key=f"{kind}/{name}",
        stage="end",
        kind=kind,
        title=title,
        told=words if words and not told else said,
        address=address,
        host=host,
    )
