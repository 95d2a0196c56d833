"""Observations as rows of values: `resultFormat=dataArray` (OGC 18-088, 12.1)."""

from collections.abc import Sequence
from typing import Final

from byalag.asking import Observed
from byalag.model import Json
from byalag.standards.sensorthings._options import Options
from byalag.standards.sensorthings._problem import unfit
from byalag.standards.sensorthings._show import encode, identity
from byalag.standards.sensorthings._show_members import About, further, members
from byalag.standards.sensorthings._words import ENTITIES

_USUAL: Final = ("id", "phenomenonTime", "resultTime", "result")
_FURTHER: Final = ("resultQuality", "validTime", "parameters")


def data_array(rows: Sequence[Observed], options: Options, about: About) -> bytes:
    """Return observations by their Datastream, each as a row of values.

    Raises:
        Refused: Links are expanded or selected: rows have no room for them (400).
    """
    entity = ENTITIES["Observation"]
    if options.expand or options.select & {*entity.links}:
        message = "dataArray holds values: leave out $expand, and links from $select"
        raise unfit(message)
    chosen = {name.removeprefix("@iot.") for name in options.select}
    usual = [name for name in (*_USUAL, *_FURTHER) if name in chosen] if chosen else [*_USUAL]
    further = [] if chosen else [name for name in _FURTHER if any(_has(row, name) for row in rows)]
    components = [*usual, *further]
    groups: dict[int, list[list[Json]]] = {}
    for row in rows:
        told = {"id": identity(row), **members(entity, row, about)}
        groups.setdefault(row.series, []).append([told.get(name) for name in components])
    return encode([_group(no, values, components, about) for no, values in groups.items()])


def _has(row: Observed, name: str) -> bool:
    return name in further(row.fact)


def _group(no: int, values: list[list[Json]], components: list[str], about: About) -> Json:
    return {
        "Datastream@iot.navigationLink": f"{about.root}/Datastreams({no})",
        "components": components,
        "dataArray@iot.count": len(values),
        "dataArray": values,
    }
