"""One push message to one browser, by the push service that it has named itself.

The address comes from a browser, so that nothing inside is reached by it but what the outlet's own
file names.
"""

import ssl
from functools import cache
from secrets import token_bytes
from typing import Final

import httpcore2
from anyio import fail_after
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from byalag.engine._clock import Clock
from byalag.engine._guard import Guard
from byalag.engine._outlet_face import NotTaken
from byalag.engine._retry_after import retry_after
from byalag.engine._secret import Vault
from byalag.engine._send_http import trust
from byalag.engine._web_push import sealed, vouched
from byalag.outlets import PushSending

_SECONDS: Final = 20.0
_CONNECT: Final = 10.0
_OK = range(200, 300)
_REFUSED = range(400, 500)
_GONE: Final = {404, 410}  # RFC 8030 section 7.3: the browser takes no more
_LATER: Final = {408, 425, 429}


class PushCarrier:
    """Sends push messages on behalf of one outlet."""

    def __init__(self, guard: Guard, vault: Vault, clock: Clock) -> None:
        """Prepare to reach what the guard lets through."""
        self._guard, self._vault, self._clock = guard, vault, clock
        self._pools: dict[str, httpcore2.AsyncConnectionPool] = {}

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()

    async def send(self, sending: PushSending) -> None:
        """Send a message once.

        Raises:
            NotTaken: If the push service did not take it; `gone` if the browser takes no more.
            Unreachable: If it may not be reached.
            Misconfigured: The key is no key.

        """
        headers = self._headers(sending)
        try:
            body = sealed(
                sending.payload,
                sending.p256dh,
                sending.auth,
                own=generate_private_key(SECP256R1()),
                salt=token_bytes(16),
            )
        except ValueError as error:
            reason = "the message cannot be sealed for the browser"
            raise NotTaken(reason, final=True, gone=True) from error
        try:
            with fail_after(_SECONDS):
                await self._post(sending, headers, body)
        except (TimeoutError, httpcore2.TimeoutException) as error:
            reason = f"the push service did not answer within {_SECONDS:g} s"
            raise NotTaken(reason) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            reason = "the connection to the push service failed"
            raise NotTaken(reason) from error

    def _headers(self, sending: PushSending) -> dict[str, str]:
        pem = self._vault.value(sending.key)
        now = self._clock.now()
        headers = {
            "authorization": vouched(sending.endpoint, sending.subject, pem, now),
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            "ttl": str(sending.ttl),
            "urgency": sending.urgency,
        }
        return {**headers, "topic": sending.topic} if sending.topic else headers

    async def _post(self, sending: PushSending, headers: dict[str, str], body: bytes) -> None:
        pool = self._pool(self._vault.value(sending.ca) if sending.ca else "")
        async with pool.stream(
            "POST",
            sending.endpoint,
            headers=[(name.encode(), text.encode()) for name, text in headers.items()],
            content=body,
            extensions={"timeout": {"connect": _CONNECT, "read": _SECONDS, "write": _SECONDS}},
        ) as response:
            said = {
                name.decode("latin-1").lower(): text.decode("latin-1")
                for name, text in response.headers
            }
            self._judge(response.status, said.get("retry-after", ""))

    def _judge(self, status: int, wait: str) -> None:
        if status in _OK:
            return
        if status in _GONE:
            reason = f"the push service answered {status}: the browser takes no more"
            raise NotTaken(reason, final=True, gone=True)
        final = status in _REFUSED and status not in _LATER
        reason = f"the push service answered {status}"
        asked = retry_after(wait, self._clock.now())
        raise NotTaken(reason, wait=None if final else asked, final=final)

    def _pool(self, ca: str) -> httpcore2.AsyncConnectionPool:
        if ca not in self._pools:
            context = _own_trust(ca) if ca else trust()
            self._pools[ca] = httpcore2.AsyncConnectionPool(
                ssl_context=context,
                network_backend=self._guard,
                max_connections=8,
                keepalive_expiry=_SECONDS,
            )
        return self._pools[ca]


@cache
def _own_trust(ca: str) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=ca)
