"""Whether a store is whole, and a copy of it."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from byalag.store._chunks import Header, header, opened
from byalag.store._connection import rows
from byalag.store._periods import end_of
from byalag.store._sqlite import Connection, connect

_PAGE = 200


def check(connection: Connection) -> list[str]:
    """Return what is wrong with a store, in sentences; nothing when all is well."""
    return list(chain(_file(connection), _agreement(connection), _chunks(connection)))


def _file(connection: Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"the file is damaged: {said}; restore the latest backup"
    for (said,) in connection.execute("SELECT rtreecheck('place')"):
        if said != "ok":
            yield f"the index of positions is damaged: {said}; restore the latest backup"


def _agreement(connection: Connection) -> Iterator[str]:
    """Say where one table does not agree with another."""
    sentences = {
        "unplaced": "the thing {} is not in the index of positions, or wrongly there",
        "bodiless": "delivery {} has lost its bytes",
        "without_series": "there are observations of a series that is not there: number {}",
        "stale_latest": "the latest value of {} is not its newest observation",
        "overlapping": "day chunks of {} lie under a month chunk",
    }
    for name, sentence in sentences.items():
        for (what,) in rows(connection, name):
            yield sentence.format(what)


def _chunks(connection: Connection) -> Iterator[str]:
    """Say which chunks do not hold what their headers say."""
    after = 0
    while page := rows(connection, "every_chunk", (after, _PAGE)):
        for number, id_, level, start, *rest in page:
            after = number
            problem = _problem(level, start, rest)
            if problem:
                yield f"the chunk of {id_} that begins at {start} {problem}"


def _problem(level: int, start: int, row: list[Any]) -> str:
    *counted, flag, times, points, flags = row
    said = dict(zip(Header.__struct_fields__, [*counted, flag], strict=True))
    try:
        run = opened(times, points, flag, flags)
    except (RuntimeError, TypeError) as error:
        return f"cannot be read: {error}"
    if not len(run.times) == len(run.values) == len(run.flags) > 0:
        return "holds arrays of different lengths"
    if header(run) != Header(**said):
        return "does not hold what its header says"
    if not (np.diff(run.times) > 0).all():
        return "is not in order of time"
    if run.times[0] < start or run.times[-1] >= end_of(level, start):
        return "holds times outside of its period"
    return ""


def backup(connection: Connection, path: Path) -> Path:
    """Write a copy of a store by SQLite's online backup; return where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    copy = connect(unfinished)
    try:
        with copy.backup("main", connection, "main") as copying:
            copying.step(-1)
        copy.pragma("journal_mode", "delete")
    finally:
        copy.close()
    unfinished.replace(path)
    return path
