"""Listening to a stream of NATS JetStream, by a durable consumer that we pull from.

The API's subjects and answers are those of docs.nats.io ("JetStream wire API").
"""

import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from msgspec.structs import replace

from byalag.engine._broker import Broker
from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard
from byalag.engine._message import Bookmark, Message
from byalag.engine._nats import NO_JETSTREAM, NatsConnection, nats_connection
from byalag.engine._nats_line import Came
from byalag.engine._secret import Vault
from byalag.model import Json
from byalag.sources import Listen

_API: Final = "$JS.API"
_NO_CONSUMER, _NO_STREAM, _NOT_ON = 10014, 10059, 10039  # err_code
_SECOND: Final = 1_000_000_000  # JetStream counts nanoseconds
_ACK_WAIT: Final = 10 * _SECOND  # a message not acknowledged by then is sent again
_EXPIRES: Final = 30 * _SECOND  # how long a request for messages stands
_AT_ONCE: Final = 16 * 1024 * 1024  # bytes asked for at once
_BEGINNING: Final = 20  # messages that are heard when a source is only tried
_PLAIN, _LONG = 9, 11  # parts of an acknowledgement's subject; longer where there is a domain
_TOO_LARGE: Final = "message size exceeds maxbytes"


class NatsListening:
    """A consumer of a stream, from which we pull."""

    def __init__(self, connection: NatsConnection, reach: Listen, consumer: str) -> None:
        """Take over a connection; nothing has been missed."""
        self.missed: list[str] = []
        self.bookmark = Bookmark(url=reach.url, client=consumer, topics=reach.topics)
        self.next = 1  # the place of the next message, if none has been removed
        self._connection = connection
        self._reach = reach
        self._pull = f"{_API}.CONSUMER.MSG.NEXT.{reach.stream}.{consumer}"
        self._inbox = f"{connection.inbox}.pull"
        self._coming = 0  # messages that we have asked for and that have not come
        self._ends = 0.0  # when what we have asked for has ended, told or not
        self._one_by_one = False

    async def hear(self, wait: float) -> list[Message]:
        """Return the messages that have come; none if none come within so many seconds.

        Raises:
            Unreachable: If the connection or the consumer is no more.

        """
        if not self._coming or time.monotonic() > self._ends:
            await self._ask()
        found: list[Message] = []
        for came in await self._connection.hear(wait):
            if came.reply:
                found.append(self._message(came))
                self._coming -= 1
            elif came.subject == self._inbox:
                self._mind(came)
        return found

    async def thank(self, messages: Sequence[Message]) -> None:
        """Acknowledge messages, in the order they came."""
        lines = [b"PUB %b 4\r\n+ACK\r\n" % message.reply for message in messages]
        await self._connection.send(b"".join(lines))
        furthest = max((message.place for message in messages), default=0)
        place = max(furthest, self.bookmark.place)
        self.bookmark = replace(self.bookmark, place=place)

    def key(self, messages: Sequence[Message]) -> str | None:
        """Return the stream and the places of the messages in it."""
        first, last = messages[0].place, messages[-1].place
        if [message.place for message in messages] != list(range(first, last + 1)):
            return None
        return f"{self._reach.stream}/{self.bookmark.made}/{first}-{last}"

    async def _ask(self) -> None:
        """Ask for as many messages as one delivery holds."""
        wanted: dict[str, Json] = {"batch": 1, "expires": _EXPIRES}
        if not self._one_by_one:
            wanted |= {"batch": self._reach.at_most, "max_bytes": _AT_ONCE}
        self._one_by_one = False
        self._coming = wanted["batch"]
        self._ends = time.monotonic() + 2 * _EXPIRES / _SECOND
        body = json.dumps(wanted).encode()
        line = f"PUB {self._pull} {self._inbox} {len(body)}\r\n".encode()
        await self._connection.send(line + body + b"\r\n")

    def _mind(self, came: Came) -> None:
        """Take note of what the server says instead of a message."""
        why = came.why.lower()
        if came.status in {404, 408} or (came.status == 409 and _is_over(why)):  # noqa: PLR2004 -- as in HTTP
            self._coming = 0
            self._one_by_one = why == _TOO_LARGE
        elif came.status >= 400:  # noqa: PLR2004 -- as in HTTP
            reason = f"the server sends nothing more: {came.why or came.status}"
            raise Unreachable(reason)

    def _message(self, came: Came) -> Message:
        place, fresh = _place(came.reply)
        if fresh and not self._reach.topics and place > self.next:
            self.missed.append(removed(place - self.next))
        if fresh:
            self.next = max(self.next, place + 1)
        return Message(came.subject, came.body, came.size, reply=came.reply, place=place)


def removed(count: int) -> str:
    """Say that messages were gone before we heard them."""
    what = "1 message was" if count == 1 else f"{count} messages were"
    return f"{what} removed from the stream before we heard them"


