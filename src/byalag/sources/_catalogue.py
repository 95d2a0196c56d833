"""What another portal's catalogue says of one dataset, in our words: a thing of type `Dataset`."""

from hashlib import sha256
from typing import Annotated

from msgspec import Meta, Struct, field

from byalag.mapping import Context, slug
from byalag.model import Json, Rejected, Thing, Words
from byalag.sources._local_id import escaped

LONGEST = 120  # characters of the local part of an id
Operator = Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")]


class File(Struct, frozen=True, kw_only=True):
    """One form in which a dataset can be had: a file or an address to ask."""

    url: str = ""
    title: Words = field(default_factory=dict[str, str])
    format: str = ""
    media_type: str = ""
    licence: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """One dataset of a catalogue. `id` is what the catalogue calls it, however long."""

    id: str
    title: Words
    description: Words = field(default_factory=dict[str, str])
    publisher: str = ""
    licence: str = ""
    page: str = ""
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    issued: str = ""
    modified: str = ""
    files: tuple[File, ...] = ()


def thing_of(
    entry: Entry, where: str, record: bytes, context: Context, operator: str
) -> Thing | Rejected:
    """Return a dataset as a thing, or why it cannot be one: it lacks an id or a title."""
    if not entry.id:
        return Rejected(where=where, why="id: the dataset has none", record=record)
    if not any(entry.title.values()):
        return Rejected(where=where, why="title: the dataset has none", record=record)
    said: dict[str, Json] = {
        "title": entry.title,
        "description": entry.description,
        "publisher": entry.publisher,
        "licence": entry.licence,
        "landingPage": entry.page,
        "keywords": list(entry.keywords),
        "themes": list(entry.themes),
        "issued": entry.issued,
        "modified": entry.modified,
        "distributions": [_file(one) for one in entry.files],
        "origin": entry.id,
    }
    return Thing(
        id=f"dataset:{operator or slug(context.source)}:{local_of(entry.id)}",
        type="Dataset",
        dataset=context.dataset,
        name=entry.title.get("sv") or next(filter(None, entry.title.values())),
        properties={name: value for name, value in said.items() if value},
    )


def local_of(name: str) -> str:
    """Return the local part of a dataset's id; of a long name, its end and a digest of it all."""
    short = escaped(name)
    if len(short) <= LONGEST:
        return short
    digest = sha256(name.encode()).hexdigest()[:16]
    return f"{short[-LONGEST + 20 :].lstrip('~')}~{digest}"


def _file(one: File) -> dict[str, Json]:
    said: dict[str, Json] = {
        "url": one.url,
        "title": one.title,
        "format": one.format,
        "mediaType": one.media_type,
        "licence": one.licence,
    }
    return {name: value for name, value in said.items() if value}
