"""A body in a stated format, and the mapping that says it in our words, in one file.

Used by every kind whose bodies may be in any format: files, messages, what is delivered to us.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, field

from byalag import Misconfigured
from byalag.mapping import Context, Heard, MappingSpec, Path, SeriesSpec, ThingSpec
from byalag.model import Delivery, Json, Rejected
from byalag.sources import Common, Garbled, Translate
from byalag.sources._archive import Body, is_archive, opened
from byalag.sources._book import Layout
from byalag.sources._forms import Read, csv_form, json_form, stated_crs, xlsx_form, xml_form
from byalag.sources._say import USUAL, Found, mappers, say
from byalag.sources._text import Shape

SHOWN = 1000  # bytes of a body that are kept beside the reason it was set aside
WORDS = {
    "json": ("records", "keyed"),
    "csv": ("delimiter", "quote", "encoding", "skip", "comment", "columns"),
    "xlsx": ("sheet", "header", "times", "dates"),
    "xml": ("records", "html", "lists", "fields", "empty"),
}


class Part(Body, frozen=True):
    """A body to read. `place` is what the places of its records begin with."""

    place: str = ""


Reader: TypeAlias = Callable[[Part], Iterator[Found]]


class Formed(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file may say of bodies in a format, and of what their records mean.

    The words for finding records are those of http-json, http-csv, http-xlsx and http-xml, each
    with its own format. A body may be a ZIP archive; `members` says which of its files are read.
    """

    format: Literal["json", "csv", "xlsx", "xml"] = "json"
    members: Annotated[str, Meta(min_length=1)] = "*"
    records: Path | None = None
    keyed: str | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    quote: Annotated[str, Meta(min_length=1, max_length=1)] = '"'
    encoding: Literal["utf-8-sig", "utf-8", "iso-8859-1", "cp1252"] = "utf-8-sig"
    skip: Annotated[int, Meta(ge=0)] = 0
    comment: str | None = None
    columns: tuple[str, ...] = ()
    sheet: str | Annotated[int, Meta(ge=1)] = 1
    header: Annotated[int, Meta(ge=1)] = 1
    times: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    html: bool = False
    lists: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict[str, str])
    empty: bool = False
    thing: ThingSpec
    series: tuple[SeriesSpec, ...] = ()
    where: dict[Path, Json] = field(default_factory=dict[str, Json])


def translator(settings: Formed) -> Translate:
    """Compile the settings to what translates a delivery of such bodies.

    A body that cannot be read is one record set aside, under its name; the others go on. Where no
    body can be read, the delivery is Garbled.

    Raises:
        Misconfigured: A word does not belong to the format, or the mapping cannot work.

    """
    _refuse_strangers(settings)
    spec = MappingSpec(thing=settings.thing, series=settings.series, where=settings.where)
    mapper = mappers(spec, kind=settings.kind)
    read = _named(_form(settings, spec), spec)
    point = spec.thing.point
    stated = point is not None and point.crs == "auto" and settings.format == "json"

    def each(parts: Iterable[Part | Rejected], context: Context) -> Iterator[Heard]:
        """Say each body by itself, as each may state a coordinate system of its own."""
        readable, aside = False, list[Rejected]()
        for part in parts:
            if isinstance(part, Rejected):
                aside.append(part)
                continue
            try:
                crs = stated_crs(part.content, settings.records, settings.keyed)
                yield from say(mapper(context.source, crs), read(part), context)
                readable = True
            except Garbled as error:
                aside.append(_unread(part, error))
        yield from _told(aside, readable=readable)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        parts = _parts(delivery, settings.members)
        if stated:
            yield from each(parts, context)
        else:
            yield from say(mapper(context.source, USUAL), _found(parts, read), context)

    return translate


