"""Sends whatever a kind of outlet has composed, by the way that it asks for."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from anyio import to_thread

from byalag import Misconfigured
from byalag.engine._broker import Broker
from byalag.engine._clock import Clock
from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard, Network, Resolve
from byalag.engine._mqtt import publish
from byalag.engine._outlet_face import NotTaken
from byalag.engine._secret import Vault
from byalag.engine._send_file import write
from byalag.engine._send_http import HttpCarrier
from byalag.engine._send_mail import MailCarrier
from byalag.engine._send_push import PushCarrier
from byalag.outlets import (
    FileSending,
    HttpSending,
    MailSending,
    MqttSending,
    PushSending,
    Sending,
)


class Carrier:
    """Sends on behalf of one outlet. What goes wrong is told as NotTaken, without any secret."""

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        home: Path,
        resolve: Resolve,
        allowed: Iterable[Network],
    ) -> None:
        """Prepare to reach public addresses and the allowed ranges, and to write under `home`."""
        ranges = tuple(allowed)
        self._vault = vault
        self._home = home
        self._guard = Guard(resolve, ranges)
        self._resolve, self._ranges, self._clock = resolve, ranges, clock
        self._push: PushCarrier | None = None
        self._http = HttpCarrier(self._guard, vault, clock)
        self._mail = MailCarrier(resolve, ranges, vault)

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Close every connection."""
        await self._http.close()
        if self._push is not None:
            await self._push.close()

    async def send(self, sending: Sending) -> None:
        """Send once; the receiver has taken it when this returns.

        Raises:
            NotTaken: If it did not, or a secret could not be resolved.

        """
        try:
            await self._send(sending)
        except NotTaken as error:
            masked = self._vault.mask(str(error))
            raise NotTaken(masked, wait=error.wait, final=error.final, gone=error.gone) from error
        except (Unreachable, Misconfigured) as error:
            raise NotTaken(self._vault.mask(str(error))) from error

    async def _send(self, sending: Sending) -> None:
        match sending:
            case HttpSending():
                await self._http.send(sending)
            case MailSending():
                await self._mail.send(sending)
            case PushSending():
                await self._pushing(sending.hosts).send(sending)
            case MqttSending():
                await self._publish(sending)
            case FileSending():
                await to_thread.run_sync(write, sending, self._home)

    def _pushing(self, hosts: tuple[str, ...]) -> PushCarrier:
        """Return what pushes: inside, it reaches what the outlet's file names, and no others."""
        if self._push is None:
            own = frozenset(host.lower() for host in hosts)
            guard = Guard(self._resolve, self._ranges, own)
            self._push = PushCarrier(guard, self._vault, self._clock)
        return self._push

    async def _publish(self, sending: MqttSending) -> None:
        broker = Broker(
            url=sending.url,
            version=sending.version,
            user=sending.user,
            password=sending.password,
            ca=sending.ca,
        )
        await publish(
            broker,
            sending.topic,
            sending.payload,
            retain=sending.retain,
            guard=self._guard,
            vault=self._vault,
        )
