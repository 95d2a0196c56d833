"""What a collection of codecs holds: codecs, examples, models of devices."""

from pathlib import Path
from typing import Literal, TypeAlias, TypeGuard

from msgspec import Struct, field

from byalag.model import Json, Micros

Shape: TypeAlias = Literal["devices", "profiles", "hub"]


class Example(Struct, frozen=True, kw_only=True):
    """A message, and what its codec is to make of it: `expected` holds data, warnings, errors."""

    name: str
    data: bytes
    port: int
    expected: Json
    at: Micros = 0
    variables: dict[str, str] = field(default_factory=dict[str, str])


class CodecFile(Struct, kw_only=True):
    """A codec in a collection. `name` is its folder and file, as `[[type]]` names it."""

    name: str
    file: Path
    examples: list[Example] = field(default_factory=list[Example])
    downlinks: int = 0  # examples of messages to devices, which are none of ours


class Model(Struct, frozen=True, kw_only=True):
    """A model of device: its maker, its names, its codec, and the regions it is made for."""

    vendor: str
    name: str
    title: str
    codec: str
    profiles: tuple[str, ...] = ()


class Collection(Struct, kw_only=True):
    """What was found in a folder. `unread` are files that could not be read, and why."""

    folder: Path
    shape: Shape
    licence: str = ""
    licence_text: str = ""
    codecs: dict[str, CodecFile] = field(default_factory=dict[str, CodecFile])
    models: list[Model] = field(default_factory=list[Model])
    unread: dict[str, str] = field(default_factory=dict[str, str])


def is_object(said: Json) -> TypeGuard[dict[str, Json]]:
    """Tell whether something read from a file is an object."""
    return isinstance(said, dict)


def is_list(said: Json) -> TypeGuard[list[Json]]:
    """Tell whether something read from a file is a list."""
    return isinstance(said, list)
