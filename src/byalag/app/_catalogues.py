"""The catalogues of a hub, made from what it publishes."""

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TypeAlias
from urllib.parse import quote

from msgspec import Struct, field

from byalag.app._cabinet import FOLDER
from byalag.app._hub import Hub
from byalag.app._services import declared
from byalag.app._stores import Stores
from byalag.model import Contact, Dataset, Micros, Municipality, Words
from byalag.services import Service as Declared
from byalag.standards import Standard
from byalag.standards.dcat import (
    FORMATS,
    Catalogue,
    Entry,
    Node,
    Service,
    catalogue,
    dataset,
    missing,
)
from byalag.standards.profile import NotAnswered
from byalag.store import MONTH, Overview, Proposals, Store, lately
from byalag.terms import Vocabulary, terms

FRESH = 60_000_000  # microseconds that a catalogue may be old
SOON = 40_000_000  # microseconds after which it is made again before anybody asks
_PLATFORM = Vocabulary(terms(), ())
_MOST = 1000  # versions of a dataset's files that are looked at


Published: TypeAlias = Mapping[str, Mapping[str, Dataset]]  # by municipality and id


class Catalogues(Struct, kw_only=True):
    """Makes the catalogues of a hub, and keeps each for a minute: counting takes a while.

    What is no longer open is in none from that moment: what is kept was made of the same datasets.
    """

    reader: Store
    address: str
    name: str
    contact: Contact
    now: Callable[[], Micros]
    municipalities: Mapping[str, Municipality]
    services: Sequence[Service]
    words: Callable[[], Vocabulary] = lambda: _PLATFORM
    kept: dict[tuple[str | None, str], tuple[Micros, Published, bytes]] = field(
        default_factory=dict[tuple[str | None, str], tuple[Micros, Published, bytes]]
    )
    counted: dict[str | None, tuple[Micros, Published, Catalogue]] = field(
        default_factory=dict[str | None, tuple[Micros, Published, Catalogue]]
    )
    lock: Lock = field(default_factory=Lock)

    def written(self, code: str | None, media_type: str) -> bytes:
        """Return the catalogue of a municipality, or of the hub, as a media type.

        Raises:
            NotAnswered: There is no such municipality.
        """
        if code is not None and code not in self.municipalities:
            message = f"There is no municipality {code[:20]} here."
            raise NotAnswered(message, trouble="not-found")
        return self._kept(code, media_type) or self._made(code, media_type, FRESH)

    def renew(self, code: str | None) -> int:
        """Make those forms of a catalogue that are soon old or no longer true; say how many.

        Whoever asks meanwhile has the one that there is, as long as it is true.
        """
        if self._outgrown(code):
            with self.lock:
                self.counted.pop(code, None)
                for media_type in FORMATS:
                    self.kept.pop((code, media_type), None)
        old = [each for each in FORMATS if self._kept(code, each, SOON) is None]
        for media_type in old:
            self._made(code, media_type, SOON)
        return len(old)

    def _outgrown(self, code: str | None) -> bool:
        """Tell whether a dataset that was empty when it was counted holds something now."""
        found = self.counted.get(code)
        return found is not None and any(
            self.reader.overview(entry.dataset.id, self.now()).types
            for entry in found[2].entries
            if not entry.overview.types
        )

    def _kept(self, code: str | None, media_type: str, fresh: Micros = FRESH) -> bytes | None:
        """Return a catalogue that is made already, if it is fresh and what is open is the same."""
        found = self.kept.get((code, media_type))
        if found is None or not 0 <= self.now() - found[0] < fresh or found[1] != self.published():
            return None
        return found[2]

    def _made(self, code: str | None, media_type: str, fresh: Micros) -> bytes:
        """Make a catalogue, unless another has while it was waited for; one at a time is made."""
        with self.lock:
            body = self._kept(code, media_type, fresh)
            if body is None:
                published = self.published()
                at, counted = self._counted(code, published, fresh)
                body = FORMATS[media_type](catalogue(counted))
                self.kept[code, media_type] = at, published, body
            return body

    def _counted(
        self, code: str | None, published: Published, fresh: Micros
    ) -> tuple[Micros, Catalogue]:
        """Return what a catalogue is made from, counted once for all forms, and when it was."""
        now = self.now()
        found = self.counted.get(code)
        if found is None or not 0 <= now - found[0] < fresh or found[1] != published:
            found = self.counted[code] = now, published, self.described(code)
        return found[0], found[2]

    def published(self) -> Published:
        """Return the datasets that are open now, by municipality."""
        known, origins = self.reader.datasets(), self.reader.origins()
        return {
            code: {id_: known[id_] for id_ in origins.get(code, ()) if id_ in known}
            for code in self.municipalities
        }

    def described(self, code: str | None) -> Catalogue:
        """Return what a catalogue is made from."""
        codes = list(self.municipalities) if code is None else [code]
        published = self.published()
        return Catalogue(
            hub=self.address,
            name=self.name,
            contact=self.contact,
            now=self.now(),
            entries=[self.entry(each, id_) for each in codes for id_ in published[each]],
            services=self.services,
            municipality=None if code is None else self.municipalities[code],
        )

    def entry(self, code: str, id_: str) -> Entry:
        """Return one dataset with what it holds."""
        versions = self.reader.files.versions(id_, limit=_MOST)
        files = {
            f"{self.address}/{FOLDER}/v1/{id_}/{quote(file.name)}": file.media_type
            for file in versions
        }
        return Entry(
            dataset=self.reader.datasets()[id_],
            municipality=self.municipalities[code],
            overview=self.reader.overview(id_, self.now()),
            quality=lately(self.reader.quality.of(id_, self.now() - MONTH), self.now()),
            files=files,
        )

    def one(self, id_: str) -> list[Node]:
        """Return what is said of one dataset.

        Raises:
            NotAnswered: There is no such open dataset.
        """
        for code, datasets in self.published().items():
            if id_ in datasets:
                return dataset(self.described(code), self.entry(code, id_))
        message = f"There is no open dataset {id_[:100]} here."
        raise NotAnswered(message, trouble="not-found")


