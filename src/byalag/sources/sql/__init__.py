"""Rows of a SQL database, read-only: PostgreSQL, MariaDB and MySQL, SQL Server, Oracle."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta, field

from byalag import Misconfigured
from byalag.mapping import Context, Heard, MappingSpec, Path, SeriesSpec, ThingSpec
from byalag.model import Delivery, Duration, Json, Rejected, span
from byalag.sources import Common, Garbled, Kind, Query, Translate
from byalag.sources._columns import check_header
from byalag.sources._forms import found
from byalag.sources._json import BROKEN, decoded, raw_records
from byalag.sources._say import Found, mappers, say
from byalag.sources.sql._select import check_select

_URL: Final = re.compile(r"^(?P<dialect>[a-z]+)://(?:(?P<user>[^:@/]*)(?::(?P<password>[^@]*))?@)?")
_DIALECTS: Final = ("postgresql", "mariadb", "mysql", "mssql", "oracle")
_LINES: Final = msgspec.json.Decoder(dict[str, Json])


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "sql"` may say: either a `table` and `columns`, or a `statement`.

    `watermark` is a column that grows with every row that is added or changed. Without it, all
    rows are read each time, and are news when they differ from those of last time.
    """

    url: Annotated[str, Meta(min_length=1)]
    table: str = ""
    columns: tuple[str, ...] = ()
    statement: str = ""
    watermark: str = ""
    keys: tuple[str, ...] = ()
    overlap: Duration | None = None
    every: Duration = "1m"
    at_most: Annotated[int, Meta(ge=1, le=100_000)] = 10_000
    timeout: Duration = "30s"
    thing: ThingSpec
    series: tuple[SeriesSpec, ...] = ()
    where: dict[Path, Json] = field(default_factory=dict[str, Json])


def reach(settings: Settings) -> Query:
    """Say what is read, and how often."""
    return Query(
        url=settings.url,
        statement=settings.statement,
        table=settings.table,
        columns=settings.columns,
        watermark=settings.watermark,
        keys=settings.keys,
        overlap=span(settings.every) * 0 if settings.overlap is None else span(settings.overlap),
        every=span(settings.every),
        at_most=settings.at_most,
        timeout=span(settings.timeout),
    )


def prepare(settings: Settings) -> Translate:
    """Compile the mapping."""
    _check(settings)
    spec = MappingSpec(thing=settings.thing, series=settings.series, where=settings.where)
    mapper = mappers(spec, kind=settings.kind)

    def read(place: str, body: bytes) -> Iterator[Found]:
        rows = _rows(place, body)
        first = next(rows, None)
        if first is None:
            message = "there are no rows"
            raise Garbled(message)
        if isinstance(first, Rejected) or not isinstance(first[1], dict):
            message = f"it does not hold rows as JSON lines; it begins: {body[:80]!r}"
            raise Garbled(message)
        names = list(cast("dict[str, Json]", first[1]))
        yield from chain(check_header(names, spec), [first], rows)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from say(mapper(context.source, ""), found(delivery, read), context)

    return translate


def _rows(place: str, body: bytes) -> Iterator[Found]:
    """Yield the rows, all at once where all are sound."""
    try:
        rows = _LINES.decode_lines(body)
    except BROKEN:
        for where, raw in raw_records(body, ()):
            row = decoded(place + where, raw)
            yield row if isinstance(row, Rejected) else (place + where, row)
        return
    yield from ((f"{place}row {number}", row) for number, row in enumerate(rows, 1))


def _check(settings: Settings) -> None:
    url = _URL.match(settings.url)
    if url is None or url["dialect"] not in _DIALECTS:
        message = f"`url`: begin with {', '.join(f'{name}://' for name in _DIALECTS)}"
        raise Misconfigured(message)
    if url["password"] and not url["password"].startswith("{secret:"):
        message = "`url`: write the password as {secret:env:NAME} or {secret:file:PATH}"
        raise Misconfigured(message)
    if bool(settings.table) == bool(settings.statement):
        message = "`table`: say either a table (and its columns) or a statement"
        raise Misconfigured(message)
    if settings.statement:
        check_select(settings.statement)
    for name, given in (("columns", settings.columns), ("keys", settings.keys)):
        if given and not (settings.table if name == "columns" else settings.watermark):
            message = f"`{name}`: belongs to a {'table' if name == 'columns' else 'watermark'}"
            raise Misconfigured(message)
    for name in filter(None, (settings.watermark, *settings.keys)):
        if settings.columns and name not in settings.columns:
            message = f"`columns`: must have {name!r} too, which rows are known by"
            raise Misconfigured(message)
    if settings.overlap is not None and not settings.watermark:
        message = "`overlap`: belongs to a watermark"
        raise Misconfigured(message)


kind = Kind(
    name="sql",
    title={"sv": "Rader i en SQL-databas", "en": "Rows of a SQL database"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
