"""A process that runs codecs, and nothing else: it reads jobs and writes answers.

It has no secrets in its environment, opens no file and no connection. A codec that breaks the
JavaScript engine breaks this process only.
"""

import os
import resource
import struct
import sys
import time
from collections import OrderedDict
from typing import BinaryIO, Final, Literal

import msgspec
from msgspec import Struct

from byalag.codecs._limit import Limits
from byalag.codecs._room import JSException, Room

_MOST_ROOMS: Final = 64  # contexts that are kept; about 0.3 MB each
_SPACE: Final = 1024**3  # bytes of address space
_GRACE: Final = 5  # seconds of processor time beyond `hang`, when nobody is left to stop us
_LENGTH: Final = struct.Struct(">I")
NO_ROOM: Final = "InternalError: out of memory"


class Job(Struct, frozen=True, array_like=True):
    """A batch of messages for one codec, JSON in `given`.

    `open` only reads the codec. `run` may do fewer than all, where the codec is stopped. `alone`
    is one message; `once` is one in a room of its own.
    """

    do: Literal["open", "run", "alone", "once"]
    key: str
    text: str
    given: str
    count: int
    limits: Limits


class Answer(Struct, frozen=True, array_like=True):
    """What the codec said, JSON; or the engine's words for what went wrong."""

    said: str = ""
    wrong: str | None = None


class Rooms:
    """The rooms of this process, the most recently used last."""

    def __init__(self) -> None:
        """Begin without rooms."""
        self._rooms: OrderedDict[str, Room] = OrderedDict()

    def do(self, job: Job) -> Answer:
        """Do a job."""
        try:
            return Answer(self._said(job))
        except JSException as error:
            return Answer(wrong=str(error) or "null")

    def _said(self, job: Job) -> str:
        if job.do == "once":
            return Room(job.text, job.limits, once=True).run(job.given, 0)
        room = self._rooms.pop(job.key, None) or Room(job.text, job.limits)
        if job.do == "open":
            self._keep(job, room)
            return ""
        if room.once and job.count > 1:
            return _one_by_one(job)
        try:
            said = room.run(job.given, job.count)
        except JSException:
            if job.do == "alone":
                raise
            return _so_far(room)
        if not room.once and NO_ROOM not in said:
            self._keep(job, room)
        return said

    def _keep(self, job: Job, room: Room) -> None:
        self._rooms[job.key] = room
        if len(self._rooms) > _MOST_ROOMS:
            self._rooms.popitem(last=False)


def _so_far(room: Room) -> str:
    """Return what was done of a batch that was stopped."""
    try:
        return room.so_far()
    except JSException:
        return "[]"


def _one_by_one(job: Job) -> str:
    """Run each message in a room of its own."""
    done: list[str] = []
    for one in msgspec.json.decode(job.given, type=list[msgspec.Raw]):
        try:
            said = Room(job.text, job.limits).run(f"[{bytes(one).decode()}]", 1)
        except JSException:
            break
        done.append(said[1:-1])
    return f"[{','.join(done)}]"


def packed(message: Job | Answer) -> bytes:
    """Write a message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(body)) + body


def length(head: bytes) -> int:
    """Read how long the message is that follows."""
    found: int = _LENGTH.unpack(head)[0]
    return found


HEAD: Final = _LENGTH.size


def work(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Say that we are here, and do jobs until there are no more."""
    answers.write(packed(Answer()))
    answers.flush()
    rooms, decode = Rooms(), msgspec.msgpack.Decoder(Job).decode
    while head := jobs.read(HEAD):
        job = decode(jobs.read(length(head)))
        used = int(time.process_time() + job.limits.hang) + _GRACE
        _limit(resource.RLIMIT_CPU, used)
        answers.write(packed(rooms.do(job)))
        answers.flush()


def _limit(what: int, most: int) -> None:
    """Set a limit of this process, as far as we may."""
    _, highest = resource.getrlimit(what)
    if highest != resource.RLIM_INFINITY:
        most = min(most, highest)
    resource.setrlimit(what, (most, highest))


def main() -> None:
    """Run as a process of its own."""
    _limit(resource.RLIMIT_AS, _SPACE)
    _limit(resource.RLIMIT_CORE, 0)
    answers = os.fdopen(os.dup(1), "wb")
    work(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
