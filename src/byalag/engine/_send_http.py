"""One request to a receiver, and whether it took the message."""

import logging
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from typing import Final, cast

import httpcore2
import httpx2
import msgspec
from anyio import fail_after

from byalag import __name__ as agent
from byalag.engine._clock import Clock
from byalag.engine._filling import filled, signatures
from byalag.engine._guard import Guard
from byalag.engine._outlet_face import NotTaken
from byalag.engine._retry_after import retry_after
from byalag.engine._secret import Vault
from byalag.engine._spans import onwards
from byalag.model import Json
from byalag.outlets import HttpSending, Success

_SECONDS: Final = 20.0  # for all of it
_CONNECT: Final = 10.0
_IDLE: Final = 20.0
_MOST: Final = 64 * 1024  # bytes that are read of an answer
_OK = range(200, 300)
_REFUSED = range(400, 500)
_LATER: Final = {408, 409, 425, 429}  # refusals that may pass
_REASONS: Final = {
    401: "it wants a key; check the headers and secrets in the outlet's file",
    403: "it does not let us in; check the key, and whether this server's address is blocked",
    404: "there is nothing at this address; check `url` in the outlet's file",
    410: "the address has been closed for good; ask the receiver for the new one",
    413: "the message is too large for it",
    429: "it wants fewer messages",
}


@cache
def trust() -> SSLContext:
    """Return what certificates are checked by, whatever the environment says."""
    return httpx2.create_ssl_context(trust_env=False)


class HttpCarrier:
    """Sends requests on behalf of one outlet; its connections are shared with no other."""

    def __init__(self, guard: Guard, vault: Vault, clock: Clock) -> None:
        """Prepare connections that reach what the guard lets through."""
        # its trace would log what a server says of our address, and a key that stands in it
        logging.getLogger("httpcore2").setLevel(logging.WARNING)
        self._vault = vault
        self._clock = clock
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=trust(), network_backend=guard, max_connections=8, keepalive_expiry=_IDLE
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def send(self, sending: HttpSending) -> None:
        """Send a request once.

        Raises:
            NotTaken: If the receiver did not take it; says why.
            Unreachable: If it may not be reached.

        """
        try:
            with fail_after(_SECONDS):
                await self._send(sending)
        except httpcore2.ConnectTimeout as error:
            raise NotTaken("it could not be connected to in time") from error  # noqa: EM101, TRY003 -- one sentence a reason
        except (TimeoutError, httpcore2.TimeoutException) as error:
            reason = f"it did not answer within {_SECONDS:g} s"
            raise NotTaken(reason) from error
        except httpcore2.ConnectError as error:
            reason = f"it could not be connected to ({error})"
            raise NotTaken(reason) from error
        except httpcore2.LocalProtocolError as error:  # its text may hold a header's value
            reason = "the request could not be sent; check the headers in the outlet's file"
            raise NotTaken(reason) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            reason = f"the connection broke before it had answered ({error})"
            raise NotTaken(reason) from error

    async def _send(self, sending: HttpSending) -> None:
        body = filled(sending.body, self._vault).encode()
        headers = self._headers(sending, body)
        async with self._pool.stream(
            sending.method,
            _address(filled(sending.url, self._vault)),
            headers=[(name.encode(), text.encode()) for name, text in headers.items()],
            content=body or None,
            extensions={"timeout": {"connect": _CONNECT, "read": _SECONDS, "write": _SECONDS}},
        ) as response:
            said = {
                name.decode("latin-1").lower(): text.decode("latin-1")
                for name, text in response.headers
            }
            self._judge(response.status, said)
            if sending.success is not None:
                _check(sending.success, await _beginning(response))

    def _headers(self, sending: HttpSending, body: bytes) -> dict[str, str]:
        headers = {"user-agent": agent, "accept": "*/*", "webhook-id": sending.id} | onwards()
        given = {name.lower() for name in sending.headers}
        headers = {name: text for name, text in headers.items() if name not in given}
        headers |= {name: self._vault.value(text) for name, text in sending.headers.items()}
        if sending.signing is not None:
            now = self._clock.now()
            headers |= signatures(sending.signing, sending.id, body, now, self._vault)
        return headers

    def _judge(self, status: int, headers: Mapping[str, str]) -> None:
        if status in _OK:
            return
        why = _REASONS.get(status, "it did not take the message")
        wait = retry_after(headers.get("retry-after", ""), self._clock.now())
        final = status in _REFUSED and status not in _LATER
        reason = f"it answered {status}: {why}"
        raise NotTaken(reason, wait=None if final else wait, final=final)


def _address(text: str) -> httpcore2.URL:
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL as error:
        reason = "the address cannot be read; check `url` in the outlet's file"
        raise NotTaken(reason, final=True) from error
    if url.scheme not in {"http", "https"}:
        reason = "the address is not http or https; check `url` in the outlet's file"
        raise NotTaken(reason, final=True)
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


async def _beginning(response: httpcore2.Response) -> bytes:
    """Return the body, or its beginning if it is too long to be an answer to us."""
    read = b""
    async for piece in response.aiter_stream():
        read += piece
        if len(read) > _MOST:
            break
    return read


def _check(success: Success, body: bytes) -> None:
    """Refuse an answer that says 200 and means no."""
    try:
        found: Json = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = f"its answer is not JSON, so `{success.field}` is not there"
        raise NotTaken(reason) from error
    for step in success.field.split("."):
        found = _inside(found, step)
    said = found if isinstance(found, str) else msgspec.json.encode(found).decode()
    if said not in success.among:
        reason = f"it answered {success.field} = {said[:100]}, which is not a success"
        raise NotTaken(reason)


def _inside(found: Json, step: str) -> Json:
    if isinstance(found, dict):
        return cast("dict[str, Json]", found).get(step)
    if isinstance(found, list) and step.isdigit():
        return next(iter(cast("list[object]", found)[int(step) :]), None)
    return None
