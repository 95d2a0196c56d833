"""Settings of sources: what a wrong one is answered with, and the example hub's files."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from byalag import Misconfigured
from byalag.sources import Receive, kinds, settle

HUB = Path(__file__).parents[2] / "examples" / "hub"
FILES = sorted(HUB.glob("*/sources/*.toml"))
GOOD: dict[str, Any] = {
    "kind": "http-json",
    "dataset": "parking",
    "url": "https://parking.example/",
    "thing": {"type": "OffStreetParking", "id": "{id}"},
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "http-jsn"}, r"kind 'http-jsn' is not known; use one of .*http-json"),
        ({"kind": None}, r"kind None is not known"),
        ({"recrods": "a"}, r"recrods is not a setting here; did you mean records\?"),
        ({"thing": {"type": "A", "id": "{i}", "nam": "n"}}, r"thing\.nam .* did you mean name"),
        (
            {"series": [{"name": "a", "value": "b", "at": {"path": "c", "fromat": "iso"}}]},
            r"series\[0\]\.at\.fromat .* did you mean format",
        ),
        ({"every": "1 minute"}, r"every: Expected `str` matching regex"),
        ({"url": "ftp://parking.example/"}, r"url: Expected `str` matching"),
        ({"max_bytes": 0}, r"max_bytes: Expected `int` >= 1"),
        ({"paging": {"at_most": "many"}}, r"paging\.at_most: Expected `int`"),
        ({"live": {"url": "https://p.example/"}}, r"live: Object missing required field `key`"),
    ],
)
def test_a_wrong_setting_is_named_with_its_path(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence) as told:
        settle(GOOD | change, name="lots")
    assert str(told.value).startswith("source lots: ")


def test_a_missing_kind_is_answered_with_those_there_are() -> None:
    with pytest.raises(Misconfigured, match=r"kind is missing; use one of .*datex2-parking"):
        settle({"dataset": "parking"}, name="lots")


def test_every_kind_the_issue_asks_for_is_found() -> None:
    wanted = {"http-json", "http-csv", "http-xlsx", "http-xml", "datex2-parking", "hav-bathing"}
    assert {*wanted, "push"} <= kinds().keys()


@pytest.mark.parametrize("name", kinds())
def test_settings_have_a_json_schema_for_the_manual(name: str) -> None:
    schema = msgspec.json.schema(kinds()[name].settings)
    assert schema["$defs"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_of_the_example_hub_works(file: Path) -> None:
    kind, settings = settle(tomllib.loads(file.read_text()), name=file.stem)
    assert kind.reach(settings)
    if kind.gather is not None:
        settings = kind.gather(settings, lambda name: (HUB / name).read_bytes())
    assert callable(kind.prepare(settings))
    assert (file.parent.parent / "datasets" / f"{settings.dataset}.toml").is_file()


def test_pushed_series_say_their_thing_property_and_sensor_by_their_id() -> None:
    table = {
        "kind": "push",
        "dataset": "sensors",
        "series": [{"id": "sensor:s:a1/waterTemperature@deep", "unit": "Cel", "cadence": "15m"}],
    }
    kind, settings = settle(table, name="p")
    reach = kind.reach(settings)
    assert isinstance(reach, Receive)
    (series,) = reach.series
    assert (series.thing, series.property, series.sensor) == (
        "sensor:s:a1",
        "waterTemperature",
        "deep",
    )
    assert (series.dataset, series.cadence) == ("sensors", 900_000_000)


def test_a_series_that_is_declared_twice_is_refused() -> None:
    one = {"id": "sensor:s:a1/waterTemperature"}
    kind, settings = settle({"kind": "push", "dataset": "sensors", "series": [one, one]}, name="p")
    with pytest.raises(Misconfigured, match="more than once"):
        kind.prepare(settings)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit": "Celcius"}, r"^series\[1\]\.unit: 'Celcius' is no unit; near ones are Cel$"),
        ({"unit": "CEL"}, r"^series\[1\]\.unit: 'CEL' is a UN/CEFACT code; write 'Cel'"),
        ({"range": [40, -5]}, r"^series\[1\]\.range: write \[lowest, highest\]$"),
    ],
)
def test_what_cannot_be_of_a_pushed_series_is_refused(
    change: dict[str, Any], sentence: str
) -> None:
    first = {"id": "sensor:s:a1/waterTemperature", "unit": "Cel", "range": [-5, 40]}
    second = {"id": "sensor:s:a2/waterTemperature", **change}
    table = {"kind": "push", "dataset": "sensors", "series": [first, second]}
    kind, settings = settle(table, name="p")
    with pytest.raises(Misconfigured, match=sentence):
        kind.prepare(settings)


def test_the_range_of_a_pushed_series_is_known_where_it_is_received() -> None:
    known, free = "sensor:s:a1/waterTemperature", "sensor:s:a2/waterTemperature"
    series = [{"id": known, "unit": "Cel", "range": [-5, 40]}, {"id": free, "unit": "Cel"}]
    kind, settings = settle({"kind": "push", "dataset": "sensors", "series": series}, name="p")
    reach = kind.reach(settings)
    assert isinstance(reach, Receive)
    assert reach.ranges == {known: (-5, 40)}
