"""What the store answers: receipts, summaries and changes. Pure data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, cast

import msgspec
from msgspec import Struct

from byalag.model import Fact, Json, Micros, Rejected, SeriesId, Thing
from byalag.store._columns import Columns
from byalag.store._file import FileVersion

AsideState: TypeAlias = Literal["open", "mended", "dismissed"]


class Kept(Struct, frozen=True):
    """A delivery is in the ledger, on disk.

    `fresh` is false when the key had been used before: `seq` is then the first delivery's, and
    `same` tells whether its bytes were the same.
    """

    seq: int
    fresh: bool = True
    same: bool = True


class Committed(Struct, frozen=True, kw_only=True):
    """Facts are in the store, on disk. The counts are of what was said, changed or not.

    `fresh` is false when the delivery had been committed before: the counts are the first ones.
    """

    records: int = 0
    things: int = 0
    observations: int = 0
    set_aside: int = 0
    skipped: int = 0
    fresh: bool = True


class Recorded(Struct, frozen=True, kw_only=True):
    """A delivery and its facts are on disk, in one commit."""

    kept: Kept
    committed: Committed

    @property
    def seq(self) -> int:
        """Return the delivery's number in the ledger."""
        return self.kept.seq

    @property
    def fresh(self) -> bool:
        """Return whether this was the first time that its key was seen."""
        return self.kept.fresh


class Summary(Struct, frozen=True, kw_only=True):
    """One delivery in the ledger without its bytes. `translated` is when, or None: not yet."""

    seq: int
    source: str
    part: str
    received: Micros
    records: int
    things: int
    observations: int
    set_aside: int
    skipped: int
    bytes: int
    translated: Micros | None


class SetAside(Struct, frozen=True, kw_only=True):
    """A record, or a whole delivery, that could not be translated, with its reason.

    `state` is "open", "mended" or "dismissed". `tries` counts how often it has been replayed, and
    `tried` is when it last was. `mapping` is the number of the version that could not say it, and
    `group` the words that its reason shares with others.
    """

    seq: int
    source: str
    delivery: int | None
    at: Micros
    where: str
    why: str
    record: bytes = b""
    state: AsideState = "open"
    tries: int = 0
    tried: Micros | None = None
    mapping: int | None = None
    group: str = ""


class Group(Struct, frozen=True, kw_only=True):
    """What has been set aside of one source for one reason. `example` is the newest of it."""

    no: int
    source: str
    group: str
    count: int
    first: Micros
    last: Micros
    example: SetAside


class Replayed(Struct, frozen=True, kw_only=True):
    """What a kept delivery says when it is read again because some of it was set aside.

    `mended` numbers the rows that could be said now; `still` gives the others with today's reason;
    `added` is what has been set aside only now. `good` names what remembers the newest delivery
    that could be read, where this one may be it.
    """

    delivery: int
    source: str
    facts: Sequence[Fact] = ()
    mended: Sequence[int] = ()
    still: Mapping[int, str] = {}
    added: Sequence[Rejected] = ()
    good: str = ""


class MappingVersion(Struct, frozen=True, kw_only=True):
    """What a source's words were taken to mean: its settings, as JSON, and the code that read them.

    `digest` tells versions apart. `no` and `first`, when it was first used, are the store's to say.
    """

    source: str
    digest: str
    settings: str
    zone: str
    byalag: str
    no: int = 0
    first: Micros = 0

    @property
    def said(self) -> str:
        """Return the settings to be read by people, without what a file need not say."""
        told = msgspec.json.encode(_said(msgspec.json.decode(self.settings)))
        return msgspec.json.format(told, indent=2).decode()


def _said(settings: Json) -> Json:
    """Leave out what is empty, null or false."""
    if isinstance(settings, list):
        return [_said(one) for one in cast("Iterable[Json]", settings)]
    if isinstance(settings, dict):
        pruned = {name: _said(one) for name, one in cast("dict[str, Json]", settings).items()}
        return {name: one for name, one in pruned.items() if one or type(one) in {int, float}}
    return settings


