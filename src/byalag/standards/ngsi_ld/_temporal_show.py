"""How a history is told: instance by instance, as values and times, or as aggregates."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._aggregate import Ints, aggregate, aggregate_others
from byalag.standards.ngsi_ld._entity import AttributeKind, Instance
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._temporal_ask import TemporalAsk
from byalag.standards.ngsi_ld._temporal_period import MOST, places
from byalag.standards.ngsi_ld._temporal_track import Track
from byalag.standards.ngsi_ld._when import when

ShowInstance = Callable[[str, Instance], Json]
_LISTS: Final[Mapping[AttributeKind, str]] = {
    "Property": "values",
    "Relationship": "objects",
    "GeoProperty": "values",
    "LanguageProperty": "languageMaps",
    "VocabProperty": "vocabs",
    "JsonProperty": "jsons",
    "ListProperty": "valueLists",
    "ListRelationship": "objectLists",
}
_WRAPPED: Final[Mapping[AttributeKind, str]] = {
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
}


def instances(tracks: Iterable[Track], ask: TemporalAsk, show: ShowInstance) -> Json:
    """Return the instances of an attribute, as `show` says each: oldest first, or with lastN last.

    `show` is given the attribute's IRI and the instance.
    """
    return [
        show(track.attribute, track[place]) for track in tracks for place in _order(len(track), ask)
    ]


def simplified(tracks: Iterable[Track], ask: TemporalAsk, word: Callable[[Json], Json]) -> Json:
    """Return the values of an attribute with their times (4.5.9).

    `word` says the IRIs of a VocabProperty in the asker's words.
    """
    told: list[Json] = []
    for track in tracks:
        kind = kind_of(track)
        listed = [
            [_wrapped(kind, track.value(place), word), when(int(track.times[place]))]
            for place in _order(len(track), ask)
        ]
        told.append({**_head(track, kind), _LISTS[kind]: listed})
    return told[0] if len(told) == 1 else told


def aggregated(tracks: Iterable[Track], ask: TemporalAsk, origin: Micros, end: Micros) -> Json:
    """Return aggregates of an attribute over periods that begin at `origin` (4.5.19).

    `end` is where all of it ends, for the one period that holds everything.

    Raises:
        Refused: There would be too many periods.
    """
    told: list[Json] = []
    for track in tracks:
        kind = kind_of(track)
        periods, starts = _runs(track, ask, origin)
        edges = [_edges(ask, origin, end, int(place)) for place in periods]
        answer = {**_head(track, kind)}
        for method in ask.methods:
            values = _aggregates(track, method, starts)
            if values:
                answer[method] = [
                    [_finite(value), *edge] for value, edge in zip(values, edges, strict=True)
                ][-(ask.last or 0) :]
        told.append(answer)
    return told[0] if len(told) == 1 else told


def kind_of(track: Track) -> AttributeKind:
    """Return the kind of an attribute: that of its newest instance."""
    newest = track.whole.get(len(track) - 1)
    return "Property" if newest is None else newest.kind


def _head(track: Track, kind: AttributeKind) -> dict[str, Json]:
    head: dict[str, Json] = {"type": kind}
    return head if track.dataset is None else {**head, "datasetId": track.dataset}


def _order(count: int, ask: TemporalAsk) -> Iterable[int]:
    return range(count) if ask.last is None else range(count - 1, -1, -1)


def _wrapped(kind: AttributeKind, value: Json, word: Callable[[Json], Json]) -> Json:
    if kind == "VocabProperty":
        value = word(value)
    return {_WRAPPED[kind]: value} if kind in _WRAPPED else value


def _runs(track: Track, ask: TemporalAsk, origin: Micros) -> tuple[Ints, Ints]:
    """Return the periods that there is anything in, and where in the track each begins."""
    if not len(track):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    if ask.period.is_all:
        return np.zeros(1, np.int64), np.zeros(1, np.int64)
    each = places(ask.period, origin, track.times)
    starts = np.flatnonzero(np.diff(each, prepend=each[0] - 1))
    if len(starts) > MOST:
        detail = f"there are {len(starts)} periods, and {MOST} are answered; ask for longer ones"
        raise Refused(detail, "TooManyResults")
    return each[starts], starts.astype(np.int64)


def _edges(ask: TemporalAsk, origin: Micros, end: Micros, place: int) -> list[Json]:
    if ask.period.is_all:
        return [when(origin), when(end)]
    period = ask.period
    return [when(period.after(origin, place)), when(period.after(origin, place + 1))]


def _aggregates(track: Track, method: str, starts: Ints) -> Sequence[Json]:
    if not track.whole:
        return aggregate(method, track.values, starts)
    values = [track.value(place) for place in range(len(track))]
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return aggregate(method, np.array(values, np.float64), starts)
    return aggregate_others(method, values, starts.tolist())


def _finite(value: Json) -> Json:
    """Return a value as JSON can say it: a sum that is out of range is null."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value
