"""Runs the examples that codecs bring, and says how the answers differ from what is expected."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from byalag.app._codec_collection import (
    CodecFile,
    Collection,
    Example,
    is_list,
    is_object,
)
from byalag.codecs import Codec, Decoded, NotACodec, Undecoded, Uplink
from byalag.model import Json, Micros

_CLOSE: Final = 1e-9  # relative; examples are written with fewer digits than a float has
_MOST: Final = 5  # differences that are told of one example


class Tested(Struct, frozen=True):
    """One example, and how the answer differs; nothing if it is as expected."""

    codec: str
    example: str
    differences: tuple[str, ...]


def run_examples(collection: Collection, *, now: Micros) -> Iterator[Tested]:
    """Run every example of a collection, codec by codec; one without a time comes now."""
    for codec in collection.codecs.values():
        yield from _tested(codec, now)


def _tested(file: CodecFile, now: Micros) -> Iterator[Tested]:
    text = file.file.read_text("utf-8-sig", "replace")
    try:
        codec = Codec(text, name=file.name)
    except NotACodec as error:
        yield from (Tested(file.name, one.name, (str(error),)) for one in file.examples)
        return
    uplinks = [
        Uplink(data=one.data, port=one.port, at=one.at or now, variables=one.variables)
        for one in file.examples
    ]
    for example, outcome in zip(file.examples, codec.decode(uplinks), strict=True):
        yield Tested(file.name, example.name, tuple(_differences(example, outcome))[:_MOST])


def _differences(example: Example, outcome: Decoded | Undecoded) -> Iterator[str]:
    expected = example.expected
    fails = bool(expected.get("errors"))
    match outcome:
        case Undecoded(why=why):
            if not fails:
                yield why
        case Decoded(data=data):
            if fails:
                yield f"an error is expected: {expected['errors']}"
            elif "data" in expected:
                yield from _differing("data", data, expected["data"])


def _differing(path: str, found: Json, expected: Json) -> Iterator[str]:
    if is_object(expected) and is_object(found):
        for name in sorted({*map(str, found), *map(str, expected)}):
            yield from _differing(f"{path}.{name}", _member(found, name), _member(expected, name))
    elif is_list(expected) and is_list(found) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from _differing(f"{path}[{number}]", one, other)
    elif not _same(found, expected):
        yield f"{path} is {found!r:.60}, expected {expected!r:.60}"


def _member(said: Json, name: str) -> Any:  # noqa: ANN401 -- whatever an example says
    return next((value for key, value in said.items() if str(key) == name), None)


def _same(found: Json, expected: Json) -> bool:
    """Tell whether two values are the same as JSON would have them."""
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(expected, float) and not math.isfinite(expected):
        return found is None
    if isinstance(found, int | float) and isinstance(expected, int | float):
        return math.isclose(found, expected, rel_tol=_CLOSE, abs_tol=_CLOSE)
    if isinstance(expected, datetime) and isinstance(found, str):
        return _moment(found) == expected.replace(tzinfo=expected.tzinfo or _UTC)
    return bool(found == expected)


_UTC: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00").tzinfo


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
