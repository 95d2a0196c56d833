"""What the settings of every source that is asked over HTTP have in common."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from byalag.mapping import MappingSpec, Path, SeriesSpec, ThingSpec
from byalag.model import Duration, Json, span
from byalag.sources import Ask, Common

MEBIBYTE = 1024 * 1024
Url: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^https?://",
        description="An address; `{secret:env:NAME}` in it is filled in when it is asked.",
    ),
]
Size: TypeAlias = Annotated[int, Meta(ge=1, le=1024 * MEBIBYTE, description="Bytes.")]


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One address and how it is asked. Header values may be secrets: "env:NAME", "file:PATH"."""

    url: Url
    every: Duration = "1m"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    method: Literal["GET", "POST"] = "GET"
    body: str = ""


class Polled(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source that is asked over HTTP, again and again."""

    url: Url
    every: Duration = "1m"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    method: Literal["GET", "POST"] = "GET"
    body: str = ""
    timeout: Duration = "20s"
    max_bytes: Size = 64 * MEBIBYTE


class Mapped(Polled, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A polled source whose records are said in our words by a mapping in the same file."""

    thing: ThingSpec
    series: tuple[SeriesSpec, ...] = ()
    where: dict[Path, Json] = field(default_factory=dict[str, Json])


def first_ask(settings: Polled) -> Ask:
    """Return the question that every polled source asks."""
    return Ask(
        url=settings.url,
        every=span(settings.every),
        headers=settings.headers,
        method=settings.method,
        body=settings.body,
        timeout=span(settings.timeout),
        max_bytes=settings.max_bytes,
    )


def live_ask(settings: Polled, live: Question) -> Ask:
    """Return the question after what changes often, with the limits of the source."""
    return Ask(
        part="live",
        url=live.url,
        every=span(live.every),
        headers=live.headers,
        method=live.method,
        body=live.body,
        timeout=span(settings.timeout),
        max_bytes=settings.max_bytes,
    )


def mapping_of(settings: Mapped) -> MappingSpec:
    """Return the part of the settings that says what the records mean."""
    return MappingSpec(thing=settings.thing, series=settings.series, where=settings.where)
