"""Trying a source once, to see what it would give. Writes nothing."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from byalag import ByalagError
from byalag.engine._ask import NOTHING, put
from byalag.engine._clock import Clock, SystemClock
from byalag.engine._face import Connected, Tried
from byalag.engine._fetch import Fetcher
from byalag.engine._guard import Guard, SystemNames, networks
from byalag.engine._overhear import overhear
from byalag.engine._own import own_hosts
from byalag.engine._peek import Means, nothing, peek
from byalag.engine._secret import Vault
from byalag.engine._translation import Translation, context, translated
from byalag.model import Delivery, Fact, Observation, Series, Thing
from byalag.sources import Ask, Listen, Poll, Query, Watch

_SAMPLE = 400  # characters of an answer that are shown
_FOLLOWED = 3  # detail pages that are tried


def _no_secrets(reference: str) -> str:
    reason = f"the secret {reference} was not handed in"
    raise ByalagError(reason)


async def try_source(
    connected: Connected,
    *,
    bodies: Mapping[str, bytes] | None = None,
    clock: Clock | None = None,
    secret: Callable[[str], str] = _no_secrets,
) -> Tried:
    """Ask a source once (or take the bodies given, by part) and say what it would give.

    What goes wrong on the way is told in `error`, without secrets.

    Raises:
        Misconfigured: If the source's settings cannot work.

    """
    trial = _Trial(connected, clock or SystemClock(), Vault(secret))
    if bodies is None:
        error = await trial.ask()
    else:
        error = ""
        for part, body in bodies.items():
            trial.add(part, (body,))
    return trial.tried(error)


class _Trial:
    """The answers of one source, kept in memory only."""

    def __init__(self, connected: Connected, clock: Clock, vault: Vault) -> None:
        self._connected = connected
        self._clock = clock
        self._vault = vault
        self._translate = connected.kind.prepare(connected.settings)
        self._deliveries: list[Delivery] = []

    def add(self, part: str, bodies: tuple[bytes, ...], names: tuple[str, ...] = ()) -> None:
        """Keep one answer."""
        now = self._clock.now()
        name = self._connected.name
        self._deliveries.append(
            Delivery(source=name, received=now, bodies=bodies, part=part, names=names)
        )

    async def ask(self) -> str:
        """Put every question once; return what went wrong, if anything did."""
        connected = self._connected
        reach = connected.kind.reach(connected.settings)
        allowed = networks((*connected.municipality.on_premises, *connected.allowed))
        if isinstance(reach, Listen):
            return await self._overhear(reach, Guard(SystemNames(), allowed))
        async with Fetcher(SystemNames(), allowed, self._clock, own_hosts(reach)) as fetcher:
            if isinstance(reach, Watch | Query):
                means = Means(
                    vault=self._vault, fetcher=fetcher, resolve=SystemNames(), allowed=allowed
                )
                return await self._peek(reach, means)
            for ask in reach.asks if isinstance(reach, Poll) else ():
                try:
                    await self._put(ask, fetcher)
                except ByalagError as error:
                    return self._vault.mask(f"{ask.part}: {error}")
        return ""

    async def _overhear(self, reach: Listen, guard: Guard) -> str:
        """Listen for a short while; return what went wrong, if anything did."""
        try:
            found = await overhear(reach, guard=guard, vault=self._vault)
        except ByalagError as error:
            return self._vault.mask(str(error))
        sound = [message for message in found if message.size <= reach.max_bytes]
        bodies = tuple(message.body for message in sound)
        self.add(reach.part, bodies, tuple(message.topic for message in sound))
        return ""

    async def _peek(self, reach: Watch | Query, means: Means) -> str:
        """Read the first file or rows; return what went wrong, if anything did."""
        try:
            found = await peek(reach, means)
        except ByalagError as error:
            return self._vault.mask(str(error))
        if found is None:
            return nothing(reach)
        self.add(reach.part, (found.body,), (found.name,) if found.name else ())
        return ""

    async def _put(self, ask: Ask, fetcher: Fetcher) -> None:
        answer = await put(ask, fetcher, self._vault, NOTHING)
        if answer is None:
            return
        self.add(ask.part, answer.bodies)
        if ask.follow is None:
            return
        addresses = ask.follow.addresses(answer.bodies, self._connected.municipality.code)
        for address in addresses[:_FOLLOWED]:
            detail = msgspec.structs.replace(
                ask, url=address, part=ask.follow.part, paging=None, records=None, follow=None
            )
            followed = await put(detail, fetcher, self._vault, NOTHING, ask.url)
            if followed is not None:
                self.add(detail.part, followed.bodies)

    def tried(self, error: str) -> Tried:
        """Translate what has come, each answer in the light of the others."""
        newest = {delivery.part: delivery for delivery in self._deliveries}
        said = [self._said(delivery, newest) for delivery in self._deliveries]
        facts = _together(fact for one in said for fact in one.facts)
        aside = {(one.where, one.why): one for each in said for one in each.set_aside}
        return Tried(
            source=self._connected.name,
            answers={one.part: sum(map(len, one.bodies)) for one in newest.values()},
            samples={one.part: _sample(one) for one in newest.values()},
            records=max((one.records for one in said), default=0),
            things=sum(isinstance(fact, Thing) for fact in facts),
            series=sum(isinstance(fact, Series) for fact in facts),
            observations=sum(isinstance(fact, Observation) for fact in facts),
            skipped={why: count for one in said for why, count in one.skipped.items()},
            facts=facts,
            set_aside=list(aside.values()),
            error=error or next((one.garbled for one in said if one.garbled), ""),
        )

    def _said(self, delivery: Delivery, newest: Mapping[str, Delivery]) -> Translation:
        others = {part: other for part, other in newest.items() if part != delivery.part}
        known = context(self._connected, delivery, known=frozenset[str](), others=others)
        return translated(self._translate, delivery, known)


def _together(facts: Iterable[Fact]) -> list[Fact]:
    """Return each fact once; what several answers say of a thing is put together."""
    found: dict[object, Fact] = {}
    for fact in facts:
        before = found.get(_key(fact))
        if isinstance(fact, Thing) and isinstance(before, Thing):
            found[_key(fact)] = _joined(before, fact)
        else:
            found[_key(fact)] = fact
    return list(found.values())


def _joined(before: Thing, now: Thing) -> Thing:
    return msgspec.structs.replace(
        now,
        name=now.name or before.name,
        municipality=now.municipality or before.municipality,
        point=now.point or before.point,
        shape=now.shape or before.shape,
        properties={**before.properties, **now.properties},
    )


def _key(fact: Fact) -> object:
    """Return what makes a fact the same fact, however often it is said."""
    match fact:
        case Thing(id=name) | Series(id=name):
            return type(fact), name
        case Observation(series=series, at=at):
            return series, at
        case _:
            return msgspec.json.encode(fact)


def _sample(delivery: Delivery) -> str:
    body = delivery.bodies[0] if delivery.bodies else b""
    return body[:_SAMPLE].decode("utf-8", "replace")
