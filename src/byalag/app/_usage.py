"""What is used of the hub's APIs: counted in each process, and added up in the register.

An answer is counted by API, version, operation and application, never by person or address: who
shows no key of an application is one among all. What a process has counted goes to the register
every few seconds and when the hub stops; a process that is killed loses what it counted since.
"""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from starlette.types import Scope

from byalag.governance import step
from byalag.model import Micros
from byalag.store import Closed, Counted, Operated, Usage

EVERY: Final = 5.0  # seconds between writes to the register
_LATE: Final = 2 * EVERY  # seconds after which a timer is taken to be lost with its loop
_HELD: Final = 10_000  # operations and applications that are counted apart at a time
_FAILED, _REFUSED, _MOVED = 500, 400, 300  # the least status codes
_MICRO: Final = 1_000_000
_OLD: Final = timedelta(days=70)  # quotas of months that ended longer ago are dropped

_log = structlog.get_logger("byalag.usage")


class Counting:
    """Counts answers. It is used from one thread at a time."""

    def __init__(
        self,
        usage: Usage,
        now: Callable[[], Micros],
        *,
        steady: Callable[[], float] = monotonic,
        flushed: Callable[[], object] = lambda: None,
    ) -> None:
        """Begin with nothing; `flushed` is done whenever the counts are written."""
        self._usage, self._now, self._steady, self._flushed = usage, now, steady, flushed
        self._apis: frozenset[str] = frozenset()
        self._counts: dict[Operated, Counted] = {}
        self._named: dict[tuple[str, str], Operated] = {}
        self._began, self._armed = steady(), -_LATE
        self._day = 0

    def begin(self, apis: Collection[str]) -> None:
        """Count these APIs, named by the first segments of their addresses."""
        self._apis = frozenset(apis)

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one answer."""
        what = self._what(scope)
        if what is None:
            return
        counted = self._counts.get(what)
        if counted is None:
            if len(self._counts) >= _HELD:
                self.flush()
            counted = self._counts[what] = Counted()
        if status >= _FAILED or status == 0:
            counted.failed += 1
        elif status >= _REFUSED:
            counted.refused += 1
        elif status >= _MOVED:
            counted.moved += 1
        else:
            counted.good += 1
        number = step(int(seconds * _MICRO))
        counted.latency[number] = counted.latency.get(number, 0) + 1
        self._soon()

    def flush(self) -> None:
        """Write what has been counted; it is on its way when this returns."""
        counts, self._counts = self._counts, {}
        self._began, now = self._steady(), self._now()
        with suppress(Closed):  # the hub has stopped
            if counts:
                added = self._usage.add({(now, what): each for what, each in counts.items()})
                added.add_done_callback(_complain)
            self._flushed()
            self._drop_old(now)

    def _what(self, scope: Scope) -> Operated | None:
        """Return what was asked, if it was an API, and of which application."""
        template: str | None = scope.get("template")
        if template is None:  # refused before an address was found, or there is none
            template = f"/{scope['path'][1:].partition('/')[0]}/"
        name = scope["method"], template
        if name not in self._named:
            if template[1:].partition("/")[0] not in self._apis:
                return None
            if len(self._named) >= _HELD:
                self._named = {}
            self._named[name] = self._operated(*name)
        what, application = self._named[name], _consumer(scope)
        return what._replace(application=application) if application else what

    @staticmethod
    def _operated(method: str, template: str) -> Operated:
        api, _, rest = template[1:].partition("/")
        version, _, path = rest.partition("/")
        return Operated(api, version, f"{method[:10]} /{path}" if version else "(none)", "")

    def _soon(self) -> None:
        """See to it that what has been counted is written within a few seconds."""
        steady = self._steady()
        if steady - self._armed < _LATE:
            return
        self._armed = steady
        try:
            asyncio.get_running_loop().call_later(EVERY, self._due)
        except RuntimeError:  # there is no loop where nobody serves
            self._armed = -_LATE
            if steady - self._began >= EVERY:
                self.flush()

    def _due(self) -> None:
        self._armed = -_LATE
        self.flush()

    def _drop_old(self, now: Micros) -> None:
        """Drop what has been kept for long enough, once a day."""
        day = now // (86_400 * _MICRO)
        if day != self._day:
            self._day = day
            before = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=now) - _OLD
            self._usage.drop_old(now, f"{before:%Y-%m}")


def _complain(added: Future[None]) -> None:
    """Say that counts were lost: the disk is full, or cannot be written to."""
    error = added.exception()
    if error is not None:
        _log.error("usage_not_kept", error=str(error))


def _consumer(scope: Scope) -> str:
    """Return the application whose key was shown, if any was."""
    found: str | None = scope.get("consumer")
    if found is not None:
        return found
    actor = scope.get("actor")
    key = actor.key if actor is not None else None
    return key.application if key is not None else ""
