"""How a message broker is reached: a guarded connection, TLS, and bytes both ways."""

import ssl
from contextlib import suppress
from typing import Final, Literal
from urllib.parse import urlsplit

import httpcore2
from anyio import fail_after, move_on_after, to_thread
from msgspec import Struct

from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard
from byalag.engine._secret import Vault
from byalag.sources import Listen

_PORTS: Final = {"mqtt": 1883, "mqtts": 8883, "nats": 4222, "tls": 4222}
_CHUNK: Final = 256 * 1024  # bytes read at once, at most
_CONNECT: Final = 10.0  # seconds
_WRITE: Final = 20.0  # seconds


class Broker(Struct, frozen=True, kw_only=True):
    """A broker and how we are let in. `password`, `token` and `ca` are by reference.

    `client` names us, where it is to know us again. `ca` is the certificate of who signed the
    broker's, where that is not a public one.
    """

    url: str  # mqtt://, mqtts://, nats:// or tls:// and a host, and a port where it is not usual
    version: Literal["3.1.1", "5", "jetstream"] = "5"
    client: str = ""
    user: str = ""
    password: str = ""
    token: str = ""
    ca: str = ""

    @property
    def host(self) -> str:
        """Return the name of the broker's computer."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        parts = urlsplit(self.url)
        return parts.port or _PORTS[parts.scheme]

    @property
    def is_secured(self) -> bool:
        """Tell whether the connection is to be under TLS."""
        return urlsplit(self.url).scheme in {"mqtts", "tls"}


def broker_of(reach: Listen, client: str) -> Broker:
    """Return the broker that a source listens to, and the name that it knows us by."""
    return Broker(
        url=reach.url,
        version=reach.version,
        client=client,
        user=reach.user,
        password=reach.password,
        token=reach.token,
        ca=reach.ca,
    )


class Wire:
    """A connection to a broker. What goes wrong on it is told as Unreachable."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        """Take over a connection that has been made."""
        self._stream = stream

    async def read(self, wait: float) -> bytes:
        """Return what has come, or nothing if nothing comes within so many seconds.

        Raises:
            Unreachable: If the broker has closed the connection.

        """
        data: bytes | None = None
        try:
            with move_on_after(wait):
                data = await self._stream.read(_CHUNK)
        except httpcore2.NetworkError as error:
            reason = "the connection to the broker broke"
            raise Unreachable(reason) from error
        if data == b"":
            reason = "the broker closed the connection"
            raise Unreachable(reason)
        return data or b""

    async def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            Unreachable: If the connection is broken, or the broker does not take them.

        """
        try:
            await self._stream.write(data, _WRITE)
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            reason = "the connection to the broker broke"
            raise Unreachable(reason) from error

    async def secure(self, broker: Broker, vault: Vault) -> None:
        """Put the connection under TLS; the broker must show a certificate for its name.

        Raises:
            Unreachable: If it does not.

        """
        context = await to_thread.run_sync(_context, vault.value(broker.ca))
        try:
            self._stream = await self._stream.start_tls(context, broker.host, _CONNECT)
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            reason = f"the broker could not be trusted ({_told(error)})"
            raise Unreachable(reason) from error

    async def close(self) -> None:
        """Close the connection, whatever state it is in."""
        with move_on_after(1.0, shield=True):
            with suppress(httpcore2.NetworkError, OSError):  # it may be broken already
                await self._stream.aclose()


async def dial(broker: Broker, guard: Guard) -> Wire:
    """Connect to a broker, if its address may be reached.

    Raises:
        Unreachable: If it may not, or nothing answers there.

    """
    where = f"{broker.host}:{broker.port}"
    try:
        with fail_after(_CONNECT):
            return Wire(await guard.connect_tcp(broker.host, broker.port))
    except (TimeoutError, httpcore2.TimeoutException) as error:
        reason = f"no broker answered at {where} in time"
        raise Unreachable(reason) from error
    except httpcore2.ConnectError as error:
        reason = f"no broker answers at {where} ({error})"
        raise Unreachable(reason) from error


def _context(ca: str) -> ssl.SSLContext:
    """Return whom we trust: who signed the broker's certificate if told, else the public ones."""
    try:
        return ssl.create_default_context(cadata=ca or None)
    except (ssl.SSLError, ValueError) as error:
        reason = f"the certificate in `ca` cannot be read ({error}); it is to be a PEM file"
        raise Unreachable(reason) from error


def _told(error: Exception) -> str:
    """Return what TLS complains of, without the library's own numbers."""
    text = str(error) or "it did not answer in time"
    return text.partition("] ")[2].partition(" (_ssl")[0] or text
