"""Finding contexts: the core's here, those kept in the store, and others where they are."""

from collections.abc import Mapping
from typing import Any

import msgspec

from byalag.model import Json, Micros
from byalag.standards import NotFetched, Spoken, Window
from byalag.standards.ngsi_ld._context import Context, addresses, compiled, inner
from byalag.standards.ngsi_ld._core import documents
from byalag.standards.ngsi_ld._problem import Refused
from byalag.store import Here

MOST_CONTEXTS = 30  # that one context may lead to
MOST_COMPILED = 500
MOST_TERMS = 400_000  # in all that are compiled
KEPT = "ngsi-ld/context/"
ACCEPT = "application/ld+json, application/json;q=0.9"

_COMPILED: dict[tuple[str, bytes], Context] = {}


async def context_of(given: Json, window: Window, spoken: Spoken) -> Context:
    """Return a context as given: an address, an object, a list of these, or None for the core's.

    Raises:
        Refused: It is no context, or one that it names cannot be had.
    """
    key = (str(window.reading.path), msgspec.json.encode(given))
    found = _COMPILED.get(key)
    if found is None:
        found = compiled(given, await gathered(given, window, spoken))
        size = sum(len(one) for one in _COMPILED.values()) + len(found)
        if len(_COMPILED) >= MOST_COMPILED or size > MOST_TERMS:
            _COMPILED.clear()
        _COMPILED[key] = found
    return found


def forget() -> None:
    """Find every context anew: one that is kept has changed or gone."""
    _COMPILED.clear()


async def gathered(given: Json, window: Window, spoken: Spoken) -> Mapping[str, Json]:
    """Return every document that a context leads to, by address."""
    known: dict[str, Json] = {}
    wanted = list(addresses(given))
    while wanted:
        address = wanted.pop()
        if address in known:
            continue
        if len(known) >= MOST_CONTEXTS:
            message = f"a context leads to at most {MOST_CONTEXTS} others"
            raise Refused(message, "BadRequestData")
        known[address] = await document_at(address, window, spoken)
        wanted.extend(addresses(inner(known[address])))
    return known


async def document_at(address: str, window: Window, spoken: Spoken) -> Json:
    """Return the context document at an address, and keep one that had to be fetched.

    Raises:
        Refused: It cannot be had, or is no context document.
    """
    if address in documents():
        return documents()[address]
    kept = window.reading.recall(KEPT + local_name(address, spoken))
    if kept is not None:
        return kept["body"]
    document = await fetched(address, window)
    if window.writes is not None:
        at = window.now
        await window.change(lambda here: _keep(here, address, document, at))
    return document


def local_name(address: str, spoken: Spoken) -> str:
    """Return what a context is kept under: its id here, or the address that it was fetched from."""
    hosted = f"{spoken.root}/jsonldContexts/"
    return address.removeprefix(hosted) if address.startswith(hosted) else address


async def fetched(address: str, window: Window) -> Json:
    """Return a context document from where it is.

    Raises:
        Refused: It cannot be had, or is no context document.
    """
    try:
        document: Any = msgspec.json.decode(await window.fetch(address, accept=ACCEPT))
        inner(document)
    except (NotFetched, Refused, msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"the context {address[:500]!r} cannot be had: {error}"
        raise Refused(message, "LdContextNotAvailable") from error
    return document


def _keep(here: Here, address: str, document: Json, at: Micros) -> None:
    here.remember(KEPT + address, {"kind": "Cached", "url": address, "at": at, "body": document})
