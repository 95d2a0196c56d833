"""What the sources at Trafikverket's open API share: the question in XML, the answer in JSON."""

from collections.abc import Iterable, Iterator
from typing import Annotated, cast
from xml.sax.saxutils import quoteattr

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec.structs import replace

from byalag import Misconfigured
from byalag.mapping import Heard
from byalag.model import Delivery, Duration, Json, Latitude, Longitude, Rejected, Thing, span
from byalag.sources import Ask, Common, Garbled, Poll
from byalag.sources._encoding import utf8
from byalag.sources._json import BROKEN, decoded, raw_records
from byalag.sources._polled import MEBIBYTE, Url
from byalag.sources._say import Found, pages

API = "https://api.trafikinfo.trafikverket.se/v2/data.json"
DEGREE = 111_320  # metres of a degree of latitude; the API counts radii so too
_RENAMED = {"VeichleCharacteristics": "VehicleCharacteristics", "VeichleType": "VehicleType"}


class Near(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What lies within so many metres of a place."""

    lat: Latitude
    lon: Longitude
    radius: Annotated[float, Meta(gt=0, le=500_000)]


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file of a source at Trafikverket may say.

    `key` is the key from Trafikverket, by reference. `counties` are county numbers, 24 is
    Västerbotten and 25 Norrbotten; `near` is another way to say which ones.
    """

    key: Annotated[str, Meta(pattern=r"^(env|file|credential):.+$")]
    url: Url = API
    every: Duration = "10m"
    counties: tuple[Annotated[int, Meta(ge=1, le=25)], ...] = ()
    near: Near | None = None
    timeout: Duration = "30s"


class Failed(Struct, frozen=True, rename="upper"):
    """What went wrong, as the API says it."""

    message: str = ""


class Result(Struct, frozen=True):
    """One result of an answer, when it is an error."""

    ERROR: Failed | None = None


class Answered(Struct, frozen=True):
    """The outermost of an answer."""

    RESPONSE: "Results"


class Results(Struct, frozen=True):
    """The results of an answer: one a query."""

    RESULT: list[Result] = []


answered = msgspec.json.Decoder(Answered)


def asked(settings: Settings, objects: str, schema: str) -> Poll:
    """Return the question after all objects of a type, with the settings' filter.

    Raises:
        Misconfigured: The settings ask for counties and for a place.
    """
    if settings.counties and settings.near:
        message = "near: say `counties` or `near`, not both"
        raise Misconfigured(message)
    body = (
        f'<REQUEST><LOGIN authenticationkey="{{secret:{settings.key}}}"/>'
        f"<QUERY objecttype={quoteattr(objects)} schemaversion={quoteattr(schema)}>"
        f"{_filter(settings)}</QUERY></REQUEST>"
    )
    ask = Ask(
        url=settings.url,
        every=span(settings.every),
        method="POST",
        headers={"Content-Type": "text/xml; charset=utf-8"},
        body=body,
        timeout=span(settings.timeout),
        max_bytes=64 * MEBIBYTE,
    )
    return Poll((ask,))


def _filter(settings: Settings) -> str:
    if settings.near:
        near = settings.near
        return (
            '<FILTER><WITHIN name="Geometry.WGS84" shape="center" '
            f'value="{near.lon:g} {near.lat:g}" radius="{near.radius / DEGREE:.5f}"/></FILTER>'
        )
    if settings.counties:
        numbers = ",".join(map(str, settings.counties))
        return f'<FILTER><IN name="CountyNo" value="{numbers}"/></FILTER>'
    return ""


def found(delivery: Delivery, objects: str) -> Iterator[Found]:
    """Yield the objects of an answer.

    Raises:
        Garbled: The API says that it could not answer, or the answer is something else.
    """
    for page, body in pages(delivery):
        _refuse_error(body)
        result = f"RESPONSE.RESULT[0].{objects}"
        for number, raw in enumerate(_objects(body, objects)):
            where = f"{page}{result}[{number}]"
            one = decoded(where, raw)
            yield one if isinstance(one, Rejected) else (where, one)


def _objects(body: bytes, objects: str) -> list[Raw]:
    results = [raw for _, raw in raw_records(body, ("RESPONSE", "RESULT"))]
    if not results:
        message = "RESPONSE.RESULT is empty"
        raise Garbled(message)
    try:
        members = msgspec.json.decode(results[0], type=dict[str, Raw])
        return msgspec.json.decode(members[objects], type=list[Raw])
    except KeyError as error:
        message = f"RESPONSE.RESULT[0] has no {objects}"
        raise Garbled(message) from error
    except BROKEN as error:
        message = f"RESPONSE.RESULT[0].{objects} cannot be read: {error}"
        raise Garbled(message) from error


def _refuse_error(body: bytes) -> None:
    try:
        told = answered.decode(utf8(body))
    except BROKEN:
        return  # what is wrong is told by whoever looks for the objects
    errors = [one.ERROR.message for one in told.RESPONSE.RESULT if one.ERROR is not None]
    if errors:
        message = f"Trafikverket could not answer: {errors[0][:300]}"
        raise Garbled(message)


def national(heard: Iterable[Heard]) -> Iterator[Heard]:
    """Yield what is heard; a thing along a state road is not the municipality's that asks."""
    for one in heard:
        yield replace(one, municipality=None) if isinstance(one, Thing) else one


def flat(record: Json) -> Json:
    """Return a record with the spellings of older schemas as those of newer ones."""
    if isinstance(record, dict):
        tree = cast("dict[str, Json]", record)
        return {_RENAMED.get(key, key): flat(value) for key, value in tree.items()}
    if isinstance(record, list):
        items = cast("list[Json]", record)  # type: ignore[redundant-cast]  # pyright does not find it so
        return [flat(one) for one in items]
    return record
