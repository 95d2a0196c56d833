"""Every kind of outlet that ships with the platform, and what its sample messages become."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec

import byalag.outlets
from byalag.model import Json
from byalag.outlets import AnyKind, Common, Message, Unsendable


def every_outlet() -> Iterator[tuple[Path, AnyKind]]:
    """Find every kind's folder and the kind in it."""
    home = Path(byalag.outlets.__path__[0])
    for name, kind in sorted(byalag.outlets.kinds().items()):
        yield home / name.replace("-", "_"), kind


def sample_outlet(home: Path, kind: AnyKind) -> Common:
    """Read a kind's sample settings."""
    settings: Common = msgspec.toml.decode((home / "sample.toml").read_bytes(), type=kind.settings)
    return settings


def composed(case: Path, kind: AnyKind) -> Json:
    """Compose a recorded case's message for each receiver of the sample settings, as JSON."""
    settings = sample_outlet(case.parent.parent, kind)
    message = msgspec.json.decode((case / "message.json").read_bytes(), type=Message)
    return [_composed(kind, settings, message, one) for one in kind.receivers(settings)]


def _composed(kind: AnyKind, settings: Common, message: Message, receiver: str) -> Json:
    try:
        return _plain(kind.compose(settings, message, receiver))
    except Unsendable as error:
        return {"unsendable": str(error)}


def _plain(value: object) -> Json:
    """Return data as JSON that people can read: bytes as the text that they are."""
    if isinstance(value, bytes):
        return value.decode().splitlines()
    if isinstance(value, msgspec.Struct):
        said = {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
        return {"sending": type(value).__name__, **said}
    if isinstance(value, dict):
        known = cast("dict[str, object]", value)
        return {key: _plain(inner) for key, inner in known.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in cast("tuple[object, ...]", value)]
    return value
