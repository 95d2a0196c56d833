"""Running kept deliveries through a new version of a mapping, and what that changes.

Every delivery of the source is read twice, in the order they came: as it was read then, and as it
would have been read. The two accounts are compared with the store. Whoever describes the same
things or series is read along, so that the last word is the same as it would have been.
"""

from collections.abc import Callable, Sequence
from heapq import merge

import msgspec
from msgspec import Struct, field

from byalag import ByalagError
from byalag.engine._clock import Clock
from byalag.engine._face import Connected
from byalag.engine._reread import pushable
from byalag.engine._translation import (
    Translation,
    context,
    overtaken,
    sifted,
    translated,
    unread,
)
from byalag.engine._version import as_it_was, version_of
from byalag.model import Delivery, Micros, Rejected, Thing
from byalag.sources import Poll, Receive, Translate
from byalag.store import (
    Account,
    Amendment,
    Committed,
    Difference,
    MappingVersion,
    Note,
    Reading,
    Store,
)

_LAST = 50  # deliveries of each part that show what another source describes

Progress = Callable[[int, int], object]


class Untold(ByalagError):
    """Nothing can be translated again.

    What is pushed to a source is already in our words; there is no mapping to change.
    """

    exit_code = 4


class _Voice(Struct, frozen=True):
    """One version of one source: how it reads."""

    connected: Connected
    translate: Translate
    parts: frozenset[str]


class _State(Struct):
    """What a source has delivered so far, in one account: the newest of each part."""

    good: dict[str, Delivery] = field(default_factory=dict[str, Delivery])
    last: dict[str, Delivery] = field(default_factory=dict[str, Delivery])


class _Read(Struct):
    """One pass over the deliveries: the accounts, and what became of those read anew."""

    before: Account
    after: Account
    old: dict[str, _State] = field(default_factory=dict[str, _State])
    new: dict[str, _State] = field(default_factory=dict[str, _State])
    read: dict[int, Committed] = field(default_factory=dict[int, Committed])
    rejected: dict[int, list[Rejected]] = field(default_factory=dict[int, list[Rejected]])
    upto: int = 0


