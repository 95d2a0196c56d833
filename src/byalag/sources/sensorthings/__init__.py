"""Datastreams of an OGC SensorThings server: their things, series and newest observations."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote, urlsplit

from msgspec import Meta, field

from byalag import Misconfigured
from byalag.mapping import Context, Heard, slug
from byalag.model import Delivery, Duration, Json, Rejected, span
from byalag.sources import Ask, Common, Kind, Paging, Poll, Translate
from byalag.sources._context_broker import PropertyName
from byalag.sources._json import decoded, outline, raw_records, read
from byalag.sources._polled import MEBIBYTE, Size, Url
from byalag.sources._quantity import check_units
from byalag.sources._say import pages
from byalag.sources.sensorthings._say import Property, Rules, Told, say_datastream

RECORDS = ("value",)
NEXT = ("@iot.nextLink",)
COUNT = "@iot.count"
TOLD = "phenomenonTime,resultTime,result,resultQuality"


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "sensorthings"` may say.

    `url` ends in `/v1.1` (or `/v1.0`). `newest` is how many Observations of each Datastream are
    asked for, so that none is lost between two questions. `properties` goes by the name or the
    definition of an ObservedProperty.
    """

    url: Url
    every: Duration = "5m"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    filter: str | None = None
    newest: Annotated[int, Meta(ge=1, le=1000)] = 10
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    type: PropertyName = "Device"
    prefix: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*$")] | None = None
    operator: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")] | None = None
    properties: dict[str, Property] = field(default_factory=dict[str, Property])
    sensors: bool = True
    timeout: Duration = "60s"
    max_bytes: Size = 64 * MEBIBYTE


def reach(settings: Settings) -> Poll:
    """Say that Datastreams are asked for, with all that belongs to them, page by page."""
    newest = f"$orderby=phenomenonTime desc;$top={settings.newest};$select={TOLD}"
    asked = {
        "$expand": f"Thing/Locations,ObservedProperty,Observations({newest})",
        "$top": str(settings.page_size),
        "$count": "true",
    }
    if settings.filter is not None:
        asked["$filter"] = settings.filter
    query = "&".join(f"{name}={quote(text, safe='$(),;/=')}" for name, text in asked.items())
    ask = Ask(
        url=f"{settings.url.rstrip('/')}/Datastreams?{query}",
        every=span(settings.every),
        headers={"Accept": "application/json", **settings.headers},
        paging=Paging(next=NEXT[0]),
        records=counted,
        timeout=span(settings.timeout),
        max_bytes=settings.max_bytes,
    )
    return Poll((ask,))


def counted(body: bytes) -> tuple[int, str | None]:
    """Return how many Datastreams a page has, and the query of the next page.

    Only its query: many a server behind a proxy does not know its own address.
    """
    number = sum(1 for _ in raw_records(body, RECORDS))
    following = read(body, NEXT, RECORDS)
    if not isinstance(following, str) or not following:
        return number, None
    query = urlsplit(following).query
    return number, f"?{query}" if query else following


def prepare(settings: Settings) -> Translate:
    """Check what the settings say of properties.

    Raises:
        Misconfigured: A unit is not known, or a range is the wrong way round.
    """
    for name, spec in settings.properties.items():
        check_units(spec.unit, spec.from_unit, f"properties.{name}")
        if spec.range is not None and not spec.range[0] <= spec.range[1]:
            reason = f"properties.{name}.range: write [lowest, highest]"
            raise Misconfigured(reason)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        rules = Rules(
            type=settings.type,
            prefix=settings.prefix or settings.type.lower(),
            operator=settings.operator or slug(context.source),
            properties=settings.properties,
            sensors=settings.sensors,
        )
        told, found, promised = Told(), 0, 0
        for page, body in pages(delivery):
            for where, raw in raw_records(body, RECORDS):
                found += 1
                record = decoded(page + where, raw)
                if isinstance(record, Rejected):
                    yield record
                else:
                    yield from say_datastream(page + where, record, rules, told, context)
            promised = promised or _promised(outline(body, RECORDS))
        if found < promised:
            why = f"the server says that there are {promised} Datastreams and gave {found}"
            yield Rejected(where="the whole answer", why=why)

    return translate


def _promised(beside: dict[str, Json]) -> int:
    count = beside.get(COUNT)
    return count if isinstance(count, int) else 0


kind = Kind(
    name="sensorthings",
    title={"sv": "OGC SensorThings", "en": "OGC SensorThings"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
