"""Writing the ledger: deliveries as they arrived, and how far they have been translated."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from byalag.model import Delivery, Fact, Micros, Rejected
from byalag.store._aside import put_aside, version
from byalag.store._bodies import Packed, digest, pack
from byalag.store._columns import Columns
from byalag.store._facts import Said, say
from byalag.store._results import Committed, Kept, MappingVersion, Recorded
from byalag.store._sealing import Sealing
from byalag.store._session import Session

_TRANSLATED = 9  # the columns of `insert_deliveries` from here on are those of `mark_translated`


class Arrived(NamedTuple):
    """A delivery made ready for the ledger."""

    delivery: Delivery
    key: str | None
    digest: bytes
    bodies: list[Packed]


class Translated(NamedTuple):
    """What a delivery's translation gave."""

    facts: Sequence[Fact]
    at: Micros
    set_aside: Sequence[Rejected]
    skipped: int
    records: int
    columns: Columns | None = None
    whole: bool = False
    mapping: MappingVersion | None = None
    again: int = 0  # observations that are only said again, and not counted


def arrived(delivery: Delivery, key: str | None, sealing: Sealing | None = None) -> Arrived:
    """Make a delivery ready for the ledger: pack its bodies and sum them; seal what is sealed.

    Raises:
        ValueError: Some of its bodies have names, and some have none.
    """
    if delivery.names and len(delivery.names) != len(delivery.bodies):
        message = f"{len(delivery.bodies)} bodies cannot have {len(delivery.names)} names"
        raise ValueError(message)
    packed, summed = [pack(body) for body in delivery.bodies], digest(delivery.bodies)
    source, at = delivery.source, delivery.received
    if sealing is not None and sealing.seals(source):
        packed = [sealing.body(one, source, at) for one in packed]
        summed = sealing.mark(summed)
    return Arrived(delivery, key, summed, packed)


def keep(session: Session, arrival: Arrived) -> Kept:
    """Put a delivery in the ledger, unless its key has been used."""
    delivery, key = arrival.delivery, arrival.key
    if key is not None and (found := _of_key(session, arrival)) is not None:
        return found
    seq = _next(session)
    told = (delivery.source, delivery.part, delivery.received, delivery.media_type, delivery.url)
    size = sum(map(len, delivery.bodies))
    session.deliveries[seq] = [seq, *told, key, arrival.digest, size, None, 0, 0, 0, 0, 0, None]
    names = delivery.names or ("",) * len(arrival.bodies)
    session.bodies += [
        (seq, page, *packed, name)
        for page, (packed, name) in enumerate(zip(arrival.bodies, names, strict=True))
    ]
    if key is not None:
        session.keys[delivery.source, key] = seq
    return Kept(seq)


def _next(session: Session) -> int:
    """Return the number of the next delivery, counting those gathered."""
    last = session.last_delivery
    if last is None:
        last = int(session.run("last_delivery")[0][0])
    session.last_delivery = last + 1
    return last + 1


def _of_key(session: Session, arrival: Arrived) -> Kept | None:
    """Return the receipt of an earlier delivery with the same key."""
    source, key = arrival.delivery.source, arrival.key or ""
    if (seq := session.keys.get((source, key))) is not None:
        return Kept(seq, fresh=False, same=session.deliveries[seq][7] == arrival.digest)
    found = session.run("delivery_of_key", (source, key))
    if not found:
        return None
    return Kept(found[0][0], fresh=False, same=found[0][1] == arrival.digest)


def commit(session: Session, given: Translated, delivery: int | None) -> Committed:
    """Write facts, what was set aside, and how far the ledger has been translated.

    Raises:
        ValueError: There is no such delivery, or an observation is of a series nobody declared.
    """
    source = ""
    if delivery is not None:
        before, source = _before(session, delivery)
        if before is not None:
            return before
    session.unsaid = False
    said = say(session, given.facts, given.columns, whole=given.whole)
    mapping = None if given.mapping is None else version(session, given.mapping, given.at)
    for rejected in given.set_aside:
        put_aside(session, source, rejected, given.at, delivery, mapping)
    committed = _receipt(given, said)
    if delivery is not None:
        if session.unsaid:
            session.run("put_unsaid", (delivery,))
        _mark(session, delivery, given.at, committed, mapping)
    return committed


def record(session: Session, arrival: Arrived, given: Translated) -> Recorded:
    """Keep a delivery and write its facts in the same commit.

    Raises:
        ValueError: An observation is of a series nobody declared.
    """
    kept = keep(session, arrival)
    return Recorded(kept=kept, committed=commit(session, given, kept.seq))


def _receipt(given: Translated, said: Said) -> Committed:
    aside, observations = len(given.set_aside), said.observations - given.again
    return Committed(
        records=given.records or max(said.things, observations) + aside + given.skipped,
        things=said.things,
        observations=observations,
        set_aside=aside,
        skipped=given.skipped,
    )


def _before(session: Session, delivery: int) -> tuple[Committed | None, str]:
    """Return the receipt of a delivery that has been committed before, and its source."""
    gathered = session.deliveries.get(delivery)
    if gathered is not None:
        translated, *counts, _ = gathered[_TRANSLATED:]
        source = gathered[1]
    else:
        found = session.run("delivery_counts", (delivery,))
        if not found:
            message = f"there is no delivery {delivery} in the ledger to commit facts for"
            raise ValueError(message)
        translated, *counts, source = found[0]
    if translated is None:
        return None, source
    records, things, observations, set_aside, skipped = counts
    receipt = partial(Committed, records=records, things=things, observations=observations)
    return receipt(set_aside=set_aside, skipped=skipped, fresh=False), source


def _mark(
    session: Session, delivery: int, at: Micros, committed: Committed, mapping: int | None
) -> None:
    counts = (
        at,
        committed.records,
        committed.things,
        committed.observations,
        committed.set_aside,
        committed.skipped,
        mapping,
    )
    gathered = session.deliveries.get(delivery)
    if gathered is None:
        session.run("mark_translated", (*counts, delivery))
    else:
        gathered[_TRANSLATED:] = counts
