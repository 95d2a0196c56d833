"""Looking at what was set aside, and replaying it when the mapping has been mended.

A row is replayed once by each version of the mapping and at most `TRIES` times, so that nothing
goes round and round; who knows better says `force`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from threading import Lock

import msgspec
from msgspec import Struct, field

from byalag.engine._clock import Clock
from byalag.engine._face import Connected
from byalag.engine._flagging import flagged
from byalag.engine._reread import Reread
from byalag.engine._version import version_of
from byalag.model import Micros
from byalag.sources import Receive
from byalag.store import (
    Group,
    MappingVersion,
    Note,
    Reading,
    Replayed,
    SetAside,
    Store,
    matched,
)

TRIES = 10
_AT_ONCE = 200  # deliveries a commit
_PAGE = 1000
_AROUND = 2000  # bytes of a delivery that are shown on each side of a record

UNCHANGED = "the mapping has not been changed since it was last tried; mend the source's file"
TOO_OFTEN = f"it has been replayed {TRIES} times already"
NOT_OPEN = "it is mended or dismissed already"
NO_SOURCE = "its source is not declared any more"
NO_DELIVERY = "its delivery is not in the ledger"


class Shown(Struct, frozen=True, kw_only=True):
    """One row beside what made it.

    `before` and `after` are the bytes around the record in the delivery, where it stands in it
    word for word; else `before` is the delivery's beginning. `body` says which body it is, and
    `name` what that is called. `mapping` is the version that failed, `now` the present one.
    """

    row: SetAside
    part: str = ""
    received: Micros | None = None
    media_type: str = ""
    body: int = 0
    name: str = ""
    before: bytes = b""
    after: bytes = b""
    mapping: MappingVersion | None = None
    now: MappingVersion | None = None

    @property
    def changed(self) -> bool:
        """Return whether the mapping has been changed since."""
        return self.now is not None and (
            self.mapping is None or self.mapping.digest != self.now.digest
        )


class Replay(Struct, kw_only=True):
    """What became of a replay. `passed` counts rows that were not replayed, by why.

    `again` counts rows that are still open, by today's reason; `added` what was set aside anew.
    """

    deliveries: int = 0
    mended: int = 0
    still: int = 0
    added: int = 0
    facts: int = 0
    passed: dict[str, int] = field(default_factory=dict[str, int])
    again: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def forcible(self) -> bool:
        """Return whether `force` would replay some of what was passed by."""
        return UNCHANGED in self.passed or TOO_OFTEN in self.passed

    def pass_by(self, why: str, count: int = 1) -> None:
        """Count rows that are not replayed."""
        self.passed[why] = self.passed.get(why, 0) + count


class Aside:
    """What one municipality has set aside, to be looked at."""

    def __init__(self, store: Reading, sources: Sequence[Connected]) -> None:
        """Look in a store, with the sources of its municipality as they are declared now."""
        self._store = store
        self._sources = {source.name: source for source in sources}
        self._pushed = [source for source in sources if _is_pushed(source)]

    def groups(self, source: str | None = None) -> list[Group]:
        """Return what is open by source and reason, the most first."""
        return self._store.set_aside_groups(source)

    def rows(self, source: str, group: str, limit: int = 100, offset: int = 0) -> list[SetAside]:
        """Return what is open of a source and a reason, newest first."""
        return self._store.set_aside_in(source, group, limit=limit, offset=offset)

    def audit(self, limit: int = 100) -> list[Note]:
        """Return who has done what, newest first."""
        return self._store.notes(limit)

    def show(self, row: int) -> Shown | None:
        """Return one row with the bytes around it and the mapping that failed on it."""
        found = self._store.set_aside_row(row)
        if found is None:
            return None
        source = self._source(found.source)
        shown = Shown(
            row=found,
            mapping=None if found.mapping is None else self._store.mapping(found.mapping),
            now=None if source is None else version_of(source),
        )
        delivery = None if found.delivery is None else self._store.delivery(found.delivery)
        if delivery is None:
            return shown
        body, before, after = _around(delivery.bodies, found.record)
        return msgspec.structs.replace(
            shown,
            part=delivery.part,
            received=delivery.received,
            media_type=delivery.media_type,
            body=body,
            name=delivery.names[body] if delivery.names else "",
            before=before,
            after=after,
        )

    def _source(self, name: str) -> Connected | None:
        """Return a source; several that are pushed to share the name "push" in the ledger."""
        if name in self._sources or name != "push":
            return self._sources.get(name)
        return self._pushed[0] if self._pushed else None


class Mending(Aside):
    """What one municipality has set aside, to be replayed or let go."""

    def __init__(self, store: Store, sources: Sequence[Connected], clock: Clock) -> None:
        """Mend in a store, by the sources of its municipality as they are declared now."""
        super().__init__(store, sources)
        self._own = store
        self._clock = clock
        self._one_at_a_time = Lock()

    def replay(
        self,
        *,
        who: str,
        rows: Sequence[int] = (),
        source: str | None = None,
        group: str | None = None,
        force: bool = False,
    ) -> Replay:
        """Replay rows by number, or all that is open of a source, or of one group of it.

        Their deliveries are read again by the present mapping, and what can be said now is said
        without harming what newer deliveries have said. What cannot stays open with today's
        reason. Each commit holds whole deliveries and a line of the audit. Waits for it all; call
        it off the event loop.
        """
        done = Replay()
        with self._one_at_a_time:
            wanted = self._wanted(rows, source, group, done)
            for name, deliveries in wanted:
                self._replay(name, deliveries, who, done, group, force=force)
        return done

    def dismiss(
        self,
        *,
        who: str,
        rows: Sequence[int] = (),
        source: str = "",
        group: str = "",
        why: str = "",
    ) -> int:
        """Let go of rows by number, or of all that is open of a group; return how many."""
        about = source or ", ".join(sorted(self._named(rows)))
        details = {"why": why} | ({"rows": list(rows)} if rows else {"group": group})
        line = Note(at=self._clock.now(), who=who, what="dismiss", about=about, details=details)
        return self._own.dismiss(rows or (source, group), line=line).result()

    def _named(self, rows: Iterable[int]) -> set[str]:
        found = (self._store.set_aside_row(row) for row in rows)
        return {row.source for row in found if row is not None}

    def _wanted(
        self, rows: Sequence[int], source: str | None, group: str | None, done: Replay
    ) -> Iterator[tuple[str, Iterator[int]]]:
        """Yield each source with the deliveries that something wanted was set aside of."""
        if rows:
            yield from self._numbered(rows, done)
            return
        groups = [one for one in self.groups(source) if group is None or one.group == group]
        for name in dict.fromkeys(one.source for one in groups):
            yield name, self._deliveries(name, [g.group for g in groups if g.source == name], done)

    def _numbered(self, rows: Sequence[int], done: Replay) -> Iterator[tuple[str, Iterator[int]]]:
        wanted: dict[str, dict[int, None]] = {}
        for number in rows:
            row = self._store.set_aside_row(number)
            if row is None or row.state != "open":
                done.pass_by(NOT_OPEN)
            elif row.delivery is None:
                done.pass_by(NO_DELIVERY)
            else:
                wanted.setdefault(row.source, {})[row.delivery] = None
        for name, deliveries in wanted.items():
            yield name, iter(sorted(deliveries))

    def _deliveries(self, source: str, groups: Iterable[str], done: Replay) -> Iterator[int]:
        """Yield each delivery once, oldest first within a group."""
        seen: set[int] = set()
        for group in groups:
            after = 0
            while page := self._store.set_aside_after(source, group, after, _PAGE):
                after = page[-1][0]
                for _, delivery in page:
                    if delivery is None:
                        done.pass_by(NO_DELIVERY)
                    elif delivery not in seen:
                        seen.add(delivery)
                        yield delivery

    def _replay(  # noqa: PLR0913 -- see `replay`
        self,
        name: str,
        deliveries: Iterator[int],
        who: str,
        done: Replay,
        group: str | None,
        *,
        force: bool,
    ) -> None:
        source = self._source(name)
        if source is None:
            done.pass_by(NO_SOURCE, sum(len(self._open(one)) for one in deliveries))
            return
        version = msgspec.structs.replace(version_of(source), source=name)
        reread = Reread(self._own, source, self._pushed)
        same = {one.no for one in self._own.mappings(name) if one.digest == version.digest}
        eligible = (d for d in deliveries if self._may(d, same, done, force=force))
        while batch := list(islice(eligible, _AT_ONCE)):
            replayed = [one for seq in batch if (one := self._read(reread, seq, done))]
            details = {"group": group, "mapping": version.digest[:12], "forced": force}
            self._commit(
                replayed,
                version,
                Note(at=0, who=who, what="replay", about=name, details=details),
                done,
            )

    def _open(self, delivery: int) -> list[SetAside]:
        return [row for row in self._own.set_aside_of(delivery) if row.state == "open"]

    def _may(self, delivery: int, same: set[int], done: Replay, *, force: bool) -> bool:
        """Tell whether a delivery has an open row that may be tried; count those that may not."""
        if force:
            return True
        problems = [
            UNCHANGED if row.mapping in same else TOO_OFTEN if row.tries >= TRIES else ""
            for row in self._open(delivery)
        ]
        if "" in problems:
            return True
        for why in problems:
            done.pass_by(why)
        return False

    def _read(self, reread: Reread, seq: int, done: Replay) -> Replayed | None:
        """Read a delivery again, and compare what is set aside with what was."""
        delivery = self._own.delivery(seq)
        rows = self._own.set_aside_of(seq)
        if delivery is None:
            done.pass_by(NO_DELIVERY, len(rows))
            return None
        said = reread.read(delivery)
        mended, still, left = matched(rows, said.set_aside)
        return Replayed(
            delivery=seq,
            source=rows[0].source,
            facts=flagged(said.facts, self._own) if said.ruled else said.facts,
            mended=mended,
            still=still,
            added=left,
            good="" if said.garbled else reread.good(delivery),
        )

    def _commit(
        self, replayed: list[Replayed], version: MappingVersion, line: Note, done: Replay
    ) -> None:
        counts = {
            "deliveries": len(replayed),
            "mended": sum(len(one.mended) for one in replayed),
            "still": sum(len(one.still) for one in replayed),
            "added": sum(len(one.added) for one in replayed),
        }
        line = msgspec.structs.replace(
            line, at=self._clock.now(), details={**line.details, **counts}
        )
        done.facts += self._own.mend(replayed, mapping=version, line=line).result()
        for name, count in counts.items():
            setattr(done, name, getattr(done, name) + count)
        for one in replayed:
            for why in one.still.values():
                done.again[why] = done.again.get(why, 0) + 1


def _is_pushed(source: Connected) -> bool:
    return isinstance(source.kind.reach(source.settings), Receive)


def _around(bodies: Sequence[bytes], record: bytes) -> tuple[int, bytes, bytes]:
    """Return which body a record stands in, and the bytes before and after it."""
    for number, body in enumerate(bodies if record else ()):
        place = body.find(record)
        if place >= 0:
            end = place + len(record)
            return number, body[max(0, place - _AROUND) : place], body[end : end + _AROUND]
    return 0, bodies[0][:_AROUND] if bodies else b"", b""


def by_municipality(
    stores: Mapping[str, Store], sources: Sequence[Connected], clock: Clock
) -> dict[str, Mending]:
    """Return what can be mended, by municipality."""
    return {
        code: Mending(store, [one for one in sources if one.municipality.code == code], clock)
        for code, store in stores.items()
    }
