"""Opens the place that a source watches, whichever kind it is."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

from byalag.engine._fetch import Fetcher
from byalag.engine._folder import LocalPlace
from byalag.engine._guard import Network, Resolve
from byalag.engine._place import Place
from byalag.engine._s3 import BucketPlace
from byalag.engine._secret import Vault
from byalag.sources import Bucket, Folder, Sftp


@asynccontextmanager
async def opened(
    place: Folder | Sftp | Bucket,
    *,
    vault: Vault,
    fetcher: Fetcher,
    resolve: Resolve,
    allowed: Iterable[Network],
) -> AsyncGenerator[Place]:
    """Open a place for as long as the block lasts.

    Raises:
        Unreachable: If it cannot be opened, or is lost; the message holds no secret.

    """
    match place:
        case Folder():
            yield LocalPlace(place)
        case Bucket():
            yield BucketPlace(place, vault, fetcher)
        case Sftp():
            from byalag.engine._sftp import sftp_place  # noqa: PLC0415 -- slow to load, seldom used

            async with sftp_place(place, vault, resolve, tuple(allowed)) as connected:
                yield connected
