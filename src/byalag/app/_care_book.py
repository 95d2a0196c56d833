"""The book of homes: what has been said of each, kept in memory as it is agreed now.

What is said is judged by the rules, written with its line of the audit in one commit, and only then
seen by others. What another process says (the terminal, beside a hub that runs) is seen at the next
look.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from threading import RLock
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from byalag.app._hub import Hub, Tenant
from byalag.engine import durable
from byalag.model import Json, Micros, MunicipalityCode, SeriesId, ThingId
from byalag.services.care import (
    Around,
    Away,
    Back,
    ChannelGone,
    ChannelSet,
    ContactGone,
    Hindrance,
    Home,
    HomeId,
    NoticeClosed,
    Said,
    StageSet,
    Unit,
    Unsayable,
    after,
    becomes,
    hinders,
    onward,
)
from byalag.store import Line, Note, Store

BOOK: Final = "care"
Heard: TypeAlias = Callable[[HomeId, Sequence[Said]], None]
_TOLD: Final = ("contact", "notice", "way", "outcome", "about", "stage", "by", "unit", "consent")


class Entry(Struct, frozen=True, kw_only=True):
    """One fact of a home: what was said, when and by whom. `seq` is its number in the book."""

    seq: int
    at: Micros
    who: str
    said: Said


class _Held(Struct):
    """A fact inside a struct: msgspec remembers how those are read, and not a union's."""

    said: Said


class CareBook:
    """What is agreed about the homes of one municipality (`services.care.Book`), live."""

    def __init__(
        self,
        store: Store,
        units: Mapping[str, Unit],
        declared: Mapping[SeriesId, str] | None = None,
    ) -> None:
        """Read what has been said so far.

        `declared` are datasets of series that settings name, which may not have been heard yet.
        """
        self.units, self._declared = units, declared or {}
        self._store, self._journal = store, store.journal(BOOK)
        self._lock = RLock()
        self._homes: dict[HomeId, Home] = {}  # as it is on disk
        self._ahead: dict[HomeId, list[Home]] = {}  # as it will be, write by write
        self._holders: dict[SeriesId, HomeId] = {}
        self._seq, self._version = 0, -1
        self._erased = -1
        self._buried: Callable[[HomeId], bool] = _nobody
        self._callbacks: list[Heard] = []
        self.changed = 0  # counts the facts that have been seen, by whomever they were said
        self._refresh()

    def homes(self, unit: str | None = None, /) -> Sequence[Home]:
        """Return the homes of a unit, or all, in order of entry."""
        self._refresh()
        with self._lock:
            every = list(self._homes.values())
        return every if unit is None else [one for one in every if one.unit == unit]

    def home(self, home: HomeId, /) -> Home | None:
        """Return one home as it is agreed now."""
        self._refresh()
        with self._lock:
            return self._homes.get(home)

    def unit(self, home: HomeId, /) -> Unit | None:
        """Return the unit of a home; None if there is no such home, or its unit has no file."""
        found = self.home(home)
        return None if found is None else self.units.get(found.unit)

    def entries(self, home: HomeId, /) -> list[Entry]:
        """Return all that has been said of a home, oldest first. Reads the disk."""
        return [_entry(line) for line in self._journal.lines(home)]

    def hinders(self, home: HomeId, now: Micros, /) -> tuple[Hindrance, ...]:
        """Return what keeps a home from its next stage. Reads the disk."""
        found, unit = self.home(home), self.unit(home)
        if found is None or unit is None:
            return ("closed",)
        return hinders(found, unit, self._store.latest(found.channels), now)

    async def move_on(
        self, homes: Sequence[HomeId], /, *, who: str, at: Micros
    ) -> Mapping[HomeId, tuple[Hindrance, ...]]:
        """Move homes to their next stage, those that nothing keeps; answers what keeps each."""
        kept = {home: self.hinders(home, at) for home in homes}
        waits = [
            self.write(home, [StageSet(stage=stage)], who=who, at=at)
            for home, why in kept.items()
            if not why and (now := self.home(home)) and (stage := onward(now))
        ]
        for wait in waits:
            await durable(wait)
        return kept

    def heard(self, callback: Heard, /) -> Callable[[], None]:
        """Call with each home and what has been said of it, once it is on disk; from any thread.

        Returns what takes the callback away again. What another process says is heard of when
        somebody next asks this book.
        """
        with self._lock:
            self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    async def say(self, home: HomeId, said: Sequence[Said], /, *, who: str, at: Micros) -> None:
        """Write facts of a home, with their lines of the audit; on disk when this returns.

        Raises:
            Refused: what is said cannot be, as the home is now.
        """
        await durable(self.write(home, said, who=who, at=at))

    def write(
        self, home: HomeId, said: Sequence[Said], /, *, who: str, at: Micros
    ) -> "Future[Home]":
        """Write facts of a home; the future answers how it is agreed now, when that is on disk.

        Raises:
            Refused: what is said cannot be, as the home is now.
        """
        self._refresh()
        with self._lock:
            ahead = self._ahead.get(home)
            before = ahead[-1] if ahead else self._homes.get(home)
            now, every = becomes(before, home, [_sound(one) for one in said], at, self._around)
            lines = [_line(home, one, who, at) for one in every]
            notes = [_note(home, one, who, at) for one in every]
            self._ahead.setdefault(home, []).append(now)
            done: Future[Home] = Future()
            writing = self._journal.add(lines, notes, forget=self._gone(home, every))
        writing.add_done_callback(lambda written: self._written(home, written, done))
        return done

    def _gone(self, home: HomeId, said: Sequence[Said]) -> list[str]:
        """Return the contacts that no home has any more: who they are is forgotten."""
        gone = {one.contact for one in said if isinstance(one, ContactGone)}
        others = (one for one in self._homes.values() if gone and one.id != home)
        return sorted(gone.difference(*(one.contacts for one in others)))

    @property
    def _around(self) -> Around:
        return Around(
            units=self.units,
            dataset=self._dataset,
            holder=self._holders.get,
            elsewhere=self._elsewhere,
        )

    def _elsewhere(self, contact: ThingId, unit: str) -> bool:
        """Tell whether somebody is a contact of a home in another unit."""
        others = (one for one in self._homes.values() if one.unit != unit)
        return any(contact in one.contacts for one in others)

    def _dataset(self, series: SeriesId) -> str | None:
        found = self._store.series(series)
        return self._declared.get(series) if found is None else found.dataset

    def _written(self, home: HomeId, written: "Future[list[int]]", done: "Future[Home]") -> None:
        """Show what has been written, or forget it if it could not be."""
        error = written.exception()
        with self._lock:
            waiting = self._ahead[home]
            now = waiting.pop(0) if error is None else None
            if error is not None:  # what was judged by it is judged by what never was
                waiting.clear()
            if not waiting:
                self._ahead.pop(home, None)
        if error is not None or now is None:
            done.set_exception(error)
            return
        try:
            self._refresh()
        except Exception as fault:  # noqa: BLE001 -- whoever waits must hear of it, and not wait on
            done.set_exception(fault)
            return
        done.set_result(now)

    def _refresh(self) -> None:
        """Take in what has been said since, here or by another process, and tell who listens."""
        with self._lock:
            version = self._journal.version()
            if version == self._version:
                return
            buried = self._forget_erased()
            news: dict[HomeId, list[Said]] = {}
            for line in self._journal.lines(after=self._seq):
                if line.subject not in self._homes and buried(line.subject):
                    continue
                one = _entry(line)
                self._take_in(line.subject, one)
                news.setdefault(line.subject, []).append(one.said)
            self._version = version
            callbacks = tuple(self._callbacks) if news else ()
        for home, said in news.items():
            for callback in callbacks:
                callback(home, said)

    def _forget_erased(self) -> Callable[[HomeId], bool]:
        erased = self._journal.erased()
        if erased == self._erased:
            return self._buried
        self._buried, self._erased = self._store.tombstones().__contains__, erased
        for id_ in [id_ for id_ in self._homes if self._buried(id_)]:
            for series in self._homes.pop(id_).channels:
                self._holders.pop(series, None)
            self._ahead.pop(id_, None)
            self.changed += 1
        return self._buried

    def _take_in(self, id_: HomeId, one: Entry) -> None:
        before = self._homes.get(id_)
        now = after(before, id_, one.said, one.at)
        self._seq = one.seq
        self.changed += 1
        if now is None:
            return
        self._homes[id_] = now
        had = {} if before is None else before.channels
        if isinstance(one.said, ChannelSet | ChannelGone):
            for series in had.keys() - now.channels.keys():
                self._holders.pop(series, None)
            self._holders.update(dict.fromkeys(now.channels, id_))


