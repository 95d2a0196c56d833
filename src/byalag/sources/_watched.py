"""What the settings of every source that is watched for files have in common."""

from typing import Annotated, Literal

from msgspec import Meta

from byalag.model import Duration, span
from byalag.sources import Bucket, Folder, Sftp, Watch
from byalag.sources._formed import Formed
from byalag.sources._polled import MEBIBYTE, Size


class Watched(Formed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source that is looked in for files. `pattern` is a name, with * and ? for what varies."""

    pattern: Annotated[str, Meta(min_length=1)] = "*"
    every: Duration = "30s"
    after: Literal["move", "mark"] = "mark"
    max_bytes: Size = 256 * MEBIBYTE


class Settled(Watched, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that grow while they are written: they are taken when they have been still a while."""

    settled: Duration = "10s"


def watch(settings: Watched, place: Folder | Sftp | Bucket) -> Watch:
    """Return how a place is watched."""
    settled = settings.settled if isinstance(settings, Settled) else None
    zero = span(settings.every) * 0
    return Watch(
        place=place,
        pattern=settings.pattern,
        every=span(settings.every),
        settled=zero if settled is None else span(settled),
        after=settings.after,
        max_bytes=settings.max_bytes,
    )
