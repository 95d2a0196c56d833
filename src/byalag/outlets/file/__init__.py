"""Each message as a file of its own, or as lines at the end of one."""

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from byalag import Misconfigured
from byalag.outlets import Common, FileSending, Kind, Message
from byalag.outlets._fill import MESSAGE, check_names, fill, from_message, iso, names

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 180  # characters of a file's name; file systems take 255 bytes


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "file"` may say. `folder` is relative to the hub folder."""

    folder: Annotated[str, Meta(min_length=1)]
    write: Literal["each", "lines"] = "each"
    name: Annotated[str, Meta(pattern=r"^[^/\\\x00-\x1f]+$")] = "{date}-{id}.json"


def receivers(settings: Settings) -> tuple[str, ...]:
    """Say whom a message goes to: the one folder."""
    del settings
    return ("",)


def compose(settings: Settings, message: Message, receiver: str) -> FileSending:
    """Write the file's name and what it holds."""
    del receiver
    values = {name: _NOT_IN_NAMES.sub("_", text) for name, text in from_message(message).items()}
    name = fill(settings.name, values)[:_LONGEST].lstrip(".") or f"{message.id}.json"
    said = {
        "id": message.id,
        "at": iso(message.at),
        "municipality": message.municipality,
        "matter": message.matter,
        "dataset": message.dataset,
        "subject": message.subject,
        "text": message.text,
        "facts": message.facts,
        "data": message.data,
    }
    return FileSending(
        folder=settings.folder,
        name=name,
        content=msgspec.json.encode(said) + b"\n",
        append=settings.write == "lines",
        id=message.id,
    )


def check(settings: Settings) -> None:
    """Refuse a name that several messages would share, and other names that cannot be.

    Raises:
        Misconfigured: If the name says what is not known, or not what tells messages apart.

    """
    check_names("name", settings.name, MESSAGE)
    if settings.write == "each" and "id" not in names(settings.name):
        message = 'name: must say {id}, or one message takes another\'s place; or write = "lines"'
        raise Misconfigured(message)
    if settings.write == "lines" and "id" in names(settings.name):
        message = 'name: with write = "lines" many messages share a file; take {id} away'
        raise Misconfigured(message)


kind = Kind(
    name="file",
    title={"sv": "Filer", "en": "Files"},
    settings=Settings,
    receivers=receivers,
    compose=compose,
    check=check,
)
