"""The doors of a hub: others deliver whole payloads, and are thanked when these are on disk.

From outside an unknown door and a wrong proof look the same, so that nobody can find out by asking
which sources there are. The true reason is in the log, and in the source's health.
"""

from collections.abc import Mapping, Sequence

import msgspec
from anyio import CapacityLimiter, to_thread
from msgspec import Struct

from byalag import ByalagError
from byalag.engine._clock import Clock
from byalag.engine._door import Proof, repeat
from byalag.engine._entrance import Entrance, Threshold, Wall, entrance
from byalag.engine._face import Delivered, NoSuchDoor, NotAdmitted, Unreachable
from byalag.engine._inflate import CODINGS, Inflate, TooMuch
from byalag.engine._running import Running
from byalag.governance import Actor, Decision, NotAllowed, Resource, decide
from byalag.sources import Door, Garbled

_CODINGS = {*CODINGS, "x-gzip", "identity"}
_INLINE = 64 * 1024  # a larger body is judged and unpacked off the event loop, bytes
_UNPACKING = 4  # such bodies at once: a few bytes from anybody may become as many as a door takes


class Brought(Struct, frozen=True, kw_only=True):
    """What somebody brings to a door. `headers` are by their names in lower case."""

    municipality: str
    source: str
    body: bytes
    headers: Mapping[str, str]
    actor: Actor


class Doors:
    """Every door of a hub, by municipality and source."""

    def __init__(self, running: Sequence[Running], clock: Clock) -> None:
        """Find the doors among the sources."""
        self._clock = clock
        self._wall = Wall(clock)
        self._threads = CapacityLimiter(_UNPACKING)
        self._found: dict[tuple[str, str], Entrance] = {}
        for one in running:
            connected, door = one.intake.connected, entrance(one)
            if door is not None:
                self._found[connected.municipality.code, connected.name] = door

    def door(self, municipality: str, source: str) -> Door | None:
        """Return what opens a source's door; None if it has none."""
        found = self._found.get((municipality, source))
        return found.door if found else None

    def vouched(
        self, municipality: str, source: str, headers: Mapping[str, str], actor: Actor
    ) -> bool:
        """Tell whether a sender is known by its key or token, before its body has come."""
        if actor.key is not None:
            wanted = Resource(matter="deliveries", municipality=municipality)
            if decide(actor, "write", wanted, self._clock.now()).allowed:
                return True
        found = self._found.get((municipality, source))
        return found is not None and found.vouches(headers)

    def answers(self, municipality: str, source: str, token: str) -> bool:
        """Tell whether a token is a secret of a source's door: a provider asks if it is ours."""
        return self._found.get((municipality, source), self._wall).knows(token)

    async def deliver(self, brought: Brought) -> Delivered:
        """Take in a delivery whose sender proves to be who they should be.

        Raises:
            NotAdmitted: There is no such door, or what was shown does not open it.
            NotAllowed: The key that was shown may not deliver to this municipality.
            NoSuchDoor: The key may, but the source takes no deliveries.
            Garbled: The body is not compressed as it says, or its name cannot be used.
            Unreachable: The body is larger than the door takes when it is unpacked.

        """
        found = self._found.get((brought.municipality, brought.source))
        threshold: Threshold = found or self._wall
        if len(brought.body) <= _INLINE and "content-encoding" not in brought.headers:
            proof, plain = _judged(threshold, brought)
        else:
            proof, plain = await to_thread.run_sync(
                _judged, threshold, brought, limiter=self._threads
            )
        decision = self._decide(threshold.door, brought, proof)
        if found is None or not decision.allowed:
            raise self._refusal(threshold, brought, proof, decision)
        if plain is None:
            plain = await to_thread.run_sync(
                _unpacked, brought, threshold.door.max_bytes, limiter=self._threads
            )
        by_key = brought.actor.key if not proof.of else None
        sender = by_key.prefix if by_key else proof.of
        media_type = brought.headers.get("content-type", "")
        return await found.take(plain, media_type, repeat(brought.headers, sender, plain))

    def _decide(self, door: Door, brought: Brought, proof: Proof) -> Decision:
        wanted = proof.of or ("" if door.proof == "key" else door.proof)
        actor = msgspec.structs.replace(brought.actor, proof=proof.of)
        return decide(actor, "write", _deliveries(brought, wanted), self._clock.now())

    def _refusal(
        self, threshold: Threshold, brought: Brought, proof: Proof, decision: Decision
    ) -> ByalagError:
        """Tell the operators why; tell the sender only if it has a key of ours."""
        actor = brought.actor
        if actor.key is None:
            threshold.refuse(proof)
            return NotAdmitted(NotAdmitted.__doc__ or "")
        by_key = decide(actor, "write", _deliveries(brought), self._clock.now())
        why = decision.why if by_key.allowed else by_key.why
        threshold.refuse(Proof(why=f"a delivery came, but {why}"))
        if by_key.allowed and threshold is self._wall:
            known = sorted(name for code, name in self._found if code == brought.municipality)
            doors = ", ".join(known) or "none"
            reason = f"no source {brought.source!r} takes deliveries; these do: {doors}"
            return NoSuchDoor(reason)
        return NotAllowed(why)


def _deliveries(brought: Brought, proof: str = "") -> Resource:
    return Resource(matter="deliveries", municipality=brought.municipality, proof=proof)


def _judged(threshold: Threshold, brought: Brought) -> tuple[Proof, bytes | None]:
    """Judge what is shown; return the body too, if it had to be unpacked or never was packed.

    Some sign what they send before it is packed and some after; both are right.
    """
    proof = threshold.prove(brought.headers, brought.body)
    if "content-encoding" not in brought.headers:
        return proof, brought.body
    if proof.of or threshold.door.proof not in {"hmac", "standard-webhooks"} or not proof.shown:
        return proof, None
    try:
        plain = _unpacked(brought, threshold.door.max_bytes)
    except (Garbled, Unreachable):  # nothing is said of a body before its sender is known
        return proof, None
    return threshold.prove(brought.headers, plain), plain


def _unpacked(brought: Brought, most: int) -> bytes:
    coding = brought.headers["content-encoding"].strip().lower()
    if coding not in _CODINGS:
        reason = f"the body is packed as {coding[:50]}; pack it with gzip, or send it as it is"
        raise Garbled(reason)
    try:
        inflate = Inflate(coding, most, what="the body")
        plain = inflate.feed(brought.body)
        inflate.finish()
    except TooMuch:
        raise
    except Unreachable as error:
        raise Garbled(str(error)) from error
    return plain
