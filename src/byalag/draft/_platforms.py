"""Tells the answers of platforms and agencies that a kind knows, by shape or by address."""

import re
from typing import Final, cast
from urllib.parse import urlsplit

from msgspec.structs import replace

from byalag.draft._reading import Reading
from byalag.draft._ready import Ready
from byalag.draft._value import is_list, is_object, objects
from byalag.model import Json

Object = dict[str, Json]

ANYWHERE: Final = "https://example.org"
_CITY: Final = {"sv": "Stadens saker", "en": "The city's things"}
_SENSORS: Final = {"sv": "Sensorer", "en": "Sensors"}
_WEATHER: Final = {"sv": "Väder", "en": "Weather"}
_CATALOGUE: Final = {"sv": "Andras kataloger", "en": "Other catalogues"}
_PARKING: Final = {"sv": "Parkering", "en": "Parking"}
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def platform(answer: Json, url: str) -> Ready | None:
    """Return the kind that knows this JSON answer."""
    entities = objects(answer) if is_list(answer) else [answer] if is_object(answer) else []
    if entities and (found := _context_broker(entities, url)) is not None:
        return found
    if not is_object(answer):
        return None
    return (
        _sensorthings(answer, url)
        or _ckan(answer, url)
        or _observations(answer, url)
        or _forecast(answer)
        or _trafikverket(answer)
    )


def _context_broker(entities: list[Object], url: str) -> Ready | None:
    """Return NGSI-LD or NGSIv2: entities with an id, a type, and attributes that are objects."""
    named = [one for one in entities if _names(one)]
    if len(named) * 2 < len(entities):
        return None
    entities = named
    attributes = [value for one in entities for value in one.values() if is_object(value)]
    linked = sum(str(one["id"]).startswith("urn:ngsi-ld:") for one in entities) * 2 > len(named)
    if "/ngsi-ld/" in url or linked:
        kind, end, marked = "ngsi-ld", "/ngsi-ld/v1", "/ngsi-ld/"
    elif "/v2/entities" in url or _is_second(attributes):
        kind, end, marked = "ngsi-v2", "/v2", "/v2/"
    else:
        return None
    types = list(dict.fromkeys(_last(word) for one in entities for word in _typed(one)))
    settings: Object = {"types": cast("list[Json]", types)}
    return Ready(
        kind=kind,
        dataset="city",
        title=_CITY,
        settings=settings,
        live=True,
        url=_before(url, marked) + end,
        compared=True,
    )


def _names(one: Object) -> bool:
    """Return whether an entity says its id and its type."""
    return isinstance(one.get("id"), str) and bool(_typed(one))


def _typed(one: Object) -> list[str]:
    types = one.get("type")
    return [word for word in (types if is_list(types) else [types]) if isinstance(word, str)]


def _is_second(attributes: list[Object]) -> bool:
    """Return whether these are attributes as NGSIv2 writes them: type, value and metadata."""
    full = [one for one in attributes if {"type", "value", "metadata"} <= one.keys()]
    return bool(full) and len(full) == len(attributes)


def _last(name: str) -> str:
    found = _WORD.findall(name.rpartition("/")[2])
    return found[-1] if found else name


def _before(url: str, mark: str) -> str:
    """Return an address up to a mark in it, without the mark."""
    base, found, _ = url.partition("?")[0].partition(mark)
    return base.rstrip("/") if found else ANYWHERE


def _sensorthings(answer: Object, url: str) -> Ready | None:
    items = objects(answer["value"]) if is_list(answer.get("value")) else []
    if not items or not all("@iot.id" in one or "@iot.selfLink" in one for one in items):
        return None
    link = url or str(items[0].get("@iot.selfLink", ""))
    base = re.match(r"(https?://.*?/v1\.[01])(?:/|$)", link)
    return Ready(
        kind="sensorthings",
        dataset="sensors",
        title=_SENSORS,
        live=True,
        url=base[1] if base else f"{ANYWHERE}/v1.1",
    )


def _ckan(answer: Object, url: str) -> Ready | None:
    result = answer.get("result")
    if "/api/3/action/" not in f"{url}{answer.get('help', '')}" and not (
        answer.get("success") is True and is_object(result) and "results" in result
    ):
        return None
    if not is_object(result) or not is_list(result.get("results")):
        return None
    link = url or str(answer.get("help", ""))
    return Ready(
        kind="ckan", dataset="other-catalogues", title=_CATALOGUE, url=_before(link, "/api/3/")
    )


