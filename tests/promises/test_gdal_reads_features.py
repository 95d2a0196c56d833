"""GDAL's OAPIF driver, an independent client, reads what the store holds."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.model import Json
from byalag.testkit import RunningHub

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = [
    pytest.mark.promise,
    pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's ogrinfo is not installed"),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningHub]:
    with RunningHub("demo") as hub:
        hub.wait_for("/baths/v1/bathing-places?municipality=2482&limit=50", "Falkträsket")
        hub.wait_for("/parking/v1/parking-facilities?municipality=2260&limit=50", "Torpshammar")
        hub.wait_for("/parking/v1/parking-facilities?municipality=2482&limit=50", "Ekorren")
        for town in ("skelleftea", "ange", "overkalix"):
            for what in ("bathing-places", "parking"):
                hub.wait_for("/features/v1/collections", f'"{town}-{what}"')
        yield hub


def collections(demo: RunningHub) -> list[Json]:
    found: list[Json] = demo.get("/features/v1/collections").json["collections"]
    return found


def read(demo: RunningHub, layer: str, path: Path, *more: str) -> list[Json]:
    """Return a collection as GDAL reads it."""
    source = f"OAPIF:http://127.0.0.1:{demo.port}/features/v1"
    wanted = ["-f", "GeoJSON", str(path), source, layer, *more]
    done = subprocess.run(["ogr2ogr", *wanted], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    features: list[Json] = json.loads(path.read_text("utf-8"))["features"]
    return features


def test_gdal_reads_every_collection_as_it_is(demo: RunningHub, tmp_path: Path) -> None:
    listed = collections(demo)
    assert len(listed) == 6
    for one in listed:
        name, box = one["id"], one["extent"]["spatial"]["bbox"][0]
        items = demo.get(f"/features/v1/collections/{name}/items?limit=1000").json
        features = read(demo, name, tmp_path / f"{name}.json")
        assert len(features) == items["numberMatched"] == len(items["features"])
        ours = {feature["id"]: feature for feature in items["features"]}
        for feature in features:
            said = feature["properties"]
            mine = ours[said.pop("id", None) or feature["id"]]
            assert feature["geometry"]["coordinates"] == pytest.approx(
                mine["geometry"]["coordinates"], abs=1e-6
            )
            for key, value in mine["properties"].items():
                if (
                    isinstance(value, str) and not key.endswith("Time") and key != "updated"
                ) or isinstance(value, bool):
                    assert said[key] == value
        edges = [feature["geometry"]["coordinates"] for feature in features]
        west, south = (min(edge[axis] for edge in edges) for axis in (0, 1))
        east, north = (max(edge[axis] for edge in edges) for axis in (0, 1))
        assert [west, south, east, north] == pytest.approx(box, abs=1e-6)


def test_gdal_asks_for_a_box_and_a_property(demo: RunningHub, tmp_path: Path) -> None:
    name = "skelleftea-parking"
    box = ["-spat", "20.93", "64.74", "20.96", "64.76"]
    items = demo.get(f"/features/v1/collections/{name}/items?bbox=20.93,64.74,20.96,64.76").json
    found = read(demo, name, tmp_path / "box.json", *box)
    assert 0 < len(found) == items["numberMatched"]
    town = read(demo, name, tmp_path / "town.json", "-where", "name = 'Sara kulturhus'")
    assert [one["properties"]["name"] for one in town] == ["Sara kulturhus"]


@pytest.mark.parametrize("page", ["sv/geodata.md", "en/features.md"])
def test_what_the_manual_says_of_gdal_works(demo: RunningHub, page: str, tmp_path: Path) -> None:
    text = (DOCS / page).read_text("utf-8")
    [block] = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    for line in block.strip().splitlines():
        command = line.replace("127.0.0.1:8080", f"127.0.0.1:{demo.port}").split()
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    [written] = tmp_path.glob("*.gpkg")
    assert written.stat().st_size > 10_000
