"""Which addresses a source may reach: checked when the connection is made.

A name is resolved once, every address it has must be public (or allowed by settings), and the
connection goes to a checked address. So neither another spelling of 127.0.0.1, nor a redirect,
nor a name that changes its answer leads inside. Host and SNI stay those of the name.
"""

import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias, cast

import httpcore2
from anyio import CapacityLimiter, fail_after, to_thread

from byalag import Misconfigured
from byalag.engine._face import Unreachable

Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_LOOKUPS = 128  # names looked up at once; a name server that hangs must not hold up the others
_UNICAST = IPv6Network("2000::/3")  # RFC 4291 section 2.4: the global unicast addresses in use
_DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637
_PROTOCOL = IPv4Network("192.0.0.0/24")  # RFC 6890 section 2.2.2
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


def networks(ranges: Iterable[str]) -> tuple[Network, ...]:
    """Read CIDR ranges from settings.

    Raises:
        Misconfigured: If a range is not one.

    """
    try:
        return tuple(ip_network(text) for text in ranges)
    except ValueError as error:
        reason = f"{error}; write an allowed range as for instance 10.20.0.0/16 or 10.20.3.4/32"
        raise Misconfigured(reason) from error


def may_reach(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Tell whether an address is public, or inside an allowed range."""
    meant = _meant(ip_address(address.partition("%")[0]))
    inside = any(meant in network for network in allowed if network.version == meant.version)
    return inside or _is_public(meant)


def _meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address only wraps, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return address not in _PROTOCOL
    return address in _UNICAST and address not in _DOCUMENTATION


class SystemNames:
    """Looks names up as the computer does, without letting a slow name server hold up others."""

    def __init__(self) -> None:
        """Prepare own threads for looking up, apart from those that work."""
        self._limiter = CapacityLimiter(_LOOKUPS)

    async def __call__(self, host: str, port: int) -> list[str]:
        """Return every address of a host."""
        found = await to_thread.run_sync(
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
            abandon_on_cancel=True,
            limiter=self._limiter,
        )
        return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Guard(httpcore2.AsyncNetworkBackend):
    """Makes connections, but only to addresses that may be reached."""

    def __init__(
        self,
        resolve: Resolve,
        allowed: Iterable[Network] = (),
        own: frozenset[str] | None = None,
    ) -> None:
        """Remember how names are looked up and which ranges are allowed beside the public ones.

        `own` are the hosts that the settings name: only these are reached in the allowed ranges,
        so that no answer can point us at what is inside. None: whoever connects names the host.
        """
        self._resolve = resolve
        self._allowed = tuple(allowed)
        self._own = own
        self._backend = cast(httpcore2.AsyncNetworkBackend, httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first checked address that answers.

        Raises:
            Unreachable: If the host has no address, or one that may not be reached.
            httpcore2.ConnectTimeout: If it takes longer than `timeout` seconds.
            httpcore2.ConnectError: If no address answers.

        """
        problem: Exception = httpcore2.ConnectError("no address answered")
        try:
            with fail_after(timeout):
                named = self._own is None or host.strip("[]").lower() in self._own
                allowed = self._allowed if named else ()
                for address in await checked(host, port, self._resolve, allowed):
                    try:
                        return await self._backend.connect_tcp(
                            address, port, None, local_address, socket_options
                        )
                    except httpcore2.ConnectError as error:
                        problem = error
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(str(error)) from error
        raise problem

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 -- the signature is httpcore2's
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: no source is reached through a socket file.

        Raises:
            Unreachable: Always.

        """
        del timeout, socket_options
        reason = f"{path} is a socket file; sources are reached by http or https only"
        raise Unreachable(reason)

    async def sleep(self, seconds: float) -> None:
        """Wait, as the connection pool asks between its tries."""
        await self._backend.sleep(seconds)


async def checked(
    host: str, port: int, resolve: Resolve, allowed: Iterable[Network] = ()
) -> list[str]:
    """Return the addresses of a host, all of which may be reached.

    Raises:
        Unreachable: If it has no address, or any that may not be reached.

    """
    ranges = tuple(allowed)
    try:
        found = await resolve(host, port)
    except OSError as error:
        reason = f"the name {host} has no address ({error.strerror}); check its spelling"
        raise Unreachable(reason) from error
    for address in found:
        if not may_reach(address, ranges):
            reason = (
                f"{host} leads to {address}, which is not a public address; if it is a system "
                f"of your own, add its range to on_premises in municipality.toml"
            )
            raise Unreachable(reason)
    if not found:
        reason = f"the name {host} has no address; check its spelling"
        raise Unreachable(reason)
    return found
