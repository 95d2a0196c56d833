"""Watches a place for files: takes each when it is complete, once, and leaves a receipt."""

import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from hashlib import sha256

from anyio import to_thread
from msgspec import Struct
from msgspec.structs import replace

from byalag.engine._durable import durable
from byalag.engine._place import RECEIPT, Changed, Entry, Place, Unreadable, too_large
from byalag.engine._places import opened
from byalag.engine._receipts import Receipts, Taken
from byalag.engine._way import Way, attempt, is_undated
from byalag.model import Delivery, Micros
from byalag.sources import Watch

_SOON = 2.0  # the first look comes within this time from the start, seconds
_STEP = 64  # files that are taken at once
_STEP_BYTES = 32 * 1024 * 1024
_NAMED = 3  # files that a health message names


class _Read(Struct, frozen=True, kw_only=True):
    """A file that has been read. `delivery` is None where it holds what its name held last."""

    entry: Entry
    taken: Taken
    delivery: Delivery | None


class Watching:
    """One watched place of one source. Nothing that goes wrong here reaches another source."""

    def __init__(self, way: Way, watch: Watch) -> None:
        """Prepare to watch; nothing is looked at yet."""
        self.next_ask: Micros | None = None
        self._way = way
        self._watch = watch
        connected = way.intake.connected
        self._receipts = Receipts(way.intake.store, connected.name, watch.place)
        self._undated = is_undated(connected)
        self._looks: dict[str, tuple[str, float]] = {}  # the mark of a file, since when
        self._faults: dict[str, str] = {}
        self._pending: list[Taken] | None = None

    async def run(self) -> None:
        """Look until the engine stops; soon again where a file is not yet settled."""
        watch, stopping = self._watch, self._way.stopping
        wait = min(_SOON, watch.every.total_seconds()) * self._way.draw()
        while not stopping.stopped:
            self.next_ask = self._way.intake.tools.clock.now() + int(wait * 1_000_000)
            await stopping.sleep(wait)
            if stopping.stopped:
                return
            wait = await attempt(self._way, watch.every, f"watch {watch.part}", self._once)
            if self._looks and not self._way.breaker.failures:  # a file that may soon be settled
                wait = min(wait, max(watch.settled.total_seconds(), 0.05))

    async def _once(self) -> None:
        """Look once, and take what is complete.

        Raises:
            Unreachable: If the place cannot be looked at.

        """
        intake = self._way.intake
        with self._way.stopping.cut() as cut:
            async with opened(
                self._watch.place,
                vault=intake.vault,
                fetcher=self._way.fetcher,
                resolve=self._way.resolve,
                allowed=self._way.allowed,
            ) as place:
                entries = await place.entries()
                self._way.breaker.succeed()
                await intake.try_again()
                await self._settle(place)
                complete = await to_thread.run_sync(self._complete, entries)
                told = 0
                for step in _steps(complete):
                    told += await self._take(place, step)
                if not told:
                    await intake.hear()
                await self._tell_faults()
        if cut.cancelled_caught:
            self._way.breaker.let_go()

    def _complete(self, entries: list[Entry]) -> list[Entry]:
        """Return the files that are to be taken or moved now, the oldest first."""
        wanted = [one for one in entries if fnmatchcase(one.name, self._watch.pattern)]
        self._receipts.forget_but(one.name for one in wanted)
        self._faults = {one.name: one.fault for one in wanted if one.fault}
        sound = [one for one in wanted if not one.fault]
        if self._watch.after == "mark":
            sound = [one for one in sound if not self._receipts.has(one)]
        now, settled = time.monotonic(), self._watch.settled.total_seconds()
        for one in sound:
            self._receipts.known(one.name)  # from the store, while this is off the event loop
        looks: dict[str, tuple[str, float]] = {}
        complete: list[Entry] = []
        for one in sound:
            mark, since = self._looks.get(one.name, ("", now))
            since = since if mark == one.mark else now
            if now - since >= settled:
                complete.append(one)
            else:
                looks[one.name] = one.mark, since
        self._looks = looks
        return sorted(complete, key=lambda one: (one.at, one.name))

    async def _take(self, place: Place, step: list[Entry]) -> int:
        """Take some files: all on disk first, then each translated, in order; then moved.

        Return how many were new.
        """
        again, fresh = [one for one in step if self._receipts.has(one)], list[_Read]()
        for entry in step:
            if entry not in again and (read := await self._read(place, entry)) is not None:
                fresh.append(read)
        kept = await self._keep(fresh)
        await self._receipts.remember([read.taken for read in kept], self._known_pending(kept))
        for read in kept:
            if read.delivery is not None:
                await self._way.intake.tell(read.delivery)
        done = [await self._move(place, read.entry, read.taken) for read in kept]
        for entry in again:  # taken before the hub was stopped, or moved in vain
            known = self._receipts.known(entry.name)
            if known is not None:
                done.append(await self._move(place, entry, known))
        await self._settle(place, done)
        return sum(read.delivery is not None for read in kept)

    async def _read(self, place: Place, entry: Entry) -> _Read | None:
        """Read one file; None where it is not complete, or cannot be read."""
        try:
            if entry.size > self._watch.max_bytes:
                raise too_large(entry, self._watch.max_bytes)
            content = await place.read(entry, self._watch.max_bytes)
        except Changed:
            self._looks[entry.name] = "", time.monotonic()
            return None
        except Unreadable as error:
            self._faults[entry.name] = str(error)
            return None
        digest = await to_thread.run_sync(lambda: sha256(content).hexdigest())
        known = self._receipts.known(entry.name)
        now = self._way.intake.tools.clock.now()
        taken = Taken(
            name=entry.name, size=entry.size, mark=entry.mark, sha256=digest, delivery=0, at=now
        )
        if known is not None and known.sha256 == digest and not self._undated:
            taken = replace(taken, delivery=known.delivery, state="known")
            return _Read(entry=entry, taken=taken, delivery=None)
        delivery = Delivery(
            source=self._way.intake.connected.name,
            received=now,
            bodies=(content,),
            part=self._watch.part,
            names=(entry.name,),
        )
        return _Read(entry=entry, taken=taken, delivery=delivery)

    async def _keep(self, fresh: list[_Read]) -> list[_Read]:
        """Put the files in the ledger, in one commit; one that is there already is not told."""
        store, key = self._way.intake.store, self._receipts.key
        asked = await to_thread.run_sync(
            lambda: [
                None
                if read.delivery is None
                else store.keep(read.delivery, key=key(read.entry, read.taken.sha256))
                for read in fresh
            ]
        )
        done: list[_Read] = []
        for read, future in zip(fresh, asked, strict=True):
            if future is None or read.delivery is None:
                done.append(read)
                continue
            kept = await durable(future)
            delivery = replace(read.delivery, seq=kept.seq) if kept.fresh else None
            taken = replace(read.taken, delivery=kept.seq)
            done.append(_Read(entry=read.entry, taken=taken, delivery=delivery))
        return done

    async def _move(self, place: Place, entry: Entry, taken: Taken) -> Taken:
        if self._watch.after == "mark":
            return taken
        try:
            return replace(taken, moved=await place.move(entry, taken.at))
        except Changed:
            return taken  # another file has come under the name; it is taken in its turn
        except Unreadable as error:
            self._faults[entry.name] = f"it was taken, but {error}"
            return taken

    def _known_pending(self, kept: list[_Read]) -> list[Taken]:
        if self._pending is None:
            self._pending = self._receipts.pending()
        return [*self._pending, *(read.taken for read in kept)]

    async def _settle(self, place: Place, done: list[Taken] | None = None) -> None:
        """Complete the receipts of files that have been translated, and write those of moved."""
        waiting = [*self._known_pending([]), *(done or [])]
        if not waiting:
            return
        told = await to_thread.run_sync(self._receipts.completed, waiting)
        for one in told:
            if one.moved and one.state != "taken":
                try:
                    await place.write(one.moved + RECEIPT, one.written())
                except Unreadable as error:
                    self._faults[one.name] = f"its receipt: {error}"
        self._pending = [one for one in told if one.state == "taken"]
        if done or any(one.state != "taken" for one in told):
            await self._receipts.remember(
                [one for one in told if one.state != "taken" or one.moved], self._pending
            )

    async def _tell_faults(self) -> None:
        """Say which files could not be taken, or that all could."""
        what, faults = f"files {self._watch.part}", self._faults
        if not faults:
            await self._way.intake.recover(what)
            return
        named = "; ".join(f"{name}: {why}" for name, why in [*faults.items()][:_NAMED])
        more = f"; and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
        said = f"{len(faults)} files cannot be taken: {named}{more}"
        if self._way.intake.health.errors.get(what) != self._way.intake.vault.mask(said):
            await self._way.intake.fail(what, said)


def _steps(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Yield files to be taken together: a few, and not too many bytes."""
    step, size = list[Entry](), 0
    for entry in entries:
        if step and (len(step) == _STEP or size + entry.size > _STEP_BYTES):
            yield step
            step, size = [], 0
        step.append(entry)
        size += entry.size
    if step:
        yield step
