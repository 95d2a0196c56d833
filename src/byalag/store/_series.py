"""Declaring series, and linking them to things."""

from typing import Any

import msgspec

from byalag.model import Json, Link, Series
from byalag.store._connection import rows
from byalag.store._implied import fade, imply_sides, pointed_to
from byalag.store._periods import month_after, month_of
from byalag.store._relations import relate
from byalag.store._session import Known, Session
from byalag.store._sqlite import Connection

_RELATIONS = msgspec.json.Decoder(dict[str, tuple[str, ...]])
_DETAILS = msgspec.json.Decoder(dict[str, Json])


def as_series(row: tuple[Any, ...]) -> Series:
    """Read a series from `id, thing, property, dataset, unit, sensor, kind, cadence, name`.

    `relations` and `details`, as JSON, come last.
    """
    id_, thing, property_, dataset, unit, sensor, kind, cadence, name, relations, details = row
    return Series(
        id=id_,
        thing=thing,
        property=property_,
        dataset=dataset,
        unit=unit,
        sensor=sensor,
        kind=kind,
        cadence=cadence,
        name=name,
        relations=_RELATIONS.decode(relations) if relations else {},
        details=_DETAILS.decode(details) if details else {},
    )


def known(session: Session, series: str) -> Known | None:
    """Return what the writer knows of a series; None if nobody has declared it."""
    found = session.series.get(series)
    if found is None:
        answer = session.run("series_row", (series,))
        if not answer:
            return None
        no, origin, *described = answer[0]
        found = Known(no, origin, as_series(tuple(described)), *_times(session, no))
        session.series[series] = found
    return found


def _json(said: dict[str, Json]) -> str | None:
    return msgspec.json.encode(said).decode() if said else None


def _times(session: Session, no: int) -> tuple[int | None, int | None]:
    newest = session.run("newest_at", (no,))
    return newest[0][0] if newest else None, session.run("last_in_chunks", (no,))[0][0]


def declare(session: Session, series: Series, origin: str = "") -> bool:
    """Declare a series, or change what is said of it; return whether anything changed.

    Raises:
        ValueError: The series' id or another word of it cannot be.
    """
    found = known(session, series.id)
    if found is not None and found.fact == series:
        return False
    series = msgspec.convert(msgspec.to_builtins(series), Series)
    said = (series.thing, series.property, series.dataset)
    words = (series.unit, series.sensor, series.kind, series.cadence, series.name)
    told = (*words, _json(series.relations), _json(series.details))
    known_before = found is not None
    if found is None:
        no = session.run("insert_series", (series.id, *said, origin, *told))[0][0]
        session.series[series.id] = found = Known(no, origin, series, None, None)
    else:
        session.run("update_series", (*said, *told, found.no))
        _move(session, found, series)
        found.fact = series
    before = pointed_to(session, found.no) if known_before else []
    relate(session, "series", found.no, series.relations)
    imply_sides(session, found.no, series)
    fade(session, before)
    session.changed = True
    if not origin:
        session.arrivals.add(series.id)
        if session.is_open("", series.dataset):
            session.tell(series.dataset).facts.append(series)
    return True


def _move(session: Session, found: Known, series: Series) -> None:
    """Tell of a series that has moved from one dataset to another."""
    before = found.fact
    if found.origin or before.dataset == series.dataset:
        return
    if session.is_open("", before.dataset):
        session.tell(before.dataset).withdrawn.append(series.id)
    if session.is_open("", series.dataset):
        session.tell(series.dataset).ranges += whole(session, found.no, series.id)


def whole(session: Session, no: int, series: str) -> list[tuple[str, int, int]]:
    """Return ranges of at most a month that together hold everything observed of a series."""
    starts = months(session.connection, no)
    return [(series, start, month_after(start)) for start in starts]


def months(connection: Connection, no: int) -> list[int]:
    """Return the months that a series has observations in."""
    found = {month_of(start) for start, _ in rows(connection, "chunk_starts", (no,))}
    found |= {month_of(at) for (at,) in rows(connection, "hot_times", (no,))}
    return sorted(found)


def link(session: Session, decided: Link, origin: str = "") -> bool:
    """Keep a decision that a series measures a property of a thing, or that it does so no more.

    Returns whether it changed anything.
    """
    values = (decided.thing, decided.property, decided.series, origin)
    if not session.run("insert_link" if decided.holds else "delete_link", values):
        return False
    session.changed = True
    if not origin and decided.holds:
        session.arrivals.add(decided.series)
    return True
