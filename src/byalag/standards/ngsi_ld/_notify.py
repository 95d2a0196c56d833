"""Who is to be told of what has changed (GS CIM 009, 5.8.6): the judgement, not the sending.

What an entity was is remembered when it is told of, so that a change can be seen whoever made it:
a write through any window, or a feed. Changes of an entity that come at once are told as one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from byalag.asking import Ask
from byalag.model import Gone, Json, Micros, Observation, Retracted, Series, Thing
from byalag.outlets import Sending
from byalag.standards.ngsi_ld._choose import chosen
from byalag.standards.ngsi_ld._context import Context, compiled
from byalag.standards.ngsi_ld._core import documents
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import entities_of, entity_of
from byalag.standards.ngsi_ld._find_entities import following, looking
from byalag.standards.ngsi_ld._geo import is_there
from byalag.standards.ngsi_ld._json import members
from byalag.standards.ngsi_ld._name import SIDES
from byalag.standards.ngsi_ld._notify_change import Change, before_of, changed, with_deleted
from byalag.standards.ngsi_ld._notify_tell import compose, letter, shown_of, told_of, with_previous
from byalag.standards.ngsi_ld._select import Selection, bounds, selected
from byalag.standards.ngsi_ld._show import Shown
from byalag.standards.ngsi_ld._subscription import (
    KEPT,
    SENT,
    WAS,
    Sent,
    Subscription,
    fared,
    kept,
)
from byalag.standards.ngsi_ld._when import when
from byalag.store import Here, News, Outgoing, Reading

Recall = Callable[[Sequence[str]], Mapping[str, Json]]
_ENTITY: Final = "e/"  # what an entity was when it was told of last
_LOOKED: Final = "s/"  # that what there was when a subscription was made has been looked at
_LAST: Final = "t/"  # when a subscriber was told last
_CHUNK: Final = 200
_MOST: Final = 1_000  # entities in one notification
_SECOND: Final = 1_000_000
_SPACE: Final = UUID("0b7f1f3c-5d8e-5d2c-9f4e-0a86c3a0d1b2")


class Told(Struct, frozen=True, kw_only=True):
    """What is to be sent, and what is to be remembered of it."""

    messages: list[Outgoing]
    told: dict[str, Json]


class Asked(Struct, frozen=True, kw_only=True):
    """A subscription, understood."""

    one: Subscription
    context: Context
    selection: Selection
    shown: Shown
    watched: frozenset[str]

    def is_of(self, entity: Entity, follow: Callable[[str], Entity | None]) -> bool:
        """Return whether an entity is among those that are subscribed to."""
        place = self.selection.geo
        within = place is None or is_there(place, entity)
        return within and selected(self.selection, entity, follow)

    def may_be_of(self, entity: Entity) -> bool:
        """Return whether an entity is of the types and ids that are subscribed to."""
        plain = Selection(selectors=self.selection.selectors)
        return selected(plain, entity, lambda _: None)


class Noticer:
    """Knows who is to be told, in one municipality's store."""

    name = "ngsi-ld/subscriptions"

    def __init__(self, is_good: Callable[[str], bool] = lambda _: True) -> None:
        """Begin knowing nobody. `is_good` tells of the prefix of a key whether it is good."""
        self._is_good = is_good
        self._asked: dict[tuple[str, Micros], Asked] = {}

    def receivers(self, reading: Reading, /) -> tuple[str, ...]:
        """Return the subscriptions there are."""
        return tuple(
            name[len(KEPT) :]
            for name, one in reading.recalled(KEPT).items()
            if self._may_be_told(kept(one))
        )

    def _may_be_told(self, one: Subscription) -> bool:
        """Tell whether whoever subscribed may still be told anything."""
        return not one.key or self._is_good(one.key)

    def compose(self, message: bytes, /) -> Sending:
        """Return what is sent."""
        return compose(message)

    def settle(self, here: Here, receiver: str, now: Micros, *, taken: bool) -> None:
        """Note how a notification has fared, of a subscription that there still is."""
        if here.recall(KEPT + receiver) is None:
            return
        was = fared(here.recall(SENT + receiver))
        one = Sent(
            times=was.times + 1,
            failed=was.failed + (not taken),
            last=now,
            success=now if taken else was.success,
            failure=was.failure if taken else now,
            last_failed=not taken,
        )
        here.remember(SENT + receiver, msgspec.to_builtins(one))

    def due(self, reading: Reading, recall: Recall, now: Micros) -> Micros | None:
        """Return when a subscriber is to be told by the time."""
        timed = [one for one in self._active(reading, now) if "timeInterval" in one.one.said]
        last = recall([_LAST + one.one.id for one in timed])
        return min((_due(one, last) for one in timed), default=None)

    def hear(
        self,
        reading: Reading,
        recall: Recall,
        news: Sequence[News],
        now: Micros,
        *,
        whom: Collection[str],
    ) -> Told:
        """Return what is to be told of news, and of what is due by the time, to `whom` of all."""
        every = [one for one in self._active(reading, now) if one.one.id in whom]
        round_ = _Round(reading, recall, every, now)
        round_.look()
        round_.tell(news)
        round_.remind()
        return Told(messages=round_.messages, told=round_.told)

    def _active(self, reading: Reading, now: Micros) -> list[Asked]:
        found = [kept(one) for one in reading.recalled(KEPT).values()]
        active = [one for one in found if one.is_active(now) and self._may_be_told(one)]
        known = {(one.id, one.modified): one for one in active}
        self._asked = {key: self._asked.get(key) or understood(one) for key, one in known.items()}
        return list(self._asked.values())


