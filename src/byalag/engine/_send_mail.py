"""One letter to one receiver by SMTP, over a connection that has been checked."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from typing import Final

import aiosmtplib
from anyio import fail_after, to_thread

from byalag.engine._guard import Network, Resolve, checked
from byalag.engine._outlet_face import NotTaken
from byalag.engine._secret import Vault
from byalag.outlets import MailSending

_SECONDS: Final = 30.0  # for all of it
_CONNECT: Final = 10.0
_FOR_GOOD = range(500, 600)  # RFC 5321 section 4.2.1: the same command will not succeed


class MailCarrier:
    """Sends letters on behalf of one outlet."""

    def __init__(self, resolve: Resolve, allowed: Iterable[Network], vault: Vault) -> None:
        """Remember how names are looked up and what may be reached."""
        self._resolve = resolve
        self._allowed = tuple(allowed)
        self._vault = vault

    async def send(self, sending: MailSending) -> None:
        """Send a letter once.

        Raises:
            NotTaken: If the server did not take it; final if it never will.
            Unreachable: If the server may not be reached.

        """
        try:
            with fail_after(_SECONDS):
                await self._send(sending)
        except (TimeoutError, aiosmtplib.SMTPTimeoutError) as error:
            reason = f"{sending.host} did not answer within {_SECONDS:g} s"
            raise NotTaken(reason) from error
        except aiosmtplib.SMTPException as error:
            raise _told(sending, error) from error
        except (OSError, ssl.SSLError) as error:
            reason = f"the connection to {sending.host} failed ({error})"
            raise NotTaken(reason) from error

    async def _send(self, sending: MailSending) -> None:
        context = await to_thread.run_sync(_context, self._vault.value(sending.ca))
        client = aiosmtplib.SMTP(
            hostname=sending.host,
            sock=await self._connection(sending),
            use_tls=sending.tls == "tls",
            start_tls=False,
            tls_context=context,
            timeout=_SECONDS,
        )
        try:
            async with client:
                if sending.tls == "starttls":
                    await client.starttls(server_hostname=sending.host)
                if sending.user:
                    await client.login(sending.user, self._vault.value(sending.password))
                await client.sendmail(sending.sender, [sending.receiver], sending.letter)
        finally:
            client.close()

    async def _connection(self, sending: MailSending) -> socket.socket:
        """Connect to the first checked address that answers."""
        problem: OSError = OSError("no address answered")
        found = await checked(sending.host, sending.port, self._resolve, self._allowed)
        for address in found:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.setblocking(False)  # noqa: FBT003 -- the socket's own signature
            try:
                with fail_after(_CONNECT):
                    loop = asyncio.get_running_loop()
                    await loop.sock_connect(connection, (address, sending.port))
            except OSError as error:  # TimeoutError is one
                connection.close()
                problem = error
            else:
                return connection
        raise problem


def _context(ca: str) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=ca or None)


def _told(sending: MailSending, error: aiosmtplib.SMTPException) -> NotTaken:
    """Return what the server said, and whether it will ever say otherwise."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            first = error.recipients[0]
            reason = f"{sending.host} refuses the receiver: {first.code} {_line(first.message)}"
            return NotTaken(reason, final=first.code in _FOR_GOOD)
        case aiosmtplib.SMTPAuthenticationError():
            return NotTaken(f"{sending.host} does not accept the user and password ({error.code})")
        case aiosmtplib.SMTPSenderRefused() | aiosmtplib.SMTPDataError():
            reason = f"{sending.host} refuses the letter: {error.code} {_line(error.message)}"
            return NotTaken(reason, final=error.code in _FOR_GOOD)
        case aiosmtplib.SMTPResponseException():
            return NotTaken(f"{sending.host} answered {error.code} {_line(error.message)}")
        case _:
            return NotTaken(f"{sending.host}: {_line(str(error))}")


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
