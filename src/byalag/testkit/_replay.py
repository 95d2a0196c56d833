"""A real HTTP server on loopback that gives recorded answers, or answers made up as asked."""

import sys
import threading
from collections.abc import Callable
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Self, TypeAlias, cast
from urllib.parse import unquote, urlsplit

from byalag.testkit._faulty import Answer, Asked

Respond: TypeAlias = Callable[[Asked], Answer]

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}
NOTHING = Answer(status=404, media_type="text/plain", body=b"Nothing is recorded here.\n")


def recorded(folder: Path) -> Respond:
    """Answer from a folder: `/lots` is `lots.json`, or `lots.1.json`, `lots.2.json`, ... in turn.

    The last answer in turn is given for ever. The query is not looked at.
    """
    files: dict[str, list[Path]] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            local = file.relative_to(folder)
            stem = local.name.partition(".")[0]
            for path in {f"/{local.as_posix()}", f"/{(local.parent / stem).as_posix()}"}:
                files.setdefault(path, []).append(file)
    asked: dict[str, int] = {}

    def respond(request: Asked) -> Answer:
        path = unquote(urlsplit(request.target).path)
        answers = files.get(path)
        if not answers:
            return NOTHING
        turn = min(asked.get(path, 0), len(answers) - 1)
        asked[path] = turn + 1
        media_type = MEDIA_TYPES.get(answers[turn].suffix, "application/octet-stream")
        return Answer(body=answers[turn].read_bytes(), media_type=media_type)

    return respond


class Replay:
    """An HTTP server with an answer for every question, used as a context manager.

    Give it a folder of recorded answers, or a function from request to answer. It sends an ETag
    and answers 304 to whoever already has the same bytes, as operators' servers do.
    """

    def __init__(self, answers: Path | Respond, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Take a port (0: any free one). Nothing is answered before the `with` block."""
        self.respond = recorded(answers) if isinstance(answers, Path) else answers
        self.asked: list[str] = []
        self._server = _Server((host, port), _Talk)
        self._server.replay = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="replay", daemon=True
        )

    @property
    def url(self) -> str:
        """The address of the server, without a slash at the end."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> Self:
        """Start answering."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop answering and give the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    replay: Replay

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Say nothing of whoever left before the answer; anything else is told as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        replay = cast("_Server", self.server).replay
        length = int(self.headers.get("content-length", "0"))
        asked = Asked(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        replay.asked.append(f"{self.command} {self.path}")
        answer = replay.respond(asked)
        etag = answer.etag or f'"{sha256(answer.body).hexdigest()[:20]}"'
        same = answer.status == 200 and asked.headers.get("if-none-match") == etag  # noqa: PLR2004 -- the HTTP code
        body = b"" if same else answer.body
        self.send_response_only(304 if same else answer.status)
        for name, value in {
            "date": formatdate(usegmt=True),
            "content-type": answer.media_type,
            "content-length": str(len(body)),
            "etag": etag,
            **answer.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the parent's own name
        """Say nothing: whoever wants to know looks in `Replay.asked`."""