class Retranslation:
    """One source's deliveries, read by the mapping as it is now."""

    def __init__(  # noqa: PLR0913 -- one parameter for each thing that can be asked for
        self,
        store: Reading,
        name: str,
        sources: Sequence[Connected],
        clock: Clock,
        *,
        since: Micros | None = None,
        until: Micros | None = None,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        """Prepare; `since` and `until` choose deliveries by when they came, [since, until).

        Raises:
            Untold: If the source is pushed to.
            Misconfigured: If the source's settings cannot work.

        """
        self._store = store
        self._sources = {one.name: one for one in sources if not _is_pushed(one)}
        if name not in self._sources:
            raise Untold
        self._name = name
        self._clock = clock
        self._period = (-(2**63) if since is None else since, 2**63 if until is None else until)
        self._progress = progress
        self._shared = frozenset(pushable([one for one in sources if _is_pushed(one)])[0])
        self._present = version_of(self._sources[name])
        self._voices: dict[tuple[str, int | None], _Voice] = {}
        self._first: dict[str, int | None] = {}
        self._run: _Read | None = None

    def compare(self) -> Difference:
        """Read everything, and return what would change; nothing is written."""
        return self._store.compare(self._amendment(""))

    def apply(self, store: Store, who: str) -> Difference:
        """Read everything and change the store in one commit; return what was changed.

        What comes while this reads is read too, in the moment before the commit, while nobody
        else writes.
        """
        self._read()
        return store.amend(lambda: self._amendment(who)).result()

    def _amendment(self, who: str) -> Amendment:
        run = self._read()
        details = {"since": _or_none(self._period[0]), "until": _or_none(self._period[1])}
        return Amendment(
            source=self._name,
            before=run.before,
            after=run.after,
            mapping=self._present,
            line=Note(
                at=self._clock.now(),
                who=who,
                what="retranslate",
                about=self._name,
                details=details,
            ),
            shared=self._shared,
            read=run.read,
            rejected=run.rejected,
            good={
                f"good/{self._name}/{part}": delivery.seq
                for part, delivery in run.new[self._name].good.items()
            },
        )

    def _read(self) -> _Read:
        """Read what has come since the last time; all of it the first time."""
        if self._run is None:
            self._run = self._pass([self._name])
            if along := self._along(self._run):
                self._run = self._pass([self._name, *along])
        else:
            self._go_on(self._run)
        return self._run

    def _pass(self, names: Sequence[str]) -> _Read:
        shared = self._shared
        erased = self._store.tombstones()
        run = _Read(
            before=Account(shared.__contains__, erased), after=Account(shared.__contains__, erased)
        )
        for name in names:
            run.old[name], run.new[name] = _State(), _State()
        self._go_on(run)
        return run

    def _go_on(self, run: _Read) -> None:
        lists = [
            [(seq, name, received, number) for seq, received, number in found]
            for name in run.old
            if (found := self._store.translated(name, run.upto))
        ]
        total = sum(map(len, lists))
        mended = {name: self._store.mended_by(name) for name in run.old}
        for done, (seq, name, received, number) in enumerate(merge(*lists), 1):
            delivery = self._store.delivery(seq)
            if delivery is not None:
                self._both(run, delivery, received, [number, *mended[name].get(seq, ())])
            run.upto = max(run.upto, seq)
            if not done % 100 or done == total:
                self._progress(done, total)

    def _both(
        self, run: _Read, delivery: Delivery, received: Micros, versions: Sequence[int | None]
    ) -> None:
        """Read a delivery as it was read, and as it would have been."""
        name = delivery.source
        for number in dict.fromkeys(versions):
            said = _say(run.before, run.old[name], self._recorded(name, number), delivery)
        anew = name == self._name and self._period[0] <= received < self._period[1]
        voices = [None] if anew else list(dict.fromkeys(versions))
        for number in voices:
            voice = self._voice(name, None) if anew else self._recorded(name, number)
            said = _say(run.after, run.new[name], voice, delivery)
            if anew:
                run.read[delivery.seq] = _counted(said)
                if said.set_aside:
                    run.rejected[delivery.seq] = said.set_aside

    def _recorded(self, name: str, number: int | None) -> _Voice:
        """Return how a delivery was read; before versions were kept, by the first that was."""
        if number is None:
            if name not in self._first:
                kept = self._store.mappings(name)
                self._first[name] = kept[-1].no if kept else None
            number = self._first[name]
        return self._voice(name, number)

    def _voice(self, name: str, number: int | None) -> _Voice:
        """Return a version of a source by its number; None is the present one."""
        if (name, number) not in self._voices:
            connected = self._sources[name]
            kept = None if number is None else self._store.mapping(number)
            self._voices[name, number] = _voiced(self._as_it_was(connected, kept))
        return self._voices[name, number]

    def _as_it_was(self, connected: Connected, kept: MappingVersion | None) -> Connected:
        if kept is None:
            return connected
        try:
            return as_it_was(connected, kept)
        except (msgspec.ValidationError, KeyError) as error:
            message = (
                f"version {kept.digest[:12]} of {connected.name} can no longer be read ({error}); "
                "what it said cannot be told from what others have said"
            )
            raise Untold(message) from error

    def _along(self, run: _Read) -> list[str]:
        """Return the other sources that describe the same things, or have the same series."""
        named = run.before.named | run.after.named
        found: list[str] = []
        for name in self._sources.keys() - {self._name}:
            trial = Account(lambda _: True)
            state = _State()
            last = sorted(self._store.said_last(name, _LAST), key=lambda one: one.seq)
            for delivery in last:
                _say(trial, state, self._voice(name, None), delivery)
            if not named.isdisjoint(trial.named):
                found.append(name)
        return found


def _voiced(connected: Connected) -> _Voice:
    reach = connected.kind.reach(connected.settings)
    asks = reach.asks if isinstance(reach, Poll) else ()
    parts = frozenset(ask.part for ask in asks)
    return _Voice(connected, connected.kind.prepare(connected.settings), parts)


def _say(account: Account, state: _State, voice: _Voice, delivery: Delivery) -> Translation:
    """Read one delivery into an account, as the engine would have committed it."""
    said = _heard(account, state, voice, delivery)
    if delivery.part in voice.parts and _is_overtaken(state, delivery):
        said = overtaken(said)
    try:
        account.say(said.facts)
    except ValueError:
        said = sifted(said, account.is_declared)
        account.say(said.facts)
    state.last[delivery.part] = delivery
    if not said.garbled and not _is_overtaken(state, delivery):
        state.good[delivery.part] = delivery
    return said


def _heard(account: Account, state: _State, voice: _Voice, delivery: Delivery) -> Translation:
    others: dict[str, Delivery] = {}
    for part in voice.parts - {delivery.part}:
        other = state.good.get(part) or state.last.get(part)
        if other is not None:
            others[part] = other
    known = context(voice.connected, delivery, known=account, others=others, past=account.values)
    try:
        return translated(voice.translate, delivery, known)
    except Exception as error:  # noqa: BLE001 -- a fault in a source's own code is a reason, too
        return unread(
            delivery, f"a fault in the source's own code ({type(error).__name__}: {error})"
        )


def _is_overtaken(state: _State, delivery: Delivery) -> bool:
    good = state.good.get(delivery.part)
    return good is not None and good.seq > delivery.seq


def _counted(said: Translation) -> Committed:
    return Committed(
        records=said.records,
        things=len({fact.id for fact in said.facts if isinstance(fact, Thing)}),
        observations=said.observations,
        set_aside=len(said.set_aside),
        skipped=said.skipped.total(),
    )


def _is_pushed(source: Connected) -> bool:
    return isinstance(source.kind.reach(source.settings), Receive)


def _or_none(at: Micros) -> Micros | None:
    return None if abs(at) >= 2**62 else at