def books(hub: Hub, own: Mapping[str, Store]) -> Mapping[MunicipalityCode, CareBook]:
    """Return the book of each municipality of a hub, by code; made once, and handed on."""
    return {
        tenant.municipality.code: book_of(tenant, own[tenant.municipality.code])
        for tenant in hub.tenants
    }


def book_of(tenant: Tenant, store: Store) -> CareBook:
    """Return the book of one municipality."""
    declared = {one.id: one.dataset for one in tenant.pushed()}
    return CareBook(store, tenant.units, declared)


def _nobody(_home: HomeId) -> bool:
    return False


def _entry(line: Line) -> Entry:
    said = msgspec.convert({"said": line.document}, _Held).said
    return Entry(seq=line.seq, at=line.at, who=line.who, said=said)


def _sound(said: Said) -> Said:
    """Return what is said as it will be read again from the disk.

    Raises:
        Refused: it cannot be: JSON has no word for what is no number, nor for one beyond 64 bits.
    """
    try:
        sound = msgspec.json.decode(msgspec.json.encode(_Held(said)), type=_Held).said
    except (msgspec.MsgspecError, OverflowError, UnicodeEncodeError) as error:
        words = {"sv": f"går inte att säga: {error}", "en": f"cannot be said: {error}"}
        raise Unsayable(words) from error
    return sound


def _line(home: HomeId, said: Said, who: str, at: Micros) -> Line:
    document = msgspec.to_builtins(said)
    matter = "away" if isinstance(said, Away | Back) else getattr(said, "notice", "")
    return Line(
        subject=home,
        at=at,
        kind=type(said).__name__,
        who=who,
        document=document,
        matter=matter,
        ends=isinstance(said, NoticeClosed | Back),
    )


def _note(home: HomeId, said: Said, who: str, at: Micros) -> Note:
    """Return the audit's line: who said what of whom; of what was said, only what is no data."""
    details: dict[str, Json] = {
        name: value for name in _TOLD if isinstance(value := getattr(said, name, None), str)
    }
    return Note(at=at, who=who, what=f"care-{_words(said)}", about=home, details=details)


def _words(said: Said) -> str:
    name = type(said).__name__
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in name).strip("-")
