"""Records from any JSON over HTTP: plain, GeoJSON, ESRI, NGSI, HAL; one answer or two joined."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from byalag.mapping import Context, Heard, Join, Path
from byalag.model import Delivery
from byalag.sources import Kind, Paging, Poll, Skipped, Translate
from byalag.sources._forms import found, json_form, stated_crs
from byalag.sources._json import raw_records, read, steps
from byalag.sources._polled import Mapped, Question, first_ask, live_ask, mapping_of
from byalag.sources._say import USUAL, Found, mappers, pages, say
from byalag.sources.http_json._join import joined


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
    whole = json_form(settings.records, settings.keyed, beside=beside)
    of_live = second or settings
    live_part = json_form(of_live.records, of_live.keyed, beside=beside)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        first, live = _parts(delivery, context)
        if first is None:
            count = sum(1 for _ in found(delivery, live_part))
            yield Skipped(count, "the live answer came before the one it belongs to")
            return
        records: Iterable[Found] = found(first, whole)
        if join and live is not None:
            records = join(records, found(live, live_part))
            context = replace(context, received=live.received)
        crs = _crs(first, settings) if stated else USUAL
        yield from say(mapper(context.source, crs), records, context)

    return translate


def _parts(delivery: Delivery, context: Context) -> tuple[Delivery | None, Delivery | None]:
    """Return the first answer and the live one, whichever of them has just come."""
    if delivery.part == "live":
        return context.others.get("main"), delivery
    return delivery, context.others.get("live")


def _crs(delivery: Delivery, settings: Settings) -> str:
    """Return the coordinate system that the answer's first page states."""
    _place, body = next(pages(delivery))
    return stated_crs(body, settings.records, settings.keyed)


kind = Kind(
    name="http-json",
    title={"sv": "JSON över HTTP", "en": "JSON over HTTP"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
