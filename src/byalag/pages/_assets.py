"""Files that the browser keeps: named by their contents, so that they never need asking for again.

Every file under static/ is served at `/s/{stem}-{digest}{suffix}`, compressed once, with the
integrity hash that its page states. Licence texts are not served.
"""

import base64
import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # all that one may do alone
FOREVER = "public, max-age=31536000, immutable"


class Asset(Struct, frozen=True):
    """One file as it is served. `integrity` is what `<script integrity>` states."""

    address: str
    media_type: str
    integrity: str
    body: bytes


def asset(name: str, body: bytes) -> Asset:
    """Name a file by its contents."""
    path = Path(name)
    digest = hashlib.sha384(body).digest()
    return Asset(
        f"/s/{path.stem}-{digest.hex()[:10]}{path.suffix}",
        MEDIA_TYPES[path.suffix],
        "sha384-" + base64.b64encode(digest).decode(),
        body,
    )


def gather(folder: Path, made: Mapping[str, bytes]) -> dict[str, Asset]:
    """Return every file of a folder, and those made at start-up, by its name in the folder."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in MEDIA_TYPES
    }
    return {name: asset(name, body) for name, body in {**found, **made}.items()}


@cache
def packed(body: bytes) -> bytes:
    """Compress a file that will be asked for again."""
    return gzip.compress(body, 9, mtime=0)


def accepts_gzip(request: Request) -> bool:
    """Tell whether whoever asks can unpack gzip."""
    offered = request.headers.get("accept-encoding", "")
    names = {part.partition(";")[0].strip(): part for part in offered.split(",")}
    return "gzip" in names and "q=0" not in names["gzip"].replace("q=0.", "")


def serve(request: Request, assets: Mapping[str, Asset]) -> Response:
    """Answer with a file, for the browser to keep for a year; `assets` is keyed by address."""
    found = assets.get(request.url.path)
    if found is None:
        return PlainTextResponse("There is no such file here.\n", 404)
    tag = f'"{found.address.rpartition("-")[2]}"'
    headers = {
        "Cache-Control": FOREVER,
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if found.media_type.startswith("image/"):
        headers["Content-Security-Policy"] = _PICTURE
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = found.body
    if accepts_gzip(request):
        body, headers["Content-Encoding"] = packed(body), "gzip"
    return Response(body, headers=headers, media_type=found.media_type)
