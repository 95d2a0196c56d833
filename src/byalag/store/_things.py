"""Describing things. Each dataset's words of a thing are kept apart, and shown as one.

Where two datasets say different things of one property, the one that came to it last is shown; a
dataset can only take away what it said itself. What is told to the commons is one dataset's words.
"""

import unicodedata

import msgspec

from byalag.model import Gone, Json, Thing
from byalag.store._implied import claim, imply_place
from byalag.store._news import hear_facts
from byalag.store._relations import relate
from byalag.store._session import Session
from byalag.store._sides import bounds

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Thing)
_LAST = "\uffff"
_SWEDISH = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y", "ß": "ss"})


def decode(document: bytes) -> Thing:
    """Return a thing as it is kept."""
    return _DECODER.decode(document)


def sort_key(name: str | None) -> str:
    """Return what a name is sorted by: å, ä, ö last, other accents as if they were not there."""
    if not name:
        return _LAST
    folded = unicodedata.normalize("NFC", name).casefold().translate(_SWEDISH)
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return bare or _LAST  # what is implied is sorted by nothing, and is not among what is found


def merge(before: Thing, said: Thing) -> Thing:
    """Return a description with what is newly said laid over it."""
    return Thing(
        id=before.id,
        type=said.type,
        dataset=said.dataset,
        name=before.name if said.name is None else said.name,
        municipality=before.municipality if said.municipality is None else said.municipality,
        point=before.point if said.point is None else said.point,
        shape=before.shape if said.shape is None else said.shape,
        properties=_without_null({**before.properties, **said.properties}),
        description=before.description if said.description is None else said.description,
        relations=_related({**before.relations, **said.relations}),
        details=_without_null({**before.details, **said.details}),
    )


def _without_null(properties: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in properties.items() if value is not None}


def _related(relations: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: objects for name, objects in relations.items() if objects}


def _together(descriptions: dict[str, Thing]) -> Thing:
    """Return the sum of descriptions; the first names the type and the dataset."""
    first, *others = descriptions.values()
    whole = first
    for other in others:
        whole = merge(whole, other)
    return msgspec.structs.replace(whole, type=first.type, dataset=first.dataset)


def describe(session: Session, thing: Thing, origin: str = "", *, whole: bool = False) -> bool:
    """Take in what is said of a thing; return whether that changed anything.

    `whole` says that this is all that its dataset says: what is left out is no more.

    Raises:
        ValueError: The thing's id or another word of it cannot be.
    """
    heard = _ENCODER.encode(thing)
    if session.heard.get(thing.id) == heard:
        return False
    said = decode(heard)
    rows = session.run("thing_row", (said.id,))
    if rows:
        no, _, gone, _ = rows[0]
        claim(session, said.id, origin)
        changed = _change(session, no, said, gone=bool(gone), whole=whole)
    else:
        changed = _first(session, said, origin)
    session.heard[said.id] = heard
    return changed


def _first(session: Session, said: Thing, origin: str) -> bool:
    said = merge(Thing(id=said.id, type=said.type, dataset=said.dataset), said)
    document = _ENCODER.encode(said)
    head = (said.id, said.type, said.dataset, origin, said.municipality, sort_key(said.name))
    no = session.run("insert_thing", (*head, *_position(said), document))[0][0]
    session.run("describe", (no, said.dataset, document))
    relate(session, "thing", no, said.relations)
    imply_place(session, no, said)
    _place(session, no, said)
    session.changed = True
    session.arrivals.update(() if origin else (said.id,))
    _tell(session, origin, [said])
    return True


def _change(session: Session, no: int, said: Thing, *, gone: bool, whole: bool) -> bool:
    told = {dataset: decode(document) for dataset, document in session.run("descriptions", (no,))}
    before = None if whole else told.get(said.dataset)
    empty = Thing(id=said.id, type=said.type, dataset=said.dataset)
    now = merge(before or empty, said)
    if now == told.get(said.dataset) and not gone:
        return False
    origin = session.run("thing_row", (said.id,))[0][1]
    if said.dataset not in told and not origin:
        session.arrivals.add(said.id)
    told[said.dataset] = now
    session.run("describe", (no, said.dataset, _ENCODER.encode(now)))
    show(session, no, told)
    _tell(session, origin, list(told.values()) if gone else [now])
    return True


def show(session: Session, no: int, descriptions: dict[str, Thing]) -> None:
    """Write the sum of a thing's descriptions: what readers see."""
    thing = _together(descriptions)
    head = (thing.type, thing.dataset, thing.municipality, sort_key(thing.name))
    session.run("update_thing", (*head, *_position(thing), _ENCODER.encode(thing), no))
    relate(session, "thing", no, thing.relations)
    imply_place(session, no, thing)
    _place(session, no, thing)
    session.changed = True


def hide(session: Session, gone: Gone) -> bool:
    """Hide a thing that is no more; return whether it was there."""
    rows = session.run("thing_row", (gone.thing,))
    if not rows or rows[0][2]:
        return False
    no, origin, _, _ = rows[0]
    session.run("hide_thing", (no,))
    session.run("unplace_thing", (no,))
    session.run("unextend_thing", (no,))
    session.run("unimply_features", (gone.thing,))
    session.heard.pop(gone.thing, None)
    session.changed = True
    for dataset, _ in session.run("descriptions", (no,)):
        if not origin and session.is_open("", dataset):
            session.tell(dataset).facts.append(gone)
        if not origin:
            hear_facts(session, dataset, [gone])
    return True


def _tell(session: Session, origin: str, described: list[Thing]) -> None:
    if origin:
        return
    for said in described:
        if session.is_open("", said.dataset):
            session.tell(said.dataset).facts.append(said)
        hear_facts(session, said.dataset, [said])


def _position(thing: Thing) -> tuple[float | None, float | None]:
    return (thing.point.latitude, thing.point.longitude) if thing.point else (None, None)


def _place(session: Session, no: int, thing: Thing) -> None:
    if thing.point:
        session.run("place_thing", (no, thing.point.latitude, thing.point.longitude))
    else:
        session.run("unplace_thing", (no,))
    box = None if thing.shape is None else bounds(thing.shape)
    if box is None:
        session.run("unextend_thing", (no,))
    else:
        session.run("extend_thing", (no, *box))
