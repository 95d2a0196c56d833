"""Reading a kept delivery again, by the present mapping, as it would be read today."""

from collections.abc import Sequence

from byalag.engine._face import Connected
from byalag.engine._push import Door
from byalag.engine._range import Ranges, checked
from byalag.engine._translation import Translation, context, sifted, translated, unread
from byalag.model import Delivery, Fact, Observation, Rejected, Series
from byalag.sources import Garbled, Poll, Receive
from byalag.store import Columns, Reading


class Reread:
    """Reads one source's deliveries again. Writes nothing."""

    def __init__(self, store: Reading, source: Connected, pushed: Sequence[Connected]) -> None:
        """Prepare to read; `pushed` are the sources that others push to in the municipality."""
        self._store = store
        self._source = source
        reach = source.kind.reach(source.settings)
        self._parts = [ask.part for ask in reach.asks] if isinstance(reach, Poll) else []
        self._translate = source.kind.prepare(source.settings)
        self._known = store.known()
        self._series: dict[str, Series] = {}
        self._ranges: Ranges = {}
        if isinstance(reach, Receive):
            self._series, self._ranges = pushable(pushed)

    def read(self, delivery: Delivery) -> Translation:
        """Return what a delivery says; what the store would not take is set aside."""
        if self._series:
            return self._read_push(delivery)
        known = context(
            self._source,
            delivery,
            known=self._known,
            others=self._others(delivery),
            past=self._store.values,
        )
        try:
            said = translated(self._translate, delivery, known)
        except Exception as error:  # noqa: BLE001 -- a fault in a source's own code is a reason, too
            why = f"a fault in the source's own code ({type(error).__name__}: {error})"
            return unread(delivery, why)
        if said.garbled:
            return said
        return sifted(said, lambda series: self._store.series(series) is not None)

    def good(self, delivery: Delivery) -> str:
        """Return what remembers the newest delivery of this part that could be read."""
        return f"good/{self._source.name}/{delivery.part}" if self._parts else ""

    def _others(self, delivery: Delivery) -> dict[str, Delivery]:
        """Return the newest delivery of each other part that had come by then, else the newest."""
        found: dict[str, Delivery] = {}
        for part in self._parts:
            if part == delivery.part:
                continue
            then = self._store.newest_until(self._source.name, part, delivery.seq)
            other = then or self._store.newest(self._source.name, part)
            if other is not None:
                found[part] = other
        return found

    def _read_push(self, delivery: Delivery) -> Translation:
        door = Door(self._series, lambda: self._known)
        try:
            body = delivery.bodies[0] if delivery.bodies else b""
            pushed = checked(door.read(body, delivery.media_type, delivery.received), self._ranges)
        except Garbled as error:
            return unread(delivery, str(error))
        facts: list[Fact] = [self._series[name] for name in sorted(pushed.series)]
        facts += pushed.facts
        facts += _observations(pushed.columns)
        refused = [Rejected(where=f"[{one.position}]", why=one.why) for one in pushed.refused]
        return Translation(facts=facts, set_aside=refused)


def pushable(pushed: Sequence[Connected]) -> tuple[dict[str, Series], Ranges]:
    """Return the series that others push to some sources, and what values they can have."""
    series: dict[str, Series] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for source in pushed:
        reach = source.kind.reach(source.settings)
        if isinstance(reach, Receive):
            series |= {one.id: one for one in reach.series}
            ranges |= reach.ranges
    return series, ranges


def _observations(columns: Columns | None) -> list[Observation]:
    if columns is None:
        return []
    rows = zip(
        [columns.series[int(place)] for place in columns.which],
        columns.times.tolist(),
        columns.values.tolist(),
        columns.flags.tolist(),
        strict=True,
    )
    return [Observation(series, at, value, flag) for series, at, value, flag in rows]
