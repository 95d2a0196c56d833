"""Erasing a thing: all that is said of it, observed of it and sent about it, in one commit.

The deliveries that told of it are handed in rewritten: whoever can read them has taken it out.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from byalag.model import Json, Micros, Thing
from byalag.store._aside import note
from byalag.store._bodies import digest, pack
from byalag.store._columns import only
from byalag.store._columns import pack as pack_columns
from byalag.store._columns import unpack as unpack_columns
from byalag.store._entry import Entry, decode, encode_entry
from byalag.store._observations import write_pending
from byalag.store._publish import drop_series
from byalag.store._results import Note
from byalag.store._session import Session
from byalag.store._things import decode as decode_thing
from byalag.store._things import show
from byalag.store._tombstones import bury, ids_of


class Rewritten(Struct, frozen=True, kw_only=True):
    """A delivery without what it told of somebody.

    `bodies` are what is left, None if nothing is; `why` tells why others' records went too, if so.
    """

    seq: int
    source: str
    received: Micros
    bodies: tuple[bytes, ...] | None = None
    names: tuple[str, ...] = ()
    why: str = ""


class Erased(Struct, frozen=True, kw_only=True):
    """What was erased: how much of what. `mark` is the sum that stands for the id from now on.

    `left` are things that were its own once and are another's now.
    """

    mark: str
    things: int = 0
    series: int = 0
    deliveries: int = 0
    rewritten: int = 0
    dropped: int = 0
    set_aside: int = 0
    messages: int = 0
    lines: int = 0  # of journals, with what was kept and who it was
    keys: int = 0
    left: tuple[str, ...] = ()

    @property
    def details(self) -> dict[str, Json]:
        """Return it as the audit writes it down."""
        return {
            name: getattr(self, name)
            for name in self.__struct_fields__
            if name not in {"mark", "left"}
        }


def erase(
    session: Session, things: Sequence[str], rewritten: Sequence[Rewritten], line: Note
) -> Erased:
    """Erase things with all that is known of them; return how much that was.

    The first is the one that was asked about: the sum that stands for it is the evidence.
    """
    write_pending(session)
    series = [row for thing in things for row in session.run("series_of_thing", (thing,))]
    gone = {*things, *(id_ for _, id_ in series)}
    mark = bury(session, [things[0], *sorted(gone - {things[0]})], line.at).hex()
    for no, id_ in series:
        _drop_series(session, no, id_)
    there = [_drop_thing(session, thing) for thing in things]
    messages = _unsend(session, gone)
    said = sum(_drop_said(session, thing) for thing in things)
    for one in rewritten:
        rewrite(session, one)
    sources = sorted({one.source for one in rewritten})
    erased = Erased(
        mark=mark,
        things=sum(there),
        series=len(series),
        deliveries=len(rewritten),
        rewritten=sum(one.bodies is not None for one in rewritten),
        dropped=sum(one.why != "" for one in rewritten),
        set_aside=sum(
            _drop_aside(session, source, thing) for source in sources for thing in things
        ),
        messages=messages,
        lines=said,
    )
    why = {"why": [one.why for one in rewritten if one.why]}
    details = {**line.details, **erased.details, **(why if why["why"] else {})}
    note(session, msgspec.structs.replace(line, about=f"erased {mark[:16]}", details=details))
    session.changed = True
    return erased


def rewrite(session: Session, one: Rewritten) -> None:
    """Put what is left of a delivery in its place; if that is nothing, the delivery goes."""
    session.run("drop_bodies", (one.seq,))
    session.run("drop_unsaid", (one.seq,))
    if one.bodies is None:
        session.run("drop_delivery", (one.seq,))
        return
    packed, summed = [pack(body) for body in one.bodies], digest(one.bodies)
    sealing = session.sealing
    if sealing is not None and sealing.seals(one.source):
        packed = [sealing.body(each, one.source, one.received) for each in packed]
        summed = sealing.mark(summed)
    names = one.names or ("",) * len(packed)
    rows = [
        (one.seq, page, *each, name)
        for page, (each, name) in enumerate(zip(packed, names, strict=True))
    ]
    session.write_many("insert_bodies", rows)
    session.run("rewrite_delivery", (summed, sum(map(len, one.bodies)), one.seq))


def _drop_series(session: Session, no: int, id_: str) -> None:
    dataset = session.run("series_numbered", (no,))[0][3]
    drop_series(session, no, id_)
    if session.is_open("", dataset):
        session.tell(dataset).withdrawn.append(id_)


def _drop_said(session: Session, subject: str) -> int:
    """Delete what books say of a subject, what is kept of it and who it is; return how much."""
    names = ("erase_lines", "erase_keepsakes", "erase_identity")
    return sum(len(session.run(name, (subject,))) for name in names)


def _drop_thing(session: Session, id_: str) -> bool:
    rows = session.run("thing_row", (id_,))
    for other, name in session.run("things_pointing_to", (id_,)):
        _point_elsewhere(session, other, name, id_)
    session.run("drop_pointing_to", (id_,))
    session.run("drop_links", (id_,))
    session.heard.pop(id_, None)
    if not rows:
        return False
    no = rows[0][0]
    for dataset, _ in session.run("descriptions", (no,)):
        if session.is_open("", dataset):
            session.tell(dataset).undescribed.append(id_)
    session.run("unimply_features", (id_,))
    for name in (
        "drop_descriptions",
        "drop_thing_relations",
        "unplace_thing",
        "unextend_thing",
        "drop_thing",
    ):
        session.run(name, (no,))
    return True


def _point_elsewhere(session: Session, no: int, id_: str, gone: str) -> None:
    """Take a relation to what is gone out of a description of something else."""
    told: dict[str, Thing] = {}
    for dataset, document in session.run("descriptions", (no,)):
        said = decode_thing(document)
        relations = {
            name: left
            for name, objects in said.relations.items()
            if (left := tuple(one for one in objects if one != gone))
        }
        if relations != said.relations:
            said = msgspec.structs.replace(said, relations=relations)
            session.run("describe", (no, dataset, msgspec.json.encode(said)))
            if session.is_open("", dataset):
                session.tell(dataset).facts.append(said)
        told[dataset] = said
    session.heard.pop(id_, None)
    if told:
        show(session, no, told)


def _unsend(session: Session, gone: set[str]) -> int:
    """Take what is gone out of all that is to be told or sent; return how many messages went."""
    count = 0
    for id_ in sorted(gone):
        count += len(session.run("drop_messages_about", (id_.encode(),)))
        session.run("drop_told_about", (id_,))
        session.run("drop_memory_about", (id_, id_.encode()))
        for read, write in (
            ("outbox_about", "write_outbox_again"),
            ("news_about", "write_news_again"),
        ):
            for seq, body in session.run(read, (id_.encode(),)):
                session.run(write, (encode_entry(_without(decode(body), gone)), seq))
    return count


def _without(entry: Entry, gone: set[str]) -> Entry:
    unpacked = [unpack_columns(one) for one in entry.columns]
    kept = [only(one, [series not in gone for series in one.series]) for one in unpacked]
    return msgspec.structs.replace(
        entry,
        facts=tuple(fact for fact in entry.facts if gone.isdisjoint(ids_of(fact))),
        observations={
            series: rows for series, rows in entry.observations.items() if series not in gone
        },
        ranges=[one for one in entry.ranges if one[0] not in gone],
        columns=[pack_columns(one) for one in kept if len(one)],
    )


def _drop_aside(session: Session, source: str, thing: str) -> int:
    """Delete what was set aside of a source that may be about a thing: its name is in it."""
    words = {thing.encode(), thing.rpartition(":")[2].encode()}
    after, count = 0, 0
    while page := session.run("aside_of_source", (source, after)):
        for seq, _, record, why, place in page:
            after = seq
            plain = record
            if session.sealing is not None and session.sealing.is_record(record):
                plain = session.sealing.opened_record(record)
            text = b"\n".join((plain, why.encode(), place.encode()))
            if any(word in text for word in words):
                session.run("drop_aside", (seq,))
                count += 1
    return count


def days_of(rewritten: Sequence[Rewritten]) -> Mapping[tuple[str, int], Micros]:
    """Return the sources and days whose deliveries were rewritten."""
    day = 86_400_000_000
    return {(one.source, one.received // day): one.received for one in rewritten}
