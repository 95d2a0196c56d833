"""Keeping up what is implied: sides that nobody has said, and what points to them.

They have no descriptions, so nobody tells of them, counts them or compares them: each store implies
its own. In the table of things they are of no dataset. One that somebody describes is no longer
implied; one that nothing points to is hidden, and keeps its number.
"""

from collections.abc import Sequence

import msgspec

from byalag.model import Series, Thing
from byalag.store._session import Session
from byalag.store._sides import IMPLIED, SIDES, observed_property, sensor

_ENCODER = msgspec.json.Encoder()
_SHOWN = b"implied"  # what nobody can have said


def imply_sides(session: Session, many: Sequence[tuple[int, Series]]) -> None:
    """Note what series point to without saying so, after what they say."""
    rows: list[tuple[int, str, str]] = []
    features: list[tuple[int, str]] = []
    for no, series in many:
        for name, implied in (
            ("observedProperty", observed_property(series.property)),
            ("sensor", sensor(series.dataset, series.sensor)),
        ):
            if not series.relations.get(name):
                _show(session, implied)
                rows.append((no, name, implied.id))
        if not series.relations.get("feature"):
            features.append((no, series.thing))
    session.write_many("insert_series_relations", rows)
    if features:
        session.run("imply_these_features", (_ENCODER.encode(features).decode(),))


def imply_place(session: Session, no: int, thing: Thing) -> None:
    """Note that a thing with a point is where it is, after what it says; and of its series."""
    itself = (
        thing.point is not None and thing.type not in SIDES and not thing.relations.get("locations")
    )
    if itself:
        session.run("imply_location", (no, thing.id))
        session.run("imply_features", (thing.id,))
    else:
        session.run("unimply_features", (thing.id,))


def pointed_to(session: Session, no: int) -> list[str]:
    """Return the ids of what a series points to that may be implied."""
    found = session.run("series_points_to", (no,))
    return [id_ for (id_,) in found if id_.startswith(IMPLIED)]


def fade(session: Session, ids: list[str]) -> None:
    """Hide what is implied and nothing points to any more."""
    for id_ in ids:
        session.heard.pop(id_, None)
    if ids:
        session.run("fade", (msgspec.json.encode(ids).decode(),))


def is_implied(session: Session, thing: str) -> bool:
    """Return whether a thing is there only as something implies it."""
    return thing.startswith(IMPLIED) and bool(session.run("is_implied", (thing,)))


def claim(session: Session, thing: str, origin: str) -> None:
    """Let what was implied be an origin's own: it says something of it."""
    if thing.startswith(IMPLIED):
        session.run("claim", (origin, thing))


def unclaim(session: Session, no: int, id_: str) -> bool:
    """Let what nobody says anything of be implied again, if something points to it.

    Returns whether that is so.
    """
    if not id_.startswith(IMPLIED):
        return False
    found = session.run("pointed_from", (id_,))
    if not found:
        return False
    dataset, property_, name = found[0]
    implied = sensor(dataset, name) if id_.startswith(IMPLIED[1]) else observed_property(property_)
    if implied.id != id_:
        return False
    session.run("unclaim", (implied.type, _ENCODER.encode(implied), no))
    session.run("drop_thing_relations", (no,))
    session.run("unplace_thing", (no,))
    session.run("unextend_thing", (no,))
    return True


def _show(session: Session, implied: Thing) -> None:
    if implied.id not in session.heard:
        session.run("imply", (implied.id, implied.type, _ENCODER.encode(implied)))
        session.heard[implied.id] = _SHOWN