def catalogue(text: str, url: str) -> Ready | None:
    """Return the kind for a catalogue in DCAT, from the beginning of it."""
    told = "www.w3.org/ns/dcat#" in text
    if not told or not re.search(r"(?i)\b(?:dcat:)?(?:Catalog|Dataset)\b", text):
        return None
    address = url or f"{ANYWHERE}/catalog"
    return Ready(kind="dcat", dataset="other-catalogues", title=_CATALOGUE, url=address)


def _observations(answer: Object, url: str) -> Ready | None:
    station, parameter, period = (answer.get(one) for one in ("station", "parameter", "period"))
    if not (is_object(station) and is_object(parameter) and is_list(answer.get("value"))):
        return None
    numbers = [str(one.get("key", "")) for one in (station, parameter)]
    if not all(number.isdecimal() for number in numbers) or "owner" not in station:
        return None
    said = str(period.get("key")) if is_object(period) else ""
    links = f"{url}{answer.get('link')}"
    if not ("metobs" in links or "ocobs" in links or "measuringStations" in station):
        return None
    settings: Object = {
        "catalogue": "ocobs" if "ocobs" in links else "metobs",
        "period": said if said in {"latest-hour", "latest-day", "latest-months"} else "latest-hour",
        "station": [{"id": int(numbers[0]), "parameters": [int(numbers[1])]}],
    }
    return Ready(
        kind="smhi-observations",
        dataset="weather",
        title=_WEATHER,
        settings=settings,
        live=True,
        addressed=False,
        part=f"{numbers[0]}-{numbers[1]}",
    )


def _forecast(answer: Object) -> Ready | None:
    items = objects(answer["timeSeries"]) if is_list(answer.get("timeSeries")) else []
    geometry = answer.get("geometry")
    if not items or "referenceTime" not in answer or not is_object(geometry):
        return None
    pair = geometry.get("coordinates")
    pair = pair[0] if is_list(pair) and pair and is_list(pair[0]) else pair
    numbers = [one for one in pair if isinstance(one, int | float)] if is_list(pair) else []
    if not is_object(items[0].get("data")) or len(numbers) < 2:  # noqa: PLR2004 -- longitude, latitude
        return None
    lon, lat = numbers[:2]
    place: Object = {"id": "place", "name": "Place", "lat": lat, "lon": lon}
    return Ready(
        kind="smhi-forecast",
        dataset="weather",
        title=_WEATHER,
        settings={"place": [place]},
        live=True,
        addressed=False,
        part="place",
    )


def _trafikverket(answer: Object) -> Ready | None:
    response = answer.get("RESPONSE")
    results = objects(response["RESULT"]) if is_object(response) and "RESULT" in response else []
    names = {name for one in results for name in one}
    if "Parking" in names:
        kind, dataset, title = "trafikverket-parking", "parking", _PARKING
    elif "WeatherMeasurepoint" in names:
        kind, dataset, title = "trafikverket-weather", "weather", _WEATHER
    else:
        return None
    settings: Object = {"key": "env:TRAFIKVERKET_KEY"}
    return Ready(
        kind=kind, dataset=dataset, title=title, settings=settings, live=True, addressed=False
    )


def collected(reading: Reading, url: str) -> Reading:
    """Return the features of OGC API Features as the kind that asks for them reads them."""
    if reading.settings.get("records") != "features" or "keyed" in reading.settings:
        return reading
    said = objects(reading.document["links"]) if is_list(reading.document.get("links")) else []
    links = [url, *(str(one.get("href")) for one in said if one.get("rel") in {"self", "next"})]
    found = next((two for link in links if (two := _collection(link))), None)
    if found is None:
        return reading
    base, collection = found
    return replace(
        reading, kind="ogc-features", settings={"collection": collection}, url=base, crs=""
    )


def _collection(url: str) -> tuple[str, str] | None:
    """Return the base and the collection of an address of features."""
    parts = urlsplit(url)
    found = re.fullmatch(r"(.*)/collections/([^/]+)/items/?", parts.path)
    if not parts.scheme or found is None:
        return None
    return f"{parts.scheme}://{parts.netloc}{found[1]}", found[2]
