"""The push door of one municipality: answers when what it took in is on disk."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from anyio import to_thread

from byalag.engine import _health
from byalag.engine._durable import durable
from byalag.engine._face import Connected, Receipt
from byalag.engine._health import Health
from byalag.engine._intake import Tools
from byalag.engine._push import Door, Pushed
from byalag.engine._status import Sign
from byalag.model import Delivery, Rejected, Series
from byalag.sources import Receive
from byalag.store import Store

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
        self._code = code
        self._store = store
        self._tools = tools
        self._owner: Mapping[str, Receiver] = {
            series.id: receiver for receiver in receivers for series in receiver.series
        }
        known = store.known()
        declared = {series.id: series for one in receivers for series in one.series}
        self._door = Door(declared, lambda: known)
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
        pushed = await self._read(body, media_type, now)
        delivery = Delivery(
            source=self._source, received=now, bodies=(body,), part="push", media_type=media_type
        )
        recorded = await durable(
            self._store.record(
                delivery,
                pushed.facts,
                key=key,
                set_aside=_aside(pushed),
                records=len(pushed.facts) + len(pushed.refused),
            )
        )
        if not recorded.fresh:
            pushed = await self._first(recorded.seq) or pushed
        else:
            self._note(pushed, now)
        accepted = recorded.committed.observations
        return Receipt(accepted=accepted, refused=pushed.refused, delivery=recorded.seq)

    async def _read(self, body: bytes, media_type: str, now: int) -> Pushed:
        if len(body) <= _INLINE:
            return self._door.read(body, media_type, now)
        return await to_thread.run_sync(self._door.read, body, media_type, now)

    async def _first(self, seq: int) -> Pushed | None:
        """Read the first delivery with the same key again, as it was read then."""
        first = self._store.delivery(seq)
        if first is None:
            return None
        return await self._read(first.bodies[0], first.media_type, first.received)

    def _note(self, pushed: Pushed, now: int) -> None:
        for receiver in {
            self._owner[series].connected.name: self._owner[series] for series in pushed.series
        }.values():
            receiver.health.hear(now)
            receiver.health.delivered = now
        counter = self._tools.metrics.pushed
        counter.labels(self._code, "accepted").inc(len(pushed.facts))
        counter.labels(self._code, "refused").inc(len(pushed.refused))


def _aside(pushed: Pushed) -> list[Rejected]:
    return [Rejected(where=f"[{one.position}]", why=one.why) for one in pushed.refused[:_SHOWN]]
