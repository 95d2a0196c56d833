"""A request in NGSI-LD, parsed and checked: nothing that is not understood is passed over."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.standards import Spoken, Window
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._find import context_of
from byalag.standards.ngsi_ld._problem import Refused

if TYPE_CHECKING:
    from byalag.standards.ngsi_ld._operation import Operation

DEEPEST = 60  # lists and objects within each other in a body
_JSON = "application/json"
_LD_JSON = "application/ld+json"
_MOST_PARAMETERS = 60
_LONGEST_QUERY = 60_000
_CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"
_LINK = re.compile(r"<([^<>]*)>([^<>]*)")
_REL = re.compile(r'rel="?([^";,]*)"?')
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_WHOLE = 1 << 63
_LONG = 32 * 1024  # bytes of a body that takes more than a millisecond to read


class Request(Struct, frozen=True, kw_only=True):
    """What is asked for. `named` are the variables of the path, `content` the body as JSON.

    `linked` is the Link header's context as given, None without one; `context` is the one that all
    of the request's names are in, the core context where none was given. `gives` is the media type
    of the answer.
    """

    spoken: Spoken
    named: Mapping[str, str]
    query: Mapping[str, str]
    options: frozenset[str]
    context: Context
    linked: str | None
    gives: str
    takes: str
    content: Json = None

    def flag(self, name: str) -> bool:
        """Return whether a parameter is true.

        Raises:
            Refused: It is neither true nor false.
        """
        said = self.query.get(name, "false")
        if said not in {"true", "false"}:
            message = f"{name} is true or false, not {said[:50]!r}"
            raise Refused(message, "BadRequestData")
        return said == "true"

    def whole(self, name: str, usual: int, most: int, least: int = 0) -> int:
        """Return a parameter that is a whole number.

        Raises:
            Refused: It is none, or outside [least, most].
        """
        said = self.query.get(name)
        if said is None:
            return usual
        if not (said.isascii() and said.isdigit() and len(said) < 10):  # noqa: PLR2004 -- below 2^31
            message = f"{name} is a whole number from {least}, not {said[:50]!r}"
            raise Refused(message, "BadRequestData")
        if not least <= int(said) <= most:
            kind = "TooManyResults" if int(said) > most else "BadRequestData"
            message = f"{name} is {least} to {most}, not {said}"
            raise Refused(message, kind)
        return int(said)


async def parse(
    spoken: Spoken, window: Window, operation: "Operation", named: Mapping[str, str]
) -> Request:
    """Read a request and its context.

    Raises:
        Refused: It has something that is not known here, or cannot be read.
    """
    query = _query(spoken.query, operation)
    gives = _accepted(spoken.headers.get("accept", ""), operation.gives)
    takes = _content_type(spoken, operation)
    linked = link(spoken.headers.get("link", ""))
    content = await _read(spoken.body, window) if operation.takes else None
    given: Json = linked
    if operation.takes and operation.context == "body":
        given, content = split_context(content, takes, linked)
    unsettled = operation.context == "none" or (operation.context == "items" and linked is None)
    context = await context_of(None if unsettled else given, window, spoken)
    return Request(
        spoken=spoken,
        named=named,
        query=query,
        options=frozenset(part for part in query.get("options", "").split(",") if part),
        context=context,
        linked=linked,
        gives=gives,
        takes=takes,
        content=content,
    )


def _query(text: str, operation: "Operation") -> dict[str, str]:
    if len(text) > _LONGEST_QUERY:
        message = f"a query string has at most {_LONGEST_QUERY} characters"
        raise Refused(message, "InvalidRequest")
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="strict"
        )
    except ValueError as error:
        message = f"the query string cannot be read: {error}"
        raise Refused(message, "InvalidRequest") from error
    query: dict[str, str] = {}
    for name, value in pairs:
        if name not in operation.parameters:
            known = ", ".join(operation.parameters) or "none"
            message = f"there is no parameter {name[:50]!r} here; these are known: {known}"
            raise Refused(message, "InvalidRequest")
        if name in query:
            message = f"the parameter {name} is given twice"
            raise Refused(message, "InvalidRequest")
        query[name] = value
    if operation.options:
        for name in ("options", "format"):
            _refuse_unknown(name, query.get(name, ""), operation.options)
    return query


def _refuse_unknown(name: str, said: str, known: Sequence[str]) -> None:
    unknown = [part for part in said.split(",") if part and part not in known]
    if unknown:
        message = f"{name} {unknown[0][:50]!r} is not known; use {', '.join(known)}"
        raise Refused(message, "InvalidRequest")


def _accepted(accept: str, gives: Sequence[str]) -> str:
    """Return the media type of the answer: what is liked best, and of these the usual one."""
    if not gives or not accept.strip():
        return gives[0] if gives else _JSON
    liked: list[tuple[float, str]] = []
    for part in accept.split(",")[:50]:
        media, *parameters = (one.strip().lower() for one in part.split(";"))
        liked.append((_quality(parameters), media))
    best: tuple[float, int, str] | None = None
    for place, given in enumerate(gives):
        ranges = {given: 2, given.partition("/")[0] + "/*": 1, "*/*": 0}
        fits = [(ranges[media], quality) for quality, media in liked if media in ranges]
        quality = max(fits)[1] if fits else 0.0
        if quality > 0 and (best is None or (quality, -place) > best[:2]):
            best = (quality, -place, given)
    if best is None:
        message = f"the answer can be had as {', '.join(gives)}"
        raise Refused(message, 406)
    return best[2]


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _content_type(spoken: Spoken, operation: "Operation") -> str:
    said = spoken.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.takes and said not in operation.takes:
        message = f"the body is one of {', '.join(operation.takes)}, not {said[:50] or 'untold'!r}"
        raise Refused(message, 415, {"Accept": ", ".join(operation.takes)})
    return said


def link(header: str) -> str | None:
    """Return the address of the @context in a Link header (JSON-LD 1.1, 6.1).

    Raises:
        Refused: It names two.
    """
    found = [
        address
        for address, rest in _LINK.findall(header[:8000])
        if any(_CONTEXT_RELATION in rel.split() for rel in _REL.findall(rest))
    ]
    if len(found) > 1:
        message = "the Link header names one @context"
        raise Refused(message, "BadRequestData")
    return found[0] if found else None


async def _read(body: bytes, window: Window) -> Json:
    if len(body) < _LONG:
        return _content(body)
    return await window.beside(lambda: _content(body))


def _content(body: bytes) -> Json:
    if not body.strip():
        message = "the body is empty; it is JSON"
        raise Refused(message, "InvalidRequest")
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the body is not JSON: {error}"
        raise Refused(message, "InvalidRequest") from error
    if _deeper(content, DEEPEST):
        message = f"the body is more than {DEEPEST} deep"
        raise Refused(message, "BadRequestData")
    if _LONG_NUMBER.search(body) and _is_too_large(content):
        message = "a whole number of the body is outside what fits in 64 bits; write it as a text"
        raise Refused(message, "BadRequestData")
    return content


def _is_too_large(content: Json) -> bool:
    """Return whether there is a whole number that nobody can write back."""
    if is_object(content):
        return any(map(_is_too_large, content.values()))
    if is_list(content):
        return any(map(_is_too_large, content))
    return type(content) is int and not -_WHOLE <= content < _WHOLE


def _deeper(content: Json, left: int) -> bool:
    """Return whether lists and objects are within each other more than so many times."""
    if is_object(content):
        return left == 0 or any(
            _deeper(one, left - 1) for one in content.values() if isinstance(one, dict | list)
        )
    if is_list(content):
        return left == 0 or any(
            _deeper(one, left - 1) for one in content if isinstance(one, dict | list)
        )
    return False


def split_context(content: Json, takes: str, linked: str | None) -> tuple[Json, Json]:
    """Return the context that a body, or one item of it, is in, and the rest (6.3.5).

    Raises:
        Refused: It has a context where none may be, none where one must be, or is no object.
    """
    if not is_object(content):
        message = "what is written is a JSON object"
        raise Refused(message, "InvalidRequest")
    if takes == _LD_JSON:
        if linked is not None:
            message = f"{_LD_JSON} carries its @context; leave out the Link header"
            raise Refused(message, "BadRequestData")
        if "@context" not in content:
            message = f"{_LD_JSON} carries an @context; send {_JSON} where there is none"
            raise Refused(message, "BadRequestData")
        return content["@context"], {k: v for k, v in content.items() if k != "@context"}
    if "@context" in content:
        message = f"@context belongs in {_LD_JSON}; in {takes} name it in a Link header"
        raise Refused(message, "BadRequestData")
    return linked, content