class Note(Struct, frozen=True, kw_only=True):
    """One line of the audit: who did what, when, and about what. Never changed."""

    at: Micros
    who: str
    what: str
    about: str
    details: Mapping[str, Json] = {}
    seq: int = 0


class Counts(Struct, frozen=True, kw_only=True):
    """How much there is in a store. `observations` counts hot rows and those in chunks.

    A row that corrects what is in a chunk is counted beside it until it has been folded.
    `set_aside` counts what is open.
    """

    deliveries: int
    things: int
    series: int
    observations: int
    rows: int
    chunks: int
    set_aside: int
    outbox: int
    bytes: int


class LedgerSize(Struct, frozen=True, kw_only=True):
    """How much the ledger holds of one source: bytes as they `arrived`, and as they are `kept`."""

    source: str
    deliveries: int
    arrived: int
    kept: int
    oldest: Micros


class Block(Struct, frozen=True):
    """A run of observations of one series as pcodec blocks: times, values, flags (one or many)."""

    series: SeriesId
    times: bytes
    values: bytes
    flags: bytes


class Change(Struct, frozen=True, kw_only=True):
    """What one commit changed in one open dataset, or that the dataset is open no more.

    `seq` is its number in the outbox; 0 in a replay, which moves no cursor. `withdrawn` names
    series that have left the dataset, and `undescribed` things that it says nothing of any more;
    `forgotten` names series of which nothing is kept before a time, and `dropped` files by version;
    `closed` says that all of it has been withdrawn. What was observed in bulk is in `blocks` or
    `columns`, not in `facts`.
    """

    seq: int
    dataset: str
    facts: Sequence[Fact] = ()
    blocks: Sequence[Block] = ()
    withdrawn: Sequence[SeriesId] = ()
    closed: bool = False
    columns: Sequence[Columns] = ()
    files: Sequence[FileVersion] = ()
    undescribed: Sequence[str] = ()
    forgotten: Sequence[tuple[SeriesId, Micros]] = ()
    dropped: Sequence[tuple[str, int]] = ()

    @property
    def weight(self) -> int:
        """Return how many rows it is about."""
        return len(self.facts) + len(self.files) + sum(map(len, self.columns))


class SeriesDifference(Struct, frozen=True, kw_only=True):
    """How many observations of a series a new mapping adds, changes and takes away.

    Each of `examples` is a time, the value before and the value after; None where there is none.
    """

    series: SeriesId
    added: int
    changed: int
    gone: int
    examples: Sequence[tuple[Micros, float | None, float | None]] = ()


class ThingDifference(Struct, frozen=True, kw_only=True):
    """What a dataset says of a thing, before and after; None where it says nothing."""

    thing: str
    dataset: str
    before: Thing | None
    after: Thing | None


class Difference(Struct, kw_only=True):
    """What a new mapping changes in a store: everything, before and after it is applied.

    `declared` and `undeclared` name series; `mended` counts what is no longer set aside and
    `set_aside` what is so now.
    """

    deliveries: int = 0
    series: list[SeriesDifference] = []
    things: list[ThingDifference] = []
    declared: list[SeriesId] = []
    undeclared: list[SeriesId] = []
    hidden: list[str] = []
    shown: list[str] = []
    links: int = 0
    mended: int = 0
    set_aside: int = 0

    def total(self, what: Literal["added", "changed", "gone"]) -> int:
        """Return how many observations are added, changed or gone."""
        return sum(getattr(one, what) for one in self.series)

    @property
    def empty(self) -> bool:
        """Return whether nothing that can be read changes."""
        changed = (self.series, self.things, self.declared, self.undeclared)
        others = (self.hidden, self.shown, self.links, self.mended, self.set_aside)
        return not any((*changed, *others))
