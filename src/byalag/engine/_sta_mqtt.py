"""A hub's line to a broker: what is told is published, and what is sent to us is taken.

The line is made again whenever it breaks. What comes in is acknowledged when it has been taken, and
comes again if it was not.
"""

import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from anyio import Event, create_task_group, move_on_after
from msgspec.structs import replace

from byalag import ByalagError
from byalag.engine._broker import Broker
from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard, SystemNames, networks
from byalag.engine._mqtt import MqttSession, mqtt_session
from byalag.engine._secret import Vault

Take = Callable[[str, bytes], Coroutine[Any, Any, None]]
Messages = Sequence[tuple[str, bytes]]

_ANYWHERE: Final = ("0.0.0.0/0", "::/0")  # the hub's own settings name the broker
_KEPT: Final = timedelta(days=1)  # how long the broker keeps what comes while we are away
_FIRST, _LONGEST = 1.0, 60.0  # seconds between tries
_LISTEN: Final = 0.5  # seconds
_LARGEST: Final = 256 * 1024  # bytes of a message

_log = structlog.get_logger()


class Line:
    """A hub's line to its broker."""

    def __init__(self, broker: Broker, secret: Callable[[str], str], name: str) -> None:
        """Prepare a line; `name` is what the broker knows us by."""
        self._broker = replace(broker, client=name)
        self._vault = Vault(secret)
        self._guard = Guard(SystemNames(), networks(_ANYWHERE))

    async def publish(self, next_ones: Callable[[], Awaitable[Messages]], stop: Event) -> None:
        """Publish what is told, in order, until the stop; what could not be sent is sent again."""
        waiting: Messages = ()

        async def send(session: MqttSession) -> None:
            nonlocal waiting
            while not stop.is_set():
                waiting = waiting or await next_ones()
                await session.publish_all(waiting)
                waiting = ()

        await self._keep(replace(self._broker, client=""), timedelta(0), send, stop)

    async def take(self, topics: Sequence[str], take: Take, stop: Event) -> None:
        """Take what is sent under topics until the stop; acknowledge it when it has been taken."""

        async def hear(session: MqttSession) -> None:
            await session.subscribe(topics)
            while not stop.is_set():
                came = await session.hear(_LISTEN)
                async with create_task_group() as work:
                    for message in came:
                        if message.size > len(message.body):
                            _log.warning("sensorthings_message_too_long", topic=message.topic)
                        else:
                            work.start_soon(take, message.topic, message.body)
                await session.thank(came)

        await self._keep(self._broker, _KEPT, hear, stop)

    async def _keep(
        self,
        broker: Broker,
        keep: timedelta,
        work: Callable[[MqttSession], Awaitable[None]],
        stop: Event,
    ) -> None:
        """Do some work with the broker, and begin again whenever the line breaks."""
        wait = _FIRST
        while not stop.is_set():
            began = time.monotonic()
            try:
                async with mqtt_session(
                    broker, guard=self._guard, vault=self._vault, keep=keep, max_bytes=_LARGEST
                ) as session:
                    await work(session)
            except* (Unreachable, ByalagError) as broken:
                why = self._vault.mask("; ".join(map(str, broken.exceptions)))
                _log.warning("sensorthings_line_broken", broker=broker.host, why=why)
            wait = _FIRST if time.monotonic() - began > _LONGEST else min(2 * wait, _LONGEST)
            with move_on_after(wait):
                await stop.wait()
