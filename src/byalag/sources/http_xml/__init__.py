"""Records from any XML, or from a web page, over HTTP: found by names or by XPath."""

from collections.abc import Iterator

from lxml import etree
from msgspec import field

from byalag import Misconfigured
from byalag.mapping import Context, Heard, Path
from byalag.model import Delivery
from byalag.sources import Kind, Poll, Translate
from byalag.sources._polled import Mapped, first_ask, mapping_of
from byalag.sources._say import Found, mappers, pages, say
from byalag.sources._tree import document, elements, picked, record_of, walk


class Settings(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "http-xml"` may say.

    `records` is names from the root's children (`table.site`), or XPath when it begins with `/`.
    Names are written without prefix. `lists` names elements that are lists even when alone.
    `fields` gives a record by XPath from its element instead of as a tree; `html` reads a page.
    `empty`: an answer without records is normal.
    """

    records: Path
    html: bool = False
    lists: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict[str, str])
    empty: bool = False


def reach(settings: Settings) -> Poll:
    """Say which address is asked."""
    return Poll((first_ask(settings),))


def prepare(settings: Settings) -> Translate:
    """Compile the mapping and every XPath."""
    mapper = mappers(mapping_of(settings), kind=settings.kind)
    fields = {name: _xpath(f"fields.{name}", path) for name, path in settings.fields.items()}
    lists = frozenset(settings.lists)
    if settings.records.startswith("/"):
        _xpath("records", settings.records)
    if settings.html and not fields:
        message = "`html`: say in [fields] where each value is, by XPath from the record's element"
        raise Misconfigured(message)

    def found(delivery: Delivery) -> Iterator[Found]:
        for page, body in pages(delivery):
            root = document(body, html=settings.html)
            records = elements(root, settings.records, empty=settings.empty)
            for where, element in walk(page + settings.records, records):
                if fields:
                    yield picked(where, element, fields)
                else:
                    yield where, record_of(element, lists)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from say(mapper(context.source, ""), found(delivery), context)

    return translate


def _xpath(setting: str, path: str) -> etree.XPath:
    try:
        return etree.XPath(path)
    except etree.XPathError as error:
        message = f"`{setting}`: {path!r} is not XPath: {error}"
        raise Misconfigured(message) from error


kind = Kind(
    name="http-xml",
    title={"sv": "XML eller webbsida över HTTP", "en": "XML or a web page over HTTP"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
