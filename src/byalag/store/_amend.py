"""Making a store what it would have been by another mapping: in one commit, or not at all."""

from collections.abc import Callable, Container, Mapping, Sequence

import msgspec
from msgspec import Struct, field

from byalag.model import Gone, Json, Link, Rejected, Thing
from byalag.store._account import Account
from byalag.store._aside import matched, note, plainly, put_aside, reason, version
from byalag.store._compare import Rewrite, redescribed, rewrite
from byalag.store._connection import rows
from byalag.store._entry import tell_so_far
from byalag.store._history import count
from byalag.store._observations import write_pending
from byalag.store._results import (
    Committed,
    Difference,
    MappingVersion,
    Note,
    ThingDifference,
)
from byalag.store._rewrite import drop_if_empty, write
from byalag.store._rows import as_set_aside
from byalag.store._series import as_series, declare, known, link
from byalag.store._session import Session
from byalag.store._sqlite import Connection
from byalag.store._things import decode, describe, hide, show


class Amendment(Struct, frozen=True, kw_only=True):
    """Two accounts of the same deliveries, by the old mapping and by the new.

    `shared` are the series that others write to as well. `read` holds what became of each delivery
    that was read by the new mapping, and `rejected` what is set aside of it. `good` holds what is
    to be remembered of the newest delivery that could be read.
    """

    source: str
    before: Account
    after: Account
    mapping: MappingVersion
    line: Note
    shared: Container[str] = frozenset[str]()
    read: Mapping[int, Committed] = field(default_factory=dict[int, Committed])
    rejected: Mapping[int, Sequence[Rejected]] = field(
        default_factory=dict[int, Sequence[Rejected]]
    )
    good: Mapping[str, Json] = field(default_factory=dict[str, Json])


def compare(connection: Connection, given: Amendment) -> Difference:
    """Return what an amendment would change; nothing is written."""
    return _carry(given, _Look(connection))


def amend(session: Session, build: Callable[[], Amendment]) -> Difference:
    """Build an amendment while nobody else writes, carry it out, and return what it changed."""
    given = build()
    write_pending(session)
    number = version(session, given.mapping, given.line.at)
    found = _carry(given, _Write(session, given, number))
    for name, value in given.good.items():
        session.write("remember", (name, msgspec.json.encode(value)))
    counts = {
        "deliveries": found.deliveries,
        "added": found.total("added"),
        "changed": found.total("changed"),
        "gone": found.total("gone"),
        "things": len(found.things),
    }
    details = {**given.line.details, **counts, "mapping": given.mapping.digest[:12]}
    note(session, msgspec.structs.replace(given.line, details=details))
    session.changed = True
    return found


class _Look:
    """Carries nothing out."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def thing(self, one: ThingDifference) -> None:
        """Describe a thing anew."""

    def seen(self, thing: str, *, gone: bool) -> None:
        """Hide a thing, or show it again."""

    def declare(self, series: str) -> None:
        """Declare a series."""

    def series(self, one: Rewrite) -> None:
        """Rewrite the observations of a series."""

    def undeclare(self, series: str, gone: int) -> bool:
        """Drop a series that nothing is left of; tell whether it was dropped."""
        found = rows(self.connection, "series_row", (series,))
        return bool(found) and count(self.connection, found[0][0]) == gone

    def link(self, decided: Link) -> None:
        """Make a link, or undo it."""

    def aside(
        self, delivery: int, mended: list[int], still: dict[int, str], added: list[Rejected]
    ) -> None:
        """Mark what is set aside of a delivery."""

    def delivery(self, seq: int, became: Committed) -> None:
        """Note by what a delivery was read, and what became of it."""

    def finish(self) -> None:
        """Do what must come last."""


class _Write(_Look):
    """Carries it out."""

    def __init__(self, session: Session, given: Amendment, mapping: int) -> None:
        super().__init__(session.connection)
        self._session = session
        self._given = given
        self._mapping = mapping
        self._touched: set[str] = set()

    def thing(self, one: ThingDifference) -> None:
        """Describe a thing anew, or take a dataset's words of it away."""
        self._touched.add(one.thing)
        self._session.heard.pop(one.thing, None)
        if one.after is not None:
            describe(self._session, one.after, whole=True)
            return
        session = self._session
        no = session.run("thing_row", (one.thing,))[0][0]
        session.run("drop_description", (no, one.dataset))
        left = {name: decode(document) for name, document in session.run("descriptions", (no,))}
        if left:
            show(session, no, left)
        else:
            session.run("unplace_thing", (no,))
            session.run("unextend_thing", (no,))
            session.run("unimply_features", (one.thing,))
            session.run("drop_thing_relations", (no,))
            session.run("drop_thing", (no,))
        if session.is_open("", one.dataset):
            if session.tell(one.dataset).facts:  # may say, before it is taken away, that it is
                tell_so_far(session, one.dataset)
            session.tell(one.dataset).undescribed.append(one.thing)

    def seen(self, thing: str, *, gone: bool) -> None:
        """Hide a thing, or show it again with everybody's words."""
        session = self._session
        if gone:
            hide(session, Gone(thing=thing))
            return
        found = session.run("thing_row", (thing,))
        if found:
            no = found[0][0]
            told = {name: decode(words) for name, words in session.run("descriptions", (no,))}
            show(session, no, told)
            for said in told.values():
                if session.is_open("", said.dataset):
                    session.tell(said.dataset).facts.append(said)

    def declare(self, series: str) -> None:
        """Declare a series as the new mapping does."""
        declare(self._session, self._given.after.series[series])

    def series(self, one: Rewrite) -> None:
        """Rewrite the observations of a series, where there is one."""
        found = known(self._session, one.said.series)
        if found is not None:
            write(self._session, found, one)

    def undeclare(self, series: str, gone: int) -> bool:  # noqa: ARG002 -- they are gone by now
        """Drop a series that nothing is left of; tell whether it was dropped."""
        found = known(self._session, series)
        return found is not None and drop_if_empty(self._session, found)

    def link(self, decided: Link) -> None:
        """Make a link, or undo it."""
        link(self._session, decided)

    def aside(
        self, delivery: int, mended: list[int], still: dict[int, str], added: list[Rejected]
    ) -> None:
        """Mark what is set aside of a delivery."""
        session, at, source = self._session, self._given.line.at, self._given.source
        session.run("remark_mended", (self._mapping, delivery))
        for row in mended:
            session.run("mark_mended", (at, self._mapping, row))
        for row, why in still.items():
            plain = plainly(session, source, why)
            session.run("mark_still", (plain, reason(session, source, why), self._mapping, row))
        for one in added:
            put_aside(session, source, one, at, delivery, self._mapping)

    def delivery(self, seq: int, became: Committed) -> None:
        """Note by what a delivery was read, and what became of it."""
        counts = (became.records, became.things, became.observations, became.set_aside)
        self._session.run("reread", (*counts, became.skipped, self._mapping, seq))

    def finish(self) -> None:
        """Let the first to describe a thing be first, where all that do are known."""
        session, after = self._session, self._given.after
        for thing in sorted(self._touched & after.things.keys()):
            no, _, gone, _ = session.run("thing_row", (thing,))[0]
            by = list(after.things[thing].by)
            there = [row[0] for row in session.run("descriptions", (no,))]
            if there == by or set(there) != set(by):
                continue
            for place, dataset in enumerate(by):
                session.run("order_description", (place + 1, no, dataset))
            told = {name: decode(words) for name, words in session.run("descriptions", (no,))}
            if not gone:
                show(session, no, told)
                self._tell_in_order(thing, told)

    def _tell_in_order(self, thing: str, told: Mapping[str, Thing]) -> None:
        """Tell the commons of every open description again, the first one first."""
        session = self._session
        spoken = [dataset for dataset in told if session.is_open("", dataset)]
        for dataset in spoken if len(spoken) > 1 else ():
            telling = session.tell(dataset)
            telling.undescribed.append(thing)
            telling.facts.append(told[dataset])
            tell_so_far(session, dataset)


