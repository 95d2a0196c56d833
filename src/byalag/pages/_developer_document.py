"""What an API's own OpenAPI document says, gathered as the pages for developers show it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from byalag.model import Json

METHODS = ("get", "post", "put", "patch", "delete")
_DEEP = 3  # levels of an answer's fields
_MANY = 80  # fields that are listed of one answer


class Parameter(Struct, frozen=True, kw_only=True):
    """What can be given with a question. `choices` are all that it can be, if they are few."""

    name: str
    where: str  # path, query or header
    required: bool
    description: str
    kind: str
    usual: str
    example: str
    choices: tuple[str, ...] = ()


class Sample(Struct, frozen=True):
    """An example of a body: its media type, and the text."""

    media_type: str
    text: str


class Told(Struct, frozen=True, kw_only=True):
    """One status code that an operation answers with."""

    status: str
    description: str
    sample: Sample | None
    fields: tuple[tuple[str, str], ...] = ()


class Operation(Struct, frozen=True, kw_only=True):
    """Something that can be asked or done at one address of an API."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: tuple[Sample, ...]
    answers: tuple[Told, ...]
    keyed: bool
    deprecated: bool


class Document(Struct, frozen=True, kw_only=True):
    """One API, as its document describes it."""

    title: str
    version: str
    description: str
    limitations: str
    licence: str
    licence_address: str
    contact: Mapping[str, str]
    operations: tuple[Operation, ...]

    def operation(self, id_: str) -> Operation | None:
        """Return one of its operations."""
        return next((one for one in self.operations if one.id == id_), None)


def read(body: bytes) -> Document:
    """Read an OpenAPI document of our own."""
    whole: dict[str, Any] = msgspec.json.decode(body)
    info: dict[str, Any] = whole["info"]
    limitations = str(info.get("x-limitations", ""))
    licence = info.get("license", {})
    return Document(
        title=str(info["title"]),
        version=str(info["version"]),
        description=str(info.get("description", "")).removesuffix(limitations).strip(),
        limitations=limitations,
        licence=str(licence.get("name", "")),
        licence_address=str(licence.get("url", "")),
        contact={name: str(value) for name, value in info.get("contact", {}).items()},
        operations=tuple(_operations(whole)),
    )


def parted(text: str, language: str) -> str:
    """Return the part of a text in Swedish and English that is in a language.

    Ours say both: in two halves of paragraphs, or one after the other with a slash between.
    """
    second = language == "en"
    paragraphs = text.split("\n\n")
    if len(paragraphs) > 1 and len(paragraphs) % 2 == 0:
        half = len(paragraphs) // 2
        return "\n\n".join(paragraphs[half:] if second else paragraphs[:half])
    swedish, slash, english = text.partition(" / ")
    return (english if second else swedish) if slash else text


def _operations(whole: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in whole["paths"].items():
        shared = [_resolved(whole, one) for one in methods.get("parameters", ())]
        for method in METHODS:
            if method in methods:
                yield _operation(whole, path, method, methods[method], shared)


def _operation(
    whole: dict[str, Any], path: str, method: str, told: dict[str, Any], shared: list[Json]
) -> Operation:
    given = [*(_resolved(whole, one) for one in told.get("parameters", ())), *shared]
    content: dict[str, Any] = _resolved(whole, told.get("requestBody", {})).get("content", {})
    return Operation(
        id=str(told.get("operationId") or f"{method}-{path}"),
        method=method.upper(),
        path=path,
        summary=str(told.get("summary", "")),
        description=str(told.get("description", "")),
        parameters=tuple(_parameter(whole, one) for one in given),
        body=tuple(filter(None, (_sample(media, one) for media, one in content.items()))),
        answers=tuple(
            _told(whole, status, _resolved(whole, one))
            for status, one in sorted(told.get("responses", {}).items())
        ),
        keyed=any(told.get("security", ())),
        deprecated=bool(told.get("deprecated", False)),
    )


def _parameter(whole: dict[str, Any], told: dict[str, Any]) -> Parameter:
    schema = _resolved(whole, told.get("schema", {}))
    options = [_resolved(whole, one) for one in schema.get("anyOf", ())]
    plain = next((one for one in options if one.get("type") != "null"), schema)
    example = told.get("example", schema.get("example", schema.get("default", "")))
    return Parameter(
        name=str(told["name"]),
        where=str(told["in"]),
        required=bool(told.get("required", False)),
        description=str(told.get("description", "")),
        kind=_kind(plain),
        usual=_text(schema.get("default", "")),
        example=_text(example),
        choices=tuple(_text(one) for one in plain.get("enum", ()) if one is not None),
    )


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "")
    named = ", ".join(map(str, kind)) if isinstance(kind, list) else str(kind)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any JSON
    bounds = [
        f"{sign} {schema[name]}"
        for name, sign in (("minimum", "≥"), ("maximum", "≤"))
        if name in schema
    ]
    return ", ".join(filter(None, [named, str(schema.get("format", "")), *bounds]))


def _told(whole: dict[str, Any], status: str, told: dict[str, Any]) -> Told:
    content: dict[str, Any] = told.get("content", {})
    samples = [one for one in (_sample(media, each) for media, each in content.items()) if one]
    first: dict[str, Any] = next(iter(content.values())) if content else {}
    fields = list(_fields(whole, first.get("schema", {}), "", _DEEP))
    return Told(
        status=status,
        description=str(told.get("description", "")),
        sample=samples[0] if samples else None,
        fields=tuple(fields[:_MANY]) if status.startswith("2") else (),
    )


def _sample(media: str, told: dict[str, Any]) -> Sample | None:
    examples: dict[str, Any] = told.get("examples", {})
    value = next((one.get("value") for one in examples.values()), told.get("example"))
    if value is None:
        return None
    return Sample(media, value if isinstance(value, str) else pretty(value))


def _fields(
    whole: dict[str, Any], schema: Mapping[str, Any], path: str, deep: int
) -> Iterator[tuple[str, str]]:
    """Yield each field of an answer and its kind, so many levels down."""
    schema = _plain(whole, schema)
    if schema.get("type") == "array":
        yield from _fields(whole, schema.get("items") or {}, f"{path}[]", deep)
        return
    if deep == 0:
        return
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}.{name}".lstrip(".")
        found = _plain(whole, inner)
        yield here, _kind(found)
        if name != "_links":
            yield from _fields(whole, found, here, deep - 1)


def _plain(whole: dict[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema as it is when there is something."""
    schema = _resolved(whole, schema)
    options = [_resolved(whole, one) for one in schema.get("anyOf", ())]
    return next((one for one in options if one.get("type") != "null"), schema)


def _resolved(whole: dict[str, Any], told: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    """Return what is told, also where it is told elsewhere in the document."""
    while "$ref" in told:
        steps: Sequence[str] = str(told["$ref"]).removeprefix("#/").split("/")
        told = whole
        for step in steps:
            told = told[step.replace("~1", "/").replace("~0", "~")]
    found: dict[str, Any] = told
    return found


def pretty(value: Json) -> str:
    """Write JSON as people read it."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _text(value: Json) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
