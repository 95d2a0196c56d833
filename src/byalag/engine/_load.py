"""Running recorded answers through a source, in one pass, as if they had just come."""

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field, json, structs

from byalag.engine._face import Connected, Loaded
from byalag.engine._flagging import flagged
from byalag.engine._recording import read_recording
from byalag.engine._translation import Translation, context, sifted, translated
from byalag.engine._version import version_of
from byalag.model import Delivery, Micros, Thing
from byalag.sources import Translate
from byalag.store import Store

Recorded: TypeAlias = Path | tuple[str, Path]  # a file, or the part that it answers and the file


def _quietly(_: int) -> None:
    pass


class _Sum(Struct, kw_only=True):
    deliveries: int = 0
    records: int = 0
    observations: int = 0
    set_aside: int = 0
    skipped: int = 0
    repeated: int = 0
    garbled: int = 0
    things: set[str] = field(default_factory=set[str])
    reasons: Counter[str] = field(default_factory=Counter[str])

    def add(self, said: Translation, *, fresh: bool) -> None:
        self.deliveries += 1
        self.repeated += not fresh
        self.garbled += bool(said.garbled)
        self.records += said.records
        self.observations += said.observations
        self.set_aside += len(said.set_aside)
        self.skipped += said.skipped.total()
        self.things |= {fact.id for fact in said.facts if isinstance(fact, Thing)}
        self.reasons.update(one.why for one in said.set_aside)


def load(
    connected: Connected,
    store: Store,
    files: Sequence[Recorded],
    *,
    now: Micros,
    progress: Callable[[int], object] = _quietly,
) -> Loaded:
    """Take in recorded answers, one file a delivery, and count what became of them.

    Each file is kept, translated and committed before the next is read, so memory is that of the
    largest. A file that has been loaded before, and is read by the same settings, is counted and
    writes nothing. `things` counts different things. `progress` is told how many are done.

    Raises:
        Misconfigured: If the source's settings cannot work.
        Unreachable: If a packed file cannot be unpacked; those before it have been taken in.

    """
    translate = connected.kind.prepare(connected.settings)
    total, parts = _Sum(), set[str]()
    for recorded in files:
        part, path = recorded if isinstance(recorded, tuple) else ("main", recorded)
        body, media_type = read_recording(path)
        parts.add(part)
        delivery = Delivery(
            source=connected.name,
            received=now,
            bodies=(body,),
            part=part,
            media_type=media_type,
            url=path.name,
        )
        said, fresh = _take(connected, store, translate, delivery, parts)
        total.add(said, fresh=fresh)
        progress(total.deliveries)
    return Loaded(
        deliveries=total.deliveries,
        records=total.records,
        things=len(total.things),
        observations=total.observations,
        set_aside=total.set_aside,
        skipped=total.skipped,
        repeated=total.repeated,
        garbled=total.garbled,
        reasons=dict(total.reasons.most_common()),
    )


def _take(
    connected: Connected, store: Store, translate: Translate, delivery: Delivery, parts: set[str]
) -> tuple[Translation, bool]:
    kept = store.keep(delivery, key=_key(connected, delivery)).result()
    newest = {part: store.newest(connected.name, part) for part in parts - {delivery.part}}
    others = {part: other for part, other in newest.items() if other is not None}
    known = context(connected, delivery, known=store.known(), others=others)
    said = translated(translate, structs.replace(delivery, seq=kept.seq), known)
    if not kept.fresh:
        return said, False
    try:
        _commit(store, connected, delivery.received, kept.seq, said)
    except ValueError:
        said = sifted(said, lambda series: store.series(series) is not None)
        _commit(store, connected, delivery.received, kept.seq, said)
    return said, True


def _key(connected: Connected, delivery: Delivery) -> str:
    """Return what tells whether the same file has been loaded by the same settings."""
    settings = json.encode(connected.settings)
    digest = sha256(b"".join(sha256(each).digest() for each in (settings, *delivery.bodies)))
    return f"load {delivery.part} {digest.hexdigest()}"


def _commit(store: Store, connected: Connected, at: Micros, seq: int, said: Translation) -> None:
    facts = flagged(said.facts, store) if said.ruled else said.facts
    store.commit(
        facts,
        at=at,
        delivery=seq,
        set_aside=said.set_aside,
        skipped=said.skipped.total(),
        records=said.records,
        mapping=version_of(connected),
        again=len(facts) - len(said.facts),
    ).result()
