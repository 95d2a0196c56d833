"""Writing the commons: what municipalities tell, and only what is open.

The municipality's own store tells nothing that is closed. This side does not take its word for it:
what is not declared open here, by the hub's own settings, is refused.
"""

from collections.abc import Sequence

from byalag.model import Fact, Gone, History, Link, Observation, Rejected, Retracted, Series, Thing
from byalag.store._aside import put_aside
from byalag.store._columns import Columns, only
from byalag.store._implied import is_implied
from byalag.store._links import open_ends
from byalag.store._load import bulk, lay_over
from byalag.store._many import observe_many
from byalag.store._observations import observe, write_pending
from byalag.store._pcodec import unpack
from byalag.store._publish import drop_series, publish, undescribe, withdraw
from byalag.store._results import Block, Change
from byalag.store._retention_stuff import forget_before
from byalag.store._retract import retract
from byalag.store._series import declare, known, link
from byalag.store._session import Known, Session
from byalag.store._shelf import put
from byalag.store._things import describe, hide


def absorb(session: Session, origin: str, changes: Sequence[Change]) -> int:
    """Take in an origin's changes and move its cursor; return how many facts were taken in.

    Raises:
        ValueError: The origin has no name.
    """
    if not origin:
        message = "absorb needs to know whose changes these are; give the municipality's code"
        raise ValueError(message)
    found = session.run("cursor", (origin,))
    cursor = found[0][0] if found else 0
    taken = 0
    for change in changes:
        if change.seq and change.seq <= cursor:
            continue
        taken += _take(session, origin, change)
        cursor = max(cursor, change.seq)
    session.run("move_cursor", (origin, cursor))
    return taken


def forget(session: Session, origin: str) -> None:
    """Take away all that an origin has given, as if it had never come; it is then told anew.

    Raises:
        ValueError: The origin has no name.
    """
    if not origin:
        message = "name the origin to forget; a store's own facts are not withdrawn"
        raise ValueError(message)
    publish(session, {}, origin)
    session.run("drop_cursor", (origin,))
    session.run("drop_memory", (f"replayed/{origin}",))
    session.changed = True


def _take(session: Session, origin: str, change: Change) -> int:
    write_pending(session)
    anew = {fact.id for fact in change.facts if isinstance(fact, Series)}
    for series in change.withdrawn:
        found = known(session, series)
        if found is None or found.origin != origin:
            continue
        if series in anew or found.fact.dataset == change.dataset:  # else it has moved already
            drop_series(session, found.no, series)
    for thing in change.undescribed:
        rows = session.run("thing_row", (thing,))
        if rows and rows[0][1] == origin:
            undescribe(session, rows[0][0], thing, change.dataset)
            session.changed = True
    for series, before in change.forgotten:
        found = known(session, series)
        if found is not None and found.origin == origin:
            forget_before(session, found.no, series, before)
    for name, version in change.dropped:
        gone = session.run("drop_file_version", (origin, change.dataset, name, version))
        session.changed |= bool(gone)
    taken = withdraw(session, origin, change.dataset) if change.closed else 0
    if not (change.weight or change.blocks) or not _open(session, origin, change.dataset):
        return taken
    described = [fact for fact in change.facts if not isinstance(fact, Observation)]
    observed = [fact for fact in change.facts if isinstance(fact, Observation)]
    taken += sum(_say(session, origin, fact) for fact in described)
    taken += sum(_put(session, origin, block) for block in change.blocks)
    taken += sum(_say(session, origin, fact) for fact in observed)
    taken += sum(put(session, file, origin) for file in change.files)
    return taken + sum(_observe_many(session, origin, columns) for columns in change.columns)


def _say(session: Session, origin: str, fact: Fact) -> bool:
    """Write one fact if it is open and the origin's own; return whether it was."""
    match fact:
        case Observation():
            said = _observe(session, origin, fact)
        case Thing():
            said = _open(session, origin, fact.dataset) and _describe(session, origin, fact)
        case Series():
            said = _open(session, origin, fact.dataset) and _declare(session, origin, fact)
        case Gone():
            said = _hide(session, origin, fact)
        case Link():
            said = _link(session, origin, fact)
        case Retracted():
            said = retract(session, fact, origin)
    return said


def _open(session: Session, origin: str, dataset: str) -> bool:
    if session.is_open(origin, dataset):
        return True
    _refuse(session, origin, dataset, "the dataset is not declared open here")
    return False


def _observe(session: Session, origin: str, said: Observation) -> bool:
    if _ours(session, origin, said.series) is None:
        return False
    observe(session, [said])
    return True


def _observe_many(session: Session, origin: str, said: Columns) -> int:
    ours = [_ours(session, origin, series) is not None for series in said.series]
    if not all(ours):
        said = only(said, ours)
    observe_many(session, said)
    return len(said)


def _describe(session: Session, origin: str, thing: Thing) -> bool:
    if not _owned(session, origin, thing.id):
        return False
    describe(session, thing, origin, whole=True)
    return True


def _hide(session: Session, origin: str, gone: Gone) -> bool:
    return _owned(session, origin, gone.thing) and hide(session, gone)


def _owned(session: Session, origin: str, thing: str) -> bool:
    """Return whether a thing is this origin's to describe: nobody changes another's."""
    rows = session.run("thing_row", (thing,))
    if rows and rows[0][1] != origin and not is_implied(session, thing):
        _refuse(session, origin, thing, f"the thing is described by {rows[0][1] or 'the hub'}")
        return False
    return True


def _declare(session: Session, origin: str, series: Series) -> bool:
    found = known(session, series.id)
    if found is not None and found.origin != origin:
        _refuse(session, origin, series.id, f"the series is {found.origin or 'the hub'}'s")
        return False
    declare(session, series, origin)
    return True


def _link(session: Session, origin: str, decided: Link) -> bool:
    if _ours(session, origin, decided.series) is None:
        return False
    if decided.holds and open_ends(session, decided) is None:
        return False
    link(session, decided, origin)
    return True


def _ours(session: Session, origin: str, series: str) -> Known | None:
    """Return a series if it is this origin's and open."""
    found = session.series.get(series) or known(session, series)
    if found is None or found.origin != origin:
        return None
    return found if session.is_open(origin, found.fact.dataset) else None


def _put(session: Session, origin: str, block: Block) -> int:
    series = _ours(session, origin, block.series)
    if series is None:
        return 0
    given = bulk(series.fact, unpack(block.times), unpack(block.values), unpack(block.flags))
    run = given.run
    for start, low, high in given.months:
        part = History(run.times[low:high], run.values[low:high], run.flags[low:high])
        lay_over(session, series, start, part)
    return len(run.times)


def _refuse(session: Session, origin: str, what: str, why: str) -> None:
    source = f"commons:{origin}"
    if not session.run("set_aside_before", (source, what, why)):
        put_aside(session, source, Rejected(where=what, why=why), 0)
