"""The datasets of another portal that runs CKAN, by its action API."""

from collections.abc import Iterator, Mapping
from typing import Annotated
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta, Raw, Struct, field
from msgspec.structs import replace

from byalag.mapping import Context, Heard, Skipped
from byalag.model import Delivery, Json, Rejected, Words
from byalag.sources import Garbled, Kind, Paging, Poll, Translate
from byalag.sources._catalogue import Entry, File, Operator, thing_of
from byalag.sources._encoding import utf8
from byalag.sources._json import BROKEN, raw_records
from byalag.sources._polled import Polled, first_ask
from byalag.sources._say import pages

FOUND = ("result", "results")
ACTION = "/api/3/action/package_search"


class Settings(Polled, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "ckan"` may say.

    `url` is the portal's own address, without `/api`. `search` and `filter` are CKAN's `q` and
    `fq`: for instance `organization:skelleftea-kommun`.
    """

    every: str = "1d"
    search: str = ""
    filter: str = ""
    size: Annotated[int, Meta(ge=1, le=1000)] = 100
    operator: Operator | None = None


class Resource(Struct, frozen=True):
    """One resource of a package, as CKAN writes it."""

    url: str | None = None
    name: str | None = None
    name_translated: dict[str, str | None] | None = None
    format: str | None = None
    mimetype: str | None = None


class Named(Struct, frozen=True):
    """An organisation, a tag or a group."""

    name: str | None = None
    title: str | None = None
    display_name: str | None = None


class Package(Struct, frozen=True):
    """One package (a dataset), as CKAN writes it."""

    id: str = ""
    name: str = ""
    title: str | None = None
    title_translated: dict[str, str | None] | None = None
    notes: str | None = None
    notes_translated: dict[str, str | None] | None = None
    state: str = "active"
    private: bool = False
    license_id: str | None = None
    license_url: str | None = None
    organization: Named | None = None
    tags: list[Named] = field(default_factory=list[Named])
    groups: list[Named] = field(default_factory=list[Named])
    resources: list[Resource] = field(default_factory=list[Resource])
    metadata_created: str | None = None
    metadata_modified: str | None = None


class Answer(Struct, frozen=True):
    """What CKAN answers when it cannot do what was asked."""

    success: bool = True
    error: Json = None


packages = msgspec.json.Decoder(Package)
answers = msgspec.json.Decoder(Answer)


def reach(settings: Settings) -> Poll:
    """Say which address is asked, page by page."""
    asked = {name: text for name, text in (("q", settings.search), ("fq", settings.filter)) if text}
    ask = first_ask(settings)
    return Poll(
        (
            replace(
                ask,
                url=settings.url.rstrip("/") + ACTION + (f"?{urlencode(asked)}" if asked else ""),
                paging=Paging(offset="start", limit="rows", size=settings.size),
                records=_counted,
            ),
        )
    )


def _counted(body: bytes) -> tuple[int, str | None]:
    return len(list(_raw(body))), None


def _raw(body: bytes) -> Iterator[tuple[str, Raw]]:
    """Yield each package and where it is.

    Raises:
        Garbled: The portal says that it could not answer, or the answer is something else.
    """
    try:
        said = answers.decode(utf8(body))
    except BROKEN:
        said = Answer()  # what is wrong is told by whoever looks for the records
    if not said.success:
        message = f"CKAN could not answer: {msgspec.json.encode(said.error).decode()[:300]}"
        raise Garbled(message)
    yield from raw_records(body, FOUND)


def prepare(settings: Settings) -> Translate:
    """Say packages as things."""

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        hidden = 0
        for page, body in pages(delivery):
            for where, raw in _raw(body):
                try:
                    package = packages.decode(raw)
                except BROKEN as error:
                    yield Rejected(where=page + where, why=str(error), record=bytes(raw))
                    continue
                if package.private or package.state != "active":
                    hidden += 1
                    continue
                entry = _entry(package, settings.url)
                yield thing_of(entry, page + where, bytes(raw), context, settings.operator or "")
        if hidden:
            yield Skipped(hidden, "not published: a draft, private or taken away")

    return translate


def _entry(package: Package, portal: str) -> Entry:
    name = quote(package.name or package.id, safe="")
    return Entry(
        id=package.id or package.name,
        title=_words(package.title_translated, package.title or package.name),
        description=_words(package.notes_translated, package.notes),
        publisher=_name(package.organization),
        licence=package.license_url or package.license_id or "",
        page=f"{portal.rstrip('/')}/dataset/{name}",
        keywords=tuple(filter(None, map(_name, package.tags))),
        themes=tuple(filter(None, map(_name, package.groups))),
        issued=package.metadata_created or "",
        modified=package.metadata_modified or "",
        files=tuple(_file(one) for one in package.resources),
    )


def _words(translated: Mapping[str, str | None] | None, plain: str | None) -> Words:
    """Return the texts by language; CKAN's one text is taken to be in Swedish."""
    told = {code: text.strip() for code, text in (translated or {}).items() if text}
    return told or ({"sv": plain.strip()} if plain and plain.strip() else {})


def _name(named: Named | None) -> str:
    if named is None:
        return ""
    return named.title or named.display_name or named.name or ""


def _file(one: Resource) -> File:
    return File(
        url=one.url or "",
        title=_words(one.name_translated, one.name),
        format=one.format or "",
        media_type=one.mimetype or "",
    )


kind = Kind(
    name="ckan",
    title={"sv": "Datamängder från en CKAN-portal", "en": "Datasets of a CKAN portal"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
