"""Published files over HTTP: sent in, fetched whole or in part, never shown as pages of ours."""

import asyncio
import os
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import anyio
import msgspec
import structlog
from anyio import to_thread
from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope

from byalag import ByalagError
from byalag.app._access import OPEN, PUBLISH, Access
from byalag.app._cabinet import BadName, Cabinet, NoSuchDataset, file_address, media_type, named
from byalag.app._face import Face, Limits
from byalag.app._parts import Part, known, still, wanted
from byalag.governance import NotAllowed
from byalag.standards.profile import NotAnswered
from byalag.store import Blob, FileVersion, Full, Incoming, Unwritable

NAME = "files"
ROOT = f"/{NAME}/v1"
ALL, ONE = "/{dataset}", "/{dataset}/{name}"
VERSION = ONE + "/versions/{version}"
_STEP = 1024 * 1024  # bytes written at a time
_READ = 256 * 1024  # and read
_SEEN = 2.0  # how long whoever publishes waits to see it in the commons, seconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"^[1-9][0-9]{0,8}$")
_SHA256 = re.compile(r"sha-256=:?([A-Za-z0-9+/=]+):?", re.IGNORECASE)
_ACTS = re.compile(r"html|xml|svg|script|css|flash|pdf|wasm", re.IGNORECASE)
_TROUBLES: dict[type[ByalagError], str] = {
    NoSuchDataset: "not-found",
    BadName: "malformed-question",
    NotAllowed: "not-allowed",
    Full: "full",
    Unwritable: "unavailable",
}
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
_log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode


class PublishedFile(Struct, frozen=True, kw_only=True, rename="camel"):
    """One version of a file: `sha256` in hex, `size` in bytes.

    `address` is where this version stays. `newest` says that no later version has come.
    """

    name: str
    version: int
    newest: bool
    media_type: str
    size: int
    sha256: str
    published: datetime
    address: str


class FileReceipt(PublishedFile, frozen=True, kw_only=True, rename="camel"):
    """What was published, and whether the dataset is `open`, so that everyone can fetch it."""

    dataset: str
    open: bool


def routes(face: Face, cabinet: Cabinet) -> Iterator[tuple[Route, Access]]:
    """Yield the addresses of files, and who may do what there."""
    get = _get(cabinet)
    yield Route(ROOT + ONE, get, methods=["GET"]), OPEN
    yield Route(ROOT + VERSION, get, methods=["GET"]), OPEN
    yield Route(ROOT + ONE, _put(face, cabinet), methods=["PUT"]), PUBLISH


def bounds(usual: Limits) -> Callable[[Scope], Limits]:
    """Return how much may be sent as a file, and how slowly."""
    limits = replace(usual, body=usual.file, untold=usual.file, deadline=usual.file_deadline)
    return lambda _scope: limits


def told(file: FileVersion, base_url: str, *, newest: bool) -> PublishedFile:
    """Say a version in the words of the API."""
    return PublishedFile(
        name=file.name,
        version=file.version,
        newest=newest,
        media_type=file.media_type,
        size=file.size,
        sha256=file.digest,
        published=_time(file),
        address=base_url + file_address(file),
    )


def _time(file: FileVersion) -> datetime:
    return _EPOCH + timedelta(microseconds=file.at)


def _put(face: Face, cabinet: Cabinet) -> Endpoint:
    """Return what publishes a file: it is on disk, whole, before it is thanked for."""

    async def put(request: Request) -> Response:
        code = request.scope["actor"].key.municipality
        try:
            file, fresh = await _publish(request, cabinet, code)
        except ByalagError as error:
            known = (name for kind, name in _TROUBLES.items() if isinstance(error, kind))
            trouble = next(known, None)
            if trouble is None:
                raise
            raise NotAnswered(_sentence(error), trouble=trouble) from error
        open_ = cabinet.datasets[code][file.dataset].open
        if open_:
            await _seen(cabinet, code, file)
        said = msgspec.structs.asdict(told(file, face.base_url, newest=True))
        receipt = FileReceipt(**said, dataset=file.dataset, open=open_)
        headers = {
            "Location": file_address(file),
            "ETag": _tag(file),
            "Repr-Digest": _digest(file),
            "Cache-Control": "no-store",
        }
        body = _encode(receipt)
        return Response(body, 201 if fresh else 200, headers, "application/json")

    return put


async def _publish(
    request: Request, cabinet: Cabinet, municipality: str
) -> tuple[FileVersion, bool]:
    said: dict[bytes, bytes] = request.scope["said"]
    _refuse_odd(said, request.scope["query_string"])
    dataset, name = request.path_params["dataset"], named(request.path_params["name"])
    incoming = await to_thread.run_sync(cabinet.incoming, municipality, dataset)
    try:
        blob = await _taken(request.receive, incoming, _expected(said))
    finally:
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(incoming.drop)
    publishing = cabinet.own[municipality].files.publish(
        dataset,
        name,
        digest=blob.digest,
        size=blob.size,
        media_type=media_type(said.get(b"content-type", b"").decode("latin-1"), name),
        at=cabinet.now(),
    )
    return await asyncio.wrap_future(publishing)


