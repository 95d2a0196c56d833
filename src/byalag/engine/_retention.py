"""Deletes what should no longer be: at start and once each day, a little at a time.

The municipality's own store first; the commons follows by what it is told. Then the keys that
nothing is sealed with any more are destroyed, so that what was deleted is gone from the backups
too, and the logs of the files are emptied.
"""

from collections.abc import Callable, Mapping, Sequence

import structlog
from anyio import to_thread
from msgspec import Struct

from byalag.engine._clock import Clock
from byalag.engine._durable import durable
from byalag.engine._face import Connected
from byalag.engine._unsay import without
from byalag.governance import Due
from byalag.model import Micros
from byalag.store import Blobs, Expired, Expiry, Note, Store

WHO = "Byalag"
_DAY: Micros = 86_400_000_000

_log = structlog.get_logger()


class Kept(Struct, frozen=True, kw_only=True):
    """What one municipality's rules are.

    `due` answers them at a time; `held` the things of which nothing is deleted then, and why.
    `sources` read what has been delivered, to find in it what was erased before it came.
    """

    due: Callable[[Micros], Sequence[Due]]
    held: Callable[[Micros], Mapping[str, str]]
    blobs: Blobs | None = None
    sources: Sequence[Connected] = ()


class Retention:
    """Deletes what is due in the stores of a hub."""

    def __init__(
        self, stores: Mapping[str, Store], commons: Store, kept: Mapping[str, Kept], clock: Clock
    ) -> None:
        """Prepare to delete; nothing is deleted yet."""
        self._stores = stores
        self._commons = commons
        self._kept = kept
        self._clock = clock
        self._done: dict[str, int] = {}

    async def tidy(self, code: str) -> None:
        """Delete what is due in one municipality, once a day."""
        today = self._clock.now() // _DAY
        kept, store = self._kept.get(code), self._stores[code]
        if kept is None or self._done.get(code) == today:
            return
        done = await self.run(code, kept, store)
        self._done[code] = today
        for one in done:
            _log.info(
                "expired", municipality=code, stuff=one.stuff, about=one.about, count=one.count
            )

    async def run(self, code: str, kept: Kept, store: Store) -> Sequence[Expired]:
        """Delete what is due now, and answer what was."""
        now = self._clock.now()
        line = Note(at=now, who=WHO, what="expire", about=code)
        done = await durable(store.expire(expiries(kept, now), line))
        await to_thread.run_sync(finish, store, kept, now)
        return done

    async def empty_commons(self) -> None:
        """Leave nothing of what was withdrawn in the log of the commons."""
        await to_thread.run_sync(self._commons.scrub)


def expiries(kept: Kept, now: Micros) -> list[Expiry]:
    """Return the rules that are due now, as the store carries them out. What is held is left."""
    held = frozenset(kept.held(now))
    return [
        Expiry(
            stuff=one.stuff,
            about=one.about,
            before=one.before,
            people=one.people,
            held=held if one.stuff in {"observations", "journal"} else frozenset(),
            why=one.kept,
        )
        for one in kept.due(now)
        if not one.held
    ]


def finish(store: Store, kept: Kept, now: Micros) -> None:
    """Let go of what nothing needs any more: keys, the bytes of files, the log of the store."""
    gone = store.tombstones()
    for one in without(store, kept.sources, store.unsaid(), gone.__contains__):
        store.rewrite(one).result()
    store.shred(now)
    if kept.blobs is not None:
        kept.blobs.keep_only(store.files.digests(), now)
    store.scrub()
