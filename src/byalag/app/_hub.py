"""A hub folder, read and checked. Everything that is wrong in it is found in one go."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from byalag import Misconfigured
from byalag.app._document import Document
from byalag.app._keys import read_keys
from byalag.app._places import facts_of
from byalag.app._policy import check_policy, effective
from byalag.app._problem import HubFaulty, Problem, suggest
from byalag.app._read_outlet import DeclaredOutlet, OutletReader
from byalag.app._read_product import read_products
from byalag.app._read_source import Declared, SourceReader, check_declared
from byalag.app._read_terms import read_terms
from byalag.app._read_unit import UNITS, read_unit
from byalag.app._secret import secrets
from byalag.app._sense import (
    check_dataset,
    check_municipality,
    check_settings,
    misplaced,
)
from byalag.app._services import read_services
from byalag.app._settings import HubSettings, PlacesFile
from byalag.app._tenant_look import check_look
from byalag.app._written import check_written
from byalag.governance import Key, Product
from byalag.model import Dataset, Link, Municipality, Series, Thing, Words
from byalag.services.care import Unit
from byalag.sources import Receive
from byalag.terms import Definition


class Tenant(Struct, frozen=True, kw_only=True):
    """One municipality of the hub, with all that its folder declares."""

    folder: Path
    municipality: Municipality
    datasets: Mapping[str, Dataset]
    sources: tuple[Declared, ...]
    facts: tuple[Thing | Link, ...]  # declared places and links
    keys: tuple[Key, ...] = ()
    outlets: tuple[DeclaredOutlet, ...] = ()
    declared: Mapping[str, Dataset] = field(default_factory=dict[str, Dataset])  # by their files
    units: Mapping[str, Unit] = field(default_factory=dict[str, Unit])  # of home care, by name

    @property
    def written(self) -> Dataset | None:
        """The dataset that what is written through a standard belongs to."""
        return next((one for one in self.datasets.values() if one.written), None)

    def pushed(self) -> Iterator[Series]:
        """Return the series that others push to this municipality."""
        for source in self.sources:
            reach = source.kind.reach(source.settings)
            if isinstance(reach, Receive):
                yield from reach.series


class Hub(Struct, frozen=True, kw_only=True):
    """A hub folder that can be run."""

    folder: Path
    settings: HubSettings
    tenants: tuple[Tenant, ...]
    warnings: tuple[Problem, ...] = ()
    services: Mapping[str, Any] = field(default_factory=dict[str, Any])
    products: Mapping[str, Product] = field(default_factory=dict[str, Product])
    words: tuple[Definition, ...] = ()  # what the municipalities mean by words of their own
    near: str | None = None  # the municipality whose store is everybody's on this machine

    @property
    def store(self) -> Path:
        """The folder where the stores are."""
        return self.folder / self.settings.store

    @property
    def secret(self) -> Callable[[str], str]:
        """The function that resolves this hub's secrets."""
        return secrets(self.folder)

    @property
    def simulated(self) -> bool:
        """Whether every source says that its data is made up."""
        sources = [source for tenant in self.tenants for source in tenant.sources]
        return bool(sources) and all(source.settings.simulated for source in sources)

    def tenant(self, code: str) -> Tenant:
        """Return one municipality. Raises Misconfigured if it is not in the hub."""
        for tenant in self.tenants:
            if code in (tenant.municipality.code, tenant.folder.name):
                return tenant
        known = ", ".join(f"{t.municipality.code} ({t.municipality.name})" for t in self.tenants)
        message = f"No municipality {code!r} in {self.folder}; there is {known or 'none'}."
        raise Misconfigured(message)

    def one_tenant(self, code: str | None) -> Tenant:
        """Return a municipality, or the only one. Raises Misconfigured if one must be named."""
        if code is not None or len(self.tenants) == 1:
            return self.tenant(code or self.tenants[0].municipality.code)
        known = ", ".join(f"{t.municipality.code} ({t.municipality.name})" for t in self.tenants)
        message = f"There are several municipalities in {self.folder}; say which: {known}."
        raise Misconfigured(message)

    def source(self, name: str, code: str | None = None) -> tuple[Tenant, Declared]:
        """Return one source and whose it is. Raises Misconfigured if it is not one and only one."""
        tenants = (self.tenant(code),) if code else self.tenants
        found = [(t, source) for t in tenants for source in t.sources if source.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            codes = ", ".join(t.municipality.code for t, _ in found)
            message = f"Several municipalities ({codes}) have a source {name!r}; say which."
            raise Misconfigured(message)
        known = suggest(name, (source.name for t in tenants for source in t.sources))
        message = f"No source {name!r}; there is {known or 'none'}."
        raise Misconfigured(message)

    def outlet(self, name: str, code: str | None = None) -> tuple[Tenant, DeclaredOutlet]:
        """Return one outlet and whose it is. Raises Misconfigured if it is not one and only one."""
        tenants = (self.tenant(code),) if code else self.tenants
        found = [(t, outlet) for t in tenants for outlet in t.outlets if outlet.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            codes = ", ".join(t.municipality.code for t, _ in found)
            message = f"Several municipalities ({codes}) have an outlet {name!r}; say which."
            raise Misconfigured(message)
        known = suggest(name, (outlet.name for t in tenants for outlet in t.outlets))
        message = f"No outlet {name!r}; there is {known or 'none'}."
        raise Misconfigured(message)


def open_hub(folder: Path) -> Hub:
    """Read a hub folder. Raises Misconfigured naming everything that is wrong in it."""
    hub, problems = check_hub(folder)
    if hub is None:
        raise HubFaulty(problem for problem in problems if not problem.warning)
    return hub


def check_hub(folder: Path) -> tuple[Hub | None, list[Problem]]:
    """Read a hub folder and return it, unless something is wrong, and all there is to say."""
    problems: list[Problem] = []
    if not (folder / "hub.toml").is_file():
        words = {
            "sv": "filen saknas. `byalag init MAPP` skriver en navmapp som går att köra.",
            "en": "the file is missing. `byalag init DIR` writes a hub folder that runs.",
        }
        return None, [Problem(file=str(folder / "hub.toml"), why=words)]
    document = Document(folder / "hub.toml", folder, problems)
    settings = document.read(HubSettings) if document.sound else None
    if settings is not None:
        check_settings(document, settings)
    reading = _Reading(folder, problems)
    homes = _homes(folder, settings)
    tenants = tuple(filter(None, [reading.tenant(home) for home in homes]))
    reading.compare(tenants)
    services = read_services(folder, problems)
    codes = {one.municipality.code: one.municipality.name for one in tenants}
    contact = settings.contact if settings else None
    meanings = read_terms(
        folder, [(one.folder, one.municipality.code) for one in tenants], problems
    )
    products = read_products(folder, codes, contact, problems)
    problems += misplaced(folder, homes, _store(folder, settings))
    if not tenants and not any(not problem.warning for problem in problems):
        words = {
            "sv": "ingen kommun finns: skapa en mapp med municipality.toml.",
            "en": "there is no municipality: make a folder with municipality.toml in it.",
        }
        problems.append(Problem(file="hub.toml", why=words))
    if settings is None or any(not problem.warning for problem in problems):
        return None, problems
    hub = Hub(
        folder=folder,
        settings=settings,
        tenants=tenants,
        warnings=tuple(problems),
        services=services,
        products=products,
        words=meanings,
    )
    return hub, problems


def _store(folder: Path, settings: HubSettings | None) -> Path:
    return folder / (settings.store if settings else "store")


def _homes(folder: Path, settings: HubSettings | None) -> list[Path]:
    store = _store(folder, settings)
    return sorted(
        home
        for home in folder.iterdir()
        if home.is_dir() and home != store and (home / "municipality.toml").is_file()
    )


class _Reading:
    """One walk through the folders, remembering what was seen where."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self.folder = folder
        self.problems = problems
        self.sources = SourceReader(folder, problems)
        self.outlets = OutletReader(folder, problems)
        self.codes: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.prefixes: dict[str, str] = {}
        self.datasets: dict[str, str] = {}
        self.links: list[tuple[Document, int, int | None, str]] = []

    def tenant(self, home: Path) -> Tenant | None:
        document = Document(home / "municipality.toml", self.folder, self.problems)
        municipality = document.read(Municipality) if document.sound else None
        if municipality is not None:
            check_municipality(document, municipality, self.codes)
            check_look(document, municipality)
        described = list(filter(None, map(self._dataset, _files(home / "datasets"))))
        check_policy(described, municipality)
        datasets = {dataset.id: dataset for _, dataset in described}
        sources = [self.sources.read(file, datasets) for file in _files(home / "sources")]
        declared, datasets = datasets, effective(datasets, sources, municipality)
        names = {file.stem for file in _files(home / "sources")}
        outlets = [self.outlets.read(file, datasets, names) for file in _files(home / "outlets")]
        code = municipality.code if municipality else "0000"
        declared_outlets = {one.name for one in outlets if one}
        units = [
            read_unit(file, self.folder, datasets, declared_outlets, self.problems)
            for file in _files(home / UNITS)
        ]
        facts = [
            fact for file in _files(home / "places") for fact in self._places(file, datasets, code)
        ]
        filled = {source.settings.dataset for source in sources if source}
        check_written(
            described, filled | {each.dataset for each in facts if isinstance(each, Thing)}
        )
        keys = self._keys(home / "keys.toml", code)
        if municipality is None:
            return None
        return Tenant(
            folder=home,
            municipality=municipality,
            datasets=datasets,
            declared=declared,
            sources=tuple(filter(None, sources)),
            facts=tuple(facts),
            keys=keys,
            outlets=tuple(filter(None, outlets)),
            units={one.id: one for one in units if one},
        )

    def compare(self, tenants: tuple[Tenant, ...]) -> None:
        """Check what can only be seen when every folder has been read."""
        known, pushed = _operators(tenants), {s.id for t in tenants for s in t.pushed()}
        for document, place, measured, series in self.links:
            operator = series.split(":")[1]
            if series in pushed or operator in known:
                continue
            path = ("link", place) if measured is None else ("place", place, "measured", measured)
            words = {
                "sv": f"ingen källa anger serien {series}; värdet visas först när någon gör det.",
                "en": f"no source declares the series {series}; it shows when one does.",
            }
            document.blame((*path, "series"), words, warning=True)

    def _keys(self, file: Path, code: str) -> tuple[Key, ...]:
        if not file.is_file():
            return ()
        document = Document(file, self.folder, self.problems)
        keys = read_keys(document, code)
        for number, key in enumerate(keys):
            if key.prefix in self.prefixes:
                words: Words = {
                    "sv": f"{key.prefix} finns redan i {self.prefixes[key.prefix]}.",
                    "en": f"{key.prefix} is already in {self.prefixes[key.prefix]}.",
                }
                document.blame(("key", number, "prefix"), words)
            self.prefixes.setdefault(key.prefix, document.file)
        return keys

    def _dataset(self, file: Path) -> tuple[Document, Dataset] | None:
        document = Document(file, self.folder, self.problems)
        if not document.sound:
            return None
        document.values.setdefault("id", file.stem)
        dataset = document.read(Dataset)
        if dataset is None:
            return None
        self._same(document, dataset)
        if dataset.id != file.stem:
            document.blame(
                ("id",),
                {
                    "sv": f"ska vara filens namn, {file.stem!r}.",
                    "en": f"must be the name of the file, {file.stem!r}.",
                },
            )
        check_dataset(document, dataset)
        return document, dataset

    def _same(self, document: Document, dataset: Dataset) -> None:
        """Refuse an id that another municipality's dataset has: all are published together."""
        where = self.datasets.setdefault(dataset.id, document.file)
        if where == document.file:
            return
        own = f"{_plain(Path(document.file).parts[0])}-{dataset.id}"
        words: Words = {
            "sv": f"datamängden {dataset.id} finns redan i {where}, och de publiceras "
            f"tillsammans: ge filen ett eget namn, till exempel {own}.toml.",
            "en": f"the dataset {dataset.id} is already in {where}, and they are published "
            f"together: give the file a name of its own, such as {own}.toml.",
        }
        document.blame(("id",), words)

    def _places(self, file: Path, datasets: Mapping[str, Dataset], code: str) -> list[Thing | Link]:
        document = Document(file, self.folder, self.problems)
        places = document.read(PlacesFile) if document.sound else None
        if places is None:
            return []
        check_declared(document, places.dataset, datasets)
        for number, place in enumerate(places.place):
            if place.id in self.places:
                document.blame(
                    ("place", number, "id"),
                    {
                        "sv": f"{place.id} står redan i {self.places[place.id]}.",
                        "en": f"{place.id} is already in {self.places[place.id]}.",
                    },
                )
            self.places.setdefault(place.id, document.file)
            if (place.lat is None) != (place.lon is None):
                document.blame(
                    ("place", number),
                    {
                        "sv": "ange både lat och lon, eller ingen av dem.",
                        "en": "give both lat and lon, or neither.",
                    },
                )
            for position, measured in enumerate(place.measured):
                self.links.append((document, number, position, measured.series))
        for number, tie in enumerate(places.link):
            self.links.append((document, number, None, tie.series))
        return list(facts_of(places, code))


def _plain(name: str) -> str:
    """Return a folder's name as an id can hold it: "Överkalix" is overkalix."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _operators(tenants: tuple[Tenant, ...]) -> set[str]:
    """List whose things the sources describe, as far as the settings tell."""
    found: set[str] = set()
    for tenant in tenants:
        for source in tenant.sources:
            thing = getattr(source.settings, "thing", None)
            found.add(getattr(thing, "operator", None) or source.name)
            found.add(source.name.removesuffix("-bathing"))
    return found
