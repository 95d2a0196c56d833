"""One version of a published file. Pure data."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from byalag.model import Micros


class FileVersion(Struct, frozen=True, kw_only=True):
    """A file as it was published at one time: its `digest` (SHA-256, hex) names its bytes.

    Versions are counted from 1. `origin` is the municipality whose it is, in the commons.
    """

    dataset: str
    name: str
    version: int
    digest: str
    size: int
    media_type: str
    at: Micros
    origin: str = ""


def as_file(row: Sequence[Any], origin: str = "") -> FileVersion:
    """Return a row as a version: dataset, name, version, digest, size, media type, time."""
    dataset, name, version, digest, size, media_type, at = row
    return FileVersion(
        dataset=dataset,
        name=name,
        version=version,
        digest=digest,
        size=size,
        media_type=media_type,
        at=at,
        origin=origin,
    )
