"""What belongs to a person who is a home or a contact: to be taken out, or erased, with them."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from byalag.app._care_book import BOOK, CareBook
from byalag.model import Json
from byalag.services.care import ChannelSet, ContactSet, Unit
from byalag.store import Store

_KINDS: Final = ("home:", "contact:")


class Belongings(Struct, frozen=True, kw_only=True):
    """What belongs to a home: its devices, those who were told of it, and its unit's purpose.

    `left` are the devices that another home has now, and `there` says that something is known.
    """

    devices: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    purpose: str = ""
    there: bool = False


def belongings(store: Store, units: Mapping[str, Unit], thing: str) -> Belongings:
    """Return what belongs to a home or a contact; nothing to any other thing."""
    if not thing.startswith(_KINDS):
        return Belongings()
    journal, book = store.journal(BOOK), CareBook(store, units)
    home, facts = book.home(thing), [entry.said for entry in book.entries(thing)]
    others = [one for one in book.homes() if one.id != thing]
    elsewhere = {series.partition("/")[0] for one in others for series in one.channels}
    devices = {one.channel.series.partition("/")[0] for one in facts if isinstance(one, ChannelSet)}
    contacts = {one.contact.id for one in facts if isinstance(one, ContactSet)}
    unit = None if home is None else units.get(home.unit)
    return Belongings(
        devices=tuple(sorted(devices - elsewhere)),
        contacts=tuple(sorted(contacts.difference(*(one.contacts for one in others)))),
        left=tuple(sorted(devices & elsewhere)),
        purpose=unit.purpose if unit else "",
        there=journal.has(thing),
    )


def told_of(store: Store, units: Mapping[str, Unit], thing: str) -> Iterator[tuple[str, bytes]]:
    """Yield what is known of a home or a contact, as files: who it is, what was said, what kept.

    Of others who were told of a home only the pseudonyms are in it: their numbers are theirs.
    """
    if not thing.startswith(_KINDS):
        return
    journal, book = store.journal(BOOK), CareBook(store, units)
    identity = journal.identity(thing)
    if identity is not None:
        yield "identity.json", _json(identity)
    home = book.home(thing)
    if home is not None:
        yield "home.json", _json(msgspec.to_builtins(home))
    named = [one for one in book.homes() if thing in one.contacts]
    said = [
        {"home": id_, **msgspec.to_builtins(entry)}
        for id_ in (thing, *(one.id for one in named))
        for entry in book.entries(id_)
        if id_ == thing or _names(entry.said, thing)
    ]
    if said:
        yield "journal.json", _json(said)
    for name, (_, kept) in journal.kept_of(thing).items():
        yield f"kept/{name}", kept


def _names(said: object, contact: str) -> bool:
    """Tell whether a fact is about a contact."""
    return contact in (getattr(said, "contact", None), getattr(said, "id", None)) or (
        isinstance(said, ContactSet) and said.contact.id == contact
    )


def _json(value: Json) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)
