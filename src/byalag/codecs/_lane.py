"""Processes that run codecs. Each codec belongs to one; a process that breaks is replaced.

This is the only thing that the room does outside itself: the JavaScript engine can be broken from
within (quickjs does not always survive that memory runs out, and a regular expression that never
ends cannot be stopped), so it is not in our own process.
"""

import atexit
import contextlib
import os
import selectors
import subprocess
import sys
import threading
from typing import IO, Final, cast

import msgspec

from byalag import ByalagError
from byalag.codecs._worker import HEAD, Answer, Job, length, packed

_LANES: Final = min(4, os.cpu_count() or 1)
_START: Final = 30.0  # seconds, at most, until a new process answers
_RUN: Final = "from byalag.codecs._worker import main; main()"


class Hung(ByalagError):
    """A codec did not come back, and its process was ended.

    The message that it was given is set aside.
    """


class Broke(ByalagError):
    """A codec broke the JavaScript engine, most often by using up its memory.

    The message that it was given is set aside; the next is run in a new process.
    """


class Lane:
    """A process that does one job at a time, for whichever thread asks. Started when needed."""

    def __init__(self) -> None:
        """Begin without a process."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._decode = msgspec.msgpack.Decoder(Answer).decode
        atexit.register(self._end)

    def do(self, job: Job) -> Answer:
        """Do a job and return its answer.

        Raises:
            Hung: If it did not come back in time.
            Broke: If the process ended in the midst of it.

        """
        with self._lock:
            try:
                jobs, answers = self._pipes()
                jobs.write(packed(job))
                jobs.flush()
                return self._decode(_received(answers, job.limits.hang))
            except OSError as error:
                self._end()
                message = "it broke the JavaScript engine, most often by using too much memory"
                raise Broke(message) from error
            except Hung:
                self._end()
                message = f"it did not come back within {job.limits.hang:g} s"
                raise Hung(message) from None

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """Return what leads to the process and from it, of one that is there."""
        process = self._process
        if process is not None and self._owner == os.getpid() and process.poll() is None:
            return cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        process = self._started()
        jobs, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        _received(answers, _START)
        return jobs, answers

    def _started(self) -> subprocess.Popen[bytes]:
        """Start a process that knows where Byalag is, and nothing else of ours."""
        if self._owner == os.getpid():
            self._end()
        self._owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and our own module
            [sys.executable, "-c", _RUN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": os.pathsep.join(os.path.abspath(p) for p in sys.path)},  # noqa: PTH100 -- text, many times
            start_new_session=True,
        )
        return self._process

    def _end(self) -> None:
        """End the process, if it is ours."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not sent to a process that has ended
                    pipe.close()


def _received(answers: IO[bytes], hang: float) -> bytes:
    """Return the next message of a process.

    Raises:
        Hung: If it has not begun within so many seconds.
        BrokenPipeError: If the process ended.

    """
    with selectors.DefaultSelector() as waiting:
        waiting.register(answers, selectors.EVENT_READ)
        if not waiting.select(hang):
            raise Hung
    head = answers.read(HEAD)
    body = answers.read(length(head)) if len(head) == HEAD else b""
    if not body:
        raise BrokenPipeError
    return body


_lanes: Final = tuple(Lane() for _ in range(_LANES))


def lane_of(key: str) -> Lane:
    """Return the lane that a codec belongs to."""
    return _lanes[int(key[:8], 16) % len(_lanes)]