def _carry(given: Amendment, out: _Look) -> Difference:
    found = Difference(deliveries=len(given.read))
    _things(given, out, found)
    _series(given, out, found)
    _links(given, out, found)
    _deliveries(given, out, found)
    out.finish()
    return found


def _things(given: Amendment, out: _Look, found: Difference) -> None:
    before, after = given.before, given.after
    for thing in dict.fromkeys((*before.things, *after.things)):
        row = rows(out.connection, "thing_row", (thing,))
        was = bool(row and row[0][2])
        told = list(redescribed(out.connection, thing, before, after))
        for dataset, theirs, ours in told:
            one = ThingDifference(thing=thing, dataset=dataset, before=theirs, after=ours)
            found.things.append(one)
            out.thing(one)
        want = _wanted(given, thing, was=was)
        if want != was and row:
            (found.hidden if want else found.shown).append(thing)
        if want != (was and not told):  # to describe a thing is to show it
            out.seen(thing, gone=want)


def _wanted(given: Amendment, thing: str, *, was: bool) -> bool:
    """Return whether a thing is to be hidden: as it was, unless the new mapping says otherwise."""
    old, new = given.before.things.get(thing), given.after.things.get(thing)
    if new is None:
        return was
    return new.gone if old is None or old.gone != new.gone else was


def _series(given: Amendment, out: _Look, found: Difference) -> None:
    before, after = given.before, given.after
    for series, said in after.series.items():
        row = rows(out.connection, "series_row", (series,))
        stated = as_series(row[0][2:]) if row else None
        if series not in given.shared and stated != said:
            found.declared.append(series)
            out.declare(series)
    for series in dict.fromkeys((*before.runs, *after.runs)):
        shared = series in given.shared
        one = rewrite(out.connection, series, before, after, shared=shared)
        if not one.empty:
            found.series.append(one.said)
            out.series(one)
    gone = {one.series: one.gone for one in found.series}
    for series in sorted(before.series.keys() - after.series.keys()):
        if series not in given.shared and out.undeclare(series, gone.get(series, 0)):
            found.undeclared.append(series)


def _links(given: Amendment, out: _Look, found: Difference) -> None:
    before = {key for key, holds in given.before.links.items() if holds}
    after = {key for key, holds in given.after.links.items() if holds}
    for key, holds in [(k, False) for k in before - after] + [(k, True) for k in after - before]:
        thing, name, series = key
        found.links += 1
        out.link(Link(thing=thing, property=name, series=series, holds=holds))


def _deliveries(given: Amendment, out: _Look, found: Difference) -> None:
    for seq, became in given.read.items():
        out.delivery(seq, became)
    aside = {row[0] for row in rows(out.connection, "deliveries_set_aside", (given.source,))}
    for seq in sorted((aside & given.read.keys()) | given.rejected.keys()):
        there = [as_set_aside(row) for row in rows(out.connection, "set_aside_of_delivery", (seq,))]
        mended, still, added = matched(there, given.rejected.get(seq, ()))
        found.mended += len(mended)
        found.set_aside += len(added)
        out.aside(seq, mended, still, added)
