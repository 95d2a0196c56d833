"""Copies codecs into a hub folder, with where they come from and a draft of what they give."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from byalag.app._codec_collection import CodecFile, Collection, Example, Model
from byalag.app._codec_draft import Guess, guesses
from byalag.app._codec_makers import EXAMPLES
from byalag.model import Json, Micros

_ORIGINS: Final = {
    "devices": "a collection of LoRaWAN devices (vendor/ in it)",
    "profiles": "a collection of ChirpStack device profiles (vendors/ in it)",
    "hub": "another hub's folder",
}


class Added(Struct, frozen=True, kw_only=True):
    """What was copied."""

    makers: int
    codecs: int
    types: int
    examples: int
    unread: dict[str, str]


def add_codecs(hub: Path, collection: Collection) -> Added:
    """Copy a collection's codecs to the hub folder's `codecs/`, a folder and an index a maker."""
    makers: dict[str, list[CodecFile]] = {}
    for codec in collection.codecs.values():
        makers.setdefault(codec.name.rpartition("/")[0], []).append(codec)
    types = 0
    for maker, codecs in makers.items():
        home = hub / "codecs" / maker
        home.mkdir(parents=True, exist_ok=True)
        for codec in codecs:
            _copy(codec, home)
        if collection.licence_text:
            (home / "LICENSE").write_text(collection.licence_text, "utf-8")
        models = [one for one in collection.models if one.vendor == maker]
        text = "\n".join(_index(collection, maker, models))
        (home / "index.toml").write_text(text, "utf-8")
        types += len(models)
    return Added(
        makers=len(makers),
        codecs=len(collection.codecs),
        types=types,
        examples=sum(len(codec.examples) for codec in collection.codecs.values()),
        unread=collection.unread,
    )


def _copy(codec: CodecFile, home: Path) -> None:
    stem = codec.name.rpartition("/")[2]
    if codec.file.resolve() != (home / f"{stem}.js").resolve():
        shutil.copyfile(codec.file, home / f"{stem}.js")
    said = [_said(example) for example in codec.examples]
    if said:
        text = msgspec.json.format(msgspec.json.encode(said), indent=1)
        (home / f"{stem}{EXAMPLES}").write_bytes(text + b"\n")


def _said(example: Example) -> Json:
    given: dict[str, Json] = {"bytes": example.data.hex(), "fPort": example.port}
    if example.at:
        given["recvTime"] = _time(example.at)
    if example.variables:
        given["variables"] = example.variables
    return {"name": example.name, "input": given, "expected": example.expected}


def _time(at: Micros) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).isoformat()


def _index(collection: Collection, maker: str, models: list[Model]) -> Iterator[str]:
    yield f'# Device types of {maker}, to be copied into a source with kind = "lorawan".'
    yield "# `byalag codecs add` writes this file anew; change the copy in the source's own file."
    yield "# What is marked as a guess comes from the fields' names: look at the data sheet first."
    yield f"origin = {_quoted(_ORIGINS[collection.shape])}"
    yield f"licence = {_quoted(collection.licence or 'see LICENSE, or ask the maker')}"
    for model in models:
        codec = collection.codecs[model.codec]
        ports = ", ".join(str(port) for port in sorted({one.port for one in codec.examples}))
        yield ""
        yield f"# {model.title.splitlines()[0]}"
        regions = ", ".join(model.profiles) or "not said"
        yield f"# Regions: {regions}. Ports in examples: {ports or 'none'}."
        yield "[[type]]"
        yield f"name = {_quoted(model.name)}"
        yield f"codec = {_quoted(model.codec)}"
        for guess in guesses(_own(codec, model)):
            yield from _series(guess)
    yield ""


def _own(codec: CodecFile, model: Model) -> list[Example]:
    """Return the examples of this model, where the codec of several says which are whose."""
    title = f"{model.vendor}/{model.name}-codec "
    own = [one for one in codec.examples if one.name.startswith(title)]
    return own or codec.examples


def _series(guess: Guess) -> Iterator[str]:
    yield ""
    yield "[[type.series]]"
    own = "" if guess.known else "  # guess: the codec's own word"
    yield f"name = {_quoted(guess.name)}{own}"
    yield f"value = {_quoted(guess.value)}"
    if guess.codes:
        yield "codes = { true = 1, false = 0 }"
        return
    if guess.from_unit:
        yield f"from_unit = {_quoted(guess.from_unit)}  # guess: so large are the examples' values"
    yield f"unit = {_quoted(guess.unit)}  # {'as the codec says' if guess.stated else 'guess'}"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