@asynccontextmanager
async def listen_nats(
    broker: Broker, reach: Listen, *, before: Bookmark | None, guard: Guard, vault: Vault
) -> AsyncGenerator[NatsListening]:
    """Listen by the durable consumer that has the client's name, from where it was before.

    Raises:
        Unreachable: If the server may not be reached or does not let us in, or has no such
            stream; then it says which it has.

    """
    async with nats_connection(
        broker, guard=guard, vault=vault, max_bytes=reach.max_bytes
    ) as connection:
        listening = NatsListening(connection, reach, broker.client)
        stream = await _stream(connection, reach.stream)
        made, first = str(stream["created"]), int(stream["state"]["first_seq"])
        ours = before if before is not None and before.client == broker.client else None
        same = ours is not None and ours.made == made
        come = ours.place if ours is not None and same else 0
        consumer = await _consumer(connection, reach, broker.client, come)
        listening.bookmark = replace(listening.bookmark, made=made, place=come)
        if ours is not None and not same:
            listening.missed.append("the stream had been made anew, so what it held before is gone")
        kept = max(int(consumer["ack_floor"]["stream_seq"]), come if same else 0)
        listening.next = max(int(consumer["delivered"]["stream_seq"]), kept) + 1
        if same and first > listening.next:
            listening.missed.append(removed(first - listening.next))
        listening.next = max(listening.next, first)
        yield listening


@asynccontextmanager
async def overhear_nats(
    broker: Broker, reach: Listen, *, guard: Guard, vault: Vault
) -> AsyncGenerator[NatsListening]:
    """Listen to the last messages of a stream and what comes; the server forgets us soon after."""
    async with nats_connection(
        broker, guard=guard, vault=vault, max_bytes=reach.max_bytes
    ) as connection:
        stream = await _stream(connection, reach.stream)
        start = max(
            int(stream["state"]["first_seq"]), int(stream["state"]["last_seq"]) - _BEGINNING + 1
        )
        config = {
            "ack_policy": "none",
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": max(start, 1),
            "inactive_threshold": 30 * _SECOND,
            **_filtered(reach),
        }
        wanted = {"stream_name": reach.stream, "config": config}
        made = await _api(connection, f"CONSUMER.CREATE.{reach.stream}", wanted)
        listening = NatsListening(connection, reach, str(made["name"]))
        listening.next = max(start, 1)
        yield listening


async def _stream(connection: NatsConnection, name: str) -> Json:
    answer = await connection.request(f"{_API}.STREAM.INFO.{name}", {})
    if _code(answer) == _NO_STREAM:
        known = await connection.request(f"{_API}.STREAM.NAMES", {})
        names = ", ".join(known.get("streams") or ()) or "none"
        reason = (
            f"the server has no stream {name!r}; there are {names}. Plain NATS keeps nothing for "
            f"who is away, so a stream must hold the subjects"
        )
        raise Unreachable(reason)
    return _checked(answer)


async def _consumer(connection: NatsConnection, reach: Listen, name: str, come: int) -> Json:
    """Return our consumer; make it if it is not there, from after the place that we had come to."""
    answer = await connection.request(f"{_API}.CONSUMER.INFO.{reach.stream}.{name}", {})
    ours: dict[str, Json] = {
        "ack_wait": _ACK_WAIT,
        "max_ack_pending": max(1000, 2 * reach.at_most),
        **_filtered(reach),
    }
    if _code(answer) == _NO_CONSUMER:
        begin = {"deliver_policy": "by_start_sequence", "opt_start_seq": come + 1} if come else {}
        config: dict[str, Json] = {
            "name": name, "durable_name": name, "ack_policy": "explicit",
            "deliver_policy": "all", "replay_policy": "instant", **begin, **ours,
        }  # fmt: skip
    else:
        there: dict[str, Json] = _checked(answer)["config"]
        if there.get("ack_policy") != "explicit" or there.get("deliver_subject"):
            reason = (
                f"the consumer {name!r} is another's; write another `client` in the source's file"
            )
            raise Unreachable(reason)
        unfiltered = {k: v for k, v in there.items() if not k.startswith("filter_subject")}
        config = {**unfiltered, **ours}
        if config == there:
            return answer
    wanted = {"stream_name": reach.stream, "config": config}
    return await _api(connection, f"CONSUMER.DURABLE.CREATE.{reach.stream}.{name}", wanted)


def _filtered(reach: Listen) -> dict[str, Json]:
    match reach.topics:
        case ():
            return {}
        case (only,):
            return {"filter_subject": only}
        case several:
            return {"filter_subjects": list(several)}


async def _api(connection: NatsConnection, subject: str, body: Json) -> Json:
    return _checked(await connection.request(f"{_API}.{subject}", body))


def _checked(answer: Json) -> Json:
    if _code(answer) == _NOT_ON:
        raise Unreachable(NO_JETSTREAM)
    if "error" in answer:
        reason = f"JetStream refuses: {answer['error'].get('description', 'it does not say why')}"
        raise Unreachable(reason)
    return answer


def _code(answer: Json) -> int:
    return int(answer.get("error", {}).get("err_code", 0))


def _is_over(why: str) -> bool:
    """Tell whether a request for messages has ended and another may be made."""
    return why == _TOO_LARGE or why.startswith(("batch completed", "exceeded max"))


def _place(reply: bytes) -> tuple[int, bool]:
    """Return a message's place in its stream, and whether it is sent for the first time."""
    parts = reply.split(b".")
    shift = 0 if len(parts) == _PLAIN else 2
    if len(parts) < (_LONG if shift else _PLAIN):
        return 0, False
    return int(parts[5 + shift]), parts[4 + shift] == b"1"