async def _taken(receive: Receive, incoming: Incoming, expected: bytes | None) -> Blob:
    """Write a body to disk as it comes, never much of it in memory.

    Raises:
        NotAnswered: It is not what its checksum says.
        ClientDisconnect: Whoever sent it has gone.
    """
    gathered = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        gathered += message.get("body", b"")
        more = message.get("more_body", False)
        if len(gathered) >= _STEP or not more:
            await to_thread.run_sync(incoming.write, bytes(gathered))
            gathered.clear()
    if expected is not None and bytes.fromhex(incoming.digest) != expected:
        msg = f"What came has the SHA-256 {incoming.digest}, which is not what was said."
        raise NotAnswered(msg, trouble="digest-mismatch")
    return await to_thread.run_sync(incoming.keep)


def _refuse_odd(said: dict[bytes, bytes], query: bytes) -> None:
    """Refuse what would be taken for something else than it is (RFC 9110, section 14.5)."""
    if b"content-range" in said:
        msg = "A file is sent whole; leave out Content-Range."
        raise NotAnswered(msg, trouble="malformed-question")
    if said.get(b"content-encoding", b"identity").lower() != b"identity":
        msg = "A file is kept as it is; leave out Content-Encoding."
        raise NotAnswered(msg, trouble="unsupported-media-type")
    if query:
        msg = "There are no parameters here."
        raise NotAnswered(msg, trouble="unknown-parameter")


def _expected(said: dict[bytes, bytes]) -> bytes | None:
    """Return the SHA-256 that whoever sends says that the file has, if they do (RFC 9530)."""
    for name in (b"repr-digest", b"content-digest", b"digest"):
        found = _SHA256.search(said.get(name, b"").decode("latin-1"))
        if found is not None:
            try:
                return b64decode(found[1], validate=True)
            except NotBase64:
                return b""
    return None


async def _seen(cabinet: Cabinet, municipality: str, file: FileVersion) -> None:
    """Wait until everyone can see what was published, but not for ever."""
    cabinet.wake(municipality)
    with anyio.move_on_after(_SEEN):
        while cabinet.find(file.dataset, file.name, file.version) is None:  # noqa: ASYNC110 -- the commons sets no event
            await anyio.sleep(0.02)


def _get(cabinet: Cabinet) -> Endpoint:
    """Return what gives out a file, whole or in part."""

    async def get(request: Request) -> Response:
        file = _found(cabinet, request)
        place = cabinet.place(file)
        if place is None or not place.is_file():
            _log.error("file_missing", dataset=file.dataset, name=file.name, digest=file.digest)
            msg = "The file is known, but its content cannot be read just now."
            raise NotAnswered(msg, trouble="unavailable")
        return _answer(request, file, place)

    return get


def _found(cabinet: Cabinet, request: Request) -> FileVersion:
    at = request.path_params
    version: str = at.get("version", "1")
    if request.scope["query_string"]:
        msg = "There are no parameters here."
        raise NotAnswered(msg, trouble="unknown-parameter")
    number = int(version) if "version" in at and _NUMBER.match(version) else None
    found = None
    if _NUMBER.match(version):
        found = cabinet.find(at["dataset"], at["name"], number)
    if found is None:
        msg = f"There is no file at {request.url.path[:200]}."
        raise NotAnswered(msg, trouble="not-found")
    return found


def _answer(request: Request, file: FileVersion, place: Path) -> Response:
    said: dict[bytes, bytes] = request.scope["said"]
    headers, tag = _headers(file), _tag(file)
    if known(said.get(b"if-none-match", b"").decode("latin-1"), tag):
        return Response(None, 304, headers)
    part: Part = Part(0, file.size)
    status = 200
    asked = said.get(b"range", b"").decode("latin-1")
    if_range = said.get(b"if-range", b"").decode("latin-1")
    if asked and request.method == "GET" and still(if_range, tag, headers["Last-Modified"]):
        match wanted(asked, file.size):
            case "none":
                msg = f"The file has {file.size:,} bytes; {asked[:60]} is not among them."
                unmet = {"Content-Range": f"bytes */{file.size}"}
                raise NotAnswered(msg, trouble="range-not-satisfiable", headers=unmet)
            case Part() as part:
                headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{file.size}"
                status = 206
            case _:
                pass
    headers["Content-Length"] = str(part.end - part.start)
    headers["Content-Type"] = _shown(file.media_type)
    if request.method == "HEAD":
        return Response(None, status, headers)
    return StreamingResponse(_bytes(place, part), status, headers, headers["Content-Type"])


async def _bytes(place: Path, part: Part) -> AsyncIterator[bytes]:
    number = await to_thread.run_sync(os.open, place, os.O_RDONLY)
    try:
        at = part.start
        while at < part.end:
            size = min(_READ, part.end - at)
            read = await to_thread.run_sync(os.pread, number, size, at)
            if not read:
                return
            at += len(read)
            yield read
    finally:
        os.close(number)


def _headers(file: FileVersion) -> dict[str, str]:
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
    return {
        "ETag": _tag(file),
        "Last-Modified": format_datetime(_time(file).replace(microsecond=0), usegmt=True),
        "Repr-Digest": _digest(file),
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, no-cache",
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''"
        + quote(file.name, safe=""),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Link": f'<{ROOT}/{file.dataset}>; rel="collection", '
        f'<{file_address(file)}>; rel="bookmark"',
    }


def _shown(said: str) -> str:
    """Return the type that a browser is told: nothing that it could run or render as ours."""
    return "application/octet-stream" if _ACTS.search(said) else said


def _tag(file: FileVersion) -> str:
    return f'"{file.digest}"'


def _digest(file: FileVersion) -> str:
    return f"sha-256=:{b64encode(bytes.fromhex(file.digest)).decode()}:"


def _sentence(error: ByalagError) -> str:
    said = str(error)
    return said[:1].upper() + said[1:].rstrip(".") + "."
