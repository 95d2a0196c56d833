"""Taking a hub's open datasets out as files that anyone can read: CSV, GeoJSON and Parquet."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path

from msgspec import Struct, field

from byalag.app._hub import Hub, Tenant
from byalag.app._stores import declare, open_stores
from byalag.engine import SystemClock
from byalag.model import Json, Micros, Series, Thing
from byalag.standards.profile import Cell, spreadsheet_name, write_exact, write_spreadsheet
from byalag.store import Store, write_parquet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_THING = ("id", "type", "name", "municipality", "latitude", "longitude")
_OBSERVED = ("series", "time", "value", "unit", "flag")


class Exported(Struct, frozen=True, kw_only=True):
    """What was written: files, relative to the folder, and how much is in them."""

    files: list[str] = field(default_factory=list[str])
    things: int = 0
    observations: int = 0


def export(hub: Hub, folder: Path, *, language: str = "sv") -> Exported:
    """Write every open dataset of every municipality to a folder, one folder a municipality.

    Each table is written twice: exactly, and for spreadsheets as they are in a language.
    """
    files: list[Path] = []
    things = observations = 0
    now = SystemClock().now()
    with ExitStack() as stack:
        stores = stack.enter_context(open_stores(hub))
        declare(hub, stores, now)
        for tenant in hub.tenants:
            store = stores.own[tenant.municipality.code]
            home = folder / tenant.municipality.code
            for dataset in _open(tenant):
                home.mkdir(parents=True, exist_ok=True)
                described = _described(store, dataset)
                files += _write_things(home, dataset, list(described.things.values()), language)
                rows = _Observed(store, described.series, now)
                files += _write_tables(home, f"{dataset}.observations", _OBSERVED, rows, language)
                observations += rows.count
                things += len(described.things)
            files += write_parquet(store, home / "parquet", datasets=_open(tenant), until=now)
    names = sorted(file.relative_to(folder).as_posix() for file in files)
    return Exported(files=names, things=things, observations=observations)


class _Described(Struct):
    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    series: list[Series] = field(default_factory=list[Series])


def _open(tenant: Tenant) -> list[str]:
    return [name for name, dataset in tenant.datasets.items() if dataset.open]


def _described(store: Store, dataset: str) -> _Described:
    found = _Described()
    for change in store.replay(dataset):
        for fact in change.facts:
            if isinstance(fact, Thing):
                found.things[fact.id] = fact
            elif isinstance(fact, Series):
                found.series.append(fact)
    return found


def _write_things(home: Path, dataset: str, things: list[Thing], language: str) -> Iterator[Path]:
    things.sort(key=lambda thing: thing.id)
    geojson = home / f"{dataset}.geojson"
    collection = {"type": "FeatureCollection", "features": [_feature(thing) for thing in things]}
    geojson.write_text(json.dumps(collection, ensure_ascii=False, indent=1), "utf-8")
    yield geojson
    names = sorted({name for thing in things for name in thing.properties})
    rows = [_row(thing, names) for thing in things]
    yield from _write_tables(home, dataset, (*_THING, *names), rows, language)


def _write_tables(
    home: Path, stem: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], language: str
) -> Iterator[Path]:
    """Write a table as it is, and as one for spreadsheets; rows are gone through once for each."""
    exact = home / f"{stem}.csv"
    with exact.open("w", encoding="utf-8", newline="") as file:
        write_exact(file, head, rows)
    yield exact
    tame = home / spreadsheet_name(stem, language)
    with tame.open("w", encoding="utf-8", newline="") as file:
        write_spreadsheet(file, head, rows, comma=language != "en")
    yield tame


def _feature(thing: Thing) -> Json:
    point = thing.point
    geometry = point and {"type": "Point", "coordinates": [point.longitude, point.latitude]}
    said = {"name": thing.name, "type": thing.type, "municipality": thing.municipality}
    return {
        "type": "Feature",
        "id": thing.id,
        "geometry": thing.shape or geometry,
        "properties": {**thing.properties, **said},
    }


def _row(thing: Thing, names: list[str]) -> list[Cell]:
    where = (thing.point.latitude, thing.point.longitude) if thing.point else (None, None)
    said = [_cell(thing.properties.get(name)) for name in names]
    return [thing.id, thing.type, thing.name or "", thing.municipality or "", *where, *said]


def _cell(value: Json) -> Cell:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


class _Observed(Struct):
    """The rows of what was observed until now, series by series; `count` is how many they were."""

    store: Store
    series: Sequence[Series]
    now: Micros
    count: int = 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        self.count = 0
        for one in sorted(self.series, key=lambda each: each.id):
            known = self.store.history(one.id, start=0, end=self.now + 1)
            self.count += len(known.times)
            for at, value, flag in zip(
                known.times.tolist(), known.values.tolist(), known.flags.tolist(), strict=True
            ):
                yield one.id, _iso(at), None if isnan(value) else value, one.unit, flag


def _iso(at: Micros) -> str:
    moment = _EPOCH + timedelta(microseconds=at)
    return moment.isoformat().replace("+00:00", "Z")
