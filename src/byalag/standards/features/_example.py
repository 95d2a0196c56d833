"""Examples of every answer, made by what makes the answers themselves."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from byalag.model import Dataset, Json, Observation, Point, Series, Thing
from byalag.standards.features import _describe, _functions
from byalag.standards.features._feature import Newest, feature
from byalag.standards.features._known import Collection
from byalag.standards.features._links import Links
from byalag.standards.features._negotiate import GEOJSON, JSON
from byalag.standards.features._queryable import ALWAYS, Queryable
from byalag.store import Placed

_AT: Final = 1_782_907_200_000_000
_DATASET: Final = Dataset(
    id="parking", title={"sv": "Parkering", "en": "Parking"}, owner="Skellefteå kommun", open=True
)
_THING: Final = Thing(
    id="parking:skelleftea:torget",
    type="OffStreetParking",
    dataset="parking",
    name="Torget",
    municipality="2482",
    point=Point(64.7507, 20.9528),
    properties={"totalSpotNumber": 140},
)
_FREE: Final = Newest(
    Series(
        id="parking:skelleftea:torget/availableSpotNumber",
        thing=_THING.id,
        property="availableSpotNumber",
        dataset="parking",
    ),
    Observation("parking:skelleftea:torget/availableSpotNumber", _AT, 42.0),
)


@lru_cache(maxsize=8)
def of(root: str) -> Mapping[str, Json]:
    """Return an example of each answer, by its name in the description."""
    links = Links(root, "en")
    found = Collection(_DATASET, Placed(1, 20.9528, 64.7507, 20.9528, 64.7507))
    known = {
        **ALWAYS,
        "availableSpotNumber": Queryable(
            name="availableSpotNumber", type="number", path=("latest", "availableSpotNumber")
        ),
    }

    def own(*names: str, media: str = JSON) -> list[Json]:
        return links.pair(media, media, {}, *names)

    item = feature(_THING, {"availableSpotNumber": _FREE}, None)
    one = _describe.collection(found, (_AT, _AT), links, own("collections", "parking"))
    place = ("collections", "parking", "items")
    return {
        "landing": _describe.landing(links, own()),
        "conformance": _describe.conformance(own("conformance")),
        "api": {"openapi": "3.0.3", "info": {"title": "…", "version": "1.0.0"}, "paths": {}},
        "functions": _functions.described("en"),
        "collections": _describe.collections(own("collections"), [one]),
        "collection": one,
        "queryables": _describe.queryables(found, known, links),
        "schema": _describe.schema(found, known, links),
        "items": {
            "type": "FeatureCollection",
            "timeStamp": "2026-07-01T12:00:05Z",
            "numberMatched": 1,
            "numberReturned": 1,
            "links": own(*place, media=GEOJSON),
            "features": [item],
        },
        "item": item | {"links": own(*place, _THING.id, media=GEOJSON)},
    }
