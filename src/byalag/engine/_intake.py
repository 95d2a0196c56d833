"""Takes in what one source delivers: keep, translate, commit. Remembers how the source is doing."""

import traceback
from collections.abc import Callable, Mapping, Sequence

import msgspec
import structlog
from anyio import CapacityLimiter, Lock, to_thread
from msgspec import Struct

from byalag import ByalagError
from byalag.engine import _ask, _health
from byalag.engine._ask import Answer, Before
from byalag.engine._clock import Clock
from byalag.engine._durable import durable
from byalag.engine._face import Connected
from byalag.engine._flagging import flagged
from byalag.engine._health import Health
from byalag.engine._metrics import Metrics
from byalag.engine._secret import Vault
from byalag.engine._spans import span
from byalag.engine._stopping import Stopping
from byalag.engine._translation import (
    Translation,
    context,
    overtaken,
    sifted,
    translated,
    unread,
)
from byalag.engine._version import version_of
from byalag.model import Delivery, Fact, Rejected
from byalag.sources import Poll, Translate
from byalag.store import Store

_TRIES = 4  # how often a delivery is given to a source's code that fails on it

_log = structlog.get_logger()


class Tools(Struct, frozen=True, kw_only=True):
    """What every source shares: the clock, the threads that translate, the counters."""

    clock: Clock
    threads: CapacityLimiter
    metrics: Metrics


