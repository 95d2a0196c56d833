"""Swedish bathing waters from Havs- och vattenmyndigheten (HaV), version 2 of its API.

The list gives places and advice against bathing; one question a place gives samples, quality and
forecast. A sample's temperature is days or weeks old and is kept with its own time.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from byalag.mapping import (
    Context,
    Heard,
    MappingSpec,
    PointSpec,
    SeriesSpec,
    Skipped,
    ThingSpec,
    TimeSpec,
)
from byalag.model import Delivery, Duration, MunicipalityCode, Rejected, span
from byalag.sources import Ask, Common, Follow, Kind, Poll, Translate
from byalag.sources._polled import MEBIBYTE, Url
from byalag.sources._say import Found, mappers, pages, say
from byalag.sources.hav_bathing._read import UNKNOWN, municipality_of, read_entries, said

API = "https://gw.havochvatten.se/external-public/bathing-waters/v2"
SWEDEN = (55.0, 10.9, 69.1, 24.2)  # some answers have had latitude and longitude swapped
PROPERTIES = (
    "description",
    "waterType",
    "waterTypeText",
    "euBathingWater",
    "contact",
    "origin",
    "adviceAgainstBathing",
    "abnormalSituations",
    "waterQuality",
    "bathingSeason",
    "latestSample",
)


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "hav-bathing"` may say.

    Only the municipality's own places are taken, told by the code in their ids; `everywhere`
    takes the whole country. `details` is how often each place is asked about.
    """

    url: Url = API
    every: Duration = "1h"
    details: Duration = "6h"
    per_minute: Annotated[int, Meta(ge=1, le=600)] = 60
    everywhere: bool = False
    timeout: Duration = "30s"


def reach(settings: Settings) -> Poll:
    """Say that the list is asked for, and then each of the municipality's own places."""
    root = settings.url.rstrip("/") + "/bathing-waters"

    def addresses(bodies: tuple[bytes, ...], municipality: MunicipalityCode) -> list[str]:
        found = [entry for body in bodies for entry in read_entries(body)]
        ids = {one[2].bathing_water.id for one in found if not isinstance(one, Rejected)}
        ours = (known for known in ids if _ours(known, municipality, settings))
        return [f"{root}/{known}" for known in sorted(ours)]

    details = Follow(
        part="place",
        addresses=addresses,
        every=span(settings.details),
        per_minute=settings.per_minute,
    )
    ask = Ask(
        url=root,
        every=span(settings.every),
        follow=details,
        timeout=span(settings.timeout),
        max_bytes=32 * MEBIBYTE,
    )
    return Poll((ask,))


def prepare(settings: Settings) -> Translate:
    """Compile what a place means."""
    mapper = mappers(SPEC, kind=settings.kind)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        others = 0

        def found() -> Iterator[Found]:
            nonlocal others
            for page, body in pages(delivery):
                for one in read_entries(body):
                    if isinstance(one, Rejected):
                        yield one
                    elif _ours(one[2].bathing_water.id, context.municipality, settings):
                        yield from said(page + one[0], one[2], context)
                    else:
                        others += 1

        yield from say(mapper(context.source, ""), found(), context)
        if others:
            yield Skipped(others, "places of other municipalities")

    return translate


def _ours(place: str, municipality: MunicipalityCode, settings: Settings) -> bool:
    return settings.everywhere or municipality_of(place) == municipality


def _temperature(kind: Literal["sample", "forecast"], each: str) -> SeriesSpec:
    return SeriesSpec(
        name="waterTemperature",
        each=each,
        value="value",
        at=TimeSpec(path="at", not_after="2d"),
        unit="Cel",
        missing=UNKNOWN,
        range=(-2, 40),
        sensor=kind,
        kind=kind,
    )


SPEC = MappingSpec(
    thing=ThingSpec(
        type="BathingPlace",
        id="{id}",
        operator="hav",
        name="name",
        municipality="{municipality}",
        point=PointSpec(lat="latitude", lon="longitude", within=SWEDEN),
        properties={name: f"properties.{name}" for name in PROPERTIES},
    ),
    series=(
        _temperature("sample", "results"),
        _temperature("forecast", "forecasts"),
    ),
)

kind = Kind(
    name="hav-bathing",
    title={"sv": "Badvatten från HaV", "en": "Bathing waters from HaV"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
