"""Deleting what is too old, one kind of stuff at a time and a little of it at each step."""

from hashlib import sha256

import msgspec

from byalag.model import Micros
from byalag.store._chunks import between, opened, put
from byalag.store._observations import write_pending
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._retention_tally import Expired, Expiry
from byalag.store._session import Session
from byalag.store._sqlite import Row

ROWS_A_STEP = 5_000
_CHUNKS_A_STEP = 60
_SERIES_A_STEP = 200
_FEW = 500

Progress = tuple[int | None, Expired]
"""Where to go on (None: there is no more), and what has been deleted so far."""


def observations(session: Session, due: Expiry, after: int, so_far: Expired) -> Progress:
    """Delete the observations of a dataset that are too old, some series at a time."""
    write_pending(session)
    if not after:
        session.run("put_floor", (due.about, due.before))
        session.floors = None
    budget = ROWS_A_STEP
    for _ in range(_SERIES_A_STEP):
        found = session.run("series_to_expire", (due.about, after, due.before))
        if not found:
            return None, so_far
        no, id_, thing = found[0]
        if thing in due.held:
            after = no
            continue
        budget, so_far, done = _series(session, (no, id_), due, budget, so_far)
        if not done:
            return after, so_far
        after = no
        if session.is_open("", due.about):
            session.tell(due.about).forgotten.append((id_, due.before))
        if budget <= 0:
            break
    return after, so_far


def _series(
    session: Session, series: tuple[int, str], due: Expiry, budget: int, so_far: Expired
) -> tuple[int, Expired, bool]:
    no, id_ = series
    rows = session.run("rows_before", (no, due.before, budget))
    if rows:
        session.run("drop_rows_until", (no, rows[-1][0]))
        what = id_.encode() + msgspec.json.encode(rows)
        so_far = so_far.more(len(rows), rows[0][0], rows[-1][0], what)
    budget -= len(rows)
    if budget <= 0:
        return budget, so_far, False
    chunks = session.run("chunks_before", (no, due.before, _CHUNKS_A_STEP))
    for chunk in chunks:
        so_far = _cut(session, series, due.before, chunk, so_far)
    done = len(chunks) < _CHUNKS_A_STEP
    if done:
        forget_latest(session, no, id_, due.before)
        so_far = msgspec.structs.replace(so_far, series=so_far.series + 1)
    return budget - len(chunks) * _CHUNKS_A_STEP, so_far, done


def forget_before(session: Session, no: int, id_: str, before: Micros) -> None:
    """Delete what was observed of a series before a time: the commons is told so."""
    session.run("drop_rows_until", (no, before - 1))
    for chunk in session.run("chunks_before", (no, before, -1)):
        _cut(session, (no, id_), before, chunk, Expired(stuff="observations", about=""))
    forget_latest(session, no, id_, before)


def _cut(
    session: Session, series: tuple[int, str], before: Micros, chunk: Row, so_far: Expired
) -> Expired:
    """Drop a chunk, or write anew what is left of one."""
    no, id_ = series
    _, times, points, flag, flags, level, start, _ = chunk
    run = opened(times, points, flag, flags)
    gone, left = between(run, EARLIEST, before), between(run, before, LATEST)
    if len(left.times):
        put(session, no, level, start, left)
    else:
        session.run("drop_chunk", (no, level, start))
    what = sha256(id_.encode())
    for part in (gone.times, gone.values, gone.flags):
        what.update(part.tobytes())
    first, last = int(gone.times[0]), int(gone.times[-1])
    return so_far.more(len(gone.times), first, last, what.digest())


def forget_latest(session: Session, no: int, id_: str, before: Micros) -> None:
    """Let a series have no latest value, where that is too old."""
    found = session.run("newest_at", (no,))
    if found and found[0][0] < before:
        session.run("drop_latest", (no,))
    session.series.pop(id_, None)
    session.observed = True


def deliveries(session: Session, due: Expiry, after: int, so_far: Expired) -> Progress:
    """Delete deliveries that are too old, with their bodies.

    Of what is not about people the newest of each part stays, and the newest that could be read:
    others are read together with it.
    """
    page = session.run("deliveries_before", (due.about, due.before, after, _FEW))
    for seq, part, received, size, digest in page:
        after = seq
        if not due.people and _is_needed(session, due.about, part, seq):
            continue
        session.run("drop_bodies", (seq,))
        session.run("drop_delivery", (seq,))
        so_far = so_far.more(1, received, received, digest, size=size)
    return (after if len(page) == _FEW else None), so_far


def _is_needed(session: Session, source: str, part: str, seq: int) -> bool:
    newest = session.run("newest_delivery", (source, part))[0][0]
    good = session.run("recall", (f"good/{source}/{part}",))
    return seq == newest or bool(good and msgspec.json.decode(good[0][0]) == seq)


def set_aside(session: Session, due: Expiry, after: int, so_far: Expired) -> Progress:
    """Delete what was set aside too long ago, whatever has become of it."""
    page = session.run("aside_before", (due.about, due.before, after, _FEW))
    for seq, at, record in page:
        session.run("drop_aside", (seq,))
        so_far = so_far.more(1, at, at, record, size=len(record))
        after = seq
    if len(page) == _FEW:
        return after, so_far
    session.run("drop_empty_reasons", (due.about,))
    session.numbers.clear()
    return None, so_far


def messages(session: Session, due: Expiry, after: int, so_far: Expired) -> Progress:
    """Delete messages that were put in a queue too long ago, sent or not."""
    page = session.run("messages_before", (due.before, after, _FEW))
    for seq, at, message in page:
        session.run("drop_message", (seq,))
        so_far = so_far.more(1, at, at, message, size=len(message))
        after = seq
    return (after if len(page) == _FEW else None), so_far


def journal(session: Session, due: Expiry, after: int, so_far: Expired) -> Progress:
    """Delete what a book says of matters that have been over for too long."""
    page = session.run("matters_ended", (due.about, due.before, after, _FEW))
    for seq, subject, matter, _ in page:
        after = seq
        if subject in due.held:
            continue
        given = (due.about, subject, matter, seq)
        for _, at, kind, who, document in session.run("lines_of_matter", given):
            what = b"\0".join((subject.encode(), kind.encode(), who.encode(), document))
            so_far = so_far.more(1, at, at, what, size=len(document))
        session.run("drop_lines_of_matter", given)
    return (after if len(page) == _FEW else None), so_far


def files(session: Session, due: Expiry, _after: int, so_far: Expired) -> Progress:
    """Delete earlier versions of published files; the newest of each stays."""
    page = session.run("files_before", (due.about, due.before, _FEW))
    for name, version, digest, at in page:
        session.run("drop_file_version", ("", due.about, name, version))
        so_far = so_far.more(1, at, at, bytes.fromhex(digest))
        session.changed = True
        if session.is_open("", due.about):
            session.tell(due.about).dropped.append((name, version))
    return (1 if len(page) == _FEW else None), so_far
