"""Asking for the history of one entity (GS CIM 009, 5.7.3)."""

from collections.abc import Mapping, Sequence
from typing import Final

from byalag.model import Json, Thing
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._answer import told
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._facts import known
from byalag.standards.ngsi_ld._language import read_languages
from byalag.standards.ngsi_ld._pick import CORE_MEMBERS, read_members
from byalag.standards.ngsi_ld._refuse import refuse_data, refuse_missing
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._said import attribute_name
from byalag.standards.ngsi_ld._show import Shown
from byalag.standards.ngsi_ld._temporal import entity_id
from byalag.standards.ngsi_ld._temporal_ask import TemporalAsk, read_ask
from byalag.standards.ngsi_ld._temporal_evolution import FORGOTTEN, tracks
from byalag.standards.ngsi_ld._temporal_page import page
from byalag.standards.ngsi_ld._temporal_tell import tell
from byalag.standards.ngsi_ld._temporal_track import Track
from byalag.store import Reading

PARTIAL: Final = 206


async def retrieve(request: Request, window: Window) -> Reply:
    """Answer the history of an entity, or of some of its attributes."""
    id_, ask = entity_id(request), read_ask(request.query)
    shown = wanted(request.query, request.context)

    def work() -> tuple[Json, str]:
        thing = known(window.reading, id_)
        if thing is None:
            refuse_missing(f"there is no entity {id_}")
        return _retrieved(window, thing, ask, shown)

    return paged(request, *await window.beside(work))


def paged(
    request: Request, content: Json, range_: str, more: Mapping[str, str] | None = None
) -> Reply:
    """Return an answer that is whole, or the part that Content-Range tells of (6.3.10)."""
    headers = dict(more or {})
    if range_:
        headers["Content-Range"] = range_
    return told(request, content, PARTIAL if range_ else 200, headers)


def _retrieved(window: Window, thing: Thing, ask: TemporalAsk, shown: Shown) -> tuple[Json, str]:
    found = tracks(window.reading, thing, ask, shown, shown.datasets)
    if not found and _is_unknown(window.reading, thing, shown):
        refuse_missing("the entity has no history of what is asked for")
    (fits,), range_ = fitted([found], ask, window.page)
    content = tell(thing, fits, ask, shown)
    if not content:
        refuse_missing("the entity has none of the members that are asked for")
    return content, range_


def fitted(
    found: Sequence[Sequence[Track]], ask: TemporalAsk, most: int
) -> tuple[list[list[Track]], str]:
    """Return what fits in one answer, and its Content-Range. Aggregates are never divided."""
    if ask.telling == "aggregatedValues":
        return [list(tracks_) for tracks_ in found], ""
    cut = page(found, ask, most)
    return cut.tracks, cut.range


def _is_unknown(reading: Reading, thing: Thing, shown: Shown) -> bool:
    """Return whether there is no history at all of what is asked for, at any time."""
    if shown.attrs is None and FORGOTTEN not in thing.details:
        return False
    every = TemporalAsk()
    return not tracks(reading, thing, every, shown, shown.datasets)


def wanted(said: Mapping[str, str], context: Context) -> Shown:
    """Return what is shown: attrs, or pick and omit, and of which datasetIds and languages.

    Raises:
        Refused: They cannot be asked for together.
    """
    attrs, pick, omit = said.get("attrs"), said.get("pick"), said.get("omit")
    if attrs is not None and (pick is not None or omit is not None):
        refuse_data("attrs is not used with pick or omit; use only these")
    picked = None if pick is None else read_members(pick, "pick", context.expand_name)
    omitted = None if omit is None else read_members(omit, "omit", context.expand_name)
    both = set(picked or ()) & set(omitted or ())
    if both:
        names = ", ".join(one if one in CORE_MEMBERS else context.compact_name(one) for one in both)
        refuse_data(f"pick and omit both name {names}")
    datasets = said.get("datasetId", "")
    return Shown(
        context=context,
        languages=read_languages(said["lang"]) if "lang" in said else (),
        attrs=None if attrs is None else frozenset(_names(attrs, context)),
        pick=picked,
        omit=omitted,
        datasets=frozenset(one for one in datasets.split(",") if one),
    )


def _names(text: str, context: Context) -> list[str]:
    return [attribute_name(name.strip(), context) for name in text.split(",") if name.strip()]
