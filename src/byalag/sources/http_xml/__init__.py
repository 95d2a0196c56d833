"""Records from any XML, or from a web page, over HTTP: found by names or by XPath."""

from collections.abc import Iterator

from msgspec import field

from byalag.mapping import Context, Heard, Path
from byalag.model import Delivery
from byalag.sources import Kind, Poll, Translate
from byalag.sources._forms import found, xml_form
from byalag.sources._polled import Mapped, first_ask, mapping_of
from byalag.sources._say import mappers, say


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
    mapping = mapping_of(settings)
    mapper = mappers(mapping, kind=settings.kind)
    read = xml_form(
        settings.records,
        html=settings.html,
        lists=settings.lists,
        fields=settings.fields,
        empty=settings.empty,
        beside="$document" in repr(mapping),
    )

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from say(mapper(context.source, ""), found(delivery, read), context)

    return translate


kind = Kind(
    name="http-xml",
    title={"sv": "XML eller webbsida över HTTP", "en": "XML or a web page over HTTP"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
