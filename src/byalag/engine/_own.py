"""Which hosts a source's settings name: only these are reached in the municipality's networks."""

from collections.abc import Iterator

import httpx2

from byalag.sources import Bucket, Poll, Reach, Watch


def own_hosts(reach: Reach) -> frozenset[str]:
    """Return the hosts that are asked over HTTP, as the settings write them.

    What an answer points at (a redirect, a next page, where a subscription is) is none of them,
    unless it is the same host.
    """
    return frozenset(filter(None, map(_host, _addresses(reach))))


def _addresses(reach: Reach) -> Iterator[str]:
    match reach:
        case Poll():
            yield from (ask.url for ask in reach.asks)
            if reach.subscribe is not None:
                yield reach.subscribe.url
        case Watch(place=Bucket(endpoint=endpoint)):
            yield endpoint
        case _:
            return


def _host(address: str) -> str:
    try:
        return httpx2.URL(address.partition("{")[0]).host.lower()
    except httpx2.InvalidURL:
        return ""
