"""Rows from delimited text over HTTP: any separator and encoding, columns by their names."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from byalag.mapping import Context, Heard
from byalag.model import Delivery
from byalag.sources import Kind, Poll, Translate
from byalag.sources._forms import csv_form, found
from byalag.sources._polled import Mapped, first_ask, mapping_of
from byalag.sources._say import mappers, say
from byalag.sources._text import Shape


class Settings(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "http-csv"` may say.

    `delimiter` left out: told from the header. `skip` is lines before the header; lines that
    begin with `comment` are passed over. `columns` names them in a file without header.
    """

    delimiter: Literal[",", ";", "\t", "|"] | None = None
    quote: Annotated[str, Meta(min_length=1, max_length=1)] = '"'
    encoding: Literal["utf-8-sig", "utf-8", "iso-8859-1", "cp1252"] = "utf-8-sig"
    skip: Annotated[int, Meta(ge=0)] = 0
    comment: str | None = None
    columns: tuple[str, ...] = ()


def reach(settings: Settings) -> Poll:
    """Say which address is asked."""
    return Poll((first_ask(settings),))


def prepare(settings: Settings) -> Translate:
    """Compile the mapping."""
    spec = mapping_of(settings)
    mapper = mappers(spec, kind=settings.kind)
    shape = Shape(
        delimiter=settings.delimiter,
        quote=settings.quote,
        encoding=settings.encoding,
        skip=settings.skip,
        comment=settings.comment,
        columns=settings.columns,
    )
    read = csv_form(shape, spec)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from say(mapper(context.source, ""), found(delivery, read), context)

    return translate


kind = Kind(
    name="http-csv",
    title={"sv": "CSV över HTTP", "en": "CSV over HTTP"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
