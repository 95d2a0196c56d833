"""One change of an entity: read, decided and said as one."""

from collections.abc import Callable
from typing import TypeVar

from byalag.model import Dataset, Micros, Retracted, Thing
from byalag.standards import Window
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import entity_of, known
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._saying import facts_of, words_beside
from byalag.standards.ngsi_ld._temporal_past import settle, traces
from byalag.store import Here

T = TypeVar("T")


def missing(uri: str) -> Refused:
    """Return that there is no such entity."""
    return Refused(f"there is no entity {uri[:200]}", "ResourceNotFound")


def written(window: Window) -> Dataset:
    """Return the dataset that what is written belongs to.

    Raises:
        Refused: Nothing may be written.
    """
    if window.writes is None:
        message = "nothing may be written here; ask the municipality for a key with facts:write"
        raise Refused(message, 403)
    return window.writes


async def alter(window: Window, uri: str, work: Callable[[Entity], T]) -> T:
    """Change an entity that is there; answers what the work answers.

    Raises:
        Refused: There is no such entity, or the work refuses; nothing has been written then.
    """
    dataset, now = written(window), window.now

    def act(here: Here) -> T | Refused:
        thing = known(here, uri)
        if thing is None:
            return missing(uri)
        entity = entity_of(here, thing)
        before = traces(thing, entity)
        try:
            answer = work(entity)
        except Refused as refused:
            return refused
        was = settle(here, entity, before, dataset.id, now)
        say(here, entity, dataset, thing, now)
        here.say(was)
        return answer

    return accepted(await window.change(act))


def accepted(answer: T | Refused) -> T:
    """Return the answer of a change.

    Raises:
        Refused: It was refused.
    """
    if isinstance(answer, Refused):
        raise answer
    return answer


def say(here: Here, entity: Entity, dataset: Dataset, thing: Thing | None, now: Micros) -> None:
    """Say an entity: in whole where it is the dataset's own, else what is new of it."""
    if thing is not None and thing.dataset != dataset.id:
        here.say(words_beside(entity, dataset.id, thing, now))
    else:
        here.say(facts_of(entity, dataset.id, thing, now), whole=True)


def retract(thing: Thing, dataset: Dataset) -> Retracted:
    """Return that an entity is no more, nor its history.

    Raises:
        Refused: It is a source's, whose next word would bring it back.
    """
    if thing.dataset != dataset.id:
        message = f"the entity is told of by the dataset {thing.dataset}; it is deleted there"
        raise Refused(message, "OperationNotSupported")
    return Retracted(thing=thing.id)
