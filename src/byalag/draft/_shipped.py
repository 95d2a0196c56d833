"""Tells when a kind that ships with the platform knows the answer's format already."""

import re
from typing import Final

from msgspec import Struct, field

from byalag.draft._reading import head
from byalag.model import Json
from byalag.sources import kinds

_DATEX: Final = re.compile(r"datex2\.eu/schema|d2LogicalModel|messageContainer", re.IGNORECASE)
_PARKING: Final = re.compile(rb"parking(?:Record|Facility|Table|Site|Status)", re.IGNORECASE)
_LIVE: Final = re.compile(rb"parking(?:Record|Facility)Status|StatusPublication", re.IGNORECASE)


class Ready(Struct, frozen=True, kw_only=True):
    """A kind with what its file must say; `live`: the answer changes all the time."""

    kind: str
    dataset: str
    title: dict[str, str]
    settings: dict[str, Json] = field(default_factory=dict[str, Json])
    live: bool = False
    addressed: bool = True  # the file says `url`


def shipped(body: bytes, url: str) -> Ready | None:
    """Return the kind that knows this answer, by its shape or by its address."""
    known = kinds()
    found = _datex(body) or _hav(body, url)
    return found if found is not None and found.kind in known else None


def _datex(body: bytes) -> Ready | None:
    if not _DATEX.search(head(body)) or not _PARKING.search(body[:2_000_000]):
        return None
    return Ready(
        kind="datex2-parking",
        dataset="parking",
        title={"sv": "Parkering", "en": "Parking"},
        live=_LIVE.search(body[:200_000]) is not None,
    )


def _hav(body: bytes, url: str) -> Ready | None:
    listed = b'"watersAndAdvisories"' in body[:5000]
    if not listed and not ("havochvatten.se" in url and "bathing-waters" in url):
        return None
    return Ready(
        kind="hav-bathing",
        dataset="bathing-places",
        title={"sv": "Badplatser", "en": "Bathing places"},
        addressed=False,
    )