def understood(one: Subscription) -> Asked:
    """Return a subscription, understood."""
    known = {**documents(), **one.documents}
    own = compiled(one.context, known)
    q = one.said.get("q")  # subscribers write it as in an address, and as it is
    said: dict[str, Any] = {**one.said, "attrs": None, "datasetId": None, "q": q and unquote(q)}
    context = compiled(one.said["jsonldContext"], known) if "jsonldContext" in one.said else own
    return Asked(
        one=one,
        context=context,
        selection=chosen(said, own),
        shown=shown_of(one, context),
        watched=frozenset(one.said.get("watchedAttributes", ())),
    )


def _due(one: Asked, last: Mapping[str, Json]) -> Micros:
    began: Micros = last.get(_LAST + one.one.id) or one.one.modified
    return began + int(one.one.said["timeInterval"] * _SECOND)


class _Round:
    """One look at what is new: what is found is to be said in one commit."""

    def __init__(
        self, reading: Reading, recall: Recall, every: Sequence[Asked], now: Micros
    ) -> None:
        self.messages: list[Outgoing] = []
        self.told: dict[str, Json] = {}
        self._reading, self._every, self._now = reading, every, now
        self._recall = recall
        self._last = recall([_LAST + one.one.id for one in every])
        self._looked = recall([_LOOKED + one.one.id for one in every])
        self._follow = following(reading)
        self._fresh: set[str] = set()  # subscriptions that have been told of all there is

    def tell(self, news: Sequence[News]) -> None:
        """Tell of what has changed."""
        things = _things(news)
        known = self._recall([_ENTITY + thing for thing in things])
        seq = news[-1].seq if news else 0
        for thing in things:
            said = self.told.get(_ENTITY + thing, known.get(_ENTITY + thing))
            before = None if said is None else msgspec.convert(said, Entity)
            after = self._entity(thing)
            if before is None and after is not None:
                before = self._guessed(after)
            change = changed(before, after)
            if (before or after) is None or not any(
                one.may_be_of(change.entity) for one in self._every
            ):
                continue
            self.told[_ENTITY + thing] = None if after is None else msgspec.to_builtins(after)
            for one in self._every:
                if one.one.id not in self._fresh:
                    self._notify(one, change, f"{seq} {thing}")

    def _entity(self, id_: str) -> Entity | None:
        thing = self._reading.thing(id_)
        if thing is None or not thing.type or thing.type in SIDES:
            return None
        return entity_of(self._reading, thing)

    def _guessed(self, after: Entity) -> Entity | None:
        """Return what an entity was before it was ever looked at."""
        fresh = [one for one in self._every if one.may_be_of(after)]
        fresh = [one for one in fresh if not self._looked.get(_LOOKED + one.one.id)]
        return before_of(after, min(one.one.modified for one in fresh)) if fresh else None

    def _notify(self, one: Asked, change: Change, mark: str) -> None:
        events = change.events(one.watched)
        is_wanted = "timeInterval" not in one.one.said and events & set(one.one.triggers)
        if not is_wanted or self._is_throttled(one):
            return
        if not one.is_of(change.entity, self._follow):
            return
        shows = bool(one.one.said["notification"].get("showChanges"))
        told = told_of(self._reading, one.one, one.shown, [self._told(one, change, shows=shows)])
        if told and change.after is None and "id" in told[0]:
            told[0]["deletedAt"] = when(self._now)
        if told and shows:
            with_previous(told[0], {**change.updated, **change.deleted}, one.shown)
        self._put(one, told, mark)

    def _told(self, one: Asked, change: Change, *, shows: bool) -> Entity:
        """Return the entity as it is told: one that is no more, without its attributes (5.8.6)."""
        deletes = "attributeDeleted" in one.one.triggers
        if change.after is None and not (deletes or shows):
            gone = with_deleted(change, self._now)
            return msgspec.structs.replace(gone, attributes={})
        if change.after is None or deletes:
            return with_deleted(change, self._now, one.watched)
        return change.entity

    def _is_throttled(self, one: Asked) -> bool:
        wait = one.one.said.get("throttling")
        last: Micros | None = self._last.get(_LAST + one.one.id)
        return wait is not None and last is not None and self._now < last + int(wait * _SECOND)

    def _put(self, one: Asked, data: Sequence[Json], mark: str) -> None:
        id_ = f"urn:ngsi-ld:Notification:{uuid5(_SPACE, f'{one.one.id} {mark}')}"
        message = msgspec.json.encode(letter(one.one, one.context, id_, data, self._now))
        self.messages.append(Outgoing(id=id_, receiver=one.one.id, message=message))
        self.told[_LAST + one.one.id] = self._now
        self._last = {**self._last, _LAST + one.one.id: self._now}

    def look(self) -> None:
        """Look at what has just been subscribed to: what has changed since is told at once."""
        fresh = [one for one in self._every if not self._looked.get(_LOOKED + one.one.id)]
        others = [one for one in self._every if one not in fresh]
        for one in fresh:
            was = members(self._reading.recall(WAS + one.one.id))
            found = dict(self._of(one))
            known = self._recall([_ENTITY + thing for thing in (*found, *was)])
            for thing in dict.fromkeys((*was, *found)):
                after = found.get(thing) or self._entity(thing)
                before = msgspec.convert(was[thing], Entity) if thing in was else None
                if before is None and after is not None:
                    before = before_of(after, one.one.modified)
                self._notify(one, changed(before, after), f"{one.one.modified} {thing}")
                watched = after is not None and any(each.may_be_of(after) for each in others)
                if known.get(_ENTITY + thing) is None or not watched:
                    told = None if after is None else msgspec.to_builtins(after)
                    self.told[_ENTITY + thing] = told
            self._fresh.add(one.one.id)
            self.told[_LOOKED + one.one.id] = True

    def remind(self) -> None:
        """Tell those who want to be told by the time."""
        for one in self._every:
            if "timeInterval" in one.one.said and _due(one, self._last) <= self._now:
                found = [each for _, each in self._of(one) if one.is_of(each, self._follow)]
                told = told_of(self._reading, one.one, one.shown, found[:_MOST])
                self.told[_LAST + one.one.id] = self._now
                if told:
                    self._put(one, told, f"{self._now}")

    def _of(self, one: Asked) -> Iterator[tuple[str, Entity]]:
        """Yield the entities of the types and ids that are subscribed to."""
        return subscribed(self._reading, one)


