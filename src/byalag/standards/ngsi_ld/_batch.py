"""Many entities at once: each is done or not by itself, all in one commit (5.6.7 to 5.6.10)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from byalag.mapping import is_list, is_object
from byalag.model import Dataset, Fact, Json, Micros, Thing
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld import _alter
from byalag.standards.ngsi_ld._answer import done
from byalag.standards.ngsi_ld._change import missing, retract, written
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import entities_of, known_all, refuse_hidden
from byalag.standards.ngsi_ld._find import context_of
from byalag.standards.ngsi_ld._operation import LD_JSON
from byalag.standards.ngsi_ld._problem import Refused, problem
from byalag.standards.ngsi_ld._provide import put
from byalag.standards.ngsi_ld._request import Request, split_context
from byalag.standards.ngsi_ld._said import Fragment, fragment
from byalag.standards.ngsi_ld._saying import facts_of, words_beside
from byalag.standards.ngsi_ld._temporal_past import Traces, settle, traces
from byalag.standards.ngsi_ld._value import uri
from byalag.store import Here

MOST_ENTITIES = 20_000
Decide: TypeAlias = Callable[[Entity | None, Fragment], Entity]


class Partly(Refused):
    """Some of what is said of an entity is done, and some is not."""


class Told(Struct):
    """What came of a batch: the ids of what was made and of what was changed, and what failed."""

    made: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    partly: list[str] = field(default_factory=list[str])
    errors: list[tuple[str, Refused]] = field(default_factory=list[tuple[str, Refused]])

    @property
    def success(self) -> list[str]:
        """The ids of everything that was done, each once."""
        return list(dict.fromkeys((*self.made, *self.changed)))


async def create(request: Request, window: Window) -> Reply:
    """Create entities (5.6.7)."""

    def decide(there: Entity | None, said: Fragment) -> Entity:
        if there is not None:
            message = f"there is an entity {there.id} already"
            raise Refused(message, "AlreadyExists")
        return _alter.entity(said, window.now)

    told = await _each(request, window, decide)
    return partly(told) if told.errors else _made(told)


async def upsert(request: Request, window: Window) -> Reply:
    """Create entities, and replace or update those that are there (5.6.8)."""
    updates = "update" in request.options

    def decide(there: Entity | None, said: Fragment) -> Entity:
        if there is None:
            return _alter.entity(said, window.now)
        if updates:
            _alter.append(there, said, window.now, overwrite=True)
            return there
        said.types = said.types or there.types
        put(there, _alter.entity(said, window.now))
        return there

    told = await _each(request, window, decide)
    if told.errors:
        return partly(told)
    return _made(told) if told.made else done()


async def update(request: Request, window: Window) -> Reply:
    """Update entities that are there (5.6.9)."""
    overwrite = "noOverwrite" not in request.options

    def decide(there: Entity | None, said: Fragment) -> Entity:
        if there is None:
            raise missing(said.id or "")
        outcome = _alter.append(there, said, window.now, overwrite=overwrite)
        if outcome.not_updated:
            there_already = ", ".join(sorted(outcome.not_updated))[:500]
            message = f"the entity has these already, and they stay as they are: {there_already}"
            raise Partly(message)
        return there

    told = await _each(request, window, decide)
    return partly(told) if told.errors else done()


async def merge(request: Request, window: Window) -> Reply:
    """Merge what is said into entities that are there (5.6.20)."""

    def decide(there: Entity | None, said: Fragment) -> Entity:
        if there is None:
            raise missing(said.id or "")
        _alter.merge(there, said, _alter.Stamp(window.now))
        return there

    told = await _each(request, window, decide)
    return partly(told) if told.errors else done()


async def delete(request: Request, window: Window) -> Reply:
    """Delete entities, and their history (5.6.10)."""
    dataset = written(window)
    ids = [uri(one, "an entity's id") for one in _listed(request)]

    def act(here: Here) -> Told:
        told = Told()
        things = known_all(here, ids)
        facts: list[Fact] = []
        for one in ids:
            try:
                if one not in things:
                    raise missing(one)
                facts.append(retract(things.pop(one), dataset))
                told.changed.append(one)
            except Refused as refused:
                told.errors.append((one, refused))
        here.say(facts)
        return told

    told = await window.change(act)
    return partly(told) if told.errors else done()


async def _each(request: Request, window: Window, decide: Decide) -> Told:
    dataset, now = written(window), window.now
    said, errors = await _read(request, window)
    told = await window.change(lambda here: _Batch(here, dataset, now).act(said, decide))
    told.errors[:0] = errors
    return told


class _Batch:
    """One batch within its commit: what is there is read once, what is said is said once."""

    def __init__(self, here: Here, dataset: Dataset, now: Micros) -> None:
        self._here, self._dataset, self._now = here, dataset, now
        self._things: dict[str, Thing] = {}
        self._entities: dict[str, Entity] = {}
        self._before: dict[str, Traces] = {}
        self._twice: set[str] = set()
        self._copies: dict[str, Entity] = {}

    def act(self, said: Sequence[Fragment], decide: Decide) -> Told:
        """Do what is decided of each entity, and say it all."""
        self._things = known_all(self._here, [one.id for one in said if one.id])
        things = list(self._things.items())
        entities = entities_of(self._here, [thing for _, thing in things])
        for (name, thing), entity in zip(things, entities, strict=True):
            self._entities[name] = entity
            self._before[name] = traces(thing, entity)
        names = Counter(one.id or "" for one in said)
        self._twice = {name for name, count in names.items() if count > 1}
        told = Told()
        for one in said:
            self._one(one, decide, told)
        self._say(told)
        return told

    def _one(self, said: Fragment, decide: Decide, told: Told) -> None:
        name = said.id or ""
        there = self._entities.get(name)
        if there is not None and name in self._twice:
            there = deepcopy(there)  # what is refused half-way must leave no trace
            self._copies[name] = there
        try:
            self._entities[name] = decide(there, said)
        except Partly as partly:
            self._entities[name] = self._copies.get(name, self._entities[name])
            told.partly.append(name)
            told.errors.append((name, partly))
        except Refused as refused:
            told.errors.append((name, refused))
        else:
            (told.made if there is None else told.changed).append(name)

    def _say(self, told: Told) -> None:
        refuse_hidden(self._here, told.made)
        whole: list[Fact] = []
        beside: list[Fact] = []
        was: list[Fact] = []
        for name in dict.fromkeys((*told.success, *told.partly)):
            entity, thing = self._entities[name], self._things.get(name)
            before = self._before.get(name)
            was += settle(self._here, entity, before, self._dataset.id, self._now)
            if thing is not None and thing.dataset != self._dataset.id:
                beside.extend(words_beside(entity, self._dataset.id, thing, self._now))
            else:
                whole.extend(facts_of(entity, self._dataset.id, thing, self._now))
        self._here.say(whole, whole=True)
        if beside or was:
            self._here.say([*beside, *was])


async def _read(
    request: Request, window: Window
) -> tuple[list[Fragment], list[tuple[str, Refused]]]:
    """Read what is said of each entity in its context, and what cannot be read."""
    if request.takes == LD_JSON and request.linked is not None:
        message = f"{LD_JSON} carries its @context in each entity; leave out the Link header"
        raise Refused(message)
    listed = _listed(request)
    contexts = await _contexts(listed, request, window)
    return await window.beside(lambda: _fragments(listed, request, contexts))


async def _contexts(
    listed: list[Json], request: Request, window: Window
) -> dict[bytes, Context | Refused]:
    """Return each context that entities are in, by how it is given, or why it cannot be had."""
    contexts: dict[bytes, Context | Refused] = {}
    for one in listed:
        try:
            given, _ = split_context(one, request.takes, request.linked)
        except Refused:
            continue  # it is told of when the entity is read
        key = msgspec.json.encode(given)
        if key not in contexts:
            try:
                contexts[key] = await context_of(given, window, request.spoken)
            except Refused as refused:
                contexts[key] = refused
    return contexts


def _fragments(
    listed: list[Json], request: Request, contexts: Mapping[bytes, Context | Refused]
) -> tuple[list[Fragment], list[tuple[str, Refused]]]:
    said: list[Fragment] = []
    errors: list[tuple[str, Refused]] = []
    for one in listed:
        try:
            said.append(_fragment(one, request, contexts))
        except Refused as refused:
            errors.append((_id_of(one), refused))
    return said, errors


def _fragment(
    content: Json, request: Request, contexts: Mapping[bytes, Context | Refused]
) -> Fragment:
    given, rest = split_context(content, request.takes, request.linked)
    found = contexts[msgspec.json.encode(given)]
    if isinstance(found, Refused):
        raise found
    said = fragment(rest, found)
    if said.id is None:
        message = "an entity has an id"
        raise Refused(message)
    return said


def _id_of(content: Json) -> str:
    known = content.get("id", "") if is_object(content) else ""
    return known if isinstance(known, str) else ""


def _listed(request: Request) -> list[Json]:
    content: Json = request.content
    if not is_list(content) or not content:
        message = "a batch is a list with something in it"
        raise Refused(message)
    if len(content) > MOST_ENTITIES:
        message = f"a batch has at most {MOST_ENTITIES} entities; divide it"
        raise Refused(message)
    return content


def _made(told: Told) -> Reply:
    return Reply(status=201, body=msgspec.json.encode(list(dict.fromkeys(told.made))))


def partly(told: Told) -> Reply:
    """Return what was done and what was not (5.2.16, 5.2.17)."""
    result = {
        "success": told.success,
        "errors": [{"entityId": name, "error": problem(why)} for name, why in told.errors],
    }
    return Reply(status=207, body=msgspec.json.encode(result))
