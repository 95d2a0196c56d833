"""Everything of a municipality, file by file in the archive it leaves with."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from byalag.app._care_book import BOOK
from byalag.app._leave_archive import Archive
from byalag.model import History, Json, Micros, Series
from byalag.store import Line, Note, SetAside, Store, Summary

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE: Final = 1000
_END: Final = 2**62  # microseconds, later than anything
_HEAD: Final = ("series", "time", "value", "flag", "extra")
_FIELDS: list[tuple[str, pa.DataType]] = [
    ("series", pa.string()),
    ("time", pa.timestamp("us", tz="UTC")),
    ("value", pa.float64()),
    ("flag", pa.uint8()),
    ("extra", pa.string()),
]
_ROWS: Final = pa.schema(_FIELDS)


class Taken(msgspec.Struct, kw_only=True):
    """How much was written."""

    datasets: int = 0
    things: int = 0
    series: int = 0
    observations: int = 0
    deliveries: int = 0
    files: int = 0
    set_aside: int = 0
    audit: int = 0
    lines: int = 0  # said of homes


def write_dataset(archive: Archive, store: Store, id_: str, taken: Taken) -> None:
    """Write one dataset: what it is, its things, series, links and observations."""
    home = f"datasets/{id_}"
    told = msgspec.json.encode(store.datasets()[id_])
    archive.text(f"{home}/dataset.json", msgspec.json.format(told, indent=1))
    things, series = store.things_in(id_), store.series_in(id_)
    taken.things += archive.lines(f"{home}/things.jsonl", things)
    taken.series += archive.lines(f"{home}/series.jsonl", series)
    archive.lines(f"{home}/links.jsonl", store.links_to(thing.id for thing in things))
    with archive.file(f"{home}/observations.csv") as entry:
        text = io.TextIOWrapper(io.BufferedWriter(entry), "utf-8", newline="")
        taken.observations += _write_csv(text, store, series)
        text.detach().flush()
    with (
        archive.file(f"{home}/observations.parquet") as entry,
        pq.ParquetWriter(pa.PythonFile(entry, mode="w"), _ROWS, compression="zstd") as writer,
    ):
        for one, run, extras in _months(store, series):
            writer.write_table(_table(one, run, extras))
    taken.datasets += 1


def write_ledger(archive: Archive, store: Store, taken: Taken) -> None:
    """Write every delivery as it arrived, and what is said of each."""
    last = store.deliveries(limit=1)
    numbers = range(1, last[0].seq + 1 if last else 1)
    for seq in numbers:
        delivery = store.delivery(seq)
        for page, body in enumerate(delivery.bodies if delivery else ()):
            archive.text(f"deliveries/{seq:09d}/{page}", body)
    taken.deliveries += archive.lines("deliveries.jsonl", _listed(store, numbers))


def write_rest(archive: Archive, store: Store, taken: Taken) -> None:
    """Write what was set aside, how sources have been read, and the audit."""
    taken.set_aside += archive.lines("set_aside.jsonl", _aside(store))
    sources = {one.source for one in store.ledger_size()}
    versions = (one for source in sorted(sources) for one in store.mappings(source))
    archive.lines("mappings.jsonl", versions)
    taken.audit += archive.lines("audit.jsonl", _audit(store))


def write_homes(archive: Archive, store: Store, taken: Taken) -> None:
    """Write what has been said of homes, what was worked out, and who they are; if there are any.

    The municipality is their controller: it takes them with it as they are.
    """
    journal = store.journal(BOOK)
    lines = list(journal.lines())
    if not lines:
        return
    homes = sorted({line.subject for line in lines})
    taken.lines = archive.lines("homes/journal.jsonl", lines)
    named = {*homes, *(one for line in lines if (one := _contact(line)))}
    known = ((one, journal.identity(one)) for one in sorted(named))
    archive.lines(
        "homes/identities.jsonl", ({"subject": one, "who": who} for one, who in known if who)
    )
    archive.lines(
        "homes/kept.jsonl",
        (
            {"home": home, "name": name, "at": at, "base64": kept}
            for home in homes
            for name, (at, kept) in journal.kept_of(home).items()
        ),
    )


def _contact(line: Line) -> str:
    match line.document:
        case {"contact": {"id": str(contact)}}:
            return contact
        case _:
            return ""


def _listed(store: Store, numbers: Iterable[int]) -> Iterator[Json]:
    for seq in numbers:
        summary, delivery = store.summary(seq), store.delivery(seq)
        if summary is None or delivery is None:
            continue
        told: dict[str, Json] = msgspec.to_builtins(summary)
        yield told | {
            "received": _iso(summary.received),
            "media_type": delivery.media_type,
            "url": delivery.url,
            "names": list(delivery.names),
            "files": [f"deliveries/{seq:09d}/{page}" for page in range(len(delivery.bodies))],
        }


def _aside(store: Store) -> Iterator[SetAside]:
    offset = 0
    while page := store.set_aside(limit=_PAGE, offset=offset):
        yield from page
        offset += len(page)


def _audit(store: Store) -> Iterator[Note]:
    before = None
    while page := store.notes(_PAGE, before=before):
        yield from page
        before = page[-1].seq


def _months(
    store: Store, series: Iterable[Series]
) -> Iterator[tuple[Series, History, dict[Micros, str]]]:
    """Yield what was observed, a series and a month at a time."""
    for one in series:
        months = store.months_of(one.id)
        for start, end in zip(months, [*months, _END][1:], strict=True):
            run = store.history(one.id, start=start, end=end)
            extras = {
                told.at: msgspec.json.encode(told.extra).decode()
                for told in store.extras(one.id, start, end)
                if told.extra is not None
            }
            yield one, run, extras


def _write_csv(text: io.TextIOWrapper, store: Store, series: Iterable[Series]) -> int:
    rows, count = csv.writer(text), 0
    rows.writerow(_HEAD)
    for one, run, extras in _months(store, series):
        count += len(run.times)
        values = zip(run.times.tolist(), run.values.tolist(), run.flags.tolist(), strict=True)
        rows.writerows(
            (one.id, _iso(at), "" if np.isnan(value) else repr(value), flag, extras.get(at, ""))
            for at, value, flag in values
        )
    return count


def _table(one: Series, run: History, extras: dict[Micros, str]) -> pa.Table:
    columns: list[Any] = [
        pa.repeat(pa.scalar(one.id, pa.string()), len(run.times)),
        pa.array(run.times, pa.timestamp("us", tz="UTC")),
        pa.array(run.values, pa.float64(), mask=np.isnan(run.values)),
        pa.array(run.flags, pa.uint8()),
        pa.array([extras.get(at) for at in run.times.tolist()], pa.string()),
    ]
    return pa.Table.from_arrays(columns, schema=_ROWS)


def _iso(at: Micros) -> str:
    return (_EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")


__all__ = ["Summary", "Taken", "write_dataset", "write_homes", "write_ledger", "write_rest"]