def subscribed(reading: Reading, one: Asked) -> Iterator[tuple[str, Entity]]:
    """Yield the entities of the types and ids that are subscribed to, by their things."""
    where = bounds(Selection(selectors=one.selection.selectors), (), looking(reading)).may
    offset = 0
    while True:
        answer = reading.ask(Ask(of="thing", where=where, limit=_CHUNK, offset=offset))
        things = [row.fact for row in answer.rows if isinstance(row.fact, Thing)]
        for thing, entity in zip(things, entities_of(reading, things), strict=True):
            if one.may_be_of(entity):
                yield thing.id, entity
        if not answer.more:
            return
        offset += _CHUNK


def what_there_is(reading: Reading, one: Subscription) -> dict[str, Json]:
    """Return what is subscribed to as it is now, if it is not too much to remember at once."""
    found: dict[str, Json] = {}
    for thing, entity in subscribed(reading, understood(one)):
        if len(found) == _MOST:
            return {}
        found[thing] = msgspec.to_builtins(entity)
    return found


def _things(news: Sequence[News]) -> list[str]:
    """Return the things that news are of, each once."""
    found: dict[str, None] = {}
    for one in news:
        for fact in one.facts:
            match fact:
                case Thing():
                    found[fact.id] = None
                case Gone():
                    found[fact.thing] = None
                case Series():
                    found[fact.thing] = None
                case Observation():
                    found[fact.series.partition("/")[0]] = None
                case Retracted():
                    found[fact.thing or (fact.series or "").partition("/")[0]] = None
                case _:
                    pass
    return [thing for thing in found if thing]
