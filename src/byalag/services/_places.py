"""What services that speak of places have in common: how to ask for them, and their answers' parts.

Field names in answers are written in camelCase; times are instants in UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct, field

from byalag.model import (
    Dataset,
    Flag,
    Json,
    Micros,
    Municipality,
    MunicipalityCode,
    Point,
    Thing,
    ThingId,
    Where,
    Words,
)
from byalag.services import Reader, Refused, Unknown

Limit: TypeAlias = Annotated[int, Meta(ge=1, le=1000, description="Hur många / How many")]
Offset: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Metres: TypeAlias = Annotated[float, Meta(gt=0, le=2_000_000)]
Degrees: TypeAlias = Annotated[float, Meta(ge=-180, le=180)]
Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
Box: TypeAlias = tuple[Degrees, Degrees, Degrees, Degrees]

_FEW = 25
_QUALITY: dict[int, str] = {
    Flag.GOOD: "good",
    Flag.NOT_EVALUATED: "not-evaluated",
    Flag.SUSPECT: "suspect",
    Flag.FAIL: "fail",
    Flag.MISSING: "missing",
}


class PlaceSettings(Struct, frozen=True, kw_only=True):
    """What a hub decides about how its places are told of."""

    municipalities: Mapping[str, Municipality] = field(default_factory=dict[str, Municipality])


class FindPlaces(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Which places are there, and which are nearest?

    `bbox` is west, south, east, north, as in GeoJSON; `radius` is metres from `near`.
    """

    near: Point | None = None
    radius: Metres | None = None
    bbox: Box | None = None
    municipality: MunicipalityCode | None = None
    limit: Limit = 20
    offset: Offset = 0

    @property
    def short(self) -> bool:
        """Whether few are asked for, and no area has to be counted."""
        return self.limit <= _FEW and self.radius is None and self.bbox is None

    def where(self) -> Where:
        """Say the same to a reader.

        Raises:
            Refused: the question contradicts itself.
        """
        if self.radius is not None and self.near is None:
            msg = "radius needs near: write near=latitude,longitude too."
            raise Refused(msg)
        if self.bbox is None:
            return Where(municipality=self.municipality, near=self.near, radius=self.radius)
        west, south, east, north = self.bbox
        if west > east or not -90 <= south <= north <= 90:  # noqa: PLR2004 -- degrees of latitude
            msg = "bbox is west,south,east,north in degrees, as in GeoJSON: bbox=20.5,64.5,21.5,65."
            raise Refused(msg)
        return Where(
            municipality=self.municipality,
            near=self.near,
            radius=self.radius,
            box=(south, west, north, east),
        )


class OnePlace(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What is known of one place?"""

    id: ThingId

    @property
    def short(self) -> bool:
        """One thing is read in less time than a thread is reached."""
        return True


class MunicipalityRef(Struct, frozen=True, rename="camel"):
    """The municipality that a place belongs to."""

    code: MunicipalityCode
    name: str | None = None


class DatasetRef(Struct, frozen=True, kw_only=True, rename="camel"):
    """The dataset an answer comes from, and on which terms it may be used."""

    id: str
    title: Words = field(default_factory=dict[str, str])
    owner: str | None = None
    licence: str | None = None


def one(thing_id: ThingId, reader: Reader, kinds: tuple[str, ...], called: str) -> Thing:
    """Return the thing with an id; `called` is what people call such a thing.

    Raises:
        Unknown: there is no such thing here, or it is of another kind.
    """
    thing = reader.thing(thing_id)
    if thing is None or thing.type not in kinds:
        msg = f"There is no {called} with the id {thing_id}."
        raise Unknown(msg)
    return thing


def municipality_of(thing: Thing, settings: PlaceSettings) -> MunicipalityRef | None:
    """Return the municipality of a thing, with its name when the hub knows it."""
    if thing.municipality is None:
        return None
    known = settings.municipalities.get(thing.municipality)
    return MunicipalityRef(thing.municipality, known.name if known else None)


def dataset_of(thing: Thing, datasets: Mapping[str, Dataset]) -> DatasetRef:
    """Return the dataset of a thing and its terms."""
    dataset = datasets.get(thing.dataset)
    if dataset is None:
        return DatasetRef(id=thing.dataset)
    return DatasetRef(
        id=dataset.id, title=dataset.title, owner=dataset.owner or None, licence=dataset.licence
    )


def instant(at: Micros) -> datetime:
    """Return a moment as people write it."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)


def micros(at: datetime) -> Micros:
    """Return a moment as the store keeps it."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def quality(flag: int) -> str:
    """Return a quality flag in words."""
    return _QUALITY.get(flag, "not-evaluated")


def age_seconds(at: Micros, now: Micros) -> int:
    """Return how long ago something was, whole seconds; a clock slightly ahead counts as now."""
    return max(0, (now - at) // 1_000_000)


def zone_of(thing: Thing, settings: PlaceSettings) -> ZoneInfo:
    """Return the zone that decides when a day begins at a place."""
    known = settings.municipalities.get(thing.municipality or "")
    return ZoneInfo(known.time_zone if known else "Europe/Stockholm")


def text(said: Mapping[str, Json], name: str) -> str | None:
    """Return a property when it is a text."""
    value = said.get(name)
    return value if isinstance(value, str) and value else None


def number(said: Mapping[str, Json], name: str) -> float | None:
    """Return a property when it is a number."""
    value = said.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def count(said: Mapping[str, Json], name: str) -> int | None:
    """Return a property when it is a number of something."""
    value = number(said, name)
    return int(value) if value is not None and value >= 0 else None


def moment(said: Mapping[str, Json], name: str) -> datetime | None:
    """Return a property when it is a moment: an RFC 3339 text, or microseconds."""
    value = said.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return instant(value)
    try:
        at = msgspec.convert(value, datetime, strict=False)
    except msgspec.ValidationError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def parts(said: Mapping[str, Json], name: str) -> list[Mapping[str, Json]]:
    """Return a property that is a list of objects, or one object; nothing else."""
    value: object = said.get(name)
    if value is None:
        return []
    several = cast("list[object]", value) if isinstance(value, list) else [value]
    return [cast("dict[str, Json]", part) for part in several if isinstance(part, dict)]
