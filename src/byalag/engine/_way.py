"""What the questions of one source share: how one is put, and what happens when it goes wrong."""

import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

import msgspec
from msgspec import Struct

from byalag import ByalagError
from byalag.engine._ask import Answer, put, since
from byalag.engine._breaker import Breaker, pause
from byalag.engine._face import Connected, Unreachable
from byalag.engine._fetch import Fetcher
from byalag.engine._guard import Network, Resolve
from byalag.engine._intake import Intake
from byalag.engine._lanes import Lanes
from byalag.engine._spans import span
from byalag.engine._stopping import Stopping
from byalag.sources import Ask


class Way(Struct, frozen=True, kw_only=True):
    """The way to one source. `allowed` holds ranges that it may reach although not public."""

    intake: Intake
    fetcher: Fetcher
    breaker: Breaker
    lanes: Lanes
    stopping: Stopping
    resolve: Resolve
    allowed: tuple[Network, ...] = ()
    draw: Callable[[], float] = random.random


def is_undated(connected: Connected) -> bool:
    """Tell whether a mapping says `$received`: values have no time but that of their delivery."""
    return b'"$received"' in msgspec.json.encode(connected.settings)


def fingerprint(connected: Connected) -> str:
    """Return a digest of what decides how answers are read; a new one makes old answers news."""
    try:
        code = version("byalag")
    except PackageNotFoundError:
        code = ""
    said = msgspec.json.encode((code, connected.kind.name, connected.settings), order="sorted")
    return sha256(said).hexdigest()[:16]


async def ask_once(way: Way, ask: Ask, *, mark: str, home: str | None = None) -> bool:
    """Put a question and take in the answer; return False if a stop cut it short.

    `home` is given for an address that an answer named: the address that our keys are for.

    Raises:
        Unreachable: If no good answer came.

    """
    intake, answer = way.intake, None
    last = since(intake.before(mark), fingerprint(intake.connected))
    with way.stopping.cut() as cut:
        async with way.lanes.place(ask.url):
            began = time.monotonic()
            with span("ask", municipality=intake.labels[0], source=intake.labels[1]):
                answer = await put(ask, way.fetcher, intake.vault, last, home)
            intake.tools.metrics.seconds.labels(*intake.labels).observe(time.monotonic() - began)
    if cut.cancelled_caught:
        way.breaker.let_go()
        return False
    way.breaker.succeed()
    if home is None:
        await intake.try_again()
    await _take(intake, ask, answer, mark)
    return True


async def _take(intake: Intake, ask: Ask, answer: Answer | None, mark: str) -> None:
    if answer is None:
        await intake.hear()
    else:
        await intake.take(ask.part, answer, mark=mark)


async def attempt(
    way: Way, every: timedelta, what: str, work: Callable[[], Awaitable[object]]
) -> float:
    """Do something that may go wrong in any way; return the wait before the next time, seconds."""
    if not way.breaker.admit(time.monotonic()):
        return way.breaker.wait(time.monotonic()) * (1 + 0.1 * way.draw())
    asked: timedelta | None = None
    try:
        await work()
        await way.intake.recover(what)
    except ByalagError as error:
        way.breaker.fail(time.monotonic())
        asked = error.wait if isinstance(error, Unreachable) else None
        await way.intake.fail(what, str(error))
    except Exception as error:  # noqa: BLE001 -- a fault in one source must not stop the others
        way.breaker.fail(time.monotonic())
        await way.intake.crash(what, error)
    return pause(every, way.breaker.failures, asked, way.draw)
