import json
import struct
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from byalag.model import Dataset, Observation, Point, Series, Thing
from byalag.store import NotOpen, Store, write_parquet
from byalag.store._periods import DAY

JANUARY = 1_767_225_600_000_000  # 2026
FEBRUARY = JANUARY + 31 * DAY
MARCH = FEBRUARY + 28 * DAY


def filled(store: Store) -> list[Series]:
    open_ = Dataset(id="sensors", title={"sv": "Givare"}, open=True)
    store.publish({"sensors": open_, "homes": Dataset(id="homes", title={})}).result()
    described = [
        Series(
            id=f"sensor:x:{n}/level",
            thing=f"sensor:x:{n}",
            property="level",
            dataset="sensors" if n < 2 else "homes",
            unit="m",
        )
        for n in range(3)
    ]
    for number, series in enumerate(described):
        thing = Thing(
            id=series.thing,
            type="Device",
            dataset=series.dataset,
            municipality="2482",
            point=Point(64.75, 20.95) if number else None,
            properties={"djup": 2},
        )
        store.commit([thing], at=0).result()
        times = JANUARY + np.arange(40 * 24, dtype=np.int64) * 3_600_000_000
        store.load(series, times, np.sin(times / 1e10)).result()
    store.commit([Observation(described[0].id, JANUARY + 1, float("nan"), 9)], at=0).result()
    return described


def test_closed_months_are_written_sorted_and_exact(store: Store, tmp_path: Path) -> None:
    described = filled(store)
    written = write_parquet(store, tmp_path / "lake", datasets=["sensors"], until=MARCH - 1)
    names = [str(path.relative_to(tmp_path / "lake")) for path in written]
    assert names == ["sensors/things.parquet", "sensors/observations/2026-01.parquet"]
    file = pq.ParquetFile(written[1])
    assert file.num_row_groups == 2
    assert [str(field.type) for field in file.schema_arrow] == [
        *["string"] * 3,
        "timestamp[us, tz=UTC]",
        "double",
        "uint8",
        "string",
        "string",
    ]
    for number, series in enumerate(described[:2]):
        table = file.read_row_group(number)
        run = store.history(series.id, start=JANUARY, end=FEBRUARY)
        assert table["time"].cast(pa.int64()).to_pylist() == run.times.tolist()
        values = table["value"].to_pylist()
        assert values == [None if np.isnan(value) else value for value in run.values.tolist()]
        assert table["flag"].to_pylist() == run.flags.tolist()
        assert set(table["series"].to_pylist()) == {series.id}
        assert set(table["thing"].to_pylist()) == {series.thing}
        assert set(table["unit"].to_pylist()) == {"m"}
        assert set(table["municipality"].to_pylist()) == {"2482"}
    assert values[0] is not None


def test_the_next_month_comes_when_it_has_ended(store: Store, tmp_path: Path) -> None:
    filled(store)
    written = write_parquet(store, tmp_path, datasets=["sensors"], until=MARCH)
    assert [path.name for path in written] == [
        "things.parquet",
        "2026-01.parquet",
        "2026-02.parquet",
    ]
    assert list(tmp_path.rglob("*.unfinished")) == []


def test_things_are_geoparquet(store: Store, tmp_path: Path) -> None:
    filled(store)
    (path,) = write_parquet(store, tmp_path, datasets=["sensors"], until=JANUARY)
    table = pq.read_table(path)
    assert table["id"].to_pylist() == ["sensor:x:0", "sensor:x:1"]
    assert table["latitude"].to_pylist() == [None, 64.75]
    assert json.loads(str(table["properties"].to_pylist()[0])) == {"djup": 2}
    point = table["geometry"].to_pylist()[1]
    assert point is not None
    order, kind, longitude, latitude = struct.unpack("<BIdd", point)
    assert (order, kind, longitude, latitude) == (1, 1, 20.95, 64.75)
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"]["geometry"]["encoding"] == "WKB"


@pytest.mark.parametrize("dataset", ["homes", "unheard-of"])
def test_what_is_closed_is_not_exported(store: Store, tmp_path: Path, dataset: str) -> None:
    filled(store)
    with pytest.raises(NotOpen, match=f"'{dataset}' is not declared open"):
        write_parquet(store, tmp_path / "lake", datasets=["sensors", dataset], until=MARCH)
    assert not (tmp_path / "lake").exists()