class Intake:
    """The way in for one source. One delivery at a time, in the order they came."""

    def __init__(
        self,
        connected: Connected,
        store: Store,
        vault: Vault,
        tools: Tools,
        committed: Callable[[], None],
    ) -> None:
        """Recall how the source was doing. `committed` is called after every commit."""
        self.connected = connected
        self.store = store
        self.vault = vault
        self.tools = tools
        self._committed = committed
        self._one_at_a_time = Lock()
        self._translate: Translate | None = None
        self._version = version_of(connected)
        self._crashes: dict[int, int] = {}  # deliveries that the source's code failed on, how often
        self._known = store.known()
        self.health: Health = _health.recalled(store.recall(f"health/{connected.name}"))
        self.health.begun = tools.clock.now()
        self.log = _log.bind(municipality=connected.municipality.code, source=connected.name)

    @property
    def labels(self) -> tuple[str, str]:
        """Return what tells this source's counters apart."""
        return self.connected.municipality.code, self.connected.name

    def before(self, mark: str) -> Before:
        """Recall the last answer of one question."""
        return _ask.recalled(self.store.recall(self._mark(mark)))

    async def take(self, part: str, answer: Answer, *, mark: str) -> None:
        """Take in one answer: it is on disk before it is translated.

        `mark` names what is remembered of the answer, so that the same bytes are not taken in
        twice. One that could not be read is asked for in full again.

        Raises:
            ByalagError: If the store could not be written to.

        """
        delivery = Delivery(
            source=self.connected.name,
            received=self.tools.clock.now(),
            bodies=answer.bodies,
            part=part,
            media_type=answer.media_type,
            url=answer.url,
        )
        kept = await durable(self.store.keep(delivery))
        before = answer.before
        if not await self.tell(msgspec.structs.replace(delivery, seq=kept.seq)):
            before = msgspec.structs.replace(before, etag="", modified="")
        await self._remember(mark, before)

    async def tell(self, delivery: Delivery) -> bool:
        """Translate a delivery, whatever its source's code does; tell whether it could be read."""
        try:
            said = await self.translate(delivery)
        except ByalagError:
            raise
        except Exception as error:  # noqa: BLE001 -- a fault in one source must not stop the others
            await self.crash(delivery.part, error)
            await self._count(delivery, error)
            return False
        self._crashes.pop(delivery.seq, None)
        return not said.garbled

    async def try_again(self) -> None:
        """Translate what the source's code failed on once more; a few times, then it is set aside.

        Such a fault may pass: a file that was missing, a list that another answer completes.
        """
        for seq in sorted(self._crashes):
            delivery = await to_thread.run_sync(self.store.delivery, seq)
            if delivery is not None:
                await self.tell(delivery)

    async def _count(self, delivery: Delivery, error: Exception) -> None:
        tries = self._crashes[delivery.seq] = self._crashes.get(delivery.seq, 0) + 1
        if tries < _TRIES:
            return
        del self._crashes[delivery.seq]
        said = self.vault.mask(f"{type(error).__name__}: {error}")
        why = f"a fault in the source's own code, {tries} times ({said}); it is still in the ledger"
        await self._commit(delivery, unread(delivery, why))

    async def translate(self, delivery: Delivery) -> Translation:
        """Translate a kept delivery, off the event loop, and commit what it says."""
        async with self._one_at_a_time:
            said = await to_thread.run_sync(
                self._say, delivery, limiter=self.tools.threads, abandon_on_cancel=True
            )
            if self._is_overtaken(delivery):
                said = overtaken(said)
            try:
                await self._commit(delivery, said)
            except ValueError:
                said = sifted(said, lambda series: self.store.series(series) is not None)
                await self._commit(delivery, said)
        self._note(delivery, said)
        return said

    async def _commit(self, delivery: Delivery, said: Translation) -> None:
        municipality, source = self.labels
        facts: Sequence[Fact] = said.facts
        if said.ruled:
            facts = await to_thread.run_sync(flagged, facts, self.store, limiter=self.tools.threads)
        with span("commit", municipality=municipality, source=source, facts=len(facts)):
            await durable(
                self.store.commit(
                    facts,
                    at=self.tools.clock.now(),
                    delivery=delivery.seq,
                    set_aside=said.set_aside,
                    skipped=said.skipped.total(),
                    records=said.records,
                    mapping=self._version,
                    again=len(facts) - len(said.facts),
                )
            )

    def _is_overtaken(self, delivery: Delivery) -> bool:
        """Tell whether a newer answer to the same question has been read."""
        if delivery.part not in self._parts():
            return False  # a detail page: the newer one is another's
        newest = self.store.recall(self._good(delivery.part))
        return isinstance(newest, int) and newest > delivery.seq

    def _good(self, part: str) -> str:
        return f"good/{self.connected.name}/{part}"

    async def catch_up(self, stopping: Stopping) -> None:
        """Translate what was kept and not translated, unless the engine is to stop meanwhile."""
        for delivery in self.store.untranslated():
            if stopping.stopped:
                return
            if delivery.source == self.connected.name:
                await self.tell(delivery)

    async def crash(self, what: str, error: Exception) -> None:
        """Report a bug in a source's own code; the others go on and it is tried again later."""
        trace = self.vault.mask("".join(traceback.format_exception(error)))
        self.log.error("source_crashed", trace=trace)
        said = self.vault.mask(f"{type(error).__name__}: {error}")
        self.health.fail(what, f"a fault in the source's own code ({said})")
        self.tools.metrics.asks.labels(*self.labels, "failed").inc()
        await self.save()

    async def refuse(self, delivery: Delivery, rejected: Rejected) -> None:
        """Keep a delivery that holds nothing to translate: only what was set aside, and why.

        Raises:
            ByalagError: If the store could not be written to.

        """
        kept = await durable(self.store.keep(delivery))
        said = Translation(set_aside=[rejected])
        await self._commit(msgspec.structs.replace(delivery, seq=kept.seq), said)
        self.tools.metrics.set_aside.labels(*self.labels).inc()
        self.log.warning("message_set_aside", delivery=kept.seq, why=rejected.why)

    async def miss(self, gap: str) -> None:
        """Report that something was missed, or may have been."""
        self.health.miss(gap, self.tools.clock.now())
        self.log.warning("source_missed", gap=gap)
        self.tools.metrics.gaps.labels(*self.labels).inc()
        await self.save()

    async def hear(self) -> None:
        """Note that the source answered that nothing is new."""
        self.health.hear(self.tools.clock.now())
        self.tools.metrics.asks.labels(*self.labels, "unchanged").inc()
        await self.save()

    async def recover(self, what: str) -> None:
        """Note that something that may have failed works."""
        if self.health.recover(what):
            self.log.info("source_recovered", what=what)
            await self.save()

    async def fail(self, what: str, error: str) -> None:
        """Report that a question got no answer."""
        masked = self.vault.mask(error)
        self.health.fail(what, masked)
        self.log.warning("source_failed", what=what, error=masked)
        self.tools.metrics.asks.labels(*self.labels, "failed").inc()
        await self.save()

    async def save(self) -> None:
        """Remember how the source is doing; a store that cannot be written to is not its fault."""
        said = msgspec.to_builtins(self.health)
        try:
            await durable(self.store.remember(f"health/{self.connected.name}", said))
        except ByalagError as error:
            self.log.error("health_not_saved", error=str(error))  # noqa: TRY400 -- no trace needed

    def _say(self, delivery: Delivery) -> Translation:
        if self._translate is None:
            self._translate = self.connected.kind.prepare(self.connected.settings)
        others = self._others(delivery.part)
        known = context(
            self.connected, delivery, known=self._known, others=others, past=self.store.values
        )
        return translated(self._translate, delivery, known)

    def _others(self, part: str) -> Mapping[str, Delivery]:
        """Return the newest delivery that could be read of each other part."""
        found = {other: self.newest(other) for other in self._parts() if other != part}
        return {other: delivery for other, delivery in found.items() if delivery is not None}

    def _parts(self) -> list[str]:
        reach = self.connected.kind.reach(self.connected.settings)
        return [ask.part for ask in reach.asks] if isinstance(reach, Poll) else []

    def newest(self, part: str) -> Delivery | None:
        """Return the newest delivery of a part that could be read, else the newest of all."""
        good = self.store.recall(self._good(part))
        found = self.store.delivery(good) if isinstance(good, int) else None
        return found or self.store.newest(self.connected.name, part)

    def _note(self, delivery: Delivery, said: Translation) -> None:
        now = self.tools.clock.now()
        self.health.hear(now)
        self.health.take(delivery.part, said, now)
        metrics = self.tools.metrics
        metrics.asks.labels(*self.labels, "new").inc()
        metrics.deliveries.labels(*self.labels).inc()
        metrics.records.labels(*self.labels).inc(said.records)
        metrics.set_aside.labels(*self.labels).inc(len(said.set_aside))
        if said.garbled:
            self.log.warning("delivery_set_aside", delivery=delivery.seq, why=said.garbled)
        elif not self._is_overtaken(delivery):
            self.store.remember(self._good(delivery.part), delivery.seq)
        self._committed()

    def _mark(self, mark: str) -> str:
        return f"heard/{self.connected.name}/{mark}"

    async def _remember(self, mark: str, before: Before) -> None:
        self.store.remember(self._mark(mark), msgspec.to_builtins(before))
        await self.save()
