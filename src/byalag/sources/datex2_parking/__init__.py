"""Car parks and their free spaces from DATEX II: v2, v3 light and v3.3, tables and statuses."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from byalag.mapping import (
    Context,
    Crs,
    Field,
    Heard,
    MappingSpec,
    PointSpec,
    SeriesSpec,
    Skipped,
    Template,
    ThingSpec,
)
from byalag.model import Delivery
from byalag.sources import Garbled, Kind, Poll, Translate
from byalag.sources._polled import Polled, Question, first_ask, live_ask
from byalag.sources._say import mappers, pages, say
from byalag.sources._tree import document
from byalag.sources.datex2_parking._read import Publication, publication


class Settings(Polled, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "datex2-parking"` may say.

    `url` gives the table, `[live]` the statuses; one address may give both. `crs` says what the
    numbers are where `latitude` holds metres. `type` is what kind of parking all the sites are.
    """

    operator: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")] | None = None
    type: str = "OffStreetParking"
    crs: Crs = "EPSG:25832"
    within: tuple[float, float, float, float] | None = None
    municipality: Template | None = None
    live: Question | None = None


def reach(settings: Settings) -> Poll:
    """Say which addresses are asked."""
    table = first_ask(settings)
    return Poll((table, live_ask(settings, settings.live)) if settings.live else (table,))


def prepare(settings: Settings) -> Translate:
    """Compile what sites in degrees, sites in metres, and statuses mean."""
    degrees = PointSpec(lat="lat", lon="lon", within=settings.within)
    metres = PointSpec(x="x", y="y", crs=settings.crs, within=settings.within)
    site = mappers(_site(settings, degrees), kind=settings.kind)
    site_in_metres = mappers(_site(settings, metres), kind=settings.kind)
    status = mappers(_status(settings), kind=settings.kind)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        for page, body in pages(delivery):
            said = _publication(page, body)
            flat = [one for one in said.sites if "x" not in one[1]]
            grid = [one for one in said.sites if "x" in one[1]]
            yield from say(site(context.source, ""), flat, context)
            yield from say(site_in_metres(context.source, ""), grid, context)
            yield from say(status(context.source, ""), said.statuses, context)
            if said.parts:
                yield Skipped(said.parts, "parts of places, not places of their own")

    return translate


def _publication(page: str, body: bytes) -> Publication:
    root = document(body)
    said = publication(root)
    if said is None:
        message = f"{page}<{root.tag}> holds no DATEX II parking table or status"
        raise Garbled(message)
    return said


def _site(settings: Settings, point: PointSpec) -> MappingSpec:
    thing = ThingSpec(
        type=settings.type,
        id="{id}",
        operator=settings.operator,
        municipality=settings.municipality,
        name="name",
        point=point,
        properties={
            "totalSpotNumber": Field(path="total", kind="integer", missing=("0",)),
            "maximumHeight": Field(path="height", kind="number", missing=("0", "0.0")),
            "operatorName": "operator",
            "description": "description",
            "accessibleSpotNumber": Field(path="accessible", kind="integer"),
        },
    )
    return MappingSpec(thing=thing)


def _status(settings: Settings) -> MappingSpec:
    counted = {
        "availableSpotNumber": "vacant",
        "occupiedSpotNumber": "occupied",
        "totalSpotNumber": "total",
    }
    thing = ThingSpec(
        type=settings.type,
        id="{id}",
        operator=settings.operator,
        municipality=settings.municipality,
        properties={"status": "status"},
    )
    series = [SeriesSpec(name=name, value=path, at="at") for name, path in counted.items()]
    return MappingSpec(thing=thing, series=tuple(series))


kind = Kind(
    name="datex2-parking",
    title={"sv": "Parkering i DATEX II", "en": "Parking in DATEX II"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
