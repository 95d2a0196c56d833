"""Publishes files of datasets, and finds those that are open to all.

Whoever publishes writes in the municipality's own store; whoever reads asks the commons, which
holds only what is open.
"""

import mimetypes
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from byalag import ByalagError
from byalag.app._hub import Hub, Tenant
from byalag.app._problem import suggest
from byalag.app._stores import Stores, store_file
from byalag.governance import NotAllowed
from byalag.model import Dataset, Micros
from byalag.store import Blobs, FileVersion, Incoming, Store

FOLDER = "files"
UNKNOWN = "application/octet-stream"
_LONGEST = 200  # characters of a name
_MEDIA_TYPE = re.compile(r"^[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}(;[ -~]{0,60})?$")


class NoSuchDataset(ByalagError):
    """The municipality has no such dataset to publish a file in."""


class BadName(ByalagError):
    """A published file cannot have this name."""


class Cabinet(Struct, frozen=True, kw_only=True):
    """The published files of a hub. `wake` tells that there is something to carry over.

    `datasets`, `own` and `blobs` are by municipality.
    """

    datasets: Mapping[str, Mapping[str, Dataset]]
    own: Mapping[str, Store]
    blobs: Mapping[str, Blobs]
    commons: Store
    wake: Callable[[str], None]
    now: Callable[[], Micros]
    refuse: Callable[[str], None] = lambda _: None

    def incoming(self, municipality: str, dataset: str) -> Incoming:
        """Begin to take in a file.

        Raises:
            NoSuchDataset: The municipality has no such dataset.
            NotAllowed: The dataset holds personal data.
            Unwritable: The municipality has paused.
        """
        lawful(self.datasets[municipality], dataset)
        self.refuse(municipality)
        return self.blobs[municipality].incoming()

    def find(self, dataset: str, name: str, version: int | None = None) -> FileVersion | None:
        """Return a file that is open to all, the newest version if none is named."""
        return self.commons.files.version(dataset, unicodedata.normalize("NFC", name), version)

    def place(self, file: FileVersion) -> Path | None:
        """Return where the bytes of a file are."""
        blobs = self.blobs.get(file.origin)
        return blobs.place(file.digest) if blobs else None


def cabinet(
    hub: Hub,
    stores: Stores,
    *,
    wake: Callable[[str], None],
    now: Callable[[], Micros],
    refuse: Callable[[str], None] = lambda _: None,
) -> Cabinet:
    """Open the published files of a hub that runs, and clear away what a crash has left."""
    found = {code: blobs(hub, code) for code in stores.own}
    for one in found.values():
        one.sweep(now())
    return Cabinet(
        datasets={tenant.municipality.code: tenant.datasets for tenant in hub.tenants},
        own=stores.own,
        blobs=found,
        commons=stores.commons,
        wake=wake,
        now=now,
        refuse=refuse,
    )


def blobs(hub: Hub, municipality: str) -> Blobs:
    """Return where the bytes of a municipality's files are."""
    return Blobs(hub.store / FOLDER / municipality)


def publish_file(  # noqa: PLR0913 -- whose, of what, which file, under which name, and when
    hub: Hub, tenant: Tenant, dataset: str, file: Path, *, name: str, now: Micros
) -> tuple[FileVersion, bool]:
    """Publish a file of this machine; return its version and whether it is a new one.

    The hub may run meanwhile: it carries over what others have written within half a minute.

    Raises:
        NoSuchDataset: The municipality has no such dataset.
        BadName: The name cannot be used.
        NotAllowed: The dataset holds personal data.
    """
    name = named(name or file.name)
    lawful(tenant.datasets, dataset)
    code = tenant.municipality.code
    incoming = blobs(hub, code).incoming()
    try:
        with file.open("rb") as reading:
            while part := reading.read(1 << 20):
                incoming.write(part)
        blob = incoming.keep()
    finally:
        incoming.drop()
    with Store(store_file(hub, code)) as store:
        return store.files.publish(
            dataset,
            name,
            digest=blob.digest,
            size=blob.size,
            media_type=media_type("", name),
            at=now,
        ).result()


def published(hub: Hub, tenant: Tenant, dataset: str | None = None) -> list[FileVersion]:
    """Return the files that a municipality has published, in open datasets or not."""
    names = (dataset,) if dataset else sorted(tenant.datasets)
    with Store(store_file(hub, tenant.municipality.code)) as store:
        return [one for name in names for one in store.files.versions(name)]


def file_address(file: FileVersion) -> str:
    """Return where a version of a file stays, under the hub's address."""
    return f"/{FOLDER}/v1/{file.dataset}/{quote(file.name)}/versions/{file.version}"


def lawful(datasets: Mapping[str, Dataset], dataset: str) -> Dataset:
    """Return a dataset whose files may be published.

    Raises:
        NoSuchDataset: There is no such dataset.
        NotAllowed: It holds personal data.
    """
    found = datasets.get(dataset)
    if found is None:
        known = suggest(dataset, datasets) or "none"
        reason = f"there is no dataset {dataset[:100]!r}; there is {known}"
        raise NoSuchDataset(reason)
    if found.personal_data:
        reason = f"the dataset {dataset} holds personal data; nothing of it is published"
        raise NotAllowed(reason)
    return found


def named(name: str) -> str:
    """Return a file's name as it is kept: as people write it, in one spelling.

    Raises:
        BadName: It cannot be the name of a file.
    """
    told = unicodedata.normalize("NFC", name)
    good = told.isprintable() and not set(told) & set('/\\"') and told == told.strip()
    if not good or not 0 < len(told) <= _LONGEST or told.startswith("."):
        reason = (
            f"a file's name is 1 to {_LONGEST} printable characters without / \\ and quotation "
            "marks, and does not begin with a full stop"
        )
        raise BadName(reason)
    return told


def media_type(said: str, name: str) -> str:
    """Return a file's media type: what was said, or what its name ends with."""
    if _MEDIA_TYPE.match(said):
        return said
    return mimetypes.guess_type(name)[0] or UNKNOWN
