"""Querying entities: by parameters or by a query in a body (GS CIM 009, 5.7.2, 6.4.3.2, 6.23)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from byalag.model import Json
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld import _json
from byalag.standards.ngsi_ld._find_entities import Page
from byalag.standards.ngsi_ld._geo import GeoQuery, read_geo
from byalag.standards.ngsi_ld._geojson import collection, feature, features
from byalag.standards.ngsi_ld._join import flattened, joined
from byalag.standards.ngsi_ld._name import LOCATION
from byalag.standards.ngsi_ld._operation import GEO_JSON, JSON, LD_JSON, Operation
from byalag.standards.ngsi_ld._order import read_order
from byalag.standards.ngsi_ld._page import part_of, told_page
from byalag.standards.ngsi_ld._q_names import expanded
from byalag.standards.ngsi_ld._q_read import read_q
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._regex import regex
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._scope import read_scopes
from byalag.standards.ngsi_ld._select import Selection, Selector
from byalag.standards.ngsi_ld._show import show
from byalag.standards.ngsi_ld._smart_find import find_all
from byalag.standards.ngsi_ld._types import read_types
from byalag.standards.ngsi_ld._value import uri
from byalag.standards.ngsi_ld._wanted import Wanted, attributes, listed, text_of, wanted

SHOWN: Final = (
    "options", "format", "attrs", "pick", "omit", "lang", "datasetId", "geometryProperty", "join",
    "joinLevel", "containedBy", "local",
)  # fmt: skip
CHOSEN: Final = (
    "id", "type", "idPattern", "q", "csf", "scopeQ", "georel", "geometry", "coordinates",
    "geoproperty", "jsonKeys", "expandValues", "orderBy",
)  # fmt: skip
PAGED: Final = ("limit", "offset", "count")
_IN_BODY: Final = frozenset({
    "type", "entities", "attrs", "q", "geoQ", "csf", "scopeQ", "lang", "pick", "omit", "datasetId",
    "containedBy", "join", "joinLevel", "expandValues", "jsonKeys", "geometryProperty", "ordering",
    "temporalQ",
})  # fmt: skip
_MOST: Final = 1_000


async def query(request: Request, window: Window) -> Reply:
    """Answer a query by parameters."""
    said, selection = request.query, selection_of(request)
    if not _enough(selection) and not request.flag("local"):
        refuse_data("a query says at least one of type, attrs, q and georel, or local=true")
    return await _answered(request, window, selection, said)


def selection_of(request: Request) -> Selection:
    """Return which entities a request's parameters choose.

    Raises:
        Refused: What is said cannot be asked (BadRequestData).
    """
    said = request.query
    selector = {name: said[name] for name in ("id", "type", "idPattern") if said.get(name)}
    geo = _geo(said) if said.get("georel") or said.get("geometry") else None
    return _selection(request, said, [selector] if selector else [], geo)


async def query_by_body(request: Request, window: Window) -> Reply:
    """Answer a query in a body."""
    said: dict[str, Json] = request.content
    unknown = said.keys() - _IN_BODY
    if unknown:
        refuse_data(f"a Query has no {min(unknown)[:50]!r}; it has {', '.join(sorted(_IN_BODY))}")
    if said.get("type") != "Query":
        refuse_data('the type of a query is "Query"')
    if "temporalQ" in said:
        refuse_data("temporalQ is asked at /temporal/entityOperations/query")
    selectors = [_json.members(one) for one in _json.listed(said.get("entities", []))]
    if not all(selectors):
        refuse_data("entities is an array of objects with type, and with id or idPattern")
    geo = _geo(_json.members(said["geoQ"])) if "geoQ" in said else None
    selection = _selection(request, said, selectors, geo)
    if not _enough(selection) and not request.flag("local"):
        refuse_data("a query says at least one of entities with type, attrs, q and geoQ")
    order = _json.members(said.get("ordering")).get("orderBy")
    return await _answered(request, window, selection, {**said, "orderBy": order})


async def _answered(
    request: Request, window: Window, selection: Selection, said: Mapping[str, Json]
) -> Reply:
    shown = wanted(request, said)
    part = part_of(request)
    if order := text_of(said.get("orderBy"), "orderBy"):
        part = msgspec.structs.replace(part, order=read_order(order, request.context))
    page = await find_all(window, selection, part)
    if shown.join == "@none":
        return told_page(request, _written(request, page, shown), part, page)
    content = await window.beside(lambda: _joined(request, window, page, shown))
    return told_page(request, content, part, page)


def _written(request: Request, page: Page, shown: Wanted) -> Json:
    if request.gives == GEO_JSON:
        return features(page.entities, shown.shown, shown.geometry)
    each = (show(entity, shown.shown) for entity in page.entities)
    return [told for told in each if told]


def _joined(request: Request, window: Window, page: Page, shown: Wanted) -> Json:
    how = joined(window.reading, page.entities, shown.shown)
    each = (
        [(entity, how) for entity in page.entities]
        if shown.join == "inline"
        else flattened(page.entities, how)
    )
    if request.gives == GEO_JSON:
        return collection(feature(entity, one, shown.geometry) for entity, one in each)
    return [show(entity, one) for entity, one in each]


def _selection(
    request: Request,
    said: Mapping[str, Json],
    selectors: Sequence[Mapping[str, Json]],
    geo: "Mapping[str, Json] | None",
) -> Selection:
    """Return which entities are asked for.

    Raises:
        Refused: What is said cannot be asked (BadRequestData).
    """
    expand = request.context.expand_name
    if len(selectors) > _MOST:
        refuse_data(f"a query has at most {_MOST} entities")
    listed(said.get("jsonKeys"), "jsonKeys")
    worded = listed(said.get("expandValues"), "expandValues")
    q = text_of(said.get("q"), "q")
    scopes = text_of(said.get("scopeQ"), "scopeQ")
    if said.get("csf"):
        refuse_data("csf chooses context sources, and there are none here")
    return Selection(
        selectors=tuple(_selector(each, request) for each in selectors),
        attrs=tuple(attributes(said.get("attrs"), request)),
        q=expanded(read_q(q), expand, worded) if q else None,
        geo=None if geo is None else _place(geo, request),
        scopes=read_scopes(scopes) if scopes else None,
        datasets=frozenset(listed(said.get("datasetId"), "datasetId")),
    )


def _selector(said: Mapping[str, Json], request: Request) -> Selector:
    unknown = said.keys() - {"id", "type", "idPattern"}
    if unknown:
        refuse_data(f"entities are chosen by id, idPattern and type, not {min(unknown)[:50]!r}")
    ids = listed(said.get("id"), "id")
    pattern = text_of(said.get("idPattern"), "idPattern")
    kind = text_of(said.get("type"), "type")
    return Selector(
        read_types(kind, request.context.expand_name) if kind else None,
        frozenset(uri(each, "id") for each in ids),
        regex(pattern, "idPattern") if pattern and not ids else None,
    )


def _geo(said: Mapping[str, Json]) -> Mapping[str, Json]:
    missing = [name for name in ("georel", "geometry", "coordinates") if not said.get(name)]
    if missing:
        refuse_data(f"a geo-query has georel, geometry and coordinates; it lacks {missing[0]}")
    return said


def _place(said: Mapping[str, Json], request: Request) -> GeoQuery:
    attribute = text_of(said.get("geoproperty"), "geoproperty")
    iri = request.context.expand_name(attribute) if attribute else LOCATION
    georel = text_of(said["georel"], "georel")
    coordinates: Any = said["coordinates"]
    return read_geo(georel, text_of(said["geometry"], "geometry"), coordinates, iri)


def _enough(selection: Selection) -> bool:
    typed = any(each.types is not None for each in selection.selectors)
    return bool(typed or selection.attrs or selection.q or selection.geo)


_EXAMPLE: Final[Json] = [
    {
        "id": "urn:ngsi-ld:BathingPlace:2482:bath:hav:SE0110024820000000",
        "type": "BathingPlace",
        "name": {"type": "Property", "value": "Rismarken"},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [21.15, 64.7]},
        },
        "waterTemperature": {
            "type": "Property",
            "value": 17.4,
            "unitCode": "CEL",
            "observedAt": "2026-07-01T10:00:00Z",
        },
    }
]
_ANSWERS: Final = {
    "200": (
        {"sv": "Entiteterna, ett svar i taget.", "en": "The entities, a page at a time."},
        _EXAMPLE,
    ),
}
OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/entities",
        run=query,
        summary={"sv": "Fråga efter entiteter", "en": "Query entities"},
        clause="5.7.2",
        parameters=(*CHOSEN, *SHOWN, *PAGED),
        gives=(JSON, LD_JSON, GEO_JSON),
        reads=True,
        answers=_ANSWERS,
    ),
    Operation(
        method="POST",
        path="/entityOperations/query",
        run=query_by_body,
        summary={"sv": "Fråga efter entiteter i en kropp", "en": "Query entities by a body"},
        clause="5.7.2",
        parameters=("options", "format", "local", "join", "joinLevel", *PAGED),
        gives=(JSON, LD_JSON, GEO_JSON),
        takes=(JSON, LD_JSON),
        reads=True,
        example={"type": "Query", "entities": [{"type": "BathingPlace"}], "q": "name"},
        answers=_ANSWERS,
    ),
)
