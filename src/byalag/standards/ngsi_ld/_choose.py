"""Which entities are meant, as parameters, a query or a subscription say it."""

from collections.abc import Mapping

from byalag.model import Json
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._geo import GeoQuery, read_geo
from byalag.standards.ngsi_ld._json import is_array, is_object
from byalag.standards.ngsi_ld._name import LOCATION
from byalag.standards.ngsi_ld._q_names import expanded
from byalag.standards.ngsi_ld._q_read import read_q
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._regex import regex
from byalag.standards.ngsi_ld._said import attribute_name
from byalag.standards.ngsi_ld._scope import read_scopes
from byalag.standards.ngsi_ld._select import Selection, Selector
from byalag.standards.ngsi_ld._types import read_types
from byalag.standards.ngsi_ld._value import uri
from byalag.standards.ngsi_ld._wanted import listed, text_of

_GEO = ("georel", "geometry", "coordinates")


def chosen(said: Mapping[str, Json], context: Context) -> Selection:
    """Return which entities are meant, names being of a context.

    Raises:
        Refused: Something of it cannot be asked.
    """
    entities = said.get("entities")
    if entities is None:
        named = any(said.get(name) for name in ("type", "id", "idPattern"))
        selectors = [_selector(said, context)] if named else []
    else:
        if not is_array(entities) or not entities:
            refuse_data("entities is an array of objects with a type")
        selectors = [_selector(one, context) for one in entities]
    q, scopes = said.get("q"), said.get("scopeQ")
    worded = listed(said.get("expandValues"), "expandValues")
    return Selection(
        selectors=tuple(selectors),
        attrs=tuple(attribute_name(one, context) for one in listed(said.get("attrs"), "attrs")),
        q=expanded(read_q(text_of(q, "q")), context.expand_name, worded) if q else None,
        geo=_geo(said.get("geoQ", said), context),
        scopes=read_scopes(text_of(scopes, "scopeQ")) if scopes else None,
        datasets=frozenset(listed(said.get("datasetId"), "datasetId")),
    )


def _selector(said: Json, context: Context) -> Selector:
    if not is_object(said):
        refuse_data("entities is an array of objects with a type")
    pattern = text_of(said.get("idPattern"), "idPattern")
    types = text_of(said.get("type"), "type")
    ids = listed(said.get("id"), "id")
    return Selector(
        types=read_types(types, context.expand_name) if types else None,
        ids=frozenset(uri(each, "an entity's id") for each in ids),
        pattern=regex(pattern, "idPattern") if pattern else None,
    )


def _geo(said: Json, context: Context) -> GeoQuery | None:
    if not is_object(said):
        refuse_data("geoQ is an object with georel, geometry and coordinates")
    if not any(said.get(name) for name in _GEO):
        return None
    for name in _GEO:
        if not said.get(name):
            refuse_data(f"{name} is not there; a place is asked for by {', '.join(_GEO)}")
    named = text_of(said.get("geoproperty"), "geoproperty")
    relation, geometry = text_of(said["georel"], "georel"), text_of(said["geometry"], "geometry")
    attribute = attribute_name(named, context) if named else LOCATION
    return read_geo(relation, geometry, said["coordinates"], attribute)
