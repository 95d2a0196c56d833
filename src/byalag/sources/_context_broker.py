"""What the settings of sources that ask a context broker (NGSI-LD, NGSIv2) have in common."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from byalag.model import Duration, Json
from byalag.sources import Common, Door
from byalag.sources._json import outline
from byalag.sources._polled import MEBIBYTE, Size, Url

Short: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]
PropertyName: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]


class Type(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What entities of one type are in our words.

    `at` is the attribute that tells when the listed attributes without a time of their own were
    true, as `dateObserved`.
    """

    type: PropertyName | None = None  # default: the platform's own name
    prefix: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*$")] | None = None  # of our ids
    name: Short = "name"  # attribute
    location: Short = "location"  # attribute with the geometry
    at: Short | None = None


class Attribute(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attribute that is a series (`series = false`: a property, although it has a time).

    `at` tells the time of values without one: another attribute of the entity, `$received`, or
    the platform's word for when it was last changed. `unit` is our unit; `from_unit` is the
    platform's, where it states none, or the wrong one.
    """

    series: bool = True
    name: PropertyName | None = None
    at: Short | None = None
    unit: str | None = None
    from_unit: str | None = None
    missing: tuple[Json, ...] = ()
    range: tuple[float, float] | None = None
    sensor: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]*$", max_length=60)] = ""
    kind: Literal["measured", "sample", "forecast", "derived"] = "measured"
    cadence: Duration | None = None


class Broker(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A context broker that is asked for entities of some types, or that tells us of them."""

    url: Url
    types: Annotated[tuple[Short, ...], Meta(min_length=1)]
    every: Duration = "1m"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    tenant: str | None = None
    q: str | None = None
    query: dict[str, str] = field(default_factory=dict[str, str])
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    may_be_empty: bool = False
    operator: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")] | None = None
    things: dict[str, Type] = field(default_factory=dict[str, Type])
    attributes: dict[str, Attribute] = field(default_factory=dict[str, Attribute])
    subscribe: bool = False
    door: Door = field(default_factory=Door)
    timeout: Duration = "20s"
    max_bytes: Size = 64 * MEBIBYTE


def wants(settings: Broker, word: str) -> bool:
    """Return whether any time is to be taken from what the broker calls this word."""
    attributes, things = settings.attributes.values(), settings.things.values()
    return word in {*(one.at for one in attributes), *(one.at for one in things)}


def lives(answer: bytes, ended: tuple[str, ...]) -> bool:
    """Return whether a subscription, as the broker describes it, still delivers.

    One whose description cannot be read is not made again: there would soon be many.
    """
    told = outline(answer, ())
    return told.get("isActive", True) is not False and told.get("status") not in ended
