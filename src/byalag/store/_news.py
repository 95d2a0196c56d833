"""What is new in the datasets that outlets ask for, open or not: written in the facts' own commit.

A log of its own beside the outbox, so that what is closed is never where the commons looks.
"""

from collections.abc import Iterator

import msgspec

from byalag.model import Fact, Observation
from byalag.store._columns import Columns, pack, unpack
from byalag.store._entry import decode, encode, encode_columns
from byalag.store._parcel import News
from byalag.store._rows import as_observation
from byalag.store._session import Session, Telling, Told


def is_asked_for(session: Session, dataset: str) -> bool:
    """Return whether some outlet tells of a dataset."""
    if session.asked is None:
        found = session.run("asked_for")
        session.asked = frozenset(name for (said,) in found for name in msgspec.json.decode(said))
    return dataset in session.asked


def hear_facts(session: Session, dataset: str, facts: list[Fact]) -> None:
    """Note what is said of things."""
    if is_asked_for(session, dataset):
        session.news.setdefault(dataset, Telling()).facts += facts


def hear_rows(session: Session, dataset: str, series: str, rows: list[Told]) -> None:
    """Note what is observed: rows of time, value, flag, extra."""
    if is_asked_for(session, dataset):
        told = session.news.setdefault(dataset, Telling()).observations
        told.setdefault(series, []).extend(rows)


def hear_columns(session: Session, dataset: str, said: Columns) -> None:
    """Note what is observed in bulk, after what has been noted so far."""
    write_so_far(session, dataset)
    session.fresh.append((dataset, encode_columns(pack(said))))


def write_so_far(session: Session, dataset: str) -> None:
    """Put what has been noted of a dataset with what is to be written."""
    told = session.news.pop(dataset, None)
    if told is not None:
        session.fresh.append((dataset, encode(told)))


def write_news(session: Session) -> None:
    """Write what has been noted in this commit."""
    for dataset in list(session.news):
        write_so_far(session, dataset)
    session.write_many("insert_news", session.fresh)


def as_news(seq: int, dataset: str, body: bytes) -> News:
    """Return a row of the log as facts."""
    entry = decode(body)
    facts: list[Fact] = list(entry.facts)
    for series, told in entry.observations.items():
        facts += [as_observation(series, *one) for one in told]
    for packed in entry.columns:
        facts += _observations(unpack(packed))
    return News(seq=seq, dataset=dataset, facts=facts)


def _observations(said: Columns) -> Iterator[Observation]:
    rows = zip(
        said.which.tolist(),
        said.times.tolist(),
        said.values.tolist(),
        said.flags.tolist(),
        strict=True,
    )
    for which, at, value, flag in rows:
        yield Observation(str(said.series[which]), at, value, flag)
