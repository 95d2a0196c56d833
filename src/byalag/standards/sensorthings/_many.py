"""Many observations in one request: `CreateObservations` and its data arrays (18-088, 11)."""

from typing import Final

import msgspec

from byalag.asking import Observed
from byalag.model import Json
from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._act import change
from byalag.standards.sensorthings._create_body import (
    as_list,
    as_object,
    check_members,
    existing,
    read_json,
)
from byalag.standards.sensorthings._create_facts import Saying
from byalag.standards.sensorthings._create_observation import draft, put
from byalag.standards.sensorthings._create_plan import Node
from byalag.standards.sensorthings._problem import Refused, known, unfit
from byalag.standards.sensorthings._words import ENTITIES

_MOST: Final = 20_000
_FEATURE: Final = ("FeatureOfInterest/id", "FeatureOfInterest/@iot.id")
_OBSERVATION: Final = ENTITIES["Observation"]
_COMPONENTS: Final = frozenset({*_OBSERVATION.members, *_FEATURE})
Row = tuple[int, dict[str, Json], int | None, str]  # Datastream, members, feature, where


async def create_observations(spoken: Spoken, window: Window) -> Reply:
    """Make observations; each is answered by its address, or by why it was not made.

    Raises:
        Refused: The body is not data arrays.
    """
    rows = _read(read_json(spoken.body))
    told = await change(window, lambda saying: [_observe(saying, row) for row in rows])
    where = f"{spoken.root}/Observations"
    body = [f"{where}({one})" if isinstance(one, int) else f"error: {one}" for one in told]
    return Reply(status=201, body=msgspec.json.encode(body))


def _read(body: Json) -> list[Row | str]:
    """Return the rows of all data arrays, and of those that are no observations, why."""
    rows: list[Row | str] = []
    for number, item in enumerate(as_list(body, "the body")):
        where = f"[{number}]"
        said = as_object(item, where)
        of = existing(as_object(said.get("Datastream"), f"{where}.Datastream"), where)
        if of is None:
            message = f"{where}.Datastream must name a Datastream by its @iot.id"
            raise unfit(message)
        names = _components(said.get("components"), where)
        for place, values in enumerate(as_list(said.get("dataArray"), f"{where}.dataArray")):
            rows.append(_row(of, names, values, f"{where}.dataArray[{place}]"))
            if len(rows) > _MOST:
                message = f"there are more than {_MOST:,} observations in the request"
                raise unfit(message)
    return rows


def _components(value: Json, where: str) -> list[str]:
    names = as_list(value, f"{where}.components")
    for name in names:
        if name not in _COMPONENTS:
            message = f"{where}: no component {str(name)[:60]!r}; there are {known(_COMPONENTS)}"
            raise unfit(message)
    if "result" not in names:
        message = f"{where}.components lacks 'result'"
        raise unfit(message)
    return names


def _row(of: int, names: list[str], values: Json, where: str) -> Row | str:
    try:
        found = as_list(values, where)
        if len(found) != len(names):
            return f"{where} has {len(found)} values for {len(names)} components"
        members = dict(zip(names, found, strict=True))
        feature = next((members.pop(name) for name in _FEATURE if name in members), None)
        if feature is not None and type(feature) is not int:
            return f"{where}: the FeatureOfInterest must be named by a whole number"
        check_members(_OBSERVATION, members, where, whole=True)
    except Refused as refused:
        return refused.said
    return of, members, feature, where


def _observe(saying: Saying, row: Row | str) -> int | str:
    if isinstance(row, str):
        return row
    of, members, feature, where = row
    try:
        series = Node(entity=ENTITIES["Datastream"], where=where, no=of)
        saying.find(series)
        assert series.series is not None  # noqa: S101 -- found, or refused
        saying.own(series.series, f"Datastream {of}")
        named = None
        if feature is not None:
            named = Node(entity=ENTITIES["FeatureOfInterest"], where=where, no=feature)
            saying.find(named)
        said = draft(members, saying.now, where)
        made: Observed = put(
            saying.here, series.series.id, said, None if named is None else named.thing
        )
    except Refused as refused:
        return refused.said
    return made.no
