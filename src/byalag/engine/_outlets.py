"""Every outlet of a hub: each runs by itself, and tells how it is doing."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from anyio import create_task_group, to_thread

from byalag import Misconfigured
from byalag.engine._carrier import Carrier
from byalag.engine._clock import Clock
from byalag.engine._durable import durable
from byalag.engine._face import SourceStatus
from byalag.engine._guard import Resolve, SystemNames, networks
from byalag.engine._metrics import Metrics
from byalag.engine._outlet import Outlet, OutletTools
from byalag.engine._outlet_face import (
    ConnectedOutlet,
    Directory,
    NotTaken,
    OutletState,
    OutletStatus,
    TriedOutlet,
)
from byalag.engine._secret import Vault
from byalag.engine._stopping import Stopping
from byalag.model import Words
from byalag.outlets import Message, Unsendable
from byalag.store import Parcel, QueueCounts, Store

_ADVICE: Final[Mapping[OutletState, Words]] = {
    "waiting": {
        "sv": "Ingenting behöver göras: det har inte funnits något att skicka än.",
        "en": "Nothing to do: there has been nothing to send yet.",
    },
    "ok": {"sv": "Ingenting behöver göras.", "en": "Nothing to do."},
    "failing": {
        "sv": "Det senaste försöket misslyckades; vi försöker igen av oss själva i tre dygn. "
        "Läs felet, och kontrollera utgångens fil om det inte går över.",
        "en": "The last try failed; we try again by ourselves for three days. "
        "Read the error, and check the outlet's file if it does not pass.",
    },
    "open": {
        "sv": "Mottagaren har inte tagit emot något på länge, så vi väntar längre mellan "
        "försöken. Läs felet, och hör av dig till mottagaren. Meddelandena väntar.",
        "en": "The receiver has taken nothing for long, so we wait longer between the tries. "
        "Read the error, and turn to the receiver. The messages wait.",
    },
}
_ASIDE: Final[Words] = {
    "sv": " {count} meddelanden har lagts åt sidan: `byalag outlet queue` visar varför, och "
    "`byalag outlet again` lägger tillbaka dem.",
    "en": " {count} messages have been set aside: `byalag outlet queue` shows why, and "
    "`byalag outlet again` puts them back.",
}

_AGAIN = 10.0  # after a store that could not be written to, seconds

_log = structlog.get_logger()


class Outlets:
    """The outlets of every municipality."""

    def __init__(  # noqa: PLR0913 -- these are the parts that every outlet needs
        self,
        stores: Mapping[str, Store],
        connected: Sequence[ConnectedOutlet],
        *,
        clock: Clock,
        secret: Callable[[str], str],
        metrics: Metrics,
        stopping: Stopping,
    ) -> None:
        """Prepare to run; nothing is sent or written yet.

        Raises:
            Misconfigured: If an outlet belongs to a municipality without a store.

        """
        for one in connected:
            if one.municipality.code not in stores:
                reason = f"outlet {one.name!r} is of {one.municipality.code!r}, which has no store"
                raise Misconfigured(reason)
        self._stores = stores
        self._metrics = metrics
        self._stopping = stopping
        tools = self._tools = OutletTools(clock, SystemNames(), metrics, stopping)
        self._all = [
            Outlet(one, stores[one.municipality.code], Vault(secret), clock, tools)
            for one in connected
        ]

    async def run(self) -> None:
        """Run every outlet until the engine stops."""
        async with create_task_group() as work:
            for code in self._stores:
                work.start_soon(self._run, code)

    async def _run(self, code: str) -> None:
        """Run a municipality's outlets, once its store knows which they are."""
        ours = [one for one in self._all if one.connected.municipality.code == code]
        asked = {one.connected.name: one.connected.settings.on.datasets for one in ours}
        while not self._stopping.stopped:
            try:
                await durable(self._stores[code].queue.declare(asked))
            except Exception:  # noqa: BLE001 -- one store must not hold up another
                _log.exception("outlets_not_declared", municipality=code)
                await self._stopping.sleep(_AGAIN)
            else:
                break
        async with create_task_group() as work:
            for outlet in ours:
                work.start_soon(outlet.run)

    def wake(self, municipality: str) -> None:
        """Tell that a municipality's store has something new."""
        for outlet in self._all:
            if outlet.connected.municipality.code == municipality:
                outlet.wake()

    async def hear(self, statuses: Sequence[SourceStatus]) -> None:
        """Take in how the sources are doing; one outlet that fails holds up no other."""
        for outlet in self._all:
            try:
                await outlet.hear(statuses)
                status = await to_thread.run_sync(self._status, outlet)
            except Exception:  # noqa: BLE001 -- one outlet must not hold up another
                _log.exception("outlet_not_told", outlet=outlet.connected.name)
            else:
                self._metrics.outlets.show(status)

    def introduce(self, directory: Directory) -> None:
        """Let those that serve a unit know whom its pseudonyms mean; what waits for it is sent."""
        self._tools.directory = directory
        for outlet in self._all:
            outlet.look()

    async def put(self, municipality: str, outlet: str, messages: Sequence[Message]) -> int:
        """Put messages in an outlet's queue; on disk when this returns. Answers how many were new.

        Raises:
            Misconfigured: If there is no such outlet.

        """
        return await self._named(municipality, outlet).put(messages)

    async def put_to(
        self, municipality: str, outlet: str, addressed: Sequence[tuple[Message, str]]
    ) -> int:
        """Put messages in the queue of an outlet that serves a unit, each for one pseudonym.

        Raises:
            Misconfigured: If there is no such outlet, or it knows only its own receivers.

        """
        found = self._named(municipality, outlet)
        if not found.serves:
            reason = f'outlet {outlet!r} has receivers of its own; write receivers = "care" in it'
            raise Misconfigured(reason)
        return await found.put_to(addressed)

    def became(self, municipality: str, outlet: str, ids: Sequence[str]) -> list[Parcel]:
        """Return what has become of messages, by their ids: those that are known.

        Raises:
            Misconfigured: If there is no such outlet.

        """
        return self._named(municipality, outlet).store.queue.became(outlet, ids)

    def _named(self, municipality: str, outlet: str) -> Outlet:
        for one in self._all:
            if one.labels == (municipality, outlet):
                return one
        known = ", ".join(one.connected.name for one in self._all if one.labels[0] == municipality)
        reason = f"municipality {municipality} has no outlet {outlet!r}; there is {known or 'none'}"
        raise Misconfigured(reason)

    def status(self) -> list[OutletStatus]:
        """Return how every outlet is doing now."""
        return [self._status(outlet) for outlet in self._all]

    def _status(self, outlet: Outlet) -> OutletStatus:
        connected = outlet.connected
        counts = outlet.store.queue.counts(connected.name)
        fault = "; ".join(outlet.faults.values())
        is_open = outlet.breaker.circuit(time.monotonic()) != "closed"
        state = _state(counts, fault=fault, is_open=is_open)
        return OutletStatus(
            municipality=connected.municipality.code,
            outlet=connected.name,
            kind=connected.kind.name,
            title=connected.settings.title,
            state=state,
            waiting=counts.waiting,
            oldest=counts.oldest,
            aside=counts.aside,
            last_sent=counts.last_sent,
            missed=counts.missed,
            error=fault or counts.error,
            to_do=_to_do(state, counts),
        )


