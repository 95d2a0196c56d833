"""Listening to an MQTT broker: our place is taken up where we left it, and a lost one is told."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from msgspec.structs import replace

from byalag.engine._broker import Broker
from byalag.engine._guard import Guard
from byalag.engine._message import Bookmark, Message
from byalag.engine._mqtt import MqttSession, mqtt_session
from byalag.engine._secret import Vault
from byalag.sources import Listen

LOST = "the broker had not kept our place, so what was sent meanwhile may be missing"


class MqttListening:
    """A session that has subscribed."""

    def __init__(self, session: MqttSession, bookmark: Bookmark) -> None:
        """Take over a session; nothing has been missed."""
        self.missed: list[str] = []
        self.bookmark = bookmark
        self._session = session

    async def hear(self, wait: float) -> list[Message]:
        """Return the messages that have come; none if none come within so many seconds."""
        return await self._session.hear(wait)

    async def thank(self, messages: Sequence[Message]) -> None:
        """Acknowledge messages, in the order they came."""
        await self._session.thank(messages)

    def key(self, messages: Sequence[Message]) -> str | None:
        """Return nothing: MQTT uses its numbers again and again."""
        del messages
        return None


@asynccontextmanager
async def listen_mqtt(
    broker: Broker, reach: Listen, *, before: Bookmark | None, guard: Guard, vault: Vault
) -> AsyncGenerator[MqttListening]:
    """Listen under the client's name of `broker`, from where we were before.

    A subscription that is there already is not made again, as the broker would send what it has
    kept (retained) once more.

    Raises:
        Unreachable: If the broker may not be reached, does not let us in or refuses a topic.

    """
    async with mqtt_session(
        broker,
        guard=guard,
        vault=vault,
        keep=reach.session,
        at_once=reach.at_most,
        max_bytes=reach.max_bytes,
    ) as session:
        ours = before is not None and (before.url, before.client) == (broker.url, broker.client)
        known = before.topics if before is not None and ours and session.resumed else ()
        gone = [topic for topic in known if topic not in reach.topics]
        new = [topic for topic in reach.topics if topic not in known]
        if gone:
            await session.unsubscribe(gone)
        if new:
            await session.subscribe(new)
        bookmark = Bookmark(url=broker.url, client=broker.client, topics=reach.topics)
        listening = MqttListening(session, bookmark)
        if ours and not session.resumed:
            listening.missed.append(LOST)
        yield listening


@asynccontextmanager
async def overhear_mqtt(
    broker: Broker, reach: Listen, *, guard: Guard, vault: Vault
) -> AsyncGenerator[MqttListening]:
    """Listen for a while under a name of no importance; the broker forgets us when we leave."""
    passing = replace(broker, client="")
    brief = replace(reach, session=timedelta(0))
    async with listen_mqtt(passing, brief, before=None, guard=guard, vault=vault) as listening:
        yield listening
