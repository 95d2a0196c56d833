"""One source's door: what opens it, and where what is delivered goes."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Protocol

import structlog

from byalag import ByalagError
from byalag.engine._clock import Clock
from byalag.engine._door import SUBSCRIPTION, Proof, any_same, bearer, prove
from byalag.engine._face import Delivered
from byalag.engine._health import DOOR
from byalag.engine._running import Running
from byalag.engine._subscribe import is_token
from byalag.model import Delivery
from byalag.sources import Admit, Door, Poll, Reach

_LATELY = 600 * 1_000_000  # after a delivery that was let in, microseconds

_log = structlog.get_logger()


class Threshold(Protocol):
    """Where somebody stands who wants to deliver, whether there is a door or not."""

    door: Door

    def prove(self, headers: Mapping[str, str], body: bytes) -> Proof:
        """Judge what is shown."""
        ...

    def knows(self, token: str) -> bool:
        """Tell whether a token is one of the secrets."""
        ...

    def refuse(self, proof: Proof) -> None:
        """Tell the operators why somebody was not let in."""
        ...


class Entrance:
    """A door that is there."""

    def __init__(self, running: Running, admit: Admit, *, subscribed: bool) -> None:
        """Take the source behind the door; its secrets are read when they are first needed."""
        self.door = admit.door
        self._intake = running.intake
        self._arrivals = running.arrivals
        self._part = admit.part
        self._subscribed = subscribed
        self._secrets: tuple[str, ...] | None = None

    def prove(self, headers: Mapping[str, str], body: bytes) -> Proof:
        """Judge what is shown: the token of our own subscription, or what the door asks for."""
        source = self._intake.connected.name
        if self._subscribed and is_token(self._intake.store, source, bearer(headers)):
            return Proof(of=SUBSCRIPTION)
        now = self._intake.tools.clock.now()
        try:
            return prove(self.door, self._resolved(), headers, body, now)
        except ByalagError as error:
            return Proof(why=f"its door cannot be opened: {error}")

    def vouches(self, headers: Mapping[str, str]) -> bool:
        """Tell whether what is shown is good whatever the body will be: a token."""
        if self.door.proof not in {"token", "key"} and not self._subscribed:
            return False
        return bool(self.prove(headers, b"").of)

    def knows(self, token: str) -> bool:
        """Tell whether a token is one of the secrets."""
        try:
            return any_same([token.encode()], [one.encode() for one in self._resolved()])
        except ByalagError:
            return False

    def _resolved(self) -> tuple[str, ...]:
        if self._secrets is None:
            value = self._intake.vault.value
            self._secrets = tuple(value(one) for one in self.door.secrets)
        return self._secrets

    def refuse(self, proof: Proof) -> None:
        """Tell the operators: in the log, and in the source's health if anything was shown.

        Anybody may show something wrong, so that a source whose sender was let in lately is well.
        """
        self._intake.log.warning("delivery_refused", why=proof.why)
        let_in = self._intake.health.delivered
        lately = let_in is not None and self._intake.tools.clock.now() - let_in < _LATELY
        if proof.shown and not lately:
            self._intake.health.fail(DOOR, self._intake.vault.mask(proof.why))

    async def take(self, body: bytes, media_type: str, key: str | None) -> Delivered:
        """Take in a delivery; it is on disk when this returns.

        Raises:
            ByalagError: If the store could not be written to.

        """
        delivery = Delivery(
            source=self._intake.connected.name,
            received=self._intake.tools.clock.now(),
            bodies=(body,),
            part=self._part,
            media_type=media_type,
        )
        kept = await self._arrivals.keep(delivery, key=key)
        await self._intake.recover(DOOR)
        return Delivered(delivery=kept.seq, fresh=kept.fresh)


class Wall:
    """Where there is no door: what is shown is judged as long as at a door, and never good."""

    def __init__(self, clock: Clock) -> None:
        """Make up a secret that nobody has."""
        self.door = Door(proof="hmac", header="x-signature")
        self._clock = clock
        self._secrets = (token_urlsafe(),)

    def prove(self, headers: Mapping[str, str], body: bytes) -> Proof:
        """Judge what is shown as if there were a door."""
        shown = {**headers, self.door.header: "00"}
        prove(self.door, self._secrets, shown, body, self._clock.now())
        return Proof(why="there is no such door", shown=False)

    def knows(self, token: str) -> bool:
        """Compare a token with the secret that nobody has."""
        return any_same([token.encode()], [one.encode() for one in self._secrets])

    def refuse(self, proof: Proof) -> None:
        """Note it in the log."""
        _log.info("delivery_refused", why=proof.why)


def entrance(running: Running) -> Entrance | None:
    """Return a source's door; one whose own code fails has none, and says so when it is run."""
    connected = running.intake.connected
    try:
        reach = connected.kind.reach(connected.settings)
    except Exception:  # noqa: BLE001 -- a fault in one source must not stop the others
        return None
    admit, subscribed = _admitted(reach)
    return None if admit is None else Entrance(running, admit, subscribed=subscribed)


def _admitted(reach: Reach) -> tuple[Admit | None, bool]:
    match reach:
        case Admit():
            return reach, False
        case Poll(admit=admit, subscribe=subscribe):
            subscribed = subscribe is not None
            return admit or (Admit(door=Door()) if subscribed else None), subscribed
        case _:
            return None, False
