"""Reading what is to be told: the outbox, and everything of one dataset from the beginning."""

from collections.abc import Iterator

import numpy as np

from byalag import ByalagError
from byalag.model import Link, Observation
from byalag.store import _history
from byalag.store._columns import unpack
from byalag.store._connection import Readers, rows
from byalag.store._entry import Entry, decode
from byalag.store._file import FileVersion, as_file
from byalag.store._pcodec import pack
from byalag.store._periods import month_after
from byalag.store._results import Block, Change
from byalag.store._rows import as_observation
from byalag.store._series import as_series, months
from byalag.store._sqlite import Connection
from byalag.store._things import decode as decode_thing

_PAGE = 500


class NotOpen(ByalagError):
    """The dataset is not open, and nothing of it is given out."""

    exit_code = 6


def changes(connection: Connection, after: int, limit: int) -> list[Change]:
    """Return what the outbox holds after a number, oldest first."""
    found = rows(connection, "outbox_after", (after, limit))
    return [_change(connection, seq, dataset, decode(body)) for seq, dataset, body in found]


def is_open(connection: Connection, dataset: str) -> bool:
    """Return whether a dataset of this store's own is open."""
    found = rows(connection, "is_open", (dataset, ""))
    return bool(found and found[0][0])


def _change(connection: Connection, seq: int, dataset: str, entry: Entry) -> Change:
    """Return a change; what its ranges name is read now, and only if it is still open."""
    facts = list(entry.facts)
    for series, told in entry.observations.items():
        facts += [as_observation(series, *one) for one in told]
    blocks: list[Block] = []
    for series, start, end in entry.ranges if is_open(connection, dataset) else ():
        read = _range(connection, dataset, series, start, end)
        blocks += read[0]
        facts += read[1]
    return Change(
        seq=seq,
        dataset=dataset,
        facts=facts,
        blocks=blocks,
        withdrawn=entry.withdrawn,
        closed=entry.closed,
        undescribed=entry.undescribed,
        columns=[unpack(columns) for columns in entry.columns],
        files=entry.files,
        forgotten=entry.forgotten,
        dropped=entry.dropped,
    )


def _range(
    connection: Connection, dataset: str, series: str, start: int, end: int
) -> tuple[list[Block], list[Observation]]:
    """Return a period of a series as a block, and apart from it what carries more."""
    found = rows(connection, "series_row", (series,))
    if not found or found[0][5] != dataset:
        return [], []
    extras = rows(connection, "extras_in", (found[0][0], start, end))
    run = _history.read(connection, found[0][0], start, end)
    plain = ~np.isin(run.times, [row[0] for row in extras])
    packed = [pack(part[plain]) for part in (run.times, run.values, run.flags)]
    blocks = [Block(series, *packed)] if plain.any() else []
    return blocks, [as_observation(series, *row) for row in extras]


def replay(readers: Readers, dataset: str) -> Iterator[Change]:
    """Yield everything of an open dataset as it is now, in changes that move no cursor.

    Raises:
        NotOpen: The dataset is not declared open in this store.
    """
    with readers.borrow() as connection:
        if not is_open(connection, dataset):
            message = f"the dataset {dataset!r} is not declared open; nothing of it is given out"
            raise NotOpen(message)
    yield from _things(readers, dataset)
    with readers.borrow() as connection:
        found = rows(connection, "series_of_dataset", (dataset,))
    described = [(row[0], as_series(row[1:])) for row in found]
    yield Change(seq=0, dataset=dataset, facts=[series for _, series in described])
    for no, series in described:
        yield from _observations(readers, dataset, no, series.id)
    yield Change(seq=0, dataset=dataset, facts=_open_links(readers, dataset))
    yield Change(seq=0, dataset=dataset, files=_files(readers, dataset))


def _things(readers: Readers, dataset: str) -> Iterator[Change]:
    after = 0
    while True:
        with readers.borrow() as connection:
            page = rows(connection, "things_of_dataset", (dataset, after, _PAGE))
        if not page:
            return
        yield Change(seq=0, dataset=dataset, facts=[decode_thing(row[2]) for row in page])
        after = page[-1][0]


def _observations(readers: Readers, dataset: str, no: int, series: str) -> Iterator[Change]:
    with readers.borrow() as connection:
        starts = months(connection, no)
    for start in starts:
        with readers.snapshot() as connection:
            blocks, extras = _range(connection, dataset, series, start, month_after(start))
        yield Change(seq=0, dataset=dataset, blocks=blocks, facts=extras)


def _files(readers: Readers, dataset: str) -> list[FileVersion]:
    return [as_file(row) for row in readers.ask("own_files", (dataset,))]


def _open_links(readers: Readers, dataset: str) -> list[Link]:
    """Return the links to a dataset's series from things that an open dataset describes."""
    with readers.snapshot() as connection:
        found = rows(connection, "links_of_dataset", (dataset,))
    return [Link(thing=thing, property=name, series=series) for thing, name, series in found]
