"""The lines written for usual values say what the careful readers say, whatever the record."""

from math import isnan

from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.mapping import (
    Context,
    Field,
    Heard,
    MappingSpec,
    PointSpec,
    SeriesSpec,
    ThingSpec,
    TimeSpec,
    compile_mapping,
)
from byalag.model import Json, Observation, Rejected

CONTEXT = Context(
    source="s",
    municipality="2482",
    dataset="parking",
    received=1_795_352_400_000_000,
    known={"parking:s:a/free"},
)
ALWAYS: dict[str, Json] = {"@": {"not": "never"}}
NEW_YORK = TimeSpec(path="at", zone="America/New_York")
KEYS = ["id", "name", "lat", "lon", "size", "free", "at", "in"]
texts = st.sampled_from(
    [
        *("a", "", " a ", "-1", "1,5", "0012", "a/b", "2026-11-22", "2026-11-22T12:59:30Z"),
        *("2026-11-22T13:59:30+01:00", "2026-11-22 13:59", "2026-10-25 02:30", "2026-03-29 02:30"),
        *("2027-11-22T12:59:30Z", "1989-12-31T23:59:59Z", "20261122", "2026-11-22t12:00z"),
    ]
) | st.text(max_size=3)
numbers = st.sampled_from([0, 0.0, -1, -1.0, 7, 2**53, 2**64, 90.5])
scalars = (
    st.none() | st.booleans() | numbers | st.integers(-100, 100) | st.floats(-200, 200) | texts
)
values = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.just("x"), scalars)
records = st.fixed_dictionaries(
    {"id": st.just("a") | values},
    optional={
        **dict.fromkeys(KEYS[1:], values),
        "in": st.dictionaries(st.sampled_from(KEYS), values) | values,
    },
)


def usual(inner: str) -> MappingSpec:
    """Return a mapping of the usual kind, of keys inside `inner`."""
    return MappingSpec(
        thing=ThingSpec(
            type="OffStreetParking",
            id="{id}",
            name=f"{inner}name",
            point=PointSpec(lat=f"{inner}lat", lon=f"{inner}lon", within=(-50, -60, 70, 80)),
            properties={"size": f"{inner}size"},
        ),
        series=(
            SeriesSpec(
                name="free", value=f"{inner}free", at=f"{inner}at", missing=(-1, ""), range=(0, 50)
            ),
            SeriesSpec(name="long", value="size", at="$received", unit="m", from_unit="CMT"),
            SeriesSpec(name="less", value="size", minus="free", at=NEW_YORK, decimal=","),
        ),
    )


def careful(inner: str) -> MappingSpec:
    """Return the same mapping, said in ways that no line is written for."""
    return MappingSpec(
        thing=ThingSpec(
            type="OffStreetParking",
            id="{id[0:]}",
            name=f"{{{inner}name}}",
            point=PointSpec(
                lat=f"{inner}lat", lon=f"{inner}lon", within=(-50, -60, 70, 80), missing=("never",)
            ),
            properties={"size": Field(path=f"{inner}size")},
        ),
        series=(
            SeriesSpec(
                name="free",
                value=f"{inner}free",
                at=TimeSpec(path=f"{inner}at", missing=("never",)),
                missing=(-1, ""),
                range=(0, 50),
                when=ALWAYS,
            ),
            SeriesSpec(
                name="long", value="size", at="$received", unit="m", from_unit="CMT", when=ALWAYS
            ),
            SeriesSpec(
                name="less", value="size", minus="free", at=NEW_YORK, decimal=",", when=ALWAYS
            ),
        ),
    )


PAIRS = [
    (compile_mapping(usual(inner), source="s"), compile_mapping(careful(inner), source="s"))
    for inner in ("", "in.", "in.x.")
]


def comparable(heard: Heard) -> Json:
    """Return a fact so that a missing value equals another, and the two ids read alike."""
    if isinstance(heard, Rejected):
        return heard.where, heard.why.replace("[0:]", ""), heard.record
    if isinstance(heard, Observation) and isnan(heard.value):
        return (heard.series, heard.at, heard.flag, heard.extra)
    return repr(heard) if "nan" in repr(heard) else heard


@given(st.sampled_from(PAIRS), st.lists(records | values, max_size=3))
@settings(deadline=None, max_examples=400)
def test_the_written_lines_and_the_careful_readers_say_the_same(
    pair: tuple[Json, Json], found: list[Json]
) -> None:
    quick, slow = pair
    located = [(f"[{number}]", record) for number, record in enumerate(found)]
    said, expected = quick(located, CONTEXT), slow(located, CONTEXT)
    assert [comparable(one) for one in said] == [comparable(one) for one in expected]
