"""A subscription at a broker: made, looked after, and made again when the broker has lost it.

What the broker sends proves itself by a token that only the two of us have been told. We keep no
token, only its SHA-256: a lost subscription gets a new one.
"""

from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import quote

import msgspec
from msgspec import Struct

from byalag import Misconfigured
from byalag.engine._ask import private
from byalag.engine._breaker import Breaker
from byalag.engine._durable import durable
from byalag.engine._face import Unreachable
from byalag.engine._fetch import Got, Wanted
from byalag.engine._way import Way, attempt
from byalag.model import Json, Micros
from byalag.sources import Subscribe
from byalag.store import Store

_TOKENS = 3  # that are good at the same time: what is under way bears the one before
_BYTES = 32  # of a token
_GONE = {404, 410}
_SOON = 1.0  # our own door should be open when the broker first delivers, seconds
_MOST = 1024 * 1024  # bytes of an answer about a subscription


class Subscribed(Struct, frozen=True, kw_only=True):
    """What is remembered of a subscription. `said` is a digest of what it asks for, and where.

    `location` is what the broker calls it; nothing before it is made. `tokens` are SHA-256 of
    tokens, newest last.
    """

    said: str = ""
    location: str = ""
    tokens: tuple[str, ...] = ()


def is_token(store: Store, source: str, shown: str) -> bool:
    """Tell whether a token is one that a source's broker has been given."""
    digest = sha256(shown.encode()).hexdigest()
    known = _recalled(store.recall(_mark(source))).tokens
    return any([compare_digest(digest, one) for one in known]) if shown else False  # noqa: C419 -- each is compared, whichever is the same


class Subscription:
    """One source's subscription, for as long as the engine runs."""

    def __init__(
        self, way: Way, subscribe: Subscribe, *, token: Callable[[int], str] = token_urlsafe
    ) -> None:
        """Prepare to subscribe. If it fails, the source is asked all the same."""
        self.next_ask: Micros | None = None
        self._way = msgspec.structs.replace(way, breaker=Breaker())
        self._subscribe = subscribe
        self._token = token
        self._name = way.intake.connected.name

    async def run(self) -> None:
        """Subscribe and look after the subscription until the engine stops."""
        wait = min(_SOON, self._subscribe.every.total_seconds())
        while not self._way.stopping.stopped:
            self.next_ask = self._way.intake.tools.clock.now() + int(wait * 1_000_000)
            await self._way.stopping.sleep(wait)
            with self._way.stopping.cut():
                wait = await attempt(
                    self._way, self._subscribe.every, "subscription", self._see_to_it
                )

    async def _see_to_it(self) -> None:
        """See to it that there is a subscription, and that it is the one that we want.

        Raises:
            Unreachable: The broker does not answer, or says no.
            Misconfigured: The hub has no address that the broker could deliver to.

        """
        door = self._way.intake.connected.door
        if not door:
            reason = "a subscription needs the hub's address; set `address` in hub.toml"
            raise Misconfigured(reason)
        said = sha256(self._subscribe.url.encode() + self._subscribe.body(door, "")).hexdigest()
        before = _recalled(self._way.intake.store.recall(_mark(self._name)))
        if before.said != said or not await self._lives(before.location):
            await self._withdraw(before.location)
            await self._make(door, said, before)
        self._way.breaker.succeed()

    async def _lives(self, location: str) -> bool:
        """Tell whether a subscription is as it should be; one without a place is taken to be."""
        if not location:
            return True
        try:
            got = await self._ask("GET", location)
        except Unreachable as error:
            if error.status in _GONE:
                return False
            raise
        lives = self._subscribe.lives
        return lives is None or lives(got.body)

    async def _withdraw(self, location: str) -> None:
        if not location:
            return
        try:
            await self._ask("DELETE", location)
        except Unreachable as error:
            if error.status not in _GONE:
                raise

    async def _make(self, door: str, said: str, before: Subscribed) -> None:
        """Subscribe with a token of its own, which is good before the broker has been told."""
        token = self._token(_BYTES)
        tokens = (*before.tokens, sha256(token.encode()).hexdigest())[-_TOKENS:]
        await self._remember(Subscribed(tokens=tokens))
        got = await self._ask("POST", "", self._subscribe.body(door, token))
        location = _name(got.headers.get("location", ""))
        await self._remember(Subscribed(said=said, location=location, tokens=tokens))
        self._way.intake.log.info("subscribed", location=location)

    async def _ask(self, method: str, location: str, body: bytes = b"") -> Got:
        """Ask the broker about its subscriptions, or about one of them.

        Raises:
            Unreachable: It does not answer, or says no. Its message holds no secret.

        """
        vault, said = self._way.intake.vault, self._subscribe.headers
        url, name = vault.address(self._subscribe.url), _name(location)
        wanted = Wanted(
            url=f"{url}/{name}" if name else url,
            method=method,
            headers={name: vault.value(text) for name, text in said.items()},
            body=body,
            private=private(said),
            sealed=bool(body),  # it holds the token that opens our door
            max_bytes=_MOST,
        )
        try:
            return await self._way.fetcher.ask(wanted)
        except Unreachable as error:
            masked = f"{method}: {vault.mask(str(error))}"
            raise Unreachable(masked, wait=error.wait, status=error.status) from None

    async def _remember(self, subscribed: Subscribed) -> None:
        store = self._way.intake.store
        await durable(store.remember(_mark(self._name), msgspec.to_builtins(subscribed)))


def _name(location: str) -> str:
    """Return what a broker calls a subscription: the last part of where it says that it is.

    No more is believed: behind a proxy it often says where it is on the inside.
    """
    path = location.partition("#")[0].partition("?")[0]
    name = path.rstrip("/").rpartition("/")[2]
    return "" if name in {".", ".."} else quote(name, safe="%:~!$&'()*+,;=@")


def _mark(source: str) -> str:
    return f"subscription/{source}"


def _recalled(value: Json) -> Subscribed:
    try:
        return msgspec.convert(value, Subscribed)
    except msgspec.ValidationError:
        return Subscribed()