def catalogues(
    hub: Hub, stores: Stores, standards: Sequence[Standard], now: Callable[[], Micros]
) -> Catalogues:
    """Return the catalogues of a hub."""
    address = hub.settings.address.rstrip("/")
    municipalities = {each.municipality.code: each.municipality for each in hub.tenants}
    return Catalogues(
        reader=stores.commons,
        address=address,
        name=hub.settings.name,
        contact=hub.settings.contact,
        now=now,
        municipalities=municipalities,
        services=apis(hub, standards),
        words=vocabulary(hub, stores),
    )


def vocabulary(hub: Hub, stores: Stores) -> Callable[[], Vocabulary]:
    """Return what gathers the hub's words: of the platform, the hub folder, and the board."""
    members = [tenant.municipality.code for tenant in hub.tenants]
    proposals = Proposals(stores.register, members)
    known: dict[int, Vocabulary] = {}

    def gather() -> Vocabulary:
        version = stores.register.version()
        if version not in known:
            adopted = proposals.adopted()
            decided = {one.id for one in adopted}
            said = [one for one in hub.words if one.municipality or one.id not in decided]
            known.clear()
            known[version] = Vocabulary(terms(), [*adopted, *said])
        return known[version]

    return gather


def apis(hub: Hub, standards: Sequence[Standard]) -> list[Service]:
    """Return the APIs that datasets can be read through: the services, then the standards."""
    address = hub.settings.address.rstrip("/")
    offered = declared(hub.services, [each.municipality for each in hub.tenants])
    return [
        *(_own(address, service) for service in offered),
        *(_standard(address, one) for one in standards if one.dataset_at),
    ]


def uncatalogued(hub: Hub) -> Mapping[str, Sequence[Words]]:
    """Return what each open dataset lacks that the catalogue must say of it, by its id."""
    found = {
        id_: missing(Entry(dataset=each, municipality=tenant.municipality, overview=Overview()))
        for tenant in hub.tenants
        for id_, each in tenant.datasets.items()
        if each.open
    }
    return {id_: lacking for id_, lacking in found.items() if lacking}


def _own(address: str, service: Declared) -> Service:
    root = f"{address}/{service.name}/v{service.version.partition('.')[0]}"
    first = next(each.path for each in service.questions if "{" not in each.path)
    return Service(
        name=service.name,
        title=service.title,
        description=service.description,
        url=root,
        openapi=f"{root}/openapi.json",
        page=f"{address}/conditions",
        reads=f"{root}{first}?municipality={{municipality}}",
        kinds=service.kinds,
    )


def _standard(address: str, standard: Standard) -> Service:
    root = f"{address}{standard.root}"
    return Service(
        name=standard.name,
        title=standard.title,
        description=standard.description,
        url=root,
        openapi=f"{root}/openapi.json",
        page=f"{address}/conditions",
        reads=root + standard.dataset_at,
        media_type=standard.media_type,
        conforms_to=standard.conforms_to,
        kinds=standard.kinds,
        placed=standard.placed,
    )
