"""Linking entities that are there, and unlinking them, by `$ref` (OData 4.0, 11.4.6)."""

from collections.abc import Callable

from byalag.model import Json
from byalag.standards.sensorthings._create_body import as_object, existing
from byalag.standards.sensorthings._create_facts import Saying, located
from byalag.standards.sensorthings._create_locate import locate, thing_of
from byalag.standards.sensorthings._path import Path, Step
from byalag.standards.sensorthings._problem import unfit
from byalag.standards.sensorthings._update import update
from byalag.standards.sensorthings._words import ENTITIES

_LOCATIONS = "Locations"


def link(saying: Saying, path: Path, body: Json) -> None:
    """Link the entity that the body names to what the path leads to.

    Raises:
        Refused: Either is not there, or cannot be linked so.
    """
    no = existing(as_object(body, "the link"), "the link")
    if no is None:
        message = "name what to link to by its @iot.id"
        raise unfit(message)
    before, name = path.steps[:-1], _name(path)
    named: Json = {"@iot.id": no}
    if path.last.many and name == _LOCATIONS and before[-1].entity.name == "Thing":
        named = [*({"@iot.id": one} for one in _locations(saying, before)), named]
    elif path.last.many:
        named = [named]
    _update(saying, before, {name: named})


def unlink(saying: Saying, path: Path) -> None:
    """Unlink what the path leads to from what is before it. Only Locations can be left.

    Raises:
        Refused: It is not there, or an entity cannot be without it.
    """
    before, name = path.steps[:-1], _name(path)
    whose = (before[-1].entity.name, name) if before else ("", "")
    if path.last.no is None or whose not in {("Thing", _LOCATIONS), ("Location", "Things")}:
        message = "only /Things(1)/Locations(2)/$ref can be taken away: other links must be there"
        raise unfit(message)
    other = locate(saying.here, path.steps)
    first = locate(saying.here, before)
    thing, location = (first, other) if whose[0] == "Thing" else (other, first)
    held = thing_of(saying.here, ENTITIES["Thing"], thing)
    left = thing_of(saying.here, ENTITIES["Location"], location).id
    saying.own(held, f"Thing {thing}")
    ids = [one for one in held.relations.get("locations", ()) if one != left]
    found = [one for one in map(saying.here.thing, ids) if one is not None]
    saying.say([located(held, found)])


def _name(path: Path) -> str:
    if path.last.link is None:
        message = "$ref is written along a link, as /Things(1)/Locations/$ref"
        raise unfit(message)
    return path.last.link.name


def _locations(saying: Saying, steps: tuple[Step, ...]) -> list[int]:
    thing = thing_of(saying.here, steps[-1].entity, locate(saying.here, steps))
    numbers = map(saying.here.number, thing.relations.get("locations", ()))
    return [no for no in numbers if no is not None]


def _update(saying: Saying, steps: tuple[Step, ...], body: dict[str, Json]) -> None:
    say: Callable[[dict[str, Json]], Json] = lambda _: body  # noqa: E731 -- as `update` asks
    update(saying, Path(steps=steps), say, whole=False)
