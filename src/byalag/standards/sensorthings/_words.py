"""The eight kinds of entity that SensorThings speaks of, and where each is among our facts. Pure.

A Thing is a thing, a Datastream is a series and an Observation is an observation. The other five
are things too, of types of their own (the side types), and are reached by relations. What only
SensorThings has words for is kept with the facts, under `DETAILS` in their `details`; what an
observation has beyond a number and a time is in its `extra`, by the member's own name:

- `result`, when it is not a number (the value is then NaN), `resultTime`, `resultQuality`,
  `validTime` and `parameters`, as written;
- `phenomenonTime`, as written, when it is more than the time of the observation: a period, whose
  beginning is the time, or a moment that another observation of the series already has;
- `feature`, the number of the FeatureOfInterest, when it is another than that of the series. The
  series then has it among its relations `features` (one name for all such), so that it is found
  from there; its relation `feature` is what its plain observations are of.

A Location's or a FeatureOfInterest's geometry is the shape of the thing, beside `location` or
`feature` as written. A thing with a position that nobody has given a Location is its own Location,
and the FeatureOfInterest of its series: the same number in three collections.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from byalag.asking import Call, Expression, Field, Kind, Value

DETAILS: Final = "sensorthings"
OWN = "Location", "Sensor", "ObservedProperty", "FeatureOfInterest", "HistoricalLocation"
SIDE_TYPES: Final = frozenset(OWN)


class Member(Struct, frozen=True, kw_only=True):
    """A property of an entity. `path` is where it is asked for; `deep` ones hold more inside.

    A `made` member is told by us and never written. `until` is where a period ends, whose
    beginning is at `path`. `geometry` is a place. `otherwise` is what is told where nobody has said
    anything: something else that the row has, or a text. The beginning of an id that is told is
    left out up to `after`.
    """

    name: str
    path: tuple[str, ...]
    mandatory: bool = False
    deep: bool = False
    made: bool = False
    until: tuple[str, ...] = ()
    time: bool = False
    geometry: bool = False
    otherwise: Field | Value | None = None
    after: int = 0


class Link(Struct, frozen=True, kw_only=True):
    """What an entity is linked to: `path` leads there, and `back` from there to here."""

    name: str
    to: str
    many: bool
    path: tuple[str, ...]
    back: tuple[str, ...]


class Entity(Struct, frozen=True, kw_only=True):
    """One kind of entity. `where` tells its rows from others of the same kind."""

    name: str
    plural: str
    kind: Kind
    members: Mapping[str, Member]
    links: Mapping[str, Link]
    where: Expression | None = None


def _said(name: str, otherwise: str | None = None, after: int = 0) -> Member:
    """A member that facts have words for."""
    instead = None if otherwise is None else Field((otherwise,))
    return Member(name=name, path=(name,), mandatory=True, otherwise=instead, after=after)


def _own(name: str, otherwise: Field | Value | None = None, *, deep: bool = False) -> Member:
    """A member that only SensorThings has a word for."""
    path = "details", DETAILS, name
    return Member(name=name, path=path, mandatory=True, deep=deep, otherwise=otherwise)


def _place(name: str) -> Member:
    return Member(name=name, path=("geometry",), mandatory=True, geometry=True)


def _extra(name: str, *, deep: bool = False, time: bool = False) -> Member:
    return Member(name=name, path=("extra", name), deep=deep, time=time)


def _members(*members: Member) -> Mapping[str, Member]:
    return {member.name: member for member in members}


def _links(*links: Link) -> Mapping[str, Link]:
    return {link.name: link for link in links}


def _is(kind: str) -> Expression:
    return Call("eq", (Field(("type",)), Value(kind)))


def _none_of(kinds: tuple[str, ...]) -> Expression:
    return Call("and", tuple(Call("ne", (Field(("type",)), Value(kind))) for kind in kinds))


GEOJSON: Final = "application/geo+json"
WEB_PAGE: Final = "text/html"
MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
IMPLIED: Final = {"Sensor": "sensor:byalag:", "ObservedProperty": "observedproperty:byalag:"}

_NAME = _said("name", "id")
_DESCRIPTION = _said("description")
_PROPERTIES = Member(name="properties", path=("properties",), deep=True)
_ENCODING = _own("encodingType", Value(GEOJSON))
_ITSELF = Call("eq", (Field(("relation", "locations", "no")), Field(("no",))))
_MEASURED = Call("exists", (Field(("measures", "feature", "no")),))

_THING = Entity(
    name="Thing",
    plural="Things",
    kind="thing",
    members=_members(_NAME, _DESCRIPTION, _PROPERTIES),
    links=_links(
        Link(
            name="Locations",
            to="Location",
            many=True,
            path=("relation", "locations"),
            back=("inverse", "locations"),
        ),
        Link(
            name="HistoricalLocations",
            to="HistoricalLocation",
            many=True,
            path=("inverse", "thing"),
            back=("relation", "thing"),
        ),
        Link(name="Datastreams", to="Datastream", many=True, path=("series",), back=("thing",)),
    ),
    where=_none_of(OWN),
)
_LOCATION = Entity(
    name="Location",
    plural="Locations",
    kind="thing",
    members=_members(_NAME, _DESCRIPTION, _ENCODING, _place("location"), _PROPERTIES),
    links=_links(
        Link(
            name="Things",
            to="Thing",
            many=True,
            path=("inverse", "locations"),
            back=("relation", "locations"),
        ),
        Link(
            name="HistoricalLocations",
            to="HistoricalLocation",
            many=True,
            path=("inverse", "locations"),
            back=("relation", "locations"),
        ),
    ),
    where=Call("or", (_is("Location"), _ITSELF)),
)
_HISTORICAL_LOCATION = Entity(
    name="HistoricalLocation",
    plural="HistoricalLocations",
    kind="thing",
    members=_members(
        Member(name="time", path=("details", DETAILS, "time"), mandatory=True, time=True)
    ),
    links=_links(
        Link(
            name="Thing",
            to="Thing",
            many=False,
            path=("relation", "thing"),
            back=("inverse", "thing"),
        ),
        Link(
            name="Locations",
            to="Location",
            many=True,
            path=("relation", "locations"),
            back=("inverse", "locations"),
        ),
    ),
    where=_is("HistoricalLocation"),
)
_DATASTREAM = Entity(
    name="Datastream",
    plural="Datastreams",
    kind="series",
    members=_members(
        _said("name", "property"),
        _own("description"),
        _own("unitOfMeasurement", deep=True),
        _own("observationType", Value(MEASUREMENT)),
        Member(name="observedArea", path=("thing", "geometry"), made=True, geometry=True),
        Member(name="phenomenonTime", path=("first",), until=("last",), made=True, time=True),
        Member(name="resultTime", path=("details", DETAILS, "resultTime"), made=True, time=True),
        Member(name="properties", path=("details", DETAILS, "properties"), deep=True),
    ),
    links=_links(
        Link(name="Thing", to="Thing", many=False, path=("thing",), back=("series",)),
        Link(
            name="Sensor",
            to="Sensor",
            many=False,
            path=("relation", "sensor"),
            back=("measures", "sensor"),
        ),
        Link(
            name="ObservedProperty",
            to="ObservedProperty",
            many=False,
            path=("relation", "observedProperty"),
            back=("measures", "observedProperty"),
        ),
        Link(
            name="Observations",
            to="Observation",
            many=True,
            path=("observations",),
            back=("series",),
        ),
    ),
)
_SENSOR = Entity(
    name="Sensor",
    plural="Sensors",
    kind="thing",
    members=_members(
        _said("name", "id", len(IMPLIED["Sensor"])),
        _DESCRIPTION,
        _own("encodingType", Value(WEB_PAGE)),
        _own("metadata", deep=True),
        _PROPERTIES,
    ),
    links=_links(
        Link(
            name="Datastreams",
            to="Datastream",
            many=True,
            path=("measures", "sensor"),
            back=("relation", "sensor"),
        )
    ),
    where=_is("Sensor"),
)
_OBSERVED_PROPERTY = Entity(
    name="ObservedProperty",
    plural="ObservedProperties",
    kind="thing",
    members=_members(
        _said("name", "id", len(IMPLIED["ObservedProperty"])),
        _own("definition"),
        _DESCRIPTION,
        _PROPERTIES,
    ),
    links=_links(
        Link(
            name="Datastreams",
            to="Datastream",
            many=True,
            path=("measures", "observedProperty"),
            back=("relation", "observedProperty"),
        )
    ),
    where=_is("ObservedProperty"),
)
_OBSERVATION = Entity(
    name="Observation",
    plural="Observations",
    kind="observation",
    members=_members(
        Member(name="phenomenonTime", path=("at",), time=True),
        _extra("resultTime", time=True),
        Member(name="result", path=("value",), mandatory=True, deep=True),
        _extra("resultQuality", deep=True),
        _extra("validTime", time=True),
        _extra("parameters", deep=True),
    ),
    links=_links(
        Link(
            name="Datastream",
            to="Datastream",
            many=False,
            path=("series",),
            back=("observations",),
        ),
        Link(
            name="FeatureOfInterest",
            to="FeatureOfInterest",
            many=False,
            path=("series", "relation", "feature"),
            back=("measures", "feature", "observations"),
        ),
    ),
)
_FEATURE = Entity(
    name="FeatureOfInterest",
    plural="FeaturesOfInterest",
    kind="thing",
    members=_members(_NAME, _DESCRIPTION, _ENCODING, _place("feature"), _PROPERTIES),
    links=_links(
        Link(
            name="Observations",
            to="Observation",
            many=True,
            path=("measures", "feature", "observations"),
            back=("series", "relation", "feature"),
        )
    ),
    where=Call("or", (_is("FeatureOfInterest"), _MEASURED)),
)

ENTITIES: Mapping[str, Entity] = {
    entity.name: entity
    for entity in (
        _THING,
        _LOCATION,
        _HISTORICAL_LOCATION,
        _DATASTREAM,
        _SENSOR,
        _OBSERVED_PROPERTY,
        _OBSERVATION,
        _FEATURE,
    )
}
COLLECTIONS: Mapping[str, Entity] = {entity.plural: entity for entity in ENTITIES.values()}
