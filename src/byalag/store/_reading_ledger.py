"""Reading the ledger, and what is remembered beside the facts."""

from collections.abc import Iterator

import msgspec

from byalag.model import Delivery, Json
from byalag.store._bodies import SEALED, unpack
from byalag.store._connection import rows
from byalag.store._reading_aside import ReadingAside
from byalag.store._results import LedgerSize, Summary
from byalag.store._seal import Sealed
from byalag.store._tombstones import Tombstones


class ReadingLedger(ReadingAside):
    """What can be asked of deliveries as they arrived, and of what is remembered by name."""

    def recall(self, name: str) -> Json:
        """Return what was remembered under a name; None if nothing was."""
        found = self._ask("recall", (name,))
        return msgspec.json.decode(found[0][0]) if found else None

    def recalled(self, beginning: str) -> dict[str, Json]:
        """Return what is remembered under names that begin alike, by name, in their order."""
        found = self._ask("recalled", (beginning, len(beginning)))
        return {name: msgspec.json.decode(value) for name, value in found}

    def delivery(self, seq: int) -> Delivery | None:
        """Return a delivery as it arrived.

        Raises:
            Sealed: It is sealed, and its key has been destroyed or is not here.
        """
        with self._readers.snapshot() as connection:
            found = rows(connection, "delivery", (seq,))
            if not found:
                return None
            kept = rows(connection, "bodies", (seq,))
        number, source, received, part, media_type, url = found[0]
        return Delivery(
            source=source,
            received=received,
            bodies=tuple(self._unpacked(*body) for *body, _ in kept),
            part=part,
            media_type=media_type,
            url=url,
            seq=number,
            names=tuple(row[-1] for row in kept) if any(row[-1] for row in kept) else (),
        )

    def _unpacked(self, packed: int, content: bytes) -> bytes:
        if packed < SEALED:
            return unpack(packed, content)
        if self.sealing is None:
            raise Sealed
        return unpack(*self.sealing.opened(packed, content))

    def unsaid(self) -> list[int]:
        """Return the deliveries that have said something of what was erased before they came."""
        return [seq for (seq,) in self._ask("unsaid")]

    def tombstones(self) -> Tombstones:
        """Return what tells whether an id has been erased."""
        salt, marks = self._ask("salt"), self._ask("erased")
        return Tombstones(salt[0][0] if salt else b"", frozenset(mark for (mark,) in marks))

    def risen(self) -> list[str]:
        """Return the things that are here though they have been erased: from an old backup."""
        buried = self.tombstones()
        return [id_ for (id_,) in self._ask("ids_of_things") if id_ in buried]

    def newest(self, source: str, part: str = "main") -> Delivery | None:
        """Return the newest delivery of one part of a source."""
        seq = self._ask("newest_delivery", (source, part))[0][0]
        return None if seq is None else self.delivery(seq)

    def newest_until(self, source: str, part: str, seq: int) -> Delivery | None:
        """Return the newest delivery of a part, up to a number, that said anything."""
        found = self._ask("newest_until", (source, part, seq))[0][0]
        return None if found is None else self.delivery(found)

    def untranslated(self) -> Iterator[Delivery]:
        """Yield the deliveries whose facts have not been committed, oldest first, one at a time."""
        seq = 0
        while (found := self._ask("next_untranslated", (seq,))[0][0]) is not None:
            seq = int(found)
            delivery = self.delivery(seq)
            if delivery is not None:
                yield delivery

    def deliveries(self, source: str | None = None, limit: int = 100) -> list[Summary]:
        """Return the newest deliveries, newest first, without their bytes."""
        if source is None:
            found = self._ask("all_deliveries", (limit,))
        else:
            found = self._ask("deliveries", (source, limit))
        return [Summary(**dict(zip(Summary.__struct_fields__, row, strict=True))) for row in found]

    def summary(self, seq: int) -> Summary | None:
        """Return one delivery without its bytes."""
        found = self._ask("delivery_summary", (seq,))
        names = Summary.__struct_fields__
        return Summary(**dict(zip(names, found[0], strict=True))) if found else None

    def said_last(self, source: str, limit: int) -> Iterator[Delivery]:
        """Yield the last deliveries of each part of a source that said anything."""
        for (part,) in self._ask("parts", (source,)):
            for (seq,) in self._ask("said_last", (source, part, limit)):
                delivery = self.delivery(seq)
                if delivery is not None:
                    yield delivery

    def ledger_size(self) -> list[LedgerSize]:
        """Return how much the ledger holds, by source. For the operator: looks at every delivery.

        Nothing is taken out of the ledger: a source whose values have no time but that of their
        delivery cannot be translated again without it.
        """
        found = self._ask("ledger_size")
        names = LedgerSize.__struct_fields__
        return [LedgerSize(**dict(zip(names, row, strict=True))) for row in found]