def _state(counts: QueueCounts, *, fault: str, is_open: bool) -> OutletState:
    if is_open:
        return "open"
    if counts.error or fault:
        return "failing"
    return "waiting" if counts.last_sent is None else "ok"


def _to_do(state: OutletState, counts: QueueCounts) -> Words:
    said = dict(_ADVICE[state])
    if counts.aside:
        for language, words in _ASIDE.items():
            said[language] += words.replace("{count}", str(counts.aside))
    return said


async def try_outlet(
    connected: ConnectedOutlet,
    message: Message,
    *,
    clock: Clock,
    secret: Callable[[str], str],
    resolve: Resolve | None = None,
) -> list[TriedOutlet]:
    """Send a message to each receiver at once, past the queue, and return what came of it."""
    vault, settings = Vault(secret), connected.settings
    allowed = networks((*connected.municipality.on_premises, *connected.allowed))
    tried: list[TriedOutlet] = []
    async with Carrier(vault, clock, connected.home, resolve or SystemNames(), allowed) as carrier:
        for receiver in connected.kind.receivers(settings):
            error = ""
            try:
                await carrier.send(connected.kind.compose(settings, message, receiver))
            except (NotTaken, Unsendable) as problem:
                error = vault.mask(str(problem))
            tried.append(TriedOutlet(receiver=receiver, error=error))
    return tried
