"""The datasets of another portal's catalogue in DCAT: Turtle, RDF/XML or JSON-LD."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from byalag.mapping import Context, Heard, Skipped
from byalag.model import Delivery
from byalag.sources import Kind, Paging, Poll, Translate
from byalag.sources._catalogue import Operator, thing_of
from byalag.sources._polled import Polled, first_ask
from byalag.sources._say import pages
from byalag.sources.dcat._read import next_page, read

MEBIBYTE = 1024 * 1024


class Settings(Polled, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "dcat"` may say.

    `url` is the catalogue as RDF. A catalogue in pages (Hydra) is followed to its end.
    """

    every: str = "1d"
    max_bytes: Annotated[int, Meta(ge=1, le=64 * MEBIBYTE)] = 16 * MEBIBYTE
    operator: Operator | None = None


def reach(settings: Settings) -> Poll:
    """Say which address is asked, and which page follows."""

    def counted(body: bytes) -> tuple[int, str | None]:
        return 1, next_page(body)

    return Poll((replace(first_ask(settings), paging=Paging(next="hydra:next"), records=counted),))


def prepare(settings: Settings) -> Translate:
    """Say datasets as things."""

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        services = 0
        for page, body in pages(delivery):
            found = read(body)
            services += found.services
            for where, entry in found.entries:
                yield thing_of(
                    entry,
                    page + where,
                    msgspec.json.encode(entry),
                    context,
                    settings.operator or "",
                )
        if services:
            yield Skipped(services, "data services, not datasets")

    return translate


kind = Kind(
    name="dcat",
    title={"sv": "Datamängder från en DCAT-katalog", "en": "Datasets of a DCAT catalogue"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
