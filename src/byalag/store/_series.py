"""Declaring series, and linking them to things."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import msgspec

from byalag.model import Json, Link, Series
from byalag.store._connection import rows
from byalag.store._implied import fade, imply_sides, pointed_to
from byalag.store._periods import month_after, month_of
from byalag.store._relations import pointing, relate
from byalag.store._session import Known, Session
from byalag.store._sqlite import Connection

_RELATIONS = msgspec.json.Decoder(dict[str, tuple[str, ...]])
_ENCODER = msgspec.json.Encoder()
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
    known(session, series.id)
    return _declared(session, [series], origin) > 0


def declare_all(session: Session, many: Sequence[Series]) -> None:
    """Declare series, or change what is said of them. See `declare`.

    Raises:
        ValueError: A series' id or another word of it cannot be.
    """
    asked = list({series.id for series in many} - session.series.keys())
    if asked:
        for row in session.run("series_ahead", (_ENCODER.encode(asked).decode(),)):
            no, origin, newest, cold, *described = row
            fact = as_series(tuple(described))
            session.series[fact.id] = Known(no, origin, fact, newest, cold)
    _declared(session, many, "")


def _declared(session: Session, many: Sequence[Series], origin: str) -> int:
    """Declare series, of which those that the writer does not know are new; return how many."""
    new: list[Known] = []
    changed = 0
    for one in many:
        found = session.series.get(one.id)
        said = one if found is None else _where_it_is(session, found, one)
        if found is not None and found.fact == said:
            continue
        series = msgspec.convert(msgspec.to_builtins(said), Series)
        if found is None:
            new.append(_insert(session, series, origin))
        else:
            _point(session, new)
            new.clear()
            _update(session, found, series)
        changed += 1
        session.changed = True
        if not origin:
            session.arrivals.add(series.id)
            if session.is_open("", series.dataset):
                session.tell(series.dataset).facts.append(series)
    _point(session, new)
    return changed


def _where_it_is(session: Session, found: Known, said: Series) -> Series:
    """Return what is said of a series, in its dataset if that is about people and the new is open.

    Whoever else uses its id cannot take what is known of people into what is open to all.
    """
    here, there = found.fact.dataset, said.dataset
    if here == there or found.origin or not session.is_open("", there):
        return said
    return msgspec.structs.replace(said, dataset=here) if session.is_personal(here) else said


def _insert(session: Session, series: Series, origin: str) -> Known:
    said = (series.id, series.thing, series.property, series.dataset, origin, *_words(series))
    no = session.run("insert_series", said)[0][0]
    found = session.series[series.id] = Known(no, origin, series, None, None)
    return found


def _update(session: Session, found: Known, series: Series) -> None:
    said = (series.thing, series.property, series.dataset, *_words(series))
    session.run("update_series", (*said, found.no))
    _move(session, found, series)
    found.fact = series
    before = pointed_to(session, found.no)
    session.run("drop_series_relations", (found.no,))
    _point(session, [found])
    fade(session, before)


def _words(series: Series) -> tuple[str | int | None, ...]:
    words = (series.unit, series.sensor, series.kind, series.cadence, series.name)
    return (*words, _json(series.relations), _json(series.details))


def _point(session: Session, series: Sequence[Known]) -> None:
    """Note what series point to, said or implied, where nothing is noted."""
    said = (pointing(one.no, one.fact.relations) for one in series)
    relate(session, "series", list(chain.from_iterable(said)))
    imply_sides(session, [(one.no, one.fact) for one in series])


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
