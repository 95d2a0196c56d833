"""An entity with its history, as it is written (GS CIM 009, 4.5.7 to 4.5.9 and 4.5.19)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from byalag.model import Json, Thing
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._language import spoken
from byalag.standards.ngsi_ld._name import DETAILS, SCOPE, iri, uri_of
from byalag.standards.ngsi_ld._show import Shown, show
from byalag.standards.ngsi_ld._show_instance import Style, attribute
from byalag.standards.ngsi_ld._temporal_ask import TemporalAsk
from byalag.standards.ngsi_ld._temporal_evolution import spanned
from byalag.standards.ngsi_ld._temporal_show import aggregated, instances, simplified
from byalag.standards.ngsi_ld._temporal_track import Track
from byalag.standards.ngsi_ld._when import when


def head_of(thing: Thing) -> Entity:
    """Return an entity without its attributes."""
    said: dict[str, Any] = thing.details.get(DETAILS) or {}
    return Entity(
        id=uri_of(thing),
        types=tuple(said.get("types", ())) or (iri(thing.type),),
        scopes=tuple(said.get("scopes", ())),
        created=said.get("created"),
        modified=said.get("modified"),
    )


def tell(thing: Thing, tracks: Sequence[Track], ask: TemporalAsk, shown: Shown) -> dict[str, Json]:
    """Return an entity with these tracks, as it is written."""
    told = show(head_of(thing), shown)
    if ask.axis == "deletedAt":
        told.pop("scope", None)
    by_attribute: dict[str, list[Track]] = {}
    for one in tracks:
        by_attribute.setdefault(one.attribute, []).append(one)
    span = spanned(list(tracks))
    for name, ones in by_attribute.items():
        known_as = "scope" if name == SCOPE else shown.context.compact_name(name)
        told[known_as] = _attribute(ones, ask, shown, span)
    return told


def _attribute(
    ones: Sequence[Track], ask: TemporalAsk, shown: Shown, span: tuple[int, int] | None
) -> Json:
    if ask.telling == "aggregatedValues":
        first, last = span or (0, 0)
        origin = first if ask.start is None else ask.start
        return aggregated(ones, ask, origin, last if ask.end is None else ask.end)
    if ask.telling == "temporalValues":
        return simplified(ones, ask, shown.context.compact_value)
    return instances(ones, ask, partial(_instance, ask, shown))


def _instance(ask: TemporalAsk, shown: Shown, name: str, said: Instance) -> Json:
    style: Style = "concise" if ask.telling == "concise" else "normalized"
    languages = shown.languages if said.kind == "LanguageProperty" else ()
    if languages and said.deleted is None:
        said, _ = spoken(said, languages)
    answer = attribute(said, shown.context, style, system=ask.system)
    told: dict[str, Json] = {**(answer if isinstance(answer, dict) else {"value": answer})}
    if said.instance is not None and name != SCOPE:
        told["instanceId"] = said.instance
    times = {"createdAt": said.created, "modifiedAt": said.modified, "deletedAt": said.deleted}
    at = times.get(ask.axis or "")
    return told if at is None or ask.axis is None else {**told, ask.axis: when(at)}
