"""What the catalogue is made from: municipalities, their open datasets, and the APIs. Pure data."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from byalag.model import Contact, Dataset, Micros, Municipality, Words
from byalag.store import Metric, Overview, Share


class Service(Struct, frozen=True, kw_only=True):
    """One API that datasets can be read through.

    `url` is its root, `openapi` the document that describes it and `page` what people read of it.
    `kinds` are the types of things that it speaks of (none is every type), `placed` says that it
    speaks only of things with a place. `reads` is where a
    dataset is read, with `{dataset}`, `{type}` and `{municipality}` in it. `media_type` is what is
    read there.
    """

    name: str
    title: Words
    description: Words
    url: str
    openapi: str
    page: str
    reads: str
    media_type: str = "application/json"
    kinds: tuple[str, ...] = ()
    placed: bool = False
    conforms_to: tuple[str, ...] = ()


class Entry(Struct, frozen=True, kw_only=True):
    """One open dataset, whose it is, and what it holds."""

    dataset: Dataset
    municipality: Municipality
    overview: Overview
    files: Mapping[str, str] = field(default_factory=dict[str, str])  # media type by address
    quality: Mapping[Metric, Share] = field(default_factory=dict[Metric, Share])  # as of lately


class Catalogue(Struct, frozen=True, kw_only=True):
    """All that one catalogue holds. Of one municipality, or (`municipality` None) of the hub."""

    hub: str  # the hub's address, without a slash at the end
    name: str
    contact: Contact
    now: Micros
    entries: Sequence[Entry]
    services: Sequence[Service]
    municipality: Municipality | None = None
