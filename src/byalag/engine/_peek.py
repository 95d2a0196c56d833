"""Reads the first of a watched place or a database, to be tried: takes nothing, marks nothing."""

from fnmatch import fnmatchcase
from typing import Final

from anyio import CapacityLimiter
from msgspec import Struct
from msgspec.structs import replace

from byalag.engine._face import Unreachable
from byalag.engine._fetch import Fetcher
from byalag.engine._guard import Network, Resolve
from byalag.engine._place import Changed, Unreadable, too_large
from byalag.engine._places import opened
from byalag.engine._secret import Vault
from byalag.sources import Bucket, Query, Watch

_ROWS: Final = 100


class Means(Struct, frozen=True, kw_only=True):
    """What is needed to reach out: secrets, connections, and which addresses are allowed."""

    vault: Vault
    fetcher: Fetcher
    resolve: Resolve
    allowed: tuple[Network, ...] = ()


class Peeked(Struct, frozen=True):
    """The first of what a source would take. `name` is that of a file."""

    body: bytes
    name: str = ""


async def peek(reach: Watch | Query, means: Means) -> Peeked | None:
    """Return the first file that has a finished name, or the first rows; None if there are none.

    Raises:
        Misconfigured: What is asked for cannot be had.
        Unreachable: The place or the database does not answer, or may not be read.

    """
    if isinstance(reach, Watch):
        return await _file(reach, means)
    wanted = replace(reach, at_most=min(reach.at_most, _ROWS)) if reach.watermark else reach
    from byalag.engine._query import Place, ask, located  # noqa: PLC0415 -- slow to load

    url, at = await located(reach, means.vault, means.resolve, means.allowed)
    found = await ask(wanted, Place(), url, at, CapacityLimiter(1))
    return Peeked(found.body) if found.body else None


def nothing(reach: Watch | Query) -> str:
    """Say that there is nothing to take, and where we looked."""
    if isinstance(reach, Query):
        return "the database answers, but there are no rows"
    match reach.place:
        case Bucket() as bucket:
            place = f"{bucket.bucket}/{bucket.prefix}"
        case place_on_disk:
            place = place_on_disk.path
    return f"there is no finished file in {place} whose name fits {reach.pattern!r}"


async def _file(watch: Watch, means: Means) -> Peeked | None:
    async with opened(
        watch.place,
        vault=means.vault,
        fetcher=means.fetcher,
        resolve=means.resolve,
        allowed=means.allowed,
    ) as place:
        entries = [one for one in await place.entries() if fnmatchcase(one.name, watch.pattern)]
        for entry in sorted(entries, key=lambda one: (one.at, one.name)):
            fault = entry.fault
            if entry.size > watch.max_bytes:
                fault = str(too_large(entry, watch.max_bytes))
            try:
                if not fault:
                    return Peeked(await place.read(entry, watch.max_bytes), entry.name)
            except Changed:
                continue
            except Unreadable as error:
                fault = str(error)
            reason = f"{entry.name}: {fault}"
            raise Unreachable(reason)
    return None
