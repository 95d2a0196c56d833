"""What has become of a delivery, for whoever brought it."""

from datetime import UTC, datetime, timedelta

from byalag.engine._face import AsideRecord, Became
from byalag.store import Store

_SHOWN = 100  # records that were set aside
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def became(store: Store, source: str, delivery: int) -> Became | None:
    """Return what has become of a source's delivery; None if it has had no such."""
    found = store.summary(delivery)
    if found is None or found.source != source:
        return None
    aside = store.set_aside_of(delivery) if found.set_aside else []
    return Became(
        delivery=found.seq,
        source=found.source,
        received=_EPOCH + timedelta(microseconds=found.received),
        bytes=found.bytes,
        state="waiting" if found.translated is None else "translated",
        records=found.records,
        things=found.things,
        observations=found.observations,
        skipped=found.skipped,
        set_aside=found.set_aside,
        aside=[AsideRecord(where=one.where, why=one.why) for one in aside[:_SHOWN]],
    )
