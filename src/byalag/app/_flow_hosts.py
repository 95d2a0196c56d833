"""Which computers outside a hub talks to: of each source, each outlet and each subscription."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from byalag.app._read_outlet import DeclaredOutlet
from byalag.app._read_source import Declared
from byalag.sources import Bucket, Listen, Poll, Query, Sftp, Watch


def host_of(address: str) -> str:
    """Return the computer in an address, and nothing else of it: paths may hold keys."""
    if "{secret:" in address.partition("//")[2].partition("/")[0]:
        return ""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.hostname}{port}" if parts.hostname else ""


def hosts_of_source(source: Declared) -> tuple[str, ...]:
    """Return the computers that a source asks; none for one that is delivered to us."""
    return tuple(dict.fromkeys(filter(None, _asked(source))))


def hosts_of_outlet(outlet: DeclaredOutlet) -> tuple[str, ...]:
    """Return the computers that an outlet sends to; none for one that writes files here."""
    settings = outlet.settings
    named = getattr(settings, "host", "") or host_of(getattr(settings, "url", ""))
    return (str(named),) if named else ()


def hosts_of_subscriptions(kept: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the computers that those who subscribe through NGSI-LD have asked us to tell."""
    found: dict[str, None] = {}
    for one in kept.values():
        endpoint = one.get("said", {}).get("notification", {}).get("endpoint", {})
        if host := host_of(str(endpoint.get("uri", ""))):
            found[host] = None
    return tuple(found)


def _asked(source: Declared) -> Iterator[str]:
    match source.kind.reach(source.settings):
        case Poll() as poll:
            yield from (host_of(ask.url) for ask in poll.asks)
            if poll.subscribe is not None:
                yield host_of(poll.subscribe.url)
        case Listen(url=url) | Query(url=url):
            yield host_of(url)
        case Watch(place=Sftp(host=host, port=port)):
            yield f"{host}:{port}"
        case Watch(place=Bucket(endpoint=endpoint)):
            yield host_of(endpoint)
        case _:
            return
