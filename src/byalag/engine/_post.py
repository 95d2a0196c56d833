"""The push door of one municipality: answers when what it took in is on disk."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import timedelta

from anyio import to_thread
from msgspec.structs import replace

from byalag.engine import _health
from byalag.engine._durable import durable
from byalag.engine._face import Connected, Receipt
from byalag.engine._flagging import in_columns, observed, rules_of
from byalag.engine._health import Health
from byalag.engine._intake import Tools
from byalag.engine._push import Door, Pushed
from byalag.engine._range import Ranges, checked
from byalag.engine._status import Sign
from byalag.model import Delivery, Observation, Rejected, Series
from byalag.sources import Receive
from byalag.store import Recorded, Store

_INLINE = 32 * 1024  # a larger body is read off the event loop, bytes
_SHOWN = 100  # refused records of one push that are also set aside, for the municipality to see
_MICRO = timedelta(microseconds=1)


class Receiver:
    """One push source of a municipality: which series it has, and how it is doing."""

    def __init__(self, connected: Connected, store: Store, tools: Tools) -> None:
        """Recall how the source was doing."""
        reach = connected.kind.reach(connected.settings)
        self.connected = connected
        self.store = store
        self.series: Sequence[Series] = reach.series if isinstance(reach, Receive) else ()
        self.ranges: Ranges = reach.ranges if isinstance(reach, Receive) else {}
        self.health: Health = _health.recalled(store.recall(f"health/{connected.name}"))
        self.health.begun = tools.clock.now()

    @property
    def sign(self) -> Sign:
        """Return what can be seen of the source now; it is expected as often as its series say."""
        stated = [series.cadence for series in self.series if series.cadence]
        return Sign(
            connected=self.connected,
            store=self.store,
            health=self.health,
            every=min(stated) * _MICRO if stated else None,
        )


class Post:
    """Where others push observations to one municipality."""

    def __init__(
        self, code: str, store: Store, receivers: Sequence[Receiver], tools: Tools
    ) -> None:
        """Open the door to the series that the municipality's push sources declare."""
        self.receivers = receivers

        self._store = store
        self._tools = tools
        self._owner: Mapping[str, Receiver] = {
            series.id: receiver for receiver in receivers for series in receiver.series
        }
        known = store.known()
        declared = {series.id: series for one in receivers for series in one.series}
        self._door = Door(declared, lambda: known)
        self._ranges = {name: one.ranges[name] for one in receivers for name in one.ranges}
        self._rules = rules_of(declared.values())
        counter = tools.metrics.pushed
        self._accepted, self._refused = (
            counter.labels(code, became) for became in ("accepted", "refused")
        )
        # one name whatever is pushed, so that a repeated key is found again
        self._source = receivers[0].connected.name if len(receivers) == 1 else "push"

    @property
    def declared(self) -> list[Series]:
        """Return every series that may be pushed."""
        return [series for receiver in self.receivers for series in receiver.series]

    async def receive(self, body: bytes, media_type: str, key: str | None) -> Receipt:
        """Take in one push; what is refused is listed, the rest is on disk when this returns.

        Raises:
            Garbled: If the body as a whole cannot be read; nothing is kept of it.

        """
        now = self._tools.clock.now()
        delivery = Delivery(
            source=self._source, received=now, bodies=(body,), part="push", media_type=media_type
        )
        if len(body) <= _INLINE:
            pushed, recording = self._take(delivery, key)
        else:
            pushed, recording = await to_thread.run_sync(self._take, delivery, key)
        recorded = await durable(recording)
        if not recorded.fresh:
            first = await to_thread.run_sync(self._first, recorded.seq)
            pushed = first or pushed
        else:
            self._note(pushed, now)
        accepted = recorded.committed.observations
        return Receipt(accepted=accepted, refused=pushed.refused, delivery=recorded.seq)

    def _take(self, delivery: Delivery, key: str | None) -> tuple[Pushed, "Future[Recorded]"]:
        """Read a push and ask the store to record it."""
        pushed, again = self._flagged(self._read(delivery))
        recording = self._store.record(
            delivery,
            [*pushed.facts, *again],
            columns=pushed.columns,
            key=key,
            set_aside=_aside(pushed),
            records=pushed.accepted + len(pushed.refused),
            again=len(again),
        )
        return pushed, recording

    def _first(self, seq: int) -> Pushed | None:
        """Read the first delivery with the same key again, as it was read then."""
        first = self._store.delivery(seq)
        if first is None:
            return None
        return self._read(first)

    def _read(self, delivery: Delivery) -> Pushed:
        """Read a push, and flag the values that its series cannot have."""
        read = self._door.read(delivery.bodies[0], delivery.media_type, delivery.received)
        return checked(read, self._ranges)

    def _flagged(self, pushed: Pushed) -> tuple[Pushed, Sequence[Observation]]:
        """Return a push with flags by the rules of its series, and neighbours that they change."""
        if self._rules.keys().isdisjoint(pushed.series):
            return pushed, ()
        again: list[Observation] = []
        columns, facts = pushed.columns, pushed.facts
        if columns is not None:
            columns, again = in_columns(columns, self._rules, self._store)
        told = observed(facts, self._rules, self._store)
        facts, more = told[: len(facts)], told[len(facts) :]
        return replace(pushed, facts=facts, columns=columns), [*again, *more]

    def _note(self, pushed: Pushed, now: int) -> None:
        for receiver in {
            self._owner[series].connected.name: self._owner[series] for series in pushed.series
        }.values():
            receiver.health.hear(now)
            receiver.health.delivered = now
        self._accepted.inc(pushed.accepted)
        if pushed.refused:
            self._refused.inc(len(pushed.refused))


def _aside(pushed: Pushed) -> list[Rejected]:
    return [Rejected(where=f"[{one.position}]", why=one.why) for one in pushed.refused[:_SHOWN]]
