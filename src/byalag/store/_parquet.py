"""The open door: closed months of open datasets as sorted Parquet that anyone reads without us."""

import json
import struct
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from byalag.model import Dataset, History, Micros, Series, Thing
from byalag.store._periods import month_after, month_of
from byalag.store._reading import Reading
from byalag.store._telling import NotOpen

_Fields: TypeAlias = list[tuple[str, pa.DataType]]

_OBSERVATION: _Fields = [
    ("thing", pa.string()),
    ("property", pa.string()),
    ("series", pa.string()),
    ("time", pa.timestamp("us", tz="UTC")),
    ("value", pa.float64()),
    ("flag", pa.uint8()),
    ("unit", pa.string()),
    ("municipality", pa.string()),
]
_THING: _Fields = [
    ("id", pa.string()),
    ("type", pa.string()),
    ("name", pa.string()),
    ("municipality", pa.string()),
    ("dataset", pa.string()),
    ("latitude", pa.float64()),
    ("longitude", pa.float64()),
    ("properties", pa.string()),
    ("geometry", pa.binary()),
]
_OBSERVATIONS = pa.schema(_OBSERVATION)
_GEO = {  # GeoParquet 1.1; without a "crs" the positions are WGS 84, longitude first
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


def write(store: Reading, folder: Path, *, datasets: Iterable[str], until: Micros) -> list[Path]:
    """Write the files; see `byalag.store.write_parquet`."""
    wanted = list(datasets)
    known = store.datasets()
    for id_ in wanted:
        _require_open(id_, known.get(id_))
    written: list[Path] = []
    for id_ in wanted:
        title = known[id_].title
        written.append(_write_things(store, folder / id_ / "things.parquet", id_, title))
        written += _write_observations(store, folder / id_ / "observations", id_, until)
    return written


def _require_open(id_: str, dataset: Dataset | None) -> None:
    if dataset is None or not dataset.open:
        message = f"the dataset {id_!r} is not declared open; nothing of it is exported"
        raise NotOpen(message)


def _write_observations(store: Reading, folder: Path, dataset: str, until: Micros) -> list[Path]:
    described = store.series_in(dataset)
    months: dict[int, list[Series]] = {}
    for series in described:
        for start in store.months_of(series.id):
            if month_after(start) <= until:
                months.setdefault(start, []).append(series)
    return [_write_month(store, folder, start, months[start]) for start in sorted(months)]


def _write_month(store: Reading, folder: Path, start: Micros, of: list[Series]) -> Path:
    name = str(np.datetime64(month_of(start), "us").astype("M8[M]"))
    path = folder / f"{name}.parquet"
    with _complete(path, _OBSERVATIONS) as writer:
        for series in of:
            run = store.history(series.id, start=start, end=month_after(start))
            thing = store.thing(series.thing)
            writer.write_table(_table(series, run, thing), row_group_size=max(1, len(run.times)))
    return path


def _table(series: Series, run: History, thing: Thing | None) -> pa.Table:
    count = len(run.times)

    def same(word: str | None) -> "pa.Array[Any]":
        return pa.repeat(pa.scalar(word, pa.string()), count)

    columns = [
        same(series.thing),
        same(series.property),
        same(series.id),
        pa.array(run.times, pa.timestamp("us", tz="UTC")),
        pa.array(run.values, pa.float64(), mask=np.isnan(run.values)),
        pa.array(run.flags, pa.uint8()),
        same(series.unit),
        same(thing.municipality if thing else None),
    ]
    return pa.Table.from_arrays(columns, schema=_OBSERVATIONS)


def _write_things(store: Reading, path: Path, dataset: str, title: dict[str, str]) -> Path:
    described = store.things_in(dataset)
    told: dict[bytes | str, bytes | str] = {
        "geo": json.dumps(_GEO),
        "title": json.dumps(title, ensure_ascii=False),
    }
    schema = pa.schema(_THING, metadata=told)
    with _complete(path, schema) as writer:
        rows = [_thing_row(thing) for thing in described]
        writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return path


def _thing_row(thing: Thing) -> dict[str, Any]:
    point = thing.point
    return {
        "id": thing.id,
        "type": thing.type,
        "name": thing.name,
        "municipality": thing.municipality,
        "dataset": thing.dataset,
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "properties": msgspec.json.encode(thing.properties).decode(),
        "geometry": struct.pack("<BIdd", 1, 1, point.longitude, point.latitude) if point else None,
    }


@contextmanager
def _complete(path: Path, schema: pa.Schema) -> Generator[pq.ParquetWriter]:
    """Write a file beside its place, and put it there when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
        yield writer
    unfinished.replace(path)
