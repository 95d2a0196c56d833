"""Reads an answer's records by the kind's own code: through a mapping that says all of each."""

from collections.abc import Mapping
from typing import Final

from byalag import ByalagError
from byalag.mapping import Context
from byalag.model import Delivery, Json, Micros, Rejected, Thing
from byalag.sources import settle

_SEEN: Final = "record"
_SLOW: Final = "http-xml"
MOST: Final = 3000  # records of a kind that reads them slowly
PLACEHOLDER: Final = "https://example.org/"


def peek(
    kind: str, settings: Mapping[str, Json], body: bytes, now: Micros, *, beside: bool = False
) -> tuple[list[Json], int]:
    """Return the records that a kind finds with these settings, and how many were refused.

    With `beside`, what stands beside the records in the document is returned in their place, once.
    """
    table = {
        "kind": kind,
        "dataset": "draft",
        "url": PLACEHOLDER,
        **settings,
        "thing": {
            "type": "Record",
            "id": "record",
            "properties": {_SEEN: {"path": "$document" if beside else "@", "kind": "json"}},
        },
    }
    found: list[Json] = []
    refused = 0
    try:
        known, settled = settle(table, name="draft")
        context = Context(source="draft", municipality="0000", dataset="draft", received=now)
        delivery = Delivery(source="draft", received=now, bodies=(body,))
        for fact in known.prepare(settled)(delivery, context):
            if isinstance(fact, Thing):
                found.append(fact.properties.get(_SEEN))
            refused += isinstance(fact, Rejected)
            if beside or (kind == _SLOW and len(found) >= MOST):
                break
    except ByalagError:
        return [], 0
    return found, refused
