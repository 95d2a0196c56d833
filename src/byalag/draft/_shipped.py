"""Tells when a kind that ships with the platform knows the answer's format already."""

import re
from typing import Final

import msgspec

from byalag.draft._platforms import catalogue, platform
from byalag.draft._reading import head
from byalag.draft._ready import Ready
from byalag.draft._uplink import uplink
from byalag.model import Json
from byalag.sources import kinds

_DATEX: Final = re.compile(r"datex2\.eu/schema|d2LogicalModel|messageContainer", re.IGNORECASE)
_PARKING: Final = re.compile(rb"parking(?:Record|Facility|Table|Site|Status)", re.IGNORECASE)
_LIVE: Final = re.compile(rb"parking(?:Record|Facility)Status|StatusPublication", re.IGNORECASE)


def shipped(body: bytes, url: str) -> Ready | None:
    """Return the kind that knows this answer, by its shape or by its address."""
    found = _datex(body) or _hav(body, url) or catalogue(head(body), url)
    if found is None and head(body)[:1] in {"{", "["}:
        answer = _decoded(body)
        found = platform(answer, url) or uplink(answer)
    return found if found is not None and found.kind in kinds() else None


def _decoded(body: bytes) -> Json:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


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
        tried={"everywhere": True},
    )
