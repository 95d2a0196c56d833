"""Whatever a record holds, it becomes facts that can be kept, or is set aside. Nothing crashes."""

from datetime import UTC

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.mapping import (
    Context,
    Field,
    MappingSpec,
    Omitted,
    PointSpec,
    SeriesSpec,
    Skipped,
    ThingSpec,
    TimeSpec,
    compile_mapping,
)
from byalag.model import Fact, Json, Rejected

KEYS = ["id", "name", "lat", "lon", "w", "g", "free", "t", "ms", "list", "kind", "on", "$crs"]
CONTEXT = Context(
    source="s",
    municipality="2482",
    dataset="parking",
    received=1_795_352_400_000_000,
    known={"parking:s:a/free", "parking:s:1/free"},
)
keys = st.sampled_from(KEYS)
texts = st.sampled_from(
    ["a", "", "-", "1,5", "2026-11-22", "2026-03-29 02:30", "POINT (18 59)", "POLYGON ((1 2", "nan"]
) | st.text(max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-90, 90)
    | st.floats()
    | texts
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | st.dates()
)
rings = st.lists(st.lists(st.lists(st.floats(), max_size=3), max_size=5), max_size=3)
geometry = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Point", "Polygon", "MultiPolygon", "LineString", "Sphere"]),
        "coordinates": st.recursive(
            st.floats() | st.integers(), lambda of: st.lists(of, max_size=5), max_leaves=20
        ),
    }
) | st.fixed_dictionaries(
    {"rings": st.lists(st.lists(st.lists(st.floats(), max_size=3), max_size=5), max_size=3)}
)
trees = st.recursive(
    scalars | geometry,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
records = st.dictionaries(keys, trees, max_size=len(KEYS)) | trees
named = st.fixed_dictionaries({"id": st.just("a")}, optional=dict.fromkeys(KEYS[1:], trees))
POINTS = [
    PointSpec(lat="lat", lon="lon", decimal=","),
    PointSpec(x="lat", y="lon", crs="EPSG:3006"),
    PointSpec(x="lat", y="lon", crs="auto"),
    PointSpec(wkt="w"),
    PointSpec(geometry="g", crs="auto"),
]
PROPERTIES: dict[str, str | Field] = {
    "plain": "list",
    "number": Field(path="free", decimal=",", missing=(-1, "-")),
    "whole": Field(path="free", kind="integer", from_unit="CMT", unit="m"),
    "yes": Field(path="on", kind="boolean"),
    "time": Field(path="t", kind="time"),
    "day": Field(path="ms", kind="date", time="epoch-ms"),
    "words": Field(path="list", kind="list", codes={"a": 1}),
    "found": Field(path="name", pattern=r"(\d+)", default=0),
    "text": "{name|lower}",
}
SERIES = (
    SeriesSpec(name="free", value="free", at="t", omitted=Omitted()),
    SeriesSpec(name="timed", value="lat", at=TimeSpec(path="ms", format="epoch-s"), range=(0, 1)),
    SeriesSpec(name="each", each="list", value="free", at=TimeSpec(path="t", format="%Y-%m-%d")),
    SeriesSpec(name="named", value="free", minus="lon", at="$received", sensor="{kind|slug}"),
)


def specs() -> list[MappingSpec]:
    """Return mappings that differ in how places are read, each with one property or series."""
    things = [
        ThingSpec(
            type="OffStreetParking",
            id="{id}",
            name="name",
            point=point,
            properties={name: said},
            gone="on",
        )
        for point in POINTS
        for name, said in PROPERTIES.items()
    ]
    shaped = ThingSpec(type="OffStreetParking", id="{id}", shape="g")
    bare = ThingSpec(type="OffStreetParking", id="{id}", gone="on")
    ours = {"{kind|upper}": ["A", "B"]}
    return [
        *(MappingSpec(thing=thing) for thing in things),
        MappingSpec(thing=shaped, where={"kind": {"not": "a"}}),
        *(MappingSpec(thing=bare, series=(series,), where=ours) for series in SERIES),
        *(MappingSpec(thing=bare, series=(series,), where={}) for series in SERIES),
    ]


MAPPERS = [compile_mapping(spec, source="s") for spec in specs()]


@given(st.sampled_from(MAPPERS), st.lists(records | named, max_size=4))
@settings(deadline=None, max_examples=100)
def test_any_record_becomes_facts_or_is_set_aside(mapper: Json, found: list[Json]) -> None:
    present = [{"id": "seen", "free": 1, "t": "2026-11-22"}]  # so that no feed looks changed
    named = [(str(number), record) for number, record in enumerate([*present, *found])]
    heard = list(mapper(named, CONTEXT))
    for one in heard:
        if isinstance(one, Skipped):
            assert 0 < one.count <= len(named)
        elif isinstance(one, Rejected):
            assert one.why
            assert len(one.why) < 500
        else:
            assert msgspec.json.decode(msgspec.json.encode(one), type=Fact)
    assert heard == list(mapper(named, CONTEXT)) or any("nan" in repr(one) for one in heard)