def _refuse_strangers(settings: Formed) -> None:
    known = {word for words in WORDS.values() for word in words}
    ours = WORDS[settings.format]
    for one in msgspec.structs.fields(Formed):
        if one.name not in known or one.name in ours:
            continue
        usual = one.default_factory() if callable(one.default_factory) else one.default
        if getattr(settings, one.name) != usual:
            belongs = " and ".join(repr(name) for name, words in WORDS.items() if one.name in words)
            message = (
                f"`{one.name}`: belongs to format {belongs}, and these bodies are "
                f"{settings.format!r}; its words are {', '.join(ours)}"
            )
            raise Misconfigured(message)


def _form(settings: Formed, spec: MappingSpec) -> Read:
    match settings.format:
        case "json":
            beside = "$document" in repr(spec)
            return json_form(
                settings.records, settings.keyed, beside=beside, plain="$value" in repr(spec)
            )
        case "csv":
            shape = Shape(
                delimiter=settings.delimiter,
                quote=settings.quote,
                encoding=settings.encoding,
                skip=settings.skip,
                comment=settings.comment,
                columns=settings.columns,
            )
            return csv_form(shape, spec)
        case "xlsx":
            layout = Layout(
                sheet=settings.sheet,
                header=settings.header,
                times=settings.times,
                dates=settings.dates,
            )
            return xlsx_form(layout, spec)
        case "xml":
            if settings.records is None:
                message = "`records`: say where the records are in the XML (table.site, or XPath)"
                raise Misconfigured(message)
            return xml_form(
                settings.records,
                html=settings.html,
                lists=settings.lists,
                fields=settings.fields,
                empty=settings.empty,
                beside="$document" in repr(spec),
            )


def _named(read: Read, spec: MappingSpec) -> Reader:
    """Read a body; beside each record, where the mapping names it, the name of the body."""
    said = repr(spec)
    name, parts = "$name" in said, "$parts" in said
    if not (name or parts):
        return lambda part: read(part.place, part.content)

    def named(part: Part) -> Iterator[Found]:
        beside: dict[str, Json] = {"$name": part.name} if name else {}
        if parts:
            beside["$parts"] = part.name.split("/" if "/" in part.name else ".")
        for one in read(part.place, part.content):
            if isinstance(one, Rejected) or not isinstance(one[1], dict):
                yield one
            else:
                yield one[0], {**one[1], **beside}

    return named


def _parts(delivery: Delivery, members: str) -> Iterator[Part | Rejected]:
    """Yield every body, those in archives one by one; an archive that cannot be read as one."""
    several = len(delivery.bodies) > 1
    for number, body in enumerate(delivery.bodies):
        name = delivery.names[number] if number < len(delivery.names) else ""
        called = name or f"body {number + 1}"
        if not is_archive(body):
            yield Part(name, body, f"{called}: " if several else "")
            continue
        try:
            for one in opened(body, members):
                inner = f"{called}/{one.where if isinstance(one, Rejected) else one.name}"
                if isinstance(one, Rejected):
                    yield Rejected(where=inner, why=one.why)
                else:
                    yield Part(one.name, one.content, f"{inner}: ")
        except Garbled as error:
            yield Rejected(where=called, why=str(error), record=body[:SHOWN])


def _found(parts: Iterable[Part | Rejected], read: Reader) -> Iterator[Found]:
    """Yield the records of every body, then the bodies that could not be read.

    Raises:
        Garbled: None could be read.

    """
    readable = False
    aside: list[Rejected] = []
    for part in parts:
        if isinstance(part, Rejected):
            aside.append(part)
            continue
        try:
            yield from read(part)
            readable = True
        except Garbled as error:
            aside.append(_unread(part, error))
    yield from _told(aside, readable=readable)


def _unread(part: Part, error: Garbled) -> Rejected:
    where = part.place.removesuffix(": ") or part.name or "the body"
    return Rejected(where=where, why=str(error), record=part.content[:SHOWN])


def _told(aside: list[Rejected], *, readable: bool) -> Iterator[Rejected]:
    """Yield the bodies that could not be read, if there are others that could."""
    if aside and not readable:
        first = aside[0]
        if len(aside) == 1:
            raise Garbled(first.why)
        message = f"none of {len(aside)} bodies can be read; the first, {first.where}: {first.why}"
        raise Garbled(message)
    yield from aside
