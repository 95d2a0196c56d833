"""A connection to a NATS server that has let us in: requests, and messages in.

Why there is no NATS library here is told in docs/decisions/0007.md.
"""

import json
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from secrets import token_hex
from typing import Final

from anyio import fail_after

from byalag.engine._broker import Broker, Wire, dial
from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard
from byalag.engine._nats_line import Came, Line, Lines, Malformed, Told, server_info
from byalag.engine._secret import Vault
from byalag.model import Json

_ANSWER: Final = 20.0  # how long a server may take to answer, seconds
_PING: Final = 30.0  # a sign of life is asked for after so long, seconds
NO_JETSTREAM: Final = (
    "the server has no JetStream for us, and plain NATS keeps nothing for who is away; ask its "
    "owner to turn JetStream on and to make a stream"
)
_NOBODY: Final = 503  # status: nobody answers requests of this subject
_REFUSED: Final[Mapping[str, str]] = {
    "authorization violation": "the user, the password or the token is wrong; check `user`, "
    "`password` and `token` in the source's file",
    "user authentication expired": "what lets us in has expired; ask the owner of the server",
    "maximum connections exceeded": "it has as many connections as it takes",
}


class NatsConnection:
    """A connection to a server."""

    def __init__(self, wire: Wire, *, max_bytes: int) -> None:
        """Take over a connection; nothing is said on it yet."""
        self.inbox = f"_INBOX.{token_hex(11)}"
        self._wire = wire
        self._max_bytes = max_bytes
        self._lines = Lines(max_bytes=max_bytes)
        self._waiting: list[Came] = []
        self._asked = 0
        self._said = self._heard = time.monotonic()

    async def greet(self, broker: Broker, vault: Vault) -> None:
        """Hear who the server is, put the connection under TLS if told, and introduce ourselves.

        Nothing secret is said before that.

        Raises:
            Unreachable: If the server does not let us in.

        """
        info = await self._info()
        if broker.is_secured:
            if not (info.get("tls_required") or info.get("tls_available")):
                reason = "the server has no TLS; ask its owner for it, or write nats://"
                raise Unreachable(reason)
            self._lines = Lines(max_bytes=self._max_bytes)  # what came before may be another's
            await self._wire.secure(broker, vault)
        elif info.get("tls_required"):
            reason = "the server wants TLS; write tls:// in the source's file"
            raise Unreachable(reason)
        said: dict[str, Json] = {
            "verbose": False,
            "pedantic": False,
            "lang": "python",
            "version": "1",
            "protocol": 1,
            "headers": True,
            "no_responders": True,
            "name": broker.client,
        }
        for name, text in (
            ("user", broker.user), ("pass", broker.password), ("auth_token", broker.token),
        ):  # fmt: skip
            if text:
                said[name] = vault.value(text)
        hello = f"CONNECT {json.dumps(said)}\r\nPING\r\nSUB {self.inbox}.* 1\r\n"
        await self.send(hello.encode())
        while not any(
            isinstance(line, Told) and line.what == "PONG" for line in await self._more()
        ):
            pass

    async def request(self, subject: str, body: Json) -> Json:
        """Ask for something, and return the answer.

        Raises:
            Unreachable: If nobody answers.

        """
        with _in_time():
            return await self._request(subject, body)

    async def _request(self, subject: str, body: Json) -> Json:
        self._asked += 1
        reply = f"{self.inbox}.{self._asked}"
        data = json.dumps(body).encode()
        await self.send(f"PUB {subject} {reply} {len(data)}\r\n".encode() + data + b"\r\n")
        while True:
            lines = await self._more()
            for line in lines:
                if isinstance(line, Came) and line.subject == reply:
                    self._waiting += [
                        one for one in lines if isinstance(one, Came) and one is not line
                    ]
                    return _answer(line)
            self._waiting += [line for line in lines if isinstance(line, Came)]

    async def hear(self, wait: float) -> list[Came]:
        """Return the messages that have come; none if none come within so many seconds.

        Raises:
            Unreachable: If the connection is no more.

        """
        if not self._waiting:
            await self._keep_in_touch()
            lines = self._read(await self._wire.read(wait))
            await self._mind(lines)
            self._waiting = [line for line in lines if isinstance(line, Came)]
        came, self._waiting = self._waiting, []
        return came

    async def send(self, data: bytes) -> None:
        """Send lines."""
        await self._wire.write(data)
        self._said = time.monotonic()

    async def close(self) -> None:
        """Close the connection."""
        await self._wire.close()

    async def _info(self) -> Json:
        lines: list[Line] = []
        while not lines:
            lines = await self._more()
        if not isinstance(lines[0], Told) or lines[0].what != "INFO":
            reason = "the server did not say who it is; is it a NATS server?"
            raise Unreachable(reason)
        try:
            return server_info(lines[0].text)
        except Malformed as error:
            raise Unreachable(str(error)) from error

    async def _more(self) -> list[Line]:
        """Wait for more lines; a server that says nothing for long is given up."""
        data = await self._wire.read(_ANSWER)
        if not data:
            reason = f"the server did not answer within {_ANSWER:g} s"
            raise Unreachable(reason)
        lines = self._read(data)
        await self._mind(lines)
        return lines

    def _read(self, data: bytes) -> list[Line]:
        if not data:
            return []
        self._heard = time.monotonic()
        try:
            return self._lines.feed(data)
        except Malformed as error:
            raise Unreachable(str(error)) from error

    async def _mind(self, lines: list[Line]) -> None:
        """Answer what keeps the connection alive, and tell what the server complains of."""
        for line in lines:
            if isinstance(line, Told) and line.what == "PING":
                await self.send(b"PONG\r\n")
            elif isinstance(line, Told) and line.what == "-ERR":
                why = _REFUSED.get(line.text.lower(), f"it said {line.text!r}")
                reason = f"the server does not let us: {why}"
                raise Unreachable(reason)

    async def _keep_in_touch(self) -> None:
        now = time.monotonic()
        if now - max(self._said, self._heard) >= _PING:
            await self.send(b"PING\r\n")
        if now - self._heard > 3 * _PING:
            reason = f"the server has said nothing for {3 * _PING:g} s"
            raise Unreachable(reason)


@asynccontextmanager
async def nats_connection(
    broker: Broker, *, guard: Guard, vault: Vault, max_bytes: int = 1024 * 1024
) -> AsyncGenerator[NatsConnection]:
    """Open a connection to a server that lets us in.

    Raises:
        Unreachable: If it may not be reached, does not answer or does not let us in.

    """
    connection = NatsConnection(await dial(broker, guard), max_bytes=max_bytes)
    try:
        with _in_time():
            await connection.greet(broker, vault)
        yield connection
    finally:
        await connection.close()


@contextmanager
def _in_time() -> Generator[None]:
    """Give up a server that says something now and then, and never what it was asked."""
    try:
        with fail_after(_ANSWER):
            yield
    except TimeoutError as error:
        reason = f"the server did not answer within {_ANSWER:g} s"
        raise Unreachable(reason) from error


def _answer(line: Came) -> Json:
    if line.status == _NOBODY:
        raise Unreachable(NO_JETSTREAM)
    try:
        return server_info(line.body.decode("utf-8", "replace"))
    except Malformed as error:
        raise Unreachable(str(error)) from error
