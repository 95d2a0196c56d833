"""Features of a collection on an OGC API Features server, said in our words by a mapping."""

from collections.abc import Callable, Iterator
from typing import Annotated
from urllib.parse import quote, urlsplit

from msgspec import Meta, field
from msgspec.structs import replace

from byalag import Misconfigured
from byalag.mapping import (
    Context,
    Heard,
    MappingSpec,
    Path,
    PointSpec,
    SeriesSpec,
    ThingSpec,
    is_list,
    is_object,
)
from byalag.model import Delivery, Duration, Json, Rejected, span
from byalag.sources import Ask, Common, Kind, Paging, Poll, Translate
from byalag.sources._json import decoded, outline, raw_records
from byalag.sources._polled import MEBIBYTE, Size, Url
from byalag.sources._say import USUAL, Found, mappers, pages, say

RECORDS = ("features",)
ACCEPTED = "application/geo+json, application/json;q=0.9"
_INTERVAL = r"^[0-9T:.Z+-]+$|^(\.\.|[0-9T:.Z+-]*)/(\.\.|[0-9T:.Z+-]*)$"


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "ogc-features"` may say.

    `url` is the landing page of the API. `bbox` is west, south, east, north in degrees. Left out,
    the position of a thing is the geometry of its feature.
    """

    url: Url
    collection: Annotated[str, Meta(min_length=1, max_length=200)]
    every: Duration = "1h"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    bbox: tuple[float, float, float, float] | None = None
    datetime: Annotated[str, Meta(pattern=_INTERVAL)] | None = None
    query: dict[str, str] = field(default_factory=dict[str, str])
    page_size: Annotated[int, Meta(ge=1, le=10_000)] = 500
    thing: ThingSpec
    series: tuple[SeriesSpec, ...] = ()
    where: dict[Path, Json] = field(default_factory=dict[str, Json])
    timeout: Duration = "30s"
    max_bytes: Size = 64 * MEBIBYTE


def reach(settings: Settings) -> Poll:
    """Say that the items of the collection are asked for, page by page."""
    root = settings.url.rstrip("/")
    path = f"/collections/{quote(settings.collection, safe='')}/items"
    asked = {"limit": str(settings.page_size), **settings.query}
    if settings.bbox is not None:
        asked["bbox"] = ",".join(f"{edge:.10g}" for edge in settings.bbox)
    if settings.datetime is not None:
        asked["datetime"] = settings.datetime
    query = "&".join(f"{quote(name)}={quote(text, safe=',:/')}" for name, text in asked.items())
    missing = f"there is no collection {settings.collection!r}; {root}/collections lists them"
    ask = Ask(
        url=f"{root}{path}?{query}",
        every=span(settings.every),
        headers={"Accept": ACCEPTED, **settings.headers},
        paging=Paging(next="links"),
        records=counter(path),
        timeout=span(settings.timeout),
        max_bytes=settings.max_bytes,
        reasons={404: missing},
    )
    return Poll((ask,))


def counter(path: str) -> Callable[[bytes], tuple[int, str | None]]:
    """Return what counts the features of a page, and finds the address of the next.

    Only the query of an address that ends as ours does: many a server behind a proxy does not
    know its own. A page without features is the last, whatever it links to.
    """

    def counted(body: bytes) -> tuple[int, str | None]:
        number = sum(1 for _ in raw_records(body, RECORDS))
        following = next_page(outline(body, RECORDS)) if number else None
        if following is None:
            return number, None
        parts = urlsplit(following)
        ours = parts.query and parts.path.rstrip("/").endswith(path)
        return number, f"?{parts.query}" if ours else following

    return counted


def next_page(beside: dict[str, Json]) -> str | None:
    """Return the link to the next page, in GeoJSON where there are several."""
    links = beside.get("links")
    following = [
        link
        for link in (links if is_list(links) else [])
        if is_object(link) and link.get("rel") == "next" and isinstance(link.get("href"), str)
    ]
    following.sort(key=lambda link: "json" not in str(link.get("type", "json")))
    return following[0]["href"] if following and following[0]["href"] else None


def prepare(settings: Settings) -> Translate:
    """Compile the mapping.

    Raises:
        Misconfigured: The mapping or the box cannot work.
    """
    _check_box(settings.bbox)
    thing = settings.thing
    if thing.point is None and thing.shape is None:
        by_geometry = PointSpec(geometry="geometry", crs="auto")
        thing = replace(thing, point=by_geometry, shape="geometry")
    spec = MappingSpec(thing=thing, series=settings.series, where=settings.where)
    mapper = mappers(spec, kind=settings.kind)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        crs = _stated(outline(delivery.bodies[0], RECORDS)) if delivery.bodies else USUAL
        yield from say(mapper(context.source, crs), _found(delivery), context)

    return translate


def _found(delivery: Delivery) -> Iterator[Found]:
    """Yield the features of every page, and what the answer promised and does not hold."""
    total, promised = 0, 0
    for page, body in pages(delivery):
        count = 0
        for where, raw in raw_records(body, RECORDS):
            count += 1
            record = decoded(page + where, raw)
            yield record if isinstance(record, Rejected) else (page + where, record)
        beside = outline(body, RECORDS)
        total += count
        promised = promised or _number(beside, "numberMatched")
        said = _number(beside, "numberReturned")
        if count < said:
            why = f"the page says that it holds {said} features and holds {count}"
            yield Rejected(where=f"{page}numberReturned", why=why)
    if total < promised:
        why = f"the server says that {promised} features match and gave {total}"
        yield Rejected(where="numberMatched", why=why)


def _number(beside: dict[str, Json], name: str) -> int:
    """Return a count that an answer states; 0 where it states none that can be read."""
    count = beside.get(name)
    return count if isinstance(count, int) else 0


def _stated(beside: dict[str, Json]) -> str:
    """Return the coordinate system that the answer states in itself, WGS 84 if none.

    Without any, positions are CRS84 (OGC 17-069, requirement 32), as nothing else is asked for.
    """
    crs = beside.get("crs")
    about = crs.get("properties") if is_object(crs) else None
    name = about.get("name") if is_object(about) else None
    return name if isinstance(name, str) else USUAL


def _check_box(bbox: tuple[float, float, float, float] | None) -> None:
    if bbox is None:
        return
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 -- the globe in degrees
        reason = "bbox: write [west, south, east, north] in degrees"
        raise Misconfigured(reason)


kind = Kind(
    name="ogc-features",
    title={"sv": "OGC API Features", "en": "OGC API Features"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
