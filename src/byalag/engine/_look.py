"""Looking once at what an address answers, guarded as any source is. Keeps nothing."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from byalag.engine._ask import NOTHING, put
from byalag.engine._clock import Clock, SystemClock
from byalag.engine._face import Unreachable
from byalag.engine._fetch import Fetcher
from byalag.engine._guard import Resolve, SystemNames, networks
from byalag.engine._own import own_hosts
from byalag.engine._secret import Vault
from byalag.model import Micros, span
from byalag.sources import Ask, Poll

_MOST = 64 * 1024 * 1024  # bytes


class Looked(Struct, frozen=True, kw_only=True):
    """What an address answered, and when."""

    body: bytes
    media_type: str
    at: Micros


async def look_at(  # noqa: PLR0913 -- what a look needs, each of it by name
    url: str,
    *,
    headers: Mapping[str, str],
    allowed: Iterable[str],
    secret: Callable[[str], str],
    clock: Clock | None = None,
    resolve: Resolve | None = None,
) -> Looked:
    """Ask an address once. Secrets in it and in the headers are by reference.

    Raises:
        Unreachable: If no good answer came, or the address may not be reached; holds no secret.
        Misconfigured: If an allowed range is not one, or a secret is not there.

    """
    clock = clock or SystemClock()
    vault = Vault(secret)
    ask = Ask(url=url, every=span("1d"), headers=headers, max_bytes=_MOST)
    names, own = resolve or SystemNames(), own_hosts(Poll((ask,)))
    async with Fetcher(names, networks(allowed), clock, own) as fetcher:
        answer = await put(ask, fetcher, vault, NOTHING)
    if answer is None:
        reason = "it said that nothing has changed, and was not asked that; try again"
        raise Unreachable(reason)
    return Looked(body=answer.bodies[0], media_type=answer.media_type, at=clock.now())
