"""A page that stays true while it is open: told of what changes, and that the line is alive.

A page that is told nothing must not go on saying that all is as usual. So each quiet while is told
as such, with the time; a page that does not hear that says that it no longer knows.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_EVENTS: Final = "text/event-stream"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_LOOK: Final = 2.0  # how often it is looked whether something has changed, seconds
_BEAT: Final = 10.0  # after so long a silence it is told that the line is alive, seconds
_LONGEST: Final = 3600.0  # after so long whoever listens asks again, and is let in again or not


def streamed(
    request: Request,
    look: Callable[[], object | None],
    alive: Callable[[], str],
    stopped: Callable[[], bool],
) -> Response:
    """Answer with server-sent events: `look` is how it is now, None when it may be seen no more.

    Whoever asks for the headers alone (HEAD) is answered at once, and nothing is looked at.
    """
    if request.method == "HEAD":
        return Response(media_type=_EVENTS, headers=_HEADERS)
    return StreamingResponse(events(look, alive, stopped), media_type=_EVENTS, headers=_HEADERS)


async def events(
    look: Callable[[], object | None],
    alive: Callable[[], str],
    stopped: Callable[[], bool],
    *,
    every: float = _LOOK,
    beat: float = _BEAT,
) -> AsyncIterator[str]:
    """Yield "news" when something has changed, and "alive" with the time when nothing has.

    Ends when what is looked at may be seen no more, and says so first: "gone".
    """
    last, quiet, passed = await to_thread.run_sync(look), 0.0, 0.0
    yield f"retry: 3000\nevent: alive\ndata: {alive()}\n\n"
    while passed < _LONGEST and not stopped():
        await asyncio.sleep(every)
        passed, quiet = passed + every, quiet + every
        now = await to_thread.run_sync(look)
        if now is None:
            yield "event: gone\ndata: gone\n\n"
            return
        if now != last:
            last, quiet = now, 0.0
            yield "event: news\ndata: changed\n\n"
        elif quiet >= beat:
            quiet = 0.0
            yield f"event: alive\ndata: {alive()}\n\n"
