"""Writing what can be said at last of what was set aside, or letting it go."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from byalag.model import Fact, Gone, Observation, Thing
from byalag.store import _history
from byalag.store._aside import note, plainly, put_aside, reason, version
from byalag.store._facts import say
from byalag.store._observations import write_pending
from byalag.store._results import MappingVersion, Note, Replayed
from byalag.store._series import known
from byalag.store._session import Session
from byalag.store._things import decode, merge


def mend(
    session: Session, replayed: Sequence[Replayed], mapping: MappingVersion, line: Note
) -> int:
    """Say what deliveries say now; mark what that mends; return how many facts were said."""
    number = version(session, mapping, line.at)
    total = 0
    for one in replayed:
        facts = list(one.facts)
        if session.run("newer_delivery", (one.delivery,)):
            write_pending(session)
            facts = list(_lacking(session, facts))
        elif one.good:
            _remember(session, one)
        say(session, facts)
        total += len(facts)
        _move(session, one, line.at, number)
    note(session, line)
    return total


def _remember(session: Session, one: Replayed) -> None:
    found = session.run("recall", (one.good,))
    before = msgspec.json.decode(found[0][0]) if found else 0
    if not isinstance(before, int) or before < one.delivery:
        session.write("remember", (one.good, msgspec.json.encode(one.delivery)))


def _move(session: Session, one: Replayed, at: int, mapping: int) -> None:
    """Mark what was mended, and what was not with today's reason; set aside what is new."""
    why = dict.fromkeys(one.mended, "") | dict(one.still)
    for row, now in why.items():
        state = "open" if row in one.still else "mended"
        before = session.run("set_aside_row", (row,))[0]
        said = plainly(session, one.source, now) or before[5]
        told = (state, said, reason(session, one.source, said), at, mapping, row)
        session.run("try_set_aside", told)
    for rejected in one.added:
        put_aside(session, one.source, rejected, at, one.delivery, mapping)
    fewer = len(one.added) - len(one.mended)
    if fewer:
        session.run("fewer_set_aside", (fewer, one.delivery))


def _lacking(session: Session, facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield what does not speak against what a newer delivery has said."""
    there = _times(session, facts)
    for fact in facts:
        if isinstance(fact, Observation):
            if fact.at not in there.get(fact.series, ()):
                yield fact
        elif isinstance(fact, Thing):
            yield from _filled_in(session, fact)
        elif not isinstance(fact, Gone):
            yield fact


def _times(session: Session, facts: Sequence[Fact]) -> dict[str, set[int]]:
    """Return the times at which the series spoken of have been observed, of those spoken of."""
    said: dict[str, list[int]] = {}
    for fact in facts:
        if isinstance(fact, Observation):
            said.setdefault(fact.series, []).append(fact.at)
    there: dict[str, set[int]] = {}
    for series, times in said.items():
        if found := known(session, series):
            run = _history.read(session.connection, found.no, min(times), max(times) + 1)
            there[series] = set(run.times[np.isin(run.times, times)].tolist())
    return there


def _filled_in(session: Session, said: Thing) -> Iterator[Thing]:
    """Yield a description with what its dataset says of the thing by now laid over it."""
    rows = session.run("thing_row", (said.id,))
    if not rows:
        yield said
        return
    no, _, gone, _ = rows[0]
    if gone:
        return
    for dataset, document in session.run("descriptions", (no,)):
        if dataset == said.dataset:
            said = merge(said, decode(document))
    yield said


def dismiss(session: Session, rows: Sequence[int] | tuple[str, str], line: Note) -> int:
    """Let rows go, by number or by source and group; return how many were open."""
    match rows:
        case (str() as source, str() as group):
            session.run("dismiss_group", (line.at, source, group))
            count = int(session.run("rows_changed")[0][0])
        case _:
            count = sum(len(session.run("dismiss_row", (line.at, row))) for row in rows)
    details = {**line.details, "dismissed": count}
    note(session, msgspec.structs.replace(line, details=details))
    return count
