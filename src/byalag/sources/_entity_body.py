"""Finds the entities in a context broker's answer, or in a notification of its."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec
from msgspec import Raw

from byalag.mapping import is_object
from byalag.model import Delivery, Json, Rejected
from byalag.sources import Garbled
from byalag.sources._encoding import utf8
from byalag.sources._entity import Entity, Told
from byalag.sources._json import BROKEN, decoded, outline, raw_records
from byalag.sources._say import pages

Read: TypeAlias = Callable[[str, dict[str, Json], Json], Entity]  # where, entity, told at
DATA = "data"
SHOWN = 200  # characters
names = msgspec.json.Decoder(dict[str, Raw])


class Unlike(ValueError):
    """A record is no entity, or one of its attributes is none; says why."""


def found_in(delivery: Delivery, read: Read, *, may_be_empty: bool) -> Iterator[Told]:
    """Yield the entities of every page or notification; what is none is set aside alone.

    Raises:
        Garbled: The answer cannot be read, or holds no entities at all where some are expected.
    """
    count = 0
    told = False
    for page, body in pages(delivery):
        path, at = _notified(body)
        told = told or bool(path)
        for where, raw in raw_records(body, path):
            count += 1
            yield _told(page + where, raw, read, at)
    if not (count or told or may_be_empty):
        message = (
            "the broker knows no entities of these types: check types, tenant, context, q; "
            "if that is as it should be, say may_be_empty = true"
        )
        raise Garbled(message)


def counted(body: bytes) -> tuple[int, str | None]:
    """Return how many entities a page has; where the next one is must be counted."""
    return sum(1 for _ in raw_records(body, ())), None


def _told(where: str, raw: Raw, read: Read, at: Json) -> Told:
    record = decoded(where, raw)
    if isinstance(record, Rejected):
        return record
    try:
        if not is_object(record):
            reason = "it is no entity: it should be an object with id and type"
            raise Unlike(reason)  # noqa: TRY301 -- told the same way as what is found deeper in
        return read(where, record, at)
    except Unlike as error:
        return Rejected(where=where, why=str(error), record=bytes(raw))


def _notified(body: bytes) -> tuple[tuple[str, ...], Json]:
    """Return where the entities of a notification are and when it was sent; nothing of a list.

    Raises:
        Garbled: It is an object that is neither a notification nor an entity.
    """
    body = utf8(body)
    try:
        known = names.decode(body)
    except BROKEN:
        return ((DATA,), None) if body.lstrip()[:1] == b"{" and b'"data"' in body else ((), None)
    if DATA in known and _is_list(known[DATA]):
        return (DATA,), outline(body, (DATA,)).get("notifiedAt")
    if "id" not in known and "@id" not in known:
        message = (
            "the answer is neither a list of entities nor a notification; "
            f"it has: {', '.join(known)[:SHOWN] or 'nothing'}"
        )
        raise Garbled(message)
    return (), None


def _is_list(raw: Raw) -> bool:
    return bytes(raw).lstrip()[:1] == b"["
