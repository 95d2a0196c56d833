"""How every source is doing: states that are judged, remembered, logged when they change."""

from datetime import timedelta

import structlog
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from byalag.engine._advice import advice
from byalag.engine._face import Connected, SourceStatus, State
from byalag.engine._health import DOOR, Health, judge, recalled, standing
from byalag.engine._metrics import Metrics
from byalag.model import Micros, Words
from byalag.sources import Expect
from byalag.store import Store

_log = structlog.get_logger()


class Sign(Struct, frozen=True, kw_only=True):
    """What can be seen of one source at one moment.

    `uneven`: its deliveries hold what happened to come together, so that none is ever too small.
    """

    connected: Connected
    store: Store
    health: Health
    every: timedelta | None = None
    next_ask: Micros | None = None
    left_alone: bool = False
    uneven: bool = False

    @property
    def expect(self) -> Expect:
        """Return what the source usually does."""
        expect = self.connected.settings.expect
        return replace(expect, volume=0.0) if self.uneven else expect


def status(sign: Sign, now: Micros) -> SourceStatus:
    """Return how a source is doing, and what to do about it."""
    state = _judged(sign, now)
    health, connected = sign.health, sign.connected
    compared = standing(health, sign.expect)
    return SourceStatus(
        municipality=connected.municipality.code,
        source=connected.name,
        kind=connected.kind.name,
        title=connected.settings.title,
        simulated=connected.settings.simulated,
        state=state,
        since=health.since if health.state == state and health.since else now,
        last_heard=health.heard,
        last_delivery=health.delivered,
        next_ask=sign.next_ask,
        usual=None if sign.uneven else compared.usual,
        last=compared.last,
        set_aside=compared.set_aside,
        error=health.error,
        gap=health.gap_now(now),
        to_do=_to_do(state, health),
    )


def notice(sign: Sign, now: Micros, metrics: Metrics) -> bool:
    """Note the state a source is in; log it and remember it if it is a new one."""
    state = _judged(sign, now)
    connected, health = sign.connected, sign.health
    metrics.show(connected.municipality.code, connected.name, state)
    if state == health.state and health.since:
        return False
    if state != health.state:
        _log.info(
            "source_state",
            municipality=connected.municipality.code,
            source=connected.name,
            before=health.state,
            now=state,
            error=health.error,
            to_do=_to_do(state, health)["en"],
        )
    health.state, health.since = state, now
    sign.store.remember(f"health/{connected.name}", to_builtins(health))
    return True


def last_state(store: Store, source: str) -> tuple[State, str]:
    """Return the state that a source was last seen in, whoever ran it, and what was wrong."""
    health = recalled(store.recall(f"health/{source}"))
    return health.state, health.error


def _to_do(state: State, health: Health) -> Words:
    return advice(state, at_the_door=[*health.errors] == [DOOR])


def _judged(sign: Sign, now: Micros) -> State:
    return judge(
        sign.health,
        sign.expect,
        every=sign.every,
        left_alone=sign.left_alone,
        now=now,
    )
