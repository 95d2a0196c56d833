"""Asking an address once on behalf of a stranger: guarded, small, and soon done with."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address

from byalag.engine._clock import SystemClock
from byalag.engine._face import Unreachable
from byalag.engine._fetch import Fetcher, Wanted
from byalag.engine._guard import Network, Resolve, SystemNames, networks

LOOPBACK = ("127.0.0.0/8", "::1/128")
_MOST = 1024 * 1024  # bytes
_PATIENCE = timedelta(seconds=2)


async def only_loopback(host: str, port: int) -> list[str]:
    """Look up names on this machine only: `localhost`, and addresses of the machine itself.

    Raises:
        Unreachable: If the host is any other; no name server is asked.

    """
    del port
    if host.lower().rstrip(".") == "localhost":
        return ["127.0.0.1", "::1"]
    try:
        near = ip_address(host.strip("[]")).is_loopback
    except ValueError:
        near = False
    if near:
        return [host.strip("[]")]
    reason = f"{host} is not on this machine, and the hub runs open to the machine itself only"
    raise Unreachable(reason)


async def fetch_once(
    url: str, headers: Mapping[str, str], *, near: bool = False, resolve: Resolve | None = None
) -> bytes:
    """Return what an address answers, within two seconds and at most 1 MiB.

    Only public addresses are reached; when it is `near`, only this machine's own.

    Raises:
        Unreachable: If no good answer came, or the address may not be reached.

    """
    allowed: tuple[Network, ...] = networks(LOOPBACK) if near else ()
    names = resolve or (only_loopback if near else SystemNames())
    wanted = Wanted(url=url, headers=headers, timeout=_PATIENCE, max_bytes=_MOST)
    async with Fetcher(names, allowed, SystemClock()) as fetcher:
        return (await fetcher.ask(wanted)).body
