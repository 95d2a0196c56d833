"""The places to park of a store, as DATEX II tells of them: described, and as they are now."""

import math
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Struct

from byalag.asking import Ask, Call, Field, Numbered, Value
from byalag.model import Flag, Json, Micros, Observation, Point, Series, Thing
from byalag.store import Reading

KINDS: Final = ("OffStreetParking", "OnStreetParking")
FREE, OCCUPIED, TOTAL = "availableSpotNumber", "occupiedSpotNumber", "totalSpotNumber"
_FRESH: Final[Micros] = 15 * 60 * 1_000_000  # as old as a count may be, unless it comes seldomer
_PAGE: Final = 1_000
_BAD: Final = frozenset({Flag.FAIL, Flag.MISSING})


class Lot(Struct, frozen=True, kw_only=True):
    """A place to park. What nobody has said, or what has grown old, is None.

    `version` changes when its description does.
    """

    id: str
    version: str
    kind: str
    name: str | None
    description: str | None
    municipality: str | None
    point: Point
    height: float | None
    total: int | None
    free: int | None
    occupied: int | None
    open: bool | None
    at: Micros | None


def lots(reading: Reading, municipality: str | None, now: Micros) -> list[Lot]:
    """Return the places to park whose position is known, by their number: of one municipality."""
    things = [row.fact for row in _things(reading, municipality) if row.fact.point is not None]
    series = reading.series_of(thing.id for thing in things)
    links = {
        (link.thing, link.series): link.property
        for link in reading.links_to(thing.id for thing in things)
    }
    latest = reading.latest(one.id for several in series.values() for one in several)
    return [
        _lot(thing, thing.point, _counts(thing, series[thing.id], links, latest, now))
        for thing in things
        if thing.point is not None
    ]


def _things(reading: Reading, municipality: str | None) -> Iterable[Numbered[Thing]]:
    kinds = Call("in", (Field(("type",)), *(Value(kind) for kind in KINDS)))
    mine = Call("eq", (Field(("municipality",)), Value(municipality)))
    wanted = (kinds,) if municipality is None else (kinds, mine)
    last = 0
    while True:
        after = Call("gt", (Field(("no",)), Value(last)))
        found = reading.ask(Ask(of="thing", where=Call("and", (*wanted, after)), limit=_PAGE))
        yield from found.rows
        if not found.more:
            return
        last = found.rows[-1].no


def _counts(
    thing: Thing,
    series: Sequence[Series],
    links: Mapping[tuple[str, str], str],
    latest: Mapping[str, Observation],
    now: Micros,
) -> dict[str, Observation]:
    """Return the newest count of each property that is still news."""
    found: dict[str, Observation] = {}
    for one in series:
        heard = latest.get(one.id)
        name = one.property if one.thing == thing.id else links.get((thing.id, one.id), "")
        if heard is None or one.kind == "forecast" or not _believed(heard):
            continue
        old = now - heard.at > max(_FRESH, 2 * (one.cadence or 0))
        if heard.at > now or (old and name != TOTAL):
            continue
        if name not in found or heard.at > found[name].at:
            found[name] = heard
    return found


def _believed(heard: Observation) -> bool:
    return heard.flag not in _BAD and math.isfinite(heard.value) and 0 <= heard.value < 1 << 31


def _lot(thing: Thing, point: Point, counts: Mapping[str, Observation]) -> Lot:
    said = thing.properties
    status = said.get("status")
    closed = status == "closed"
    total = _whole(counts, TOTAL) if TOTAL in counts else _number(said.get(TOTAL))
    occupied = None if closed else _whole(counts, OCCUPIED)
    free = None if closed else _whole(counts, FREE)
    if free is None and occupied is not None and total is not None:
        free = max(0, total - occupied)
    height = said.get("maximumHeight")
    static = (
        thing.type,
        thing.name,
        thing.description,
        thing.municipality,
        (point.latitude, point.longitude),
        height if isinstance(height, int | float) and not isinstance(height, bool) else None,
        total,
    )
    return Lot(
        id=thing.id,
        version=digest(static),
        kind=thing.type,
        name=thing.name,
        description=thing.description,
        municipality=thing.municipality,
        point=point,
        height=static[5],
        total=total,
        free=free,
        occupied=occupied,
        open={"open": True, "closed": False}.get(status if isinstance(status, str) else ""),
        at=max((counts[name].at for name in (FREE, OCCUPIED) if name in counts), default=None),
    )


def digest(said: Json) -> str:
    """Return a version that is the same for the same words."""
    return blake2b(msgspec.json.encode(said), digest_size=6).hexdigest()


def _whole(counts: Mapping[str, Observation], name: str) -> int | None:
    return round(counts[name].value) if name in counts else None


def _number(said: Json) -> int | None:
    good = isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 1 << 31
    return said if good else None
