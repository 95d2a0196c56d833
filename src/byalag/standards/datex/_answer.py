"""Answers a request for a publication: of all municipalities, or of one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import blake2b
from typing import Final, NoReturn
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

import msgspec

from byalag.model import Json, Micros, Municipality
from byalag.standards import Reply, Spoken, Window
from byalag.standards.datex import _write
from byalag.standards.datex._lots import Lot, lots
from byalag.standards.datex._problem import NotAnswered, not_answered, shown
from byalag.store import Reading

XML: Final = "application/xml"
TABLE, STATUS = "/parking-table", "/parking-status"
_ACCEPTED: Final = frozenset({"*/*", "application/*", XML, "text/xml", "text/*"})
_SINCE: Final[WeakKeyDictionary[Reading, dict[tuple[str, str], Micros]]] = WeakKeyDictionary()
_LONGEST: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def answer(spoken: Spoken, window: Window) -> Reply:
    """Answer one request."""
    try:
        if spoken.method != "GET":
            _turn_down(f"{shown(spoken.method)} cannot be used here; use GET", 405)
        if spoken.path in {"", "/"}:
            return _index(spoken)
        if spoken.path not in {TABLE, STATUS}:
            _turn_down(f"there is nothing at {shown(spoken.path)}; {TABLE}, {STATUS}", 404)
        _accepts(spoken.headers.get("accept", ""))
        return await window.beside(partial(_published, spoken, window, _asked(spoken, window)))
    except NotAnswered as error:
        return not_answered(spoken, error)


def _turn_down(detail: str, status: int) -> NoReturn:
    raise NotAnswered(detail, status)


def _index(spoken: Spoken) -> Reply:
    """Say where the publications are."""
    said = {
        "title": "DATEX II v3.3",
        "links": [
            {"rel": "self", "href": spoken.root, "type": "application/json"},
            {"rel": "item", "href": spoken.root + TABLE, "type": XML},
            {"rel": "item", "href": spoken.root + STATUS, "type": XML},
            {"rel": "service-desc", "href": f"{spoken.root}/openapi.json"},
        ],
    }
    return Reply(body=msgspec.json.encode(said))


def _accepts(accept: str) -> None:
    """Refuse who cannot read XML."""
    wanted = {part.partition(";")[0].strip().lower() for part in accept.split(",")} - {""}
    if wanted and not wanted & _ACCEPTED:
        _turn_down(f"Accept: {shown(accept)} cannot be met; there is {XML}", 406)


def _asked(spoken: Spoken, window: Window) -> Municipality | None:
    """Return the municipality that is asked for; None for all.

    Raises:
        NotAnswered: There is no such municipality, or another parameter.
    """
    try:
        query = parse_qsl(spoken.query[:_LONGEST], keep_blank_values=True, max_num_fields=10)
    except ValueError:
        _turn_down("the query has too many parameters; there is municipality", 400)
    other = next((name for name, _ in query if name != "municipality"), None)
    if other is not None:
        _turn_down(f"there is no parameter {shown(other)}; there is municipality", 400)
    if len(query) > 1:
        _turn_down("municipality stands twice; once is enough", 400)
    if not query:
        return None
    known = {town.code: town for town in window.municipalities}
    found = known.get(query[0][1])
    if found is None:
        wanted = shown(query[0][1])
        _turn_down(f"there is no municipality {wanted}; there is {', '.join(known)}", 404)
    return found


def _published(spoken: Spoken, window: Window, asked: Municipality | None) -> Reply:
    now = window.now
    found = lots(window.reading, asked.code if asked else None, now)
    if not found:  # a publication of nothing is against the schema
        _turn_down("no place to park with a position is known here", 404)
    towns = {town.code: town for town in window.municipalities}
    publisher = _publisher(spoken, [asked] if asked else list(towns.values()))
    if spoken.path == STATUS:
        body = _write.status(found, now, publisher)
        changed = max((lot.at for lot in found if lot.at is not None), default=None)
        said: Json = [
            (lot.id, lot.version, lot.free, lot.occupied, lot.open, lot.total) for lot in found
        ]
    else:
        since = _since(window.reading, found, now)
        managers = {code: _write.Publisher(_identifier(town)) for code, town in towns.items()}
        body = _write.table(found, now, publisher, managers, since)
        changed, said = max(since.values()), _write.version_of(found)
    tag = blake2b(msgspec.json.encode((spoken.path, spoken.query, said)), digest_size=12)
    headers = {"ETag": f'W/"{tag.hexdigest()}"'}
    if changed is not None:
        headers["Last-Modified"] = _http_date(changed)
    return Reply(body=body, media_type=f"{XML}; charset=utf-8", headers=headers)


def _publisher(spoken: Spoken, towns: Sequence[Municipality]) -> _write.Publisher:
    """Return who publishes: a municipality, or the hub of several, by its address."""
    return _write.Publisher(_identifier(towns[0]) if len(towns) == 1 else spoken.hub)


def _identifier(town: Municipality) -> str:
    return town.organisation_number.replace("-", "") or town.code


def _since(reading: Reading, found: Sequence[Lot], now: Micros) -> dict[tuple[str, str], Micros]:
    """Return since when each table is as it is: when it was first seen so."""
    known = _SINCE.setdefault(reading, {})
    seen = {
        (name, _write.version_of(several)): now for name, several in _write.grouped(found).items()
    }
    told = {key: known.get(key, at) for key, at in seen.items()}
    names = {name for name, _ in told}
    for key in [key for key in known if key[0] in names]:
        del known[key]
    known.update(told)
    return told


def _http_date(at: Micros) -> str:
    return format_datetime(_EPOCH + timedelta(microseconds=at), usegmt=True)
