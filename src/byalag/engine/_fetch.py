"""One question over HTTP and its whole answer, within limits of time, size and address."""

import logging
import ssl
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from types import TracebackType
from typing import Self

import httpcore2
import httpx2
from anyio import fail_after
from msgspec import Struct, field

from byalag import __name__ as agent
from byalag.engine._clock import Clock
from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard, Network, Resolve
from byalag.engine._inflate import CODINGS, Inflate
from byalag.engine._retry_after import retry_after
from byalag.engine._spans import onwards

_REDIRECTS = 5
_CONNECT = timedelta(seconds=10)
_IDLE = 20.0  # a connection is kept for the next page, not for the next hour, seconds
_ALWAYS = {
    "accept-encoding": ", ".join(CODINGS).encode(),
    "accept": b"*/*",
    "user-agent": agent.encode(),
}
_MOVED = {301, 302, 303, 307, 308}
_SEE_OTHER = {301, 302, 303}  # browsers and RFC 9110 let these turn into a GET
_LATER = {429, 503}
_UNCHANGED = 304
ELSEWHERE = (
    "it points at another server, which may not see what is asked, as that holds a key; if it has "
    "moved, write its new address in the source's file"
)
_REASONS = {
    400: "it did not understand the question; check the address and its parameters",
    401: "it wants a key; check the headers or the secret in the source's file",
    403: "it does not let us in; check the key, and whether this server's address is blocked",
    404: "there is nothing at this address; check `url` in the source's file",
    410: "the address has been closed for good; ask the owner for the new one",
    429: "it wants fewer questions; raise `every` in the source's file",
}


class Wanted(Struct, frozen=True, kw_only=True):
    """One question. `private` names the headers that no other server may see.

    `sealed` says the same of the body: the question is then put to no other server.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    private: frozenset[str] = frozenset()
    sealed: bool = False
    timeout: timedelta = timedelta(seconds=20)
    max_bytes: int = 64 * 1024 * 1024
    reasons: Mapping[int, str] = field(default_factory=dict[int, str])


class Got(Struct, frozen=True, kw_only=True):
    """One answer, unpacked. `url` is where it came from in the end."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def unchanged(self) -> bool:
        """Tell whether the server said that nothing has changed."""
        return self.status == _UNCHANGED


@cache
def _trust() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


