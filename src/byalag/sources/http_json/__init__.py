"""Records from any JSON over HTTP: plain, GeoJSON, ESRI, NGSI, HAL; one answer or two joined."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from byalag.mapping import Context, Heard, Join, Path, compile_path
from byalag.model import Delivery, Rejected
from byalag.sources import Kind, Paging, Poll, Skipped, Translate
from byalag.sources._json import decoded, outline, raw_records, read, steps, whole
from byalag.sources._polled import Mapped, Question, first_ask, live_ask, mapping_of
from byalag.sources._say import USUAL, Found, mappers, pages, say
from byalag.sources.http_json._join import joined

CRS_NAME = compile_path("crs.properties.name")
CRS_NUMBERS = [compile_path(f"spatialReference.{name}") for name in ("latestWkid", "wkid")]


class Live(Question, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A second answer with what changes often; each of its records joins one of the first.

    `key` is what tells its records apart, `to` the same in the first answer's records. The
    record is then found under `name`: `live.free`.
    """

    key: Path
    to: Path
    records: Path | None = None
    keyed: str | None = None
    name: str = "live"


class Settings(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "http-json"` may say.

    `records` is the path to the list of records; left out, the answer is the list, or is one
    record. `keyed`: the records are the members of an object, and their names go under this.
    """

    records: Path | None = None
    keyed: str | None = None
    paging: Paging | None = None
    live: Live | None = None


def reach(settings: Settings) -> Poll:
    """Say which addresses are asked, and how pages are told apart."""
    path = steps(settings.records)
    link = steps(settings.paging.next) if settings.paging and settings.paging.next else None

    keyed = settings.keyed is not None

    def counted(body: bytes) -> tuple[int, str | None]:
        number = sum(1 for _ in raw_records(body, path, keyed=keyed))
        following = read(body, link, path, keyed=keyed) if link else None
        return number, following if isinstance(following, str) and following else None

    first = replace(first_ask(settings), paging=settings.paging)
    first = replace(first, records=counted) if settings.paging else first
    live = settings.live
    return Poll((first,) if live is None else (first, live_ask(settings, live)))


def prepare(settings: Settings) -> Translate:
    """Compile the mapping and the join."""
    mapper = mappers(mapping_of(settings), kind=settings.kind)
    second = settings.live
    join = joined(Join(key=second.key, to=second.to, name=second.name)) if second else None
    stated = settings.thing.point is not None and settings.thing.point.crs == "auto"
    beside = "$document" in repr(mapping_of(settings))

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        first, live = _parts(delivery, context)
        if first is None:
            count = sum(1 for _ in _found(delivery, second or settings))
            yield Skipped(count, "the live answer came before the one it belongs to")
            return
        found: Iterable[Found] = _found(first, settings, beside=beside)
        if join and second and live is not None:
            found = join(found, _found(live, second, beside=beside))
            context = replace(context, received=live.received)
        crs = _crs(first, settings) if stated else USUAL
        yield from say(mapper(context.source, crs), found, context)

    return translate


def _parts(delivery: Delivery, context: Context) -> tuple[Delivery | None, Delivery | None]:
    """Return the first answer and the live one, whichever of them has just come."""
    if delivery.part == "live":
        return context.others.get("main"), delivery
    return delivery, context.others.get("live")


def _found(delivery: Delivery, where: Settings | Live, *, beside: bool = False) -> Iterator[Found]:
    """Yield the records of every page; beside them, if asked for, the rest of the document."""
    path, keyed = steps(where.records), where.keyed
    records = ".".join(path)
    for page, body in pages(delivery):
        if keyed is None and not beside and (at_once := whole(body, path)) is not None:
            yield from [(f"{page}{records}[{n}]", record) for n, record in enumerate(at_once)]
            continue
        document = {"$document": outline(body, path, keyed=keyed is not None)} if beside else {}
        for place, raw in raw_records(body, path, keyed=keyed is not None):
            record = decoded(page + place, raw)
            if isinstance(record, dict) and (keyed or document):
                name = {keyed: place.removeprefix(f"{records}.")} if keyed else {}
                yield page + place, {**record, **name, **document}
            else:
                yield record if isinstance(record, Rejected) else (page + place, record)


def _crs(delivery: Delivery, settings: Settings) -> str:
    """Return the coordinate system that a GeoJSON or ESRI answer states, EPSG:4326 if none."""
    beside = outline(
        next(pages(delivery))[1], steps(settings.records), keyed=settings.keyed is not None
    )
    named = CRS_NAME(beside)
    if isinstance(named, str):
        code = named.replace("::", ":").rpartition(":")[2]
        return USUAL if code == "CRS84" else f"EPSG:{code}"
    numbers = (number(beside) for number in CRS_NUMBERS)
    return next((f"EPSG:{number}" for number in numbers if isinstance(number, int)), USUAL)


kind = Kind(
    name="http-json",
    title={"sv": "JSON över HTTP", "en": "JSON over HTTP"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
