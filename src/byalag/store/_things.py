"""Describing things. Each dataset's words of a thing are kept apart, and shown as one.

Where two datasets say different things of one property, the one that came to it last is shown; a
dataset can only take away what it said itself. What is told to the commons is one dataset's words.
"""

import unicodedata
from collections.abc import Iterable

import msgspec

from byalag.model import Gone, Json, Thing
from byalag.store._implied import claim, imply_place
from byalag.store._news import hear_facts
from byalag.store._relations import pointing, relate
from byalag.store._session import Session, There
from byalag.store._sides import IMPLIED, SIDES, bounds

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
    if session.sealing is not None:
        said = session.sealing.veiled(said)
    there = _there(session, said.id)
    if there is None:
        changed = _first(session, said, origin)
    else:
        if said.id.startswith(IMPLIED):
            claim(session, said.id, origin)
            there = _there(session, said.id) or there
        changed = _change(session, there, said, whole=whole)
    session.heard[said.id] = heard
    return changed


def look_ahead(session: Session, ids: Iterable[str]) -> None:
    """Read at once what many things are, each of which is about to be described.

    What is implied is left out: it changes with what is said of others. The next to describe a
    thing uses what was read; whoever else changes things forgets it all first.
    """
    session.gathers = True
    listed = [id_ for id_ in dict.fromkeys(ids) if not id_.startswith(IMPLIED)]
    session.ahead = dict.fromkeys(listed)
    asked = _ENCODER.encode(listed).decode()
    for id_, no, origin, gone, document, dataset, words in session.run("things_ahead", (asked,)):
        there = session.ahead[id_]
        if there is None:
            there = session.ahead[id_] = There(no, origin, bool(gone), document, {})
        if dataset is not None:
            there.said[dataset] = words


def _there(session: Session, id_: str) -> There | None:
    """Return what a thing is, by what was read ahead if that was; None if it is not there."""
    if id_ in session.ahead:
        return session.ahead.pop(id_)
    write_described(session)
    rows = session.run("thing_row", (id_,))
    if not rows:
        return None
    no, origin, gone, document = rows[0]
    return There(no, origin, bool(gone), document, dict(session.run("descriptions", (no,))))


def write_described(session: Session) -> None:
    """Write what has been gathered of things that were there."""
    words, session.words = session.words, []
    shown, session.shown = session.shown, []
    session.write_many("describe_again", words)
    session.write_many("update_things", shown)


def _first(session: Session, said: Thing, origin: str) -> bool:
    said = merge(Thing(id=said.id, type=said.type, dataset=said.dataset), said)
    document = _ENCODER.encode(said)
    head = (said.id, said.type, said.dataset, origin, said.municipality, sort_key(said.name))
    no = session.run("insert_thing", (*head, *_position(said), document))[0][0]
    session.run("describe", (no, said.dataset, document))
    _lay_out(session, no, None, said)
    session.changed = True
    session.arrivals.update(() if origin else (said.id,))
    _tell(session, origin, [said])
    return True


def _change(session: Session, there: There, said: Thing, *, whole: bool) -> bool:
    told = {dataset: decode(document) for dataset, document in there.said.items()}
    before = None if whole else told.get(said.dataset)
    empty = Thing(id=said.id, type=said.type, dataset=said.dataset)
    now = merge(before or empty, said)
    if now == told.get(said.dataset) and not there.gone:
        return False
    if said.dataset not in told and not there.origin:
        session.arrivals.add(said.id)
    seen = None if there.gone else _seen(there, told)
    words = _ENCODER.encode(now)
    if session.gathers and said.dataset in told:
        session.words.append((there.no, said.dataset, 0, words))
    else:
        session.run("describe", (there.no, said.dataset, words))
    told[said.dataset] = now
    show(session, there.no, told, seen)
    _tell(session, there.origin, list(told.values()) if there.gone else [now])
    return True


def _seen(there: There, told: dict[str, Thing]) -> Thing:
    for dataset, words in there.said.items():
        if words == there.document:
            return told[dataset]
    return decode(there.document)


def show(
    session: Session, no: int, descriptions: dict[str, Thing], before: Thing | None = None
) -> None:
    """Write the sum of a thing's descriptions: what readers see.

    `before` is what they have seen so far; None, if that is not known or is nothing.
    """
    thing = _together(descriptions)
    head = (thing.type, thing.dataset, thing.municipality, sort_key(thing.name))
    row = (*head, *_position(thing), _ENCODER.encode(thing), no)
    if session.gathers and before is not None:
        session.shown.append(row)
    else:
        session.run("update_thing", row)
    if before is None:
        for name in ("drop_thing_relations", "unplace_thing", "unextend_thing"):
            session.run(name, (no,))
        session.run("unimply_features", (thing.id,))
    _lay_out(session, no, before, thing)
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


def _lay_out(session: Session, no: int, before: Thing | None, thing: Thing) -> None:
    """Write where a thing is and what it points to, as far as it differs from before.

    Of what was not before there is nothing written.
    """
    was = before or Thing(id=thing.id, type="", dataset="")
    if _pointing(was) != _pointing(thing):
        if before is not None:
            session.run("drop_thing_relations", (no,))
        relate(session, "thing", pointing(no, thing.relations))
        imply_place(session, no, thing)
    if was.point != thing.point:
        if thing.point:
            session.run("place_thing", (no, thing.point.latitude, thing.point.longitude))
        else:
            session.run("unplace_thing", (no,))
    if was.shape != thing.shape:
        box = None if thing.shape is None else bounds(thing.shape)
        if box is not None:
            session.run("extend_thing", (no, *box))
        elif before is not None:
            session.run("unextend_thing", (no,))


def _pointing(thing: Thing) -> object:
    """Return all that decides what a thing points to, said or implied."""
    return thing.relations, thing.point is not None, thing.type in SIDES