class Fetcher:
    """Asks on behalf of one source; its connections are shared with no other source.

    The pool is used without httpx2's client, which would log addresses (they may hold secrets),
    keep cookies, and follow proxies and redirects past the guard.
    """

    def __init__(
        self,
        resolve: Resolve,
        allowed: Iterable[Network],
        clock: Clock,
        own: frozenset[str] | None = None,
    ) -> None:
        """Prepare connections that reach public addresses, and `own` hosts in allowed ranges."""
        self._clock = clock
        # its trace would log what a server says of our address, and a key that stands in it
        logging.getLogger("httpcore2").setLevel(logging.WARNING)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=_trust(),
            network_backend=Guard(resolve, allowed, own),
            max_connections=8,
            keepalive_expiry=_IDLE,
        )

    async def __aenter__(self) -> Self:
        """Open the pool."""
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Close every connection."""
        await self._pool.__aexit__(kind, error, trace)

    async def ask(self, wanted: Wanted) -> Got:
        """Ask once, follow redirects, and return the whole answer.

        Raises:
            Unreachable: If no good answer came within the limits; says which limit, and how long
                to wait if the server named a time.

        """
        try:
            with fail_after(wanted.timeout.total_seconds()):
                return await self._follow(wanted)
        except httpcore2.ConnectTimeout as error:
            raise Unreachable("it could not be connected to in time") from error  # noqa: EM101, TRY003 -- one sentence a reason
        except (TimeoutError, httpcore2.TimeoutException) as error:
            reason = f"the answer was not finished within {wanted.timeout.total_seconds():g} s"
            raise Unreachable(reason) from error
        except httpcore2.ConnectError as error:
            reason = f"it could not be connected to ({error})"
            raise Unreachable(reason) from error
        except httpcore2.LocalProtocolError as error:  # its text may hold a header's value
            reason = "the question could not be sent; check the headers in the source's file"
            raise Unreachable(reason) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            reason = f"the connection broke in the middle of the answer ({error})"
            raise Unreachable(reason) from error

    async def _follow(self, wanted: Wanted) -> Got:
        origin = _origin(_read(wanted.url))
        for _ in range(_REDIRECTS + 1):
            got = await self._once(wanted)
            target = got.headers.get("location")
            if got.status not in _MOVED or target is None:
                return _checked(got, self._clock, wanted.reasons)
            wanted = _moved(wanted, got, join(wanted.url, target), origin)
        reason = f"it redirects more than {_REDIRECTS} times"
        raise Unreachable(reason)

    async def _once(self, wanted: Wanted) -> Got:
        url = _address(_read(wanted.url))
        seconds = wanted.timeout.total_seconds()
        waits = {"connect": min(seconds, _CONNECT.total_seconds()), "read": seconds}
        said = {name: text.encode() for name, text in onwards().items()}
        said |= {name.lower(): text.encode() for name, text in wanted.headers.items()}
        async with self._pool.stream(
            wanted.method,
            url,
            headers=[(name.encode(), text) for name, text in {**_ALWAYS, **said}.items()],
            content=wanted.body or None,
            extensions={"timeout": {**waits, "write": seconds, "pool": seconds}},
        ) as response:
            headers = {
                name.decode("latin-1").lower(): text.decode("latin-1")
                for name, text in response.headers
            }
            inflate = Inflate(headers.get("content-encoding", ""), wanted.max_bytes)
            parts = [inflate.feed(piece) async for piece in response.aiter_stream()]
            inflate.finish()
        return Got(status=response.status, url=wanted.url, headers=headers, body=b"".join(parts))


def join(base: str, target: str) -> str:
    """Return the full address of what an answer from `base` points at.

    Raises:
        Unreachable: If it is no address.

    """
    try:
        return str(_read(base).join(target))
    except httpx2.InvalidURL as error:
        reason = f"it points at an address that cannot be read ({error})"
        raise Unreachable(reason) from error


def _read(text: str) -> httpx2.URL:
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL as error:
        reason = f"the address cannot be read ({error})"
        raise Unreachable(reason) from error
    if url.scheme not in {"http", "https"} or not url.host:
        reason = f"an address must begin with http:// or https://, not {url.scheme or 'nothing'}:"
        raise Unreachable(reason)
    return url


def _address(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _moved(wanted: Wanted, got: Got, url: str, origin: tuple[str, str, int | None]) -> Wanted:
    """Return the question as it is put to the address that the answer points at."""
    turned = got.status in _SEE_OTHER and wanted.method not in {"GET", "HEAD"}
    stays = _origin(_read(url)) == origin
    if wanted.sealed and not stays and not turned:
        raise Unreachable(ELSEWHERE)
    return Wanted(
        url=url,
        method="GET" if turned else wanted.method,
        headers={
            name: text
            for name, text in wanted.headers.items()
            if stays or name not in wanted.private
        },
        body=b"" if turned else wanted.body,
        private=wanted.private,
        sealed=wanted.sealed and not turned,
        timeout=wanted.timeout,
        max_bytes=wanted.max_bytes,
        reasons=wanted.reasons,
    )


def _checked(got: Got, clock: Clock, reasons: Mapping[int, str]) -> Got:
    if 200 <= got.status < 300 or got.unchanged:  # noqa: PLR2004 -- RFC 9110's class of successes
        return got
    wait = retry_after(got.headers.get("retry-after", ""), clock.now())
    why = reasons.get(got.status) or _REASONS.get(got.status, "it failed; it is asked again")
    reason = f"it answered {got.status}: {why}"
    raise Unreachable(reason, wait=wait if got.status in _LATER else None, status=got.status)
