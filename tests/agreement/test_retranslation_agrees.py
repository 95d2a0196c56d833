"""A store that is translated again is as the new mapping would have made it from the start."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from byalag.engine import Connected, Retranslation, load
from byalag.model import Dataset, Json, Municipality, Thing
from byalag.sources import settle
from byalag.store import Store
from byalag.testkit import StoppedClock

HOME = Municipality(code="2482", name="Skellefteå")
DATASETS = {
    name: Dataset(id=name, title={"sv": name}, open=open_)
    for name, open_ in (("parking", True), ("other", True), ("closed", False))
}
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
BEGIN = 1_780_000_000  # 2026-05-28
HOUR = 3600
MICRO = 1_000_000

_record = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c"]), "free": st.sampled_from([1, 2, 3, "full", None])},
    optional={
        "name": st.sampled_from(["A", "B"]),
        "total": st.sampled_from([10, 20]),
        "kind": st.sampled_from(["x", "y"]),
        "gone": st.booleans(),
        "lat": st.sampled_from([64.1, 64.2]),
        "hours": st.integers(0, 60),
    },
)
_delivery = st.one_of(
    st.lists(_record, max_size=4),
    st.just("garbled"),
)
_mapping = st.fixed_dictionaries(
    {
        "property": st.sampled_from(["availableSpotNumber", "freeSpaces"]),
        "codes": st.booleans(),
        "zone": st.sampled_from([None, "UTC", "America/New_York"]),
        "title": st.booleans(),
        "total": st.sampled_from([None, "totalSpotNumber", "capacity"]),
        "gone": st.booleans(),
        "point": st.booleans(),
        "where": st.booleans(),
        "dataset": st.sampled_from(["parking", "other", "closed"]),
        "prefix": st.sampled_from(["{id}", "{id}-p"]),
        "unit": st.sampled_from(["1", "m"]),
        "received": st.booleans(),
        "quality": st.sampled_from(
            [None, {"spike": 0.7}, {"range": [0, 2], "rate": "0.5/h", "flat": "2h"}]
        ),
    }
)


def source(name: str, chosen: dict[str, Any]) -> Connected:
    thing: dict[str, Any] = {
        "type": "OffStreetParking",
        "id": chosen["prefix"],
        "operator": "op",
        "properties": {chosen["total"]: "total"} if chosen["total"] else {},
    }
    if chosen["title"]:
        thing["name"] = "name"
    if chosen["gone"]:
        thing["gone"] = "gone"
    if chosen["point"]:
        thing["point"] = {"lat": "lat", "lon": "lon"}
    at: Any = "$received" if chosen["received"] else {"path": "at"}
    if chosen["zone"] and not chosen["received"]:
        at["zone"] = chosen["zone"]
    series: dict[str, Any] = {
        "name": chosen["property"],
        "value": "free",
        "at": at,
        "unit": chosen["unit"],
    }
    if chosen.get("quality"):
        series["quality"] = chosen["quality"]
    if chosen["codes"]:
        series["codes"] = {"full": 0}
    table: dict[str, Any] = {
        "kind": "http-json",
        "dataset": chosen["dataset"],
        "url": "https://parkering.example",
        "every": "1m",
        "records": "lots",
        "thing": thing,
        "series": [series],
    }
    if chosen["where"]:
        table["where"] = {"kind": "x"}
    kind, read = settle(table, name=name)
    return Connected(name=name, municipality=HOME, kind=kind, settings=read)


def body(records: Json, number: int) -> bytes:
    if records == "garbled":
        return b"<html>busy</html>"
    lots = []
    for record in records:
        day, hour = divmod(record.get("hours", number), 24)
        at = f"2026-05-{20 + day:02}T{hour:02}:00:00"
        lots.append({**record, "lon": 20.9, "at": at})
    return json.dumps({"lots": lots}).encode()


def build(
    path: Path, commons: Store, folder: Path, given: list[tuple[str, Any]], read: dict[str, Any]
) -> Store:
    """Take in deliveries one by one, with folding now and then, and tell the commons."""
    store = Store(path)
    store.publish(DATASETS).result()
    for number, (name, records) in enumerate(given):
        file = folder / f"{number}.json"
        file.write_bytes(body(records, number))
        at = (BEGIN + number * HOUR) * MICRO
        load(read[name], store, [file], now=at)
        if number % 3 == 2:
            store.fold((BEGIN + 90 * 24 * HOUR) * MICRO).result()
        if number % 4 == 1:
            tell(store, commons)
    return store


def tell(store: Store, commons: Store) -> None:
    published = {id_: one for id_, one in store.datasets().items() if one.open}
    commons.publish(published, origin="2482").result()
    while changes := store.changes(commons.cursor("2482"), 100):
        commons.absorb("2482", changes).result()


def in_order(thing: Thing) -> Thing:
    """Return a thing with its properties by name: the order in which they came says nothing."""
    return replace(thing, properties=dict(sorted(thing.properties.items())))


def dump(store: Store, names: tuple[str, ...]) -> dict[str, Any]:
    """Return all that can be read of a store."""
    every = [s for dataset in DATASETS for s in store.series_in(dataset)]
    things = [t for dataset in DATASETS for t in store.things_in(dataset)]
    wide = -(2**62), 2**62
    runs = {s.id: store.history(s.id, start=wide[0], end=wide[1]) for s in every}
    ids = sorted({thing.id for thing in things})
    return {
        "things": {one: store.thing(one) for one in ids},
        "described": sorted((t.id, t.dataset, repr(in_order(t))) for t in things),
        "series": sorted(repr(s) for s in every),
        "observed": {
            name: (run.times.tolist(), [repr(v) for v in run.values.tolist()], run.flags.tolist())
            for name, run in runs.items()
        },
        "latest": {k: repr(v) for k, v in store.latest(s.id for s in every).items()},
        "aside": sorted(
            (one.source, one.delivery, one.where, one.why)
            for name in names
            for one in store.set_aside(name, 1000)
            if one.state == "open"
        ),
        "counts": [
            (d.seq, d.records, d.things, d.observations, d.set_aside, d.skipped)
            for d in store.deliveries(None, 1000)
        ],
        "found": sorted(f.thing.id for f in store.find("OffStreetParking")),
        "whole": store.check(),
    }


def agree(
    given: list[tuple[str, Any]], old: dict[str, Any], new: dict[str, Any], beside: dict[str, Any]
) -> None:
    """Build by the old mapping, translate again, and compare with what the new one builds."""
    others = {"beside": source("beside", beside)}
    first = {"lots": source("lots", old), **others}
    second = {"lots": source("lots", new), **others}
    sources, names = list(second.values()), ("lots", "beside")
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(Path(folder) / "c1.sqlite") as commons,
        Store(Path(folder) / "c2.sqlite") as wanted_commons,
        build(Path(folder) / "a.sqlite", commons, Path(folder), given, first) as store,
        build(Path(folder) / "b.sqlite", wanted_commons, Path(folder), given, second) as wanted,
    ):
        tell(store, commons)
        tell(wanted, wanted_commons)
        shown = Retranslation(store, "lots", sources, StoppedClock()).compare()
        done = Retranslation(store, "lots", sources, StoppedClock()).apply(store, "anna")
        assert repr(shown) == repr(done)
        assert dump(store, names) == dump(wanted, names)
        again = Retranslation(store, "lots", sources, StoppedClock()).compare()
        assert again.empty, again
        tell(store, commons)
        assert dump(commons, ()) == dump(wanted_commons, ())


@settings(deadline=None, max_examples=20, phases=PHASES)
@given(
    st.lists(st.tuples(st.just("lots"), _delivery), min_size=1, max_size=8),
    _mapping,
    _mapping,
)
@pytest.mark.proves(9)
def test_one_source_translated_again_is_as_if_it_always_had_been(
    given: list[tuple[str, Any]], old: dict[str, Any], new: dict[str, Any]
) -> None:
    agree(given, old, new, old)


@settings(deadline=None, max_examples=15, phases=PHASES)
@given(
    st.lists(st.tuples(st.sampled_from(["lots", "beside"]), _delivery), min_size=1, max_size=8),
    _mapping,
    _mapping,
    _mapping,
)
@pytest.mark.proves(9)
def test_a_source_that_shares_its_things_with_another_leaves_the_others_words(
    given: list[tuple[str, Any]],
    old: dict[str, Any],
    new: dict[str, Any],
    beside: dict[str, Any],
) -> None:
    agree(given, old, new, beside)


def plain(**others: Json) -> dict[str, Any]:
    """Return a mapping that says little, but for what is said here."""
    return {
        "property": "availableSpotNumber",
        "codes": False,
        "zone": "UTC",
        "title": False,
        "total": None,
        "gone": False,
        "point": False,
        "where": False,
        "dataset": "parking",
        "prefix": "{id}",
        "unit": "1",
        "received": False,
        **others,
    }


@pytest.mark.parametrize("dataset", ["parking", "closed"])
@pytest.mark.proves(9)
def test_what_was_gone_and_comes_back_elsewhere_is_not_told_of_where_it_was(dataset: str) -> None:
    seen = {"id": "a", "free": 1}
    given = [("lots", [seen, {**seen, "gone": True}])]
    agree(given, plain(dataset="other", gone=True), plain(dataset=dataset), plain())
