"""The engine: every source, every push, every municipality's way to the commons, until it stops."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import anyio
import structlog
from anyio import CapacityLimiter, create_task_group, current_time, to_thread
from prometheus_client import CollectorRegistry

from byalag import Misconfigured
from byalag.engine._became import became
from byalag.engine._clock import Clock
from byalag.engine._describe import describe
from byalag.engine._doors import Brought, Doors
from byalag.engine._face import Became, Connected, Delivered, Receipt, SourceStatus
from byalag.engine._guard import SystemNames
from byalag.engine._housekeeping import Housekeeping
from byalag.engine._intake import Intake, Tools
from byalag.engine._lanes import Lanes
from byalag.engine._measuring import feeding
from byalag.engine._metrics import Metrics
from byalag.engine._notices import Notified, Notifier
from byalag.engine._outlet_face import ConnectedOutlet, Directory, OutletStatus
from byalag.engine._outlets import Outlets
from byalag.engine._pausing import Pausing
from byalag.engine._post import Post, Receiver
from byalag.engine._projector import Projector, Tell
from byalag.engine._retention import Kept, Retention
from byalag.engine._running import Running
from byalag.engine._secret import Vault
from byalag.engine._status import Sign, notice, status
from byalag.engine._stopping import Stopping
from byalag.governance import ANYONE, Actor
from byalag.outlets import Message
from byalag.sources import Door, Receive
from byalag.store import Parcel, Store

_GRACE = 10.0  # how long what is being taken in may take after a stop was asked for, seconds
_TRANSLATORS = 4  # deliveries translated at once
_NOTICE = 5.0  # how often states are judged, seconds

_log = structlog.get_logger()


class Engine:
    """Runs the sources of every municipality of a hub.

    `stores` is by municipality code. The stores stay the caller's: they are open before `run` and
    closed after it. `registry` holds the engine's counters, for Prometheus.
    """

    def __init__(  # noqa: PLR0913 -- these are the parts that a hub is made of
        self,
        stores: Mapping[str, Store],
        commons: Store,
        sources: Sequence[Connected],
        *,
        clock: Clock,
        secret: Callable[[str], str],
        outlets: Sequence[ConnectedOutlet] = (),
        projected: Tell = lambda _: None,
        notified: Mapping[str, Notified] | None = None,
        kept: Mapping[str, Kept] | None = None,
    ) -> None:
        """Prepare to run; nothing is asked or written yet.

        `projected` is told what has been carried to the commons, once it is there. `kept` says
        how long each municipality keeps what; what is of one that is not there is kept for good.

        Raises:
            Misconfigured: If a source or outlet belongs to a municipality without a store.

        """
        self._stores = stores
        self._clock = clock
        self._stopping = Stopping()
        self._pausing = {code: Pausing() for code in stores}
        self.registry = CollectorRegistry()
        self._metrics = Metrics(self.registry)
        self._tools = Tools(
            clock=clock, threads=CapacityLimiter(_TRANSLATORS), metrics=self._metrics
        )
        self._projectors = {
            code: Projector(code, store, commons, self._metrics, self._stopping, tell=projected)
            for code, store in stores.items()
        }
        self._outlets = Outlets(
            stores,
            outlets,
            clock=clock,
            secret=secret,
            metrics=self._metrics,
            stopping=self._stopping,
        )
        self._notifiers = {
            code: Notifier(stores[code], one, clock, self._stopping)
            for code, one in (notified or {}).items()
        }
        self._housekeeping = Housekeeping(
            stores,
            commons,
            clock,
            self._stopping,
            feeds=feeding(sources),
            retention=Retention(stores, commons, kept or {}, clock),
        )
        polled = [source for source in sources if not _is_pushed(self._owned(source))]
        self._running = self._runnings(polled, secret)
        self._doors = Doors(self._running, clock)
        self._posts = {code: self._post(code, sources) for code in stores}
        self._described: set[str] = set()
        self._describing = anyio.Lock()

    async def run(self, stop: anyio.Event) -> None:
        """Run until `stop` is set; then finish what is being taken in, within ten seconds."""
        async with create_task_group() as work:
            for code in self._stores:
                work.start_soon(self._begin, code)
            for projector in self._projectors.values():
                work.start_soon(projector.run)
            for running in self._running:
                work.start_soon(self._keep_running, running)
            work.start_soon(self._outlets.run)
            for notifier in self._notifiers.values():
                work.start_soon(notifier.run)
            work.start_soon(self._housekeeping.run)
            work.start_soon(self._notice)
            try:
                await stop.wait()
            finally:
                self._stopping.stop()
                for pausing in self._pausing.values():
                    pausing.end()
                work.cancel_scope.deadline = current_time() + _GRACE

    async def receive(
        self, municipality: str, body: bytes, media_type: str, key: str | None
    ) -> Receipt:
        """Take in what is pushed to a municipality; on disk when this returns.

        A `key` that has been used before answers the first receipt and writes nothing.

        Raises:
            Garbled: If the body as a whole cannot be read; nothing is kept of it.
            Misconfigured: If there is no such municipality here.
            Paused: The municipality has paused.

        """
        post = self._posts.get(municipality)
        if post is None:
            reason = f"municipality {municipality!r} is not here; there are {self._codes()}"
            raise Misconfigured(reason)
        self._pausing[municipality].refuse()
        if municipality not in self._described:
            await self._describe(municipality)
        receipt = await post.receive(body, media_type, key)
        self._wake(municipality)
        return receipt

    @property
    def stopped(self) -> bool:
        """Tell whether a stop has been asked for."""
        return self._stopping.stopped

    async def deliver(  # noqa: PLR0913 -- these are the parts of a delivery
        self,
        municipality: str,
        source: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        media_type: str = "",
        actor: Actor = ANYONE,
    ) -> Delivered:
        """Take in what is delivered to a source's door; on disk when this returns.

        `headers` are by their names in lower case, and hold the sender's proof. A delivery with an
        `idempotency-key` or `webhook-id` that has come before, with the same body, answers the
        first one's number.

        Raises:
            NotAdmitted: There is no such door, or what was shown does not open it.
            NotAllowed: The actor's key may not deliver here.
            NoSuchDoor: The key may, but the source takes no deliveries.
            Garbled: The body is not compressed as it says.
            Unreachable: The body is larger than the door takes when it is unpacked.
            Paused: The municipality has paused.

        """
        if municipality in self._pausing:
            self._pausing[municipality].refuse()
        told = {**headers, "content-type": media_type} if media_type else headers
        return await self._doors.deliver(
            Brought(municipality=municipality, source=source, body=body, headers=told, actor=actor)
        )

    def door(self, municipality: str, source: str) -> Door | None:
        """Return what opens a source's door; None if it has none."""
        return self._doors.door(municipality, source)

    def vouched(
        self, municipality: str, source: str, headers: Mapping[str, str], actor: Actor
    ) -> bool:
        """Tell whether a sender is known by its key or token, before its body has come."""
        return self._doors.vouched(municipality, source, headers, actor)

    def became(self, municipality: str, source: str, delivery: int) -> Became | None:
        """Return what has become of a delivery; None if the source has had no such."""
        store = self._stores.get(municipality)
        return became(store, source, delivery) if store else None

    def wake(self, municipality: str) -> None:
        """Tell that something has been written to a municipality's store, to be carried over."""
        self._wake(municipality)

    def pause(self, municipality: str, why: str) -> None:
        """Ask no source of a municipality any more, and take in nothing of it, until it goes on."""
        self._pausing[municipality].pause(why)

    def go_on(self, municipality: str) -> None:
        """Let a municipality that has paused go on."""
        self._pausing[municipality].go_on()

    def refuse_paused(self, municipality: str) -> None:
        """Refuse to write in a municipality that has paused.

        Raises:
            Paused: It has.
        """
        self._pausing[municipality].refuse()

    def answers(self, municipality: str, source: str, token: str) -> bool:
        """Tell whether a token is a secret of a source's door: a provider asks if it is ours."""
        return self._doors.answers(municipality, source, token)

    def status(self) -> list[SourceStatus]:
        """Return how every source is doing now."""
        now = self._clock.now()
        return [status(sign, now) for sign in self._signs()]

    def outlets(self) -> list[OutletStatus]:
        """Return how every outlet is doing now."""
        return self._outlets.status()

    async def tell(self, municipality: str, outlet: str, messages: Sequence[Message]) -> int:
        """Put messages in an outlet's queue; on disk when this returns. Answers how many were new.

        A message whose id has been put there in the last week is known, and not sent again.

        Raises:
            Misconfigured: If there is no such outlet.

        """
        return await self._outlets.put(municipality, outlet, messages)

    async def tell_each(
        self, municipality: str, outlet: str, addressed: Sequence[tuple[Message, str]]
    ) -> int:
        """Put messages in the queue of an outlet that serves a unit, each for one pseudonym.

        On disk when this returns. Answers how many were new: a message whose id has been put there
        for the same receiver in the last week is known, and not sent again.

        Raises:
            Misconfigured: If there is no such outlet, or it knows only its own receivers.

        """
        return await self._outlets.put_to(municipality, outlet, addressed)

    def became_of(self, municipality: str, outlet: str, ids: Sequence[str]) -> list[Parcel]:
        """Return what has become of messages, by their ids: those that are known.

        Raises:
            Misconfigured: If there is no such outlet.

        """
        return self._outlets.became(municipality, outlet, ids)

    def introduce(self, directory: Directory) -> None:
        """Let outlets that serve a unit know whom its pseudonyms mean. They wait until then."""
        self._outlets.introduce(directory)

    def _wake(self, municipality: str) -> None:
        self._projectors[municipality].wake()
        self._outlets.wake(municipality)
        if municipality in self._notifiers:
            self._notifiers[municipality].wake()

    def _codes(self) -> str:
        return ", ".join(sorted(self._stores)) or "none"

    def _owned(self, source: Connected) -> Connected:
        if source.municipality.code not in self._stores:
            reason = (
                f"source {source.name!r} is of municipality {source.municipality.code!r}, "
                f"which has no store; there are stores of {self._codes()}"
            )
            raise Misconfigured(reason)
        return source

    def _runnings(
        self, sources: Sequence[Connected], secret: Callable[[str], str]
    ) -> list[Running]:
        resolve, lanes = SystemNames(), Lanes()
        return [
            Running(
                Intake(
                    source,
                    self._stores[source.municipality.code],
                    Vault(secret),
                    self._tools,
                    partial(self._wake, source.municipality.code),
                ),
                resolve,
                lanes,
                self._pausing[source.municipality.code],
            )
            for source in sources
        ]

    async def _keep_running(self, running: Running) -> None:
        """Run a source until the engine stops, and not while its municipality has paused."""
        pausing = self._pausing[running.intake.connected.municipality.code]
        while not self._stopping.stopped:
            await pausing.wait()
            await running.run()

    def _post(self, code: str, sources: Sequence[Connected]) -> Post:
        store = self._stores[code]
        ours = [one for one in sources if one.municipality.code == code and _is_pushed(one)]
        return Post(code, store, [Receiver(one, store, self._tools) for one in ours], self._tools)

    async def _begin(self, code: str) -> None:
        """Commit the series that may be pushed; a store that fails is tried again at a push."""
        try:
            await self._describe(code)
        except Exception:  # noqa: BLE001 -- one store must not hold up another
            _log.exception("series_not_declared", municipality=code)

    async def _describe(self, code: str) -> None:
        """Commit the series that may be pushed, once, before anything can be pushed to them."""
        async with self._describing:
            if code in self._described:
                return
            declared = self._posts[code].declared
            await to_thread.run_sync(
                lambda: describe(self._stores[code], declared, name="push", at=self._clock.now())
            )
            self._described.add(code)
            self._wake(code)

    def _signs(self) -> list[Sign]:
        polled = [running.sign for running in self._running]
        pushed = [receiver.sign for post in self._posts.values() for receiver in post.receivers]
        return [*polled, *pushed]

    async def _notice(self) -> None:
        """Judge every source now and then, so that silence is noticed too."""
        while not self._stopping.stopped:
            for sign in self._signs():
                if self._pausing[sign.connected.municipality.code].paused:
                    continue
                try:
                    notice(sign, self._clock.now(), self._metrics)
                except Exception:  # noqa: BLE001 -- one source must not hold up another
                    _log.exception("source_not_judged", source=sign.connected.name)
            heard = (one for one in self.status() if not self._pausing[one.municipality].paused)
            await self._outlets.hear(list(heard))
            await self._stopping.sleep(_NOTICE)


def _is_pushed(source: Connected) -> bool:
    """Tell whether others push to a source; one whose own code fails is run, and reports it."""
    try:
        return isinstance(source.kind.reach(source.settings), Receive)
    except Exception:  # noqa: BLE001 -- a fault in one source must not stop the others
        return False
