"""Batch requests as they are written: JSON, or parts of HTTP in a multipart body. Pure.

The standard takes OData 4.0's multipart (18-088, 12); JSON is OData 4.01's, which most clients use.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from byalag.model import Json
from byalag.standards.sensorthings._create_body import as_list, as_object, read_json
from byalag.standards.sensorthings._problem import unfit

MOST: Final = 1_000  # requests in a batch
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_BOUNDARY: Final = re.compile(r'boundary="?([A-Za-z0-9\'()+_,./:=? -]{1,70})"?', re.IGNORECASE)
_LINE: Final = re.compile(r"([A-Za-z]{3,7}) (\S{1,8000})(?: HTTP/1\.[01])?")
_END: Final = re.compile(rb"\r?\n\r?\n")


class Part(Struct, frozen=True, kw_only=True):
    """One request of a batch. Those of one group are done together or not at all."""

    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    group: str = ""


def read_json_batch(body: bytes) -> list[Part]:
    """Read a batch of JSON.

    Raises:
        Refused: It is none.
    """
    requests = as_list(as_object(read_json(body), "the body").get("requests"), "requests")
    if len(requests) > MOST:
        raise unfit(_too_many())
    return [_part(item, f"requests[{number}]") for number, item in enumerate(requests)]


def _too_many() -> str:
    return f"there are more than {MOST:,} requests in the batch"


def _part(item: Json, where: str) -> Part:
    said = as_object(item, where)
    texts: dict[str, str] = {}
    for name in ("id", "method", "url", "atomicityGroup"):
        value = said.get(name, "")
        if not isinstance(value, str) or (not value and name != "atomicityGroup"):
            message = f"{where}.{name} must be a text"
            raise unfit(message)
        texts[name] = value
    headers = as_object(said.get("headers", {}), f"{where}.headers")
    return Part(
        id=texts["id"],
        method=_method(texts["method"], where),
        url=texts["url"],
        headers={name.lower(): str(value) for name, value in headers.items()},
        body=msgspec.json.encode(said["body"]) if "body" in said else b"",
        group=texts["atomicityGroup"],
    )


def _method(said: str, where: str) -> str:
    if said.upper() not in _METHODS:
        message = f"{where}: there is no method {said[:20]!r} in a batch"
        raise unfit(message)
    return said.upper()


def read_multipart(body: bytes, content_type: str) -> list[Part]:
    """Read a batch of multipart/mixed; a part that is multipart itself is a group.

    Raises:
        Refused: It is none.
    """
    found: list[Part] = []
    for number, (headers, content) in enumerate(_pieces(body, content_type)):
        inner = headers.get("content-type", "")
        if inner.lower().startswith("multipart/"):
            for told, request in _pieces(content, inner):
                found.append(_request(told, request, len(found), f"group{number}"))
        else:
            found.append(_request(headers, content, len(found), ""))
        if len(found) > MOST:
            raise unfit(_too_many())
    return found


def _pieces(body: bytes, content_type: str) -> list[tuple[dict[str, str], bytes]]:
    match = _BOUNDARY.search(content_type)
    if match is None:
        message = "multipart/mixed needs a boundary"
        raise unfit(message)
    mark = re.escape(match[1].encode())
    pieces = re.split(rb"(?:\A|\r?\n)--" + mark + rb"(?:--)?[ \t]*(?=\r?\n|\Z)", body)
    if len(pieces) > MOST + 2:
        raise unfit(_too_many())
    return [_headed(piece) for piece in pieces[1:] if piece.strip()]


def _headed(piece: bytes) -> tuple[dict[str, str], bytes]:
    """Return headers, and what follows them."""
    head, *rest = _END.split(piece.lstrip(b"\r\n"), maxsplit=1)
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers, rest[0] if rest else b""


def _request(headers: dict[str, str], content: bytes, number: int, group: str) -> Part:
    first, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    match = _LINE.fullmatch(first.decode("utf-8", "replace").strip())
    where = f"part {number}"
    if match is None:
        message = f"{where} does not begin with a request line, as GET Things(1) HTTP/1.1"
        raise unfit(message)
    bare = rest.startswith((b"\n", b"\r\n"))  # no headers of its own
    told, body = ({}, rest) if bare else _headed(rest)
    return Part(
        id=headers.get("content-id") or told.get("content-id") or str(number),
        method=_method(match[1], where),
        url=match[2],
        headers=told,
        body=body.strip(),
        group=group,
    )
