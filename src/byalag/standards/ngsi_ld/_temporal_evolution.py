"""How an entity has evolved: what each of its attributes has been (GS CIM 009, 4.5.6, 4.5.7).

Its series are its history, whoever has observed them. What has been said without a time that it was
observed is kept with the entity while it holds, and goes to its series when something else is said.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Final

import numpy as np

from byalag.model import History, Micros, Series, Thing
from byalag.standards.ngsi_ld._entity import Instance
from byalag.standards.ngsi_ld._facts import dataset_of, entity_of, named_series
from byalag.standards.ngsi_ld._temporal_ask import TemporalAsk
from byalag.standards.ngsi_ld._temporal_track import Track, moment, together, track
from byalag.store import Reading

FORGOTTEN: Final = "ngsi-ld-forgotten"  # when the history of an attribute and dataset was deleted
NONE: Final = "@none"
_EVER: Final = (-(1 << 62), 1 << 62)
_NOTHING: Final = History(np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8))


def tracks(
    reading: Reading,
    thing: Thing,
    ask: TemporalAsk,
    wanted: Callable[[str], bool] = lambda _: True,
    datasets: Collection[str] = (),
) -> list[Track]:
    """Return what has been asked for of an entity's history: what there is any of, by attribute.

    `wanted` tells the attributes, by IRI, and `datasets` their datasetIds, "@none" for none.
    """
    found: dict[tuple[str, str | None], Track] = {}
    for attribute, series in named_series(reading, [thing.id])[thing.id]:
        key = attribute, dataset_of(series)
        if wanted(key[0]) and (not datasets or (key[1] or NONE) in datasets):
            told = _observed(reading, key[0], series, ask)
            if len(told):
                found[key] = _joined(found[key], told, ask) if key in found else told
    for attribute, instance in _held(reading, thing, ask, wanted, datasets):
        key = attribute, instance.dataset
        base = found.get(key, Track(attribute=attribute, dataset=instance.dataset))
        found[key] = together(base, [instance], lambda one: moment(one, ask.axis))
    return list(found.values())


def _observed(reading: Reading, attribute: str, series: Series, ask: TemporalAsk) -> Track:
    no = reading.series_number(series.id) or 0
    start, end = _period(ask)
    timed = ask.axis in ("observedAt", None)
    run = _NOTHING if ask.axis == "deletedAt" else reading.history(series.id, start=start, end=end)
    extras = reading.extras(series.id, *((start, end) if timed else _EVER))
    return track(attribute, (series, no), run, extras, ask.axis).within(start, end)


def _joined(first: Track, other: Track, ask: TemporalAsk) -> Track:
    """Return one track of two that say the same of an entity: its own series and one linked."""
    others = [other[place] for place in range(len(other))]
    return together(first, others, lambda one: moment(one, ask.axis))


def _period(ask: TemporalAsk) -> tuple[Micros, Micros]:
    start = _EVER[0] if ask.since is None else ask.since
    return start, _EVER[1] if ask.end is None else ask.end


def _held(
    reading: Reading,
    thing: Thing,
    ask: TemporalAsk,
    wanted: Callable[[str], bool],
    datasets: Collection[str],
) -> Iterator[tuple[str, Instance]]:
    """Yield the instances that hold now and have no time that they were observed."""
    if ask.axis in ("observedAt", "deletedAt"):
        return
    start, end = _period(ask)
    for attribute, instances in entity_of(reading, thing).attributes.items():
        for instance in instances:
            at = moment(instance, ask.axis)
            asked = wanted(attribute) and (not datasets or (instance.dataset or NONE) in datasets)
            if not asked or instance.observed is not None or at is None:
                continue
            if start <= at < end and at > forgotten(thing, attribute, instance.dataset):
                yield attribute, instance


def forgotten(thing: Thing, attribute: str, dataset: str | None) -> Micros:
    """Return when the history of an attribute was deleted last; -1 if it never was."""
    said: dict[str, Micros] = thing.details.get(FORGOTTEN) or {}
    return max(said.get("", -1), said.get(place(attribute, dataset), -1))


def place(attribute: str, dataset: str | None) -> str:
    """Return what an attribute and a datasetId are called together."""
    return f"{attribute} {dataset or NONE}"


def spanned(found: list[Track]) -> tuple[Micros, Micros] | None:
    """Return the first and the last time of all tracks; None if there is none."""
    times = [(int(one.times[0]), int(one.times[-1])) for one in found if len(one)]
    return (min(first for first, _ in times), max(last for _, last in times)) if times else None
