"""Feeds one outlet's queue: what is new in its datasets, and how the sources are doing.

Messages, what must be remembered of them and the place in the news are one commit: after a crash
the same news give the same messages with the same ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec
from anyio import to_thread
from msgspec import Struct

from byalag.engine._clock import Clock
from byalag.engine._durable import durable
from byalag.engine._face import SourceStatus
from byalag.engine._outlet_face import ConnectedOutlet
from byalag.model import Gone, Json, Micros, Observation, Series, Thing, span
from byalag.outlets import (
    Described,
    Message,
    Observed,
    On,
    SourceState,
    Teller,
    Whose,
    memories,
    of_state,
)
from byalag.store import News, Outgoing, Store

_STEP = 20  # commits whose news are read at a time
_MICRO = timedelta(microseconds=1)
_FAILING: Micros = 300_000_000  # so long must a source have failed; most work the next time


class _Told(Struct, frozen=True):
    """What is remembered of a source: the state that was told, and when. Empty: it is well."""

    state: str = ""
    at: Micros = 0


class Feed:
    """The way into one outlet's queue."""

    def __init__(
        self, connected: ConnectedOutlet, store: Store, clock: Clock, steady: Clock
    ) -> None:
        """Prepare to feed. Messages are dated by `clock`, and wait by the `steady` one."""
        self._connected = connected
        self._store = store
        self._clock = clock
        self._steady = steady
        municipality = connected.municipality
        self._whose = Whose(municipality=municipality.code, zone=municipality.time_zone)
        self._states: dict[str, _Told] | None = None

    async def catch_up(self) -> int:
        """Put what is new in the queue; return how many messages that was."""
        put = 0
        while news := await to_thread.run_sync(self._next):
            messages, told = await to_thread.run_sync(self._said, news)
            put += await durable(
                self._store.queue.feed(
                    self._connected.name,
                    self._addressed(messages),
                    at=self._steady.now(),
                    told=told,
                    cursor=news[-1].seq,
                )
            )
        return put

    async def put(self, messages: Sequence[Message]) -> int:
        """Put messages of others' making in the queue; return how many were new to it."""
        addressed = self._addressed(messages)
        queue = self._store.queue
        return await durable(queue.put(self._connected.name, addressed, at=self._steady.now()))

    async def put_to(self, addressed: Sequence[tuple[Message, str]]) -> int:
        """Put messages in the queue, each for one receiver; return how many were new to it."""
        outgoing = [
            Outgoing(id=message.id, receiver=receiver, message=msgspec.json.encode(message))
            for message, receiver in addressed
        ]
        queue, name = self._store.queue, self._connected.name
        return await durable(queue.put(name, outgoing, at=self._steady.now()))

    async def hear(self, statuses: Iterable[SourceStatus]) -> int:
        """Put it in the queue if a source is in a state that is told of, or is back from one."""
        on = self._connected.settings.on
        known = self._states
        if known is None:
            known = self._states = await to_thread.run_sync(self._recall, list(statuses))
        messages: list[Message] = []
        told: dict[str, Json] = {}
        for status in statuses:
            ours = status.municipality == self._whose.municipality
            if not ours or (on.sources and status.source not in on.sources):
                continue
            before, now = known.get(status.source, _Told()), self._clock.now()
            if status.state in on.states and now - status.since < _patience(on, status.state):
                continue
            after = _after(before, status, on.states, now)
            if after is not None:
                known[status.source] = after
                told[f"state/{status.source}"] = msgspec.to_builtins(after)
                messages.append(self._of(status, after))
        if not messages:
            return 0
        queue, name = self._store.queue, self._connected.name
        at = self._steady.now()
        return await durable(queue.feed(name, self._addressed(messages), at=at, told=told))

    def _recall(self, statuses: Sequence[SourceStatus]) -> dict[str, _Told]:
        names = [f"state/{status.source}" for status in statuses]
        found = self._store.queue.told(self._connected.name, names)
        return {
            name.removeprefix("state/"): msgspec.convert(value, _Told)
            for name, value in found.items()
        }

    def _of(self, status: SourceStatus, after: _Told) -> Message:
        said = SourceState(
            source=status.source,
            title=status.title,
            state=after.state,
            since=status.since,
            error=status.error if after.state else "",
            to_do=status.to_do if after.state else {},
        )
        return of_state(self._whose, said, self._clock.now())

    def _addressed(self, messages: Sequence[Message]) -> list[Outgoing]:
        receivers = self._connected.kind.receivers(self._connected.settings)
        return [
            Outgoing(id=message.id, receiver=receiver, message=encoded)
            for message in messages
            for encoded in (msgspec.json.encode(message),)
            for receiver in receivers
        ]

    def _next(self) -> list[News]:
        queue = self._store.queue
        return queue.news(queue.cursor(self._connected.name), _STEP)

    def _said(self, news: Sequence[News]) -> tuple[list[Message], Mapping[str, Json]]:
        """Return what is to be told of news, and what is to be remembered of it."""
        on = self._connected.settings.on
        wanted = [one for one in news if one.dataset in on.datasets]
        observed = list(self._observed(wanted))
        names = dict.fromkeys(memories(on, observed))
        memory = self._store.queue.told(self._connected.name, names) if names else {}
        teller = Teller(on, self._whose, memory, self._clock.now())
        return teller.tell(observed, list(_described(wanted))), teller.told

    def _observed(self, news: Iterable[News]) -> Iterable[Observed]:
        known: dict[str, tuple[Series | None, Thing | None]] = {}
        for one in news:
            for number, fact in enumerate(one.facts):
                if not isinstance(fact, Observation):
                    continue
                if fact.series not in known:
                    known[fact.series] = self._known(fact.series)
                series, thing = known[fact.series]
                if series is not None:
                    mark = (one.seq, number)
                    yield Observed(mark=mark, series=series, thing=thing, seen=fact)

    def _known(self, id_: str) -> tuple[Series | None, Thing | None]:
        series = self._store.series(id_)
        return series, None if series is None else self._store.thing(series.thing)


def _described(news: Iterable[News]) -> Iterable[Described]:
    for one in news:
        for number, fact in enumerate(one.facts):
            mark = (one.seq, number)
            if isinstance(fact, Thing):
                yield Described(mark=mark, dataset=one.dataset, thing=fact.id, described=fact)
            elif isinstance(fact, Gone):
                yield Described(mark=mark, dataset=one.dataset, thing=fact.thing, described=None)


def _patience(on: On, state: str) -> Micros:
    """Return how long a state must have lasted before it is told."""
    if on.lasting is not None:
        return span(on.lasting) // _MICRO
    return _FAILING if state == "failing" else 0


def _after(before: _Told, status: SourceStatus, states: Sequence[str], now: Micros) -> _Told | None:
    """Return what is to be told of a source, or None.

    It is back when it is in none of the states and has been heard since it was in one: after a
    restart a silent source seems well until it has been silent for long again.
    """
    if status.state in states:
        return None if status.state == before.state else _Told(status.state, now)
    heard = status.last_heard is not None and status.last_heard > before.at
    return _Told("", now) if before.state and heard else None
