"""What a mapping may say: the types behind `[thing]`, `[[series]]` and `where` in a source's file.

A *path* names a value in a record: `a.b.c`, `list.0.name`, `list.-1` (the last), `list.*.name`
(from each item), `name[context=DISPLAY].name` (the first item whose `context` is DISPLAY), `@`
alone for the record itself. A key that holds dots, brackets or quotes is quoted: `'a.b'`. In XML,
`@id` is an attribute and names are given without prefix. `$received` is the delivery's time,
`$municipality` its tenant, `$source` its source. A source may put more beside a record's own keys:
`$crs` (the answer's coordinate system), `$document` (what the answer says of all its records),
`$name` (the name of the body: a topic, a file), `$parts` (the name's parts, between slashes, or
dots where it has none), `$value` (a body that is nothing but a number or a text); under `each`,
`$record` is the record that holds the item.

A *template* puts paths in braces into text: `"{facilityId}"`, `"{NUTSKOD[5:9]}"` (a slice),
`"{name|slug}"` (a form that may stand in an address), `"{id|pad4}"` (zero-padded), `|lower`,
`|upper`, `|strip`. A setting that takes either is a template when there is a brace in it.

A value is *missing* when the record lacks its key, when it is null, and when it is one of the words
that the setting calls `missing`; types are kept apart, so 0 is not false and not "". Empty text is
missing where a number, a time, a date or a boolean is wanted.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from byalag.mapping._quality import QualitySpec
from byalag.model import Duration, Json, Words

Path: TypeAlias = Annotated[str, Meta(min_length=1, description="Where a value is in a record.")]
Template: TypeAlias = Annotated[str, Meta(min_length=1, description="Text with {paths} in it.")]
Crs: TypeAlias = Annotated[
    str,
    Meta(
        description="EPSG:4326 (WGS 84), EPSG:3006 (SWEREF 99 TM), EPSG:3007 to 3018 (SWEREF 99 "
        "zones), EPSG:3019 to 3024 (RT 90; 3021 is 2.5 gon V), EPSG:25832 to 25835 (ETRS89 / UTM), "
        "EPSG:32632 to 32635 (WGS 84 / UTM), EPSG:31466 to 31469 (DHDN / Gauss-Krüger), "
        "EPSG:2056 and 21781 (Swiss LV95 and LV03), EPSG:3857 (Web Mercator), or `auto` "
        "(as the GeoJSON or ESRI answer says)."
    ),
]
FieldKind: TypeAlias = Literal[
    "text", "number", "integer", "boolean", "time", "date", "list", "json"
]


class PointSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the position is: two numbers, a WKT text, or the geometry of a GeoJSON/ESRI record.

    `within` refuses a record whose position lies outside [south, west, north, east], degrees.
    A record without any position is kept, without a position, unless `required`.
    """

    lat: Path | None = None
    lon: Path | None = None
    x: Path | None = None  # easting, metres, when `crs` is a grid
    y: Path | None = None  # northing
    wkt: Path | None = None
    geometry: Path | None = None
    pair: Path | None = None  # both numbers in one text or list
    order: Literal["lat lon", "lon lat"] = "lat lon"  # of `pair`
    crs: Crs = "EPSG:4326"
    decimal: Literal[".", ","] = "."
    missing: tuple[Json, ...] = ()  # numbers or words for "no position", as 0
    within: tuple[float, float, float, float] | None = None
    required: bool = False


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One property of a thing, when a bare path says too little.

    A left-out key is not said, so that the property stays as it was; null and the words in
    `missing` take it away; `default` stands in for all three. What is done, in order: `pattern`,
    `codes`, `kind`; what a code means is not changed any more.
    """

    path: Path | None = None
    template: Template | None = None
    constant: Json = None
    kind: FieldKind | None = None  # None: as it comes; a number if it has a unit
    codes: dict[str, Json] | None = None  # the source's word to ours; others are kept as they are
    strict: bool = False  # with `codes`: an unknown word sets the record aside
    missing: tuple[Json, ...] = ()  # words for "no value"
    default: Json = None  # what a left-out field means (the source must say so)
    unit: str | None = None  # unit of our value, UCUM
    from_unit: str | None = None  # unit of the source's value, UCUM or UN/CEFACT code
    decimal: Literal[".", ","] = "."
    pattern: str | None = None  # regular expression; its first group is the value ("1,85 m")
    true: tuple[Json, ...] = (True, "true", "True", "TRUE", "1", 1)
    false: tuple[Json, ...] = (False, "false", "False", "FALSE", "0", 0)
    time: str | None = None  # how a time is written, as in `TimeSpec.format`


class TimeSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a value was true, when a bare path says too little.

    `format` is "iso" (also without zone, also a bare date), "epoch-s", "epoch-ms", or a strptime
    pattern. `zone` is used for times without zone (default: the municipality's own). In the hour
    that occurs twice in autumn, `twice` picks "nearest" the delivery (default), "first" or
    "second"; the hour that does not exist in spring sets the record aside. `not_after` sets a
    record aside whose time lies further ahead of the delivery than this. `path` may be a template
    that joins a date and a time of day: "{Datum} {Tid}"; without either there is no time.
    """

    path: Path | Template
    format: str = "iso"
    zone: str | None = None
    missing: tuple[Json, ...] = ()  # words for "no time"
    twice: Literal["nearest", "first", "second"] = "nearest"
    not_after: Duration | None = "1d"
    not_before: str = "1990-01-01"
    pattern: str | None = None  # regular expression; its first group is the time


class ThingSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The thing that each record describes. `id` becomes `{prefix}:{operator}:{id}`."""

    type: str
    id: Template
    operator: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")] | None = None  # default: source's name
    prefix: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*$")] | None = None  # default: from type
    name: Path | Template | None = None
    municipality: Template | None = None  # default: the tenant
    point: PointSpec | None = None
    shape: Path | None = None  # geometry that is more than a point; the point is then inside it
    properties: dict[str, Path | Field] = field(default_factory=dict[str, str | Field])
    gone: Path | None = None  # true: the record is a deletion


class Omitted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A left-out field means `value`, but only where the thing has ever reported the series.

    If every record of a delivery lacks a field that some have reported before, the feed has
    changed: the delivery is set aside.
    """

    value: float = 0.0


class SeriesSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One observed property of the thing of each record, or of each item of a list in it."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
    value: Path
    at: Path | Template | TimeSpec
    each: Path | None = None  # a list in the record; `value` and `at` are then paths in its items
    minus: Path | None = None  # what is taken from `value`: free = capacity - occupied
    unit: str = "1"
    from_unit: str | None = None
    decimal: Literal[".", ","] = "."
    pattern: str | None = None
    codes: dict[str, float] | None = None
    missing: tuple[Json, ...] = ()
    omitted: Omitted | None = None
    when: dict[Path, Json] = field(
        default_factory=dict[str, Json]
    )  # only for records where these hold
    range: tuple[float, float] | None = None  # outside: kept, and flagged FAIL
    sensor: str = ""  # may be a template
    kind: Literal["measured", "sample", "forecast", "derived"] = "measured"
    cadence: Duration | None = None
    quality: QualitySpec | None = None  # the tests that values are put to


class Join(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How records of a second answer meet those of the first: under `as`, by equal keys."""

    key: Path  # in the second answer's records
    to: Path  # in the first answer's records
    name: str = "live"


class MappingSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the records of one source are said in our words.

    `where` (and `when` of a series) wants a value, one of a list of values, `$municipality`,
    `{ not = … }` or `{ present = true }`; all of them must hold. `labels` says what people call
    these records.
    """

    thing: ThingSpec
    series: tuple[SeriesSpec, ...] = ()
    where: dict[Path, Json] = field(default_factory=dict[str, Json])  # which are ours
    labels: Words = field(default_factory=dict[str, str])
