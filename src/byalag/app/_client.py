"""Who is on the other end of a connection: an address, and the network that it is of."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

_SITE = {4: 24, 6: 48}  # bits: what one holder of addresses usually has (RFC 6177 for IPv6)
_WITH_PORT = re.compile(r"\[(?P<six>[0-9A-Fa-f:.]+)\](?::\d+)?|(?P<four>\d+(?:\.\d+){3}):\d+")
_LOCAL = ("127.0.0.0/8", "::1/128")


class Proxies:
    """The proxies before the hub, whose word counts for whom they ask.

    A proxy on the machine itself is one, always. Each proxy adds last in `X-Forwarded-For` who
    asked it, so the list is read from its end, and only as far as those who wrote it are ours.
    """

    def __init__(self, ranges: Iterable[str] = ()) -> None:
        """Take the networks of the proxies, as CIDR ranges."""
        self._ranges = tuple(map(_network, (*_LOCAL, *ranges)))

    def client(self, scope: Scope) -> str:
        """Return the address of whoever asks, as far as it can be known."""
        peer = scope.get("client")
        address: str = peer[0] if peer else ""
        said = scope["said"].get(b"x-forwarded-for")
        if said is None or not self._ours(address):
            return address
        for each in reversed(said.decode("latin-1").split(",")):
            address = _plain(each.strip())
            if not self._ours(address):
                break
        return address

    def _ours(self, address: str) -> bool:
        try:
            given = ip_address(address)
        except ValueError:
            return False
        return any(given in each for each in self._ranges if each.version == given.version)


def _plain(told: str) -> str:
    """Return an address without the port that some proxies tell too, another for each question."""
    found = _WITH_PORT.fullmatch(told)
    return (found["six"] or found["four"]) if found else told


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return the network that an address is of: IPv4 /24, IPv6 /48, else the address as it is."""
    try:
        given = ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(given, IPv6Address) and given.ipv4_mapped is not None:
        given = given.ipv4_mapped
    return str(ip_network((given, _SITE[given.version]), strict=False))


def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)
