"""The one thread that writes: many callers, one commit, one wait for the disk.

Whatever has been asked for while the last commit waited for the disk goes into the next one. A
future is done only when the commit that holds its work has returned.
"""

import errno
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import apsw

from byalag import ByalagError
from byalag.store._connection import Kind, open_to_write
from byalag.store._flush import flush
from byalag.store._session import Session

if TYPE_CHECKING:
    from byalag.store._sealing import Sealing

T = TypeVar("T")
P = TypeVar("P")

_MOST_JOBS = 512
_COMPANY = 0.003  # seconds that a commit waits, at most, for as many as came last time
_GLANCE = 0.0001  # seconds between looks at who has come
_MOST_WEIGHT = 50_000
_MOST_LONG_WEIGHT = 10_000

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DISK = (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.BusyError)


class Unwritable(ByalagError):
    """The store could not be written to, and nothing of this was kept."""

    exit_code = 5


class Full(Unwritable):
    """There is no room left on the disk, and nothing of this was kept."""


class Closed(ByalagError):
    """The store has been closed."""


class Job(Generic[P, T]):
    """Something to write, in one step or in many, each with a place in a commit of its own.

    `step` is given where it has come to and answers where it has come to next, or None after the
    last step together with the result.
    """

    def __init__(
        self,
        step: "Callable[[Session, P], tuple[P | None, T]]",
        begin: P,
        weight: int,
        *,
        long: bool,
    ) -> None:
        """Make a job that has not begun. `weight` is about how many rows a step writes."""
        self.step = step
        self.position = begin
        self.weight = weight
        self.long = long
        self.future: Future[T] = Future()


Work = Job[Any, Any]
Outcome = tuple[Work, Any, Any]  # job, next position, result


class Writer:
    """The writer of one file."""

    def __init__(
        self, path: Path, kind: Kind | None = None, *, sealing: "Sealing | None" = None
    ) -> None:
        """Open the file and start the thread; it is a store, if nothing is said.

        Raises:
            Outdated: The SQLite library is too old.
            Unfit: The file is not a store, or from a newer version.
        """
        self._path = path
        self._session = Session(open_to_write(path, kind), sealing)
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._lock = Lock()
        self._closed = False
        self._company = 0  # how many others the last commit was shared with
        self._thread = Thread(target=self._run, name=f"writes {path.name}", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Session], T], weight: int = 1) -> Future[T]:
        """Write something in one commit."""
        return self._put(Job(lambda session, _: (None, work(session)), None, weight, long=False))

    def submit_steps(
        self,
        step: "Callable[[Session, P], tuple[P | None, T]]",
        begin: P,
        weight: int,
    ) -> Future[T]:
        """Write something long, step by step, letting others in between."""
        return self._put(Job(step, begin, weight, long=True))

    def _put(self, job: Job[Any, T]) -> Future[T]:
        with self._lock:
            if self._closed:
                message = f"the store {self._path} has been closed; nothing was written"
                raise Closed(message)
            self._queue.put(job)
        return job.future

    def close(self) -> None:
        """Write what has been asked for, and stop."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._session.connection.close()

    def _run(self) -> None:
        long: deque[Work] = deque()
        open_ = True
        while open_ or long:
            jobs, open_ = self._gather(long, open_=open_)
            going_on = self._write(jobs)
            long.extendleft(reversed(going_on))

    def _gather(self, long: deque[Work], *, open_: bool) -> tuple[list[Work], bool]:
        """Return the next commit group: what has been asked for, and some steps of long jobs."""
        jobs: list[Work] = []
        weight = 0
        block = not long
        while open_ and len(jobs) < _MOST_JOBS and weight < _MOST_WEIGHT:
            try:
                job = self._queue.get(block=block)
            except Empty:
                break
            if job is None:
                open_ = False
                break
            if block and self._company:
                self._wait_for_company()
            block = False
            if not job.future.set_running_or_notify_cancel():
                continue
            if job.long:
                long.append(job)
            else:
                jobs.append(job)
                weight += job.weight
        self._company = max(len(jobs) - 1, 0)
        weight = 0
        while long and weight < _MOST_LONG_WEIGHT:
            jobs.append(long.popleft())
            weight += jobs[-1].weight
        return jobs, open_

    def _wait_for_company(self) -> None:
        """Wait a little for as many as came last time: who has been answered asks again."""
        end = monotonic() + _COMPANY
        while self._queue.qsize() < self._company and monotonic() < end:
            sleep(_GLANCE)

    def _write(self, jobs: list[Work]) -> list[Work]:
        """Write a group in one commit; return the jobs that have more steps to take."""
        if not jobs:
            return []
        failed: list[tuple[Work, Exception]] = []
        try:
            done = self._together(jobs)
        except _DISK as error:
            return self._give_up(jobs, error)
        except Exception:  # noqa: BLE001 - the second round finds whose it is and tells them
            self._undo()
            try:
                done, failed = self._one_by_one(jobs)
            except _DISK as error:
                return self._give_up(jobs, error)
        for job, problem in failed:
            job.future.set_exception(problem)
        for job, position, result in done:
            job.position = position
            if position is None:
                job.future.set_result(result)
        return [job for job, position, _ in done if position is not None]

    def _together(self, jobs: list[Work]) -> list[Outcome]:
        """Write all jobs as one."""
        self._begin()
        done = [(job, *job.step(self._session, job.position)) for job in jobs]
        flush(self._session)
        self._session.connection.execute("COMMIT")
        return done

    def _one_by_one(self, jobs: list[Work]) -> tuple[list[Outcome], list[tuple[Work, Exception]]]:
        """Write each job in a savepoint of its own, so that one failing harms no other."""
        done: list[Outcome] = []
        failed: list[tuple[Work, Exception]] = []
        self._begin()
        execute = self._session.connection.execute
        for job in jobs:
            execute("SAVEPOINT job")
            try:
                outcome = (job, *job.step(self._session, job.position))
                flush(self._session)
            except _DISK:
                raise
            except Exception as error:  # noqa: BLE001 - carried to the caller by the future
                execute("ROLLBACK TO job")
                self._session.forget()
                failed.append((job, error))
            else:
                done.append(outcome)
            execute("RELEASE job")
        execute("COMMIT")
        return done, failed

    def _begin(self) -> None:
        self._session.connection.execute("BEGIN IMMEDIATE")
        self._session.refresh()
        self._session.start()

    def _undo(self) -> None:
        if self._session.connection.in_transaction:
            self._session.connection.execute("ROLLBACK")
        self._session.forget()

    def _give_up(self, jobs: list[Work], error: apsw.Error) -> list[Work]:
        number = self._session.connection.system_errno
        self._undo()
        problem = _explain(self._path, error, number)
        for job in jobs:
            job.future.set_exception(problem)
        return []


def _explain(path: Path, error: apsw.Error, number: int) -> Unwritable:
    """Return what to tell whoever waits. `number` is what the operating system said last."""
    no_room = isinstance(error, apsw.IOError) and number in _NO_ROOM
    full = isinstance(error, apsw.FullError) or no_room
    if full:
        problem: Unwritable = Full(
            f"there is no room left for {path} ({error}). Nothing of this was kept. "
            "Free some space and send it again; the store goes on by itself"
        )
    else:
        problem = Unwritable(
            f"{path} could not be written to ({error}). Nothing of this was kept. "
            "Check the disk and its permissions, and send it again"
        )
    problem.__cause__ = error
    return problem
