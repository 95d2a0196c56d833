"""Rows from an Excel workbook over HTTP: values only, columns by their names."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from byalag.mapping import Context, Heard
from byalag.model import Delivery
from byalag.sources import Kind, Poll, Translate
from byalag.sources._book import Layout
from byalag.sources._forms import found, xlsx_form
from byalag.sources._polled import MEBIBYTE, Mapped, Size, first_ask, mapping_of
from byalag.sources._say import mappers, say


class Settings(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "http-xlsx"` may say.

    `sheet` is a name or a number from 1, `header` the row with the names. `times` names columns
    that hold parts of a day, `dates` columns that hold day numbers without a date format.
    """

    sheet: str | Annotated[int, Meta(ge=1)] = 1
    header: Annotated[int, Meta(ge=1)] = 1
    times: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    max_bytes: Size = 16 * MEBIBYTE


def reach(settings: Settings) -> Poll:
    """Say which address is asked."""
    return Poll((first_ask(settings),))


def prepare(settings: Settings) -> Translate:
    """Compile the mapping."""
    spec = mapping_of(settings)
    mapper = mappers(spec, kind=settings.kind)
    layout = Layout(
        sheet=settings.sheet, header=settings.header, times=settings.times, dates=settings.dates
    )
    read = xlsx_form(layout, spec)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from say(mapper(context.source, ""), found(delivery, read), context)

    return translate


kind = Kind(
    name="http-xlsx",
    title={"sv": "Excel över HTTP", "en": "Excel over HTTP"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
