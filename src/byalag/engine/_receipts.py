"""What is remembered of every file that has been taken: when, which delivery, what became of it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from byalag.engine._durable import durable
from byalag.engine._place import Entry
from byalag.model import Json, Micros
from byalag.store import Store, Summary

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = 20  # reasons in a receipt
_LOOKED = 1000  # of what was set aside last
_RECENT = 200  # deliveries


class Reason(Struct, frozen=True):
    """Why one record was set aside, and where in the file it is."""

    where: str
    why: str


class Taken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that has been taken. `moved` is its name among the taken ones.

    `state`: "taken" is on disk here and not yet translated; "known" held what its name held last.
    """

    name: str
    size: int
    mark: str
    sha256: str
    delivery: int
    at: Micros
    state: Literal["taken", "translated", "known"] = "taken"
    moved: str = ""
    records: int = 0
    things: int = 0
    observations: int = 0
    set_aside: int = 0
    reasons: list[Reason] = field(default_factory=list[Reason])

    def written(self) -> bytes:
        """Return the receipt as people and programs read it: JSON."""
        said: dict[str, Json] = {
            "file": self.name,
            "state": self.state,
            "taken": (_EPOCH + timedelta(microseconds=self.at)).isoformat(),
            "delivery": self.delivery,
            "size": self.size,
            "sha256": self.sha256,
            "records": self.records,
            "things": self.things,
            "observations": self.observations,
            "setAside": self.set_aside,
            "reasons": msgspec.to_builtins(self.reasons),
        }
        return msgspec.json.format(msgspec.json.encode(said)) + b"\n"


class Receipts:
    """The receipts of one source's files at one place. Kept in the municipality's store."""

    def __init__(self, store: Store, source: str, place: Struct) -> None:
        """Remember under names that are the place's own: another place is another start."""
        self._store = store
        self._source = source
        own = sha256(msgspec.json.encode(place)).hexdigest()[:12]
        self._start = f"watch/{source}/{own}"
        self._known: dict[str, Taken | None] = {}

    def known(self, name: str) -> Taken | None:
        """Return what was last taken under a name."""
        if name not in self._known:
            self._known[name] = _read(self._store.recall(f"{self._start}/{name}"), Taken)
        return self._known[name]

    def has(self, entry: Entry) -> bool:
        """Tell whether this very file has been taken: same name, same size, same time."""
        known = self.known(entry.name)
        return known is not None and known.mark == entry.mark

    def forget_but(self, names: Iterable[str]) -> None:
        """Let go of the memory of files that are no longer there; the store goes on having it."""
        here = set(names)
        for name in self._known.keys() - here:
            del self._known[name]

    def key(self, entry: Entry, digest: str) -> str:
        """Return what tells a file from every other, however often it is read."""
        said = msgspec.json.encode((self._start, entry.name, entry.mark, digest))
        return f"file:{sha256(said).hexdigest()}"

    def pending(self) -> list[Taken]:
        """Return the files of which it was not known, last, what became of them."""
        return _read(self._store.recall(f"{self._start}//pending"), list[Taken]) or []

    async def remember(self, taken: Iterable[Taken], pending: list[Taken]) -> None:
        """Keep receipts; returns when they are on disk."""
        for one in taken:
            self._known[one.name] = one
            self._store.remember(f"{self._start}/{one.name}", msgspec.to_builtins(one))
        await durable(self._store.remember(f"{self._start}//pending", msgspec.to_builtins(pending)))

    def completed(self, taken: list[Taken]) -> list[Taken]:
        """Return the receipts with what has become of each delivery, as far as it is known."""
        summaries = {one.seq: one for one in self._store.deliveries(self._source, _RECENT)}
        if not any(one.delivery in summaries for one in taken):
            return taken
        aside: dict[int, list[Reason]] = {}
        if any(summaries[one.delivery].set_aside for one in taken if one.delivery in summaries):
            for record in self._store.set_aside(self._source, _LOOKED):
                if record.delivery is not None:
                    aside.setdefault(record.delivery, []).append(Reason(record.where, record.why))
        return [_told(one, summaries.get(one.delivery), aside) for one in taken]


def _told(taken: Taken, summary: Summary | None, aside: dict[int, list[Reason]]) -> Taken:
    if summary is None or summary.translated is None or taken.state == "known":
        return taken
    return replace(
        taken,
        state="translated",
        records=summary.records,
        things=summary.things,
        observations=summary.observations,
        set_aside=summary.set_aside,
        reasons=aside.get(taken.delivery, [])[::-1][:_SHOWN],
    )


def _read(value: Json, kind: type[T]) -> T | None:
    """Read what was remembered; what another version wrote otherwise counts as nothing."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None
