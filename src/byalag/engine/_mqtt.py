"""A session with an MQTT broker: messages in, acknowledged when we say so; one message out.

Why there is no MQTT library here is told in docs/decisions/0007.md.
"""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from secrets import token_hex
from typing import Final

from anyio import fail_after
from msgspec.structs import replace

from byalag.engine import _mqtt_packet as packets
from byalag.engine._broker import Broker, Wire, dial
from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard
from byalag.engine._message import Message
from byalag.engine._mqtt_packet import Answered, Hello, Malformed, Packet, Packets, Published
from byalag.engine._mqtt_reason import refusal
from byalag.engine._secret import Vault

_KEEP_ALIVE: Final = 60  # seconds
_ANSWER: Final = 20.0  # how long a broker may take to answer, seconds
_FOREVER: Final = 0xFFFF_FFFF  # in version 3.1.1 a session has no end
_NUMBERS: Final = 65_535
_UNDER_WAY: Final = 10  # messages sent before the first is acknowledged
_MOST_HELD: Final = 256 * 1024 * 1024  # bytes of messages that come before an answer


class MqttSession:
    """A connection to a broker that has let us in."""

    def __init__(self, wire: Wire, hello: Hello, *, max_bytes: int) -> None:
        """Take over a connection; nothing is said on it yet."""
        self.resumed = False
        self._wire = wire
        self._hello = hello
        self._packets = Packets(five=hello.five, max_bytes=max_bytes)
        self._waiting: list[Packet] = []
        self._held = 0  # bytes of messages among what waits
        self._number = 0
        self._keep_alive = float(hello.keep_alive)
        self._said = self._heard = time.monotonic()

    async def greet(self) -> None:
        """Introduce ourselves. `resumed` tells if the broker has kept our place.

        Raises:
            Unreachable: If the broker does not let us in.

        """
        await self._send(packets.connect(self._hello))
        answer = await self._answer(packets.is_connack)
        if answer.codes[0]:
            raise Unreachable(refusal(answer.codes[0], five=self._hello.five))
        if answer.properties.get(packets.MAXIMUM_QOS) == 0:
            reason = "the broker acknowledges nothing (QoS 0 only), so messages would be lost"
            raise Unreachable(reason)
        told = float(answer.properties.get(packets.KEEP_ALIVE, 0))
        self._keep_alive = told or self._keep_alive  # 0: the broker does not mind
        self.resumed = bool(answer.flags & 1)

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Ask for what is published under these topics.

        Raises:
            Unreachable: If the broker refuses any of them; says which.

        """
        number = self._next()
        await self._send(packets.subscribe(number, topics, five=self._hello.five))
        answer = await self._answer(lambda packet: packets.is_suback(packet, number))
        for topic, code in zip(topics, answer.codes, strict=False):
            if code >= packets.FAILURE:
                why = refusal(code, five=True)
                reason = f"the broker refuses the topic {topic!r}: {why}"
                raise Unreachable(reason)
            if code == 0:
                reason = f"the broker acknowledges nothing under the topic {topic!r} (QoS 0 only)"
                raise Unreachable(reason)

    async def unsubscribe(self, topics: Sequence[str]) -> None:
        """Ask for these topics no more."""
        await self._send(packets.unsubscribe(self._next(), topics, five=self._hello.five))

    async def hear(self, wait: float) -> list[Message]:
        """Return the messages that have come; none if none come within so many seconds.

        Raises:
            Unreachable: If the connection is no more.

        """
        if not self._waiting:
            await self._keep_in_touch()
            self._take(await self._wire.read(min(wait, self._keep_alive / 2)))
        came, self._waiting, self._held = self._waiting, [], 0
        found: list[Message] = []
        for packet in came:
            if isinstance(packet, Published):
                found.append(Message(packet.topic, packet.body, packet.size, packet.number))
            else:
                self._mind(packet)
        return found

    async def thank(self, messages: Sequence[Message]) -> None:
        """Acknowledge messages, in the order they came."""
        numbers = [message.number for message in messages if message.number]
        if numbers:
            await self._send(packets.pubacks(numbers))

    async def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Send a message, and wait until the broker has acknowledged it.

        Raises:
            Unreachable: If it does not.

        """
        number, five = self._next(), self._hello.five
        await self._send(packets.publish(number, topic, payload, retain=retain, five=five))
        answer = await self._answer(lambda packet: packets.is_puback(packet, number))
        if answer.codes[0] >= packets.FAILURE:
            reason = f"the broker refuses the message: {refusal(answer.codes[0], five=True)}"
            raise Unreachable(reason)

    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Send messages, a few at a time, and wait until the broker has acknowledged them all.

        Raises:
            Unreachable: If it does not.

        """
        five = self._hello.five
        for begin in range(0, len(messages), _UNDER_WAY):
            some = messages[begin : begin + _UNDER_WAY]
            numbers = [self._next() for _ in some]
            pairs = zip(numbers, some, strict=True)
            await self._send(
                b"".join(
                    packets.publish(number, *one, retain=False, five=five) for number, one in pairs
                )
            )
            await self._acknowledged(set(numbers))

    async def _acknowledged(self, numbers: set[int]) -> None:
        """Wait until the broker has acknowledged what was sent under these numbers."""
        try:
            with fail_after(_ANSWER):
                while numbers:
                    for packet in self._packets.feed(await self._read(_ANSWER)):
                        self._mind(packet)
                        if isinstance(packet, Published):
                            self._wait_with([packet])
                        else:
                            numbers -= {one for one in numbers if packets.is_puback(packet, one)}
        except TimeoutError as error:
            reason = f"the broker did not acknowledge what was sent within {_ANSWER:g} s"
            raise Unreachable(reason) from error
        except Malformed as error:
            raise Unreachable(str(error)) from error

    async def close(self) -> None:
        """Say good-bye; the broker keeps our place."""
        with suppress(Unreachable):  # it may be gone already
            await self._send(packets.GOOD_BYE)
        await self._wire.close()

    async def _answer(self, wanted: Callable[[Packet], bool]) -> Answered:
        """Wait for an answer; messages that come before it wait in their turn."""
        try:
            with fail_after(_ANSWER):
                while True:
                    came = self._packets.feed(await self._read(_ANSWER))
                    found = next((packet for packet in came if wanted(packet)), None)
                    self._wait_with([packet for packet in came if packet is not found])
                    for packet in came:
                        if packets.is_disconnect(packet):
                            self._mind(packet)
                    if isinstance(found, Answered):
                        return found
        except TimeoutError as error:
            reason = f"the broker did not answer within {_ANSWER:g} s"
            raise Unreachable(reason) from error
        except Malformed as error:
            raise Unreachable(str(error)) from error

    def _wait_with(self, came: list[Packet]) -> None:
        """Let messages wait until they are asked for; a broker that goes on and on is left."""
        self._waiting += came
        self._held += sum(packet.size for packet in came if isinstance(packet, Published))
        if self._held > _MOST_HELD:
            reason = "the broker sends messages and does not answer"
            raise Unreachable(reason)

    async def _keep_in_touch(self) -> None:
        """Ask the broker for a sign of life now and then, and miss it when there is none."""
        now = time.monotonic()
        if now - max(self._said, self._heard) >= self._keep_alive / 2:
            await self._send(packets.PING)
        if now - self._heard > 1.5 * self._keep_alive:
            reason = f"the broker has said nothing for {1.5 * self._keep_alive:g} s"
            raise Unreachable(reason)

    def _take(self, data: bytes) -> None:
        if data:
            self._heard = time.monotonic()
            try:
                self._waiting += self._packets.feed(data)
            except Malformed as error:
                raise Unreachable(str(error)) from error

    async def _read(self, wait: float) -> bytes:
        data = await self._wire.read(wait)
        self._heard = time.monotonic() if data else self._heard
        return data

    async def _send(self, data: bytes) -> None:
        await self._wire.write(data)
        self._said = time.monotonic()

    def _mind(self, packet: Packet) -> None:
        if isinstance(packet, Answered) and packets.is_disconnect(packet):
            why = refusal(packet.codes[0], five=True)
            reason = f"the broker ended the session: {why}"
            raise Unreachable(reason)

    def _next(self) -> int:
        self._number = self._number % _NUMBERS + 1
        return self._number


@asynccontextmanager
async def mqtt_session(  # noqa: PLR0913 -- the tail is by name, with defaults
    broker: Broker,
    *,
    guard: Guard,
    vault: Vault,
    keep: timedelta = timedelta(0),
    at_once: int = 100,
    max_bytes: int = 1024 * 1024,
) -> AsyncGenerator[MqttSession]:
    """Open a session with a broker that lets us in. It is kept for `keep` after we have left.

    `at_once` is how many messages we may be sent before any is acknowledged (in version 5).

    Raises:
        Unreachable: If it may not be reached, does not answer or does not let us in.

    """
    five = broker.version == "5"
    seconds = min(int(keep.total_seconds()), _FOREVER)
    hello = Hello(
        client=broker.client or f"byalag-{token_hex(8)}",
        five=five,
        user=vault.value(broker.user),
        password=vault.value(broker.password),
        keep=seconds,
        keep_alive=_KEEP_ALIVE,
        at_once=at_once,
    )
    wire = await dial(broker, guard)
    session = MqttSession(wire, hello, max_bytes=max_bytes)
    try:
        if broker.is_secured:
            await wire.secure(broker, vault)
        await session.greet()
        yield session
    finally:
        await session.close()


async def publish(  # noqa: PLR0913 -- what is sent, and by name what it takes to send it
    broker: Broker,
    topic: str,
    payload: bytes,
    *,
    retain: bool = False,
    guard: Guard,
    vault: Vault,
) -> None:
    """Send one message at QoS 1; the broker has acknowledged it when this returns.

    Raises:
        Unreachable: If the broker may not be reached, does not let us in, or does not acknowledge
            it. Its message holds no secret.

    """
    once = replace(broker, client="")
    async with mqtt_session(once, guard=guard, vault=vault) as session:
        await session.publish(topic, payload, retain=retain)
