"""Reading what was set aside, by which mappings, and who has mended it."""

from msgspec.structs import replace

from byalag.model import Micros
from byalag.store._amend import Amendment, compare
from byalag.store._asking import Asking
from byalag.store._connection import rows
from byalag.store._reading_audit import Audit
from byalag.store._results import AsideState, Difference, Group, MappingVersion, Note, SetAside
from byalag.store._rows import as_group, as_mapping, as_note, as_set_aside
from byalag.store._sealing import opened_record
from byalag.store._sqlite import Row


class ReadingAside(Asking):
    """What can be asked of what could not be said, and of the versions of mappings."""

    def set_aside(
        self,
        source: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[SetAside]:
        """Return what could not be translated, newest first, whatever has become of it since."""
        if source is None:
            found = self._ask("all_set_aside", (limit, offset))
        else:
            found = self._ask("set_aside", (source, limit, offset))
        return [self._row(row) for row in found]

    def _row(self, row: Row) -> SetAside:
        """Return a row as what could not be translated, opened if it is sealed."""
        found = as_set_aside(row)
        record = opened_record(self.sealing, found.record)
        return found if record is found.record else replace(found, record=record)

    def _group(self, row: Row, example: Row) -> Group:
        return replace(as_group(row, example), example=self._row(example))

    def set_aside_row(self, seq: int) -> SetAside | None:
        """Return one record that could not be translated."""
        found = self._ask("set_aside_row", (seq,))
        return self._row(found[0]) if found else None

    def set_aside_in(
        self,
        source: str,
        group: str,
        *,
        state: AsideState = "open",
        limit: int = 100,
        offset: int = 0,
    ) -> list[SetAside]:
        """Return what was set aside of a source for one reason, newest first."""
        found = self._ask("set_aside_in", (source, group, state, limit, offset))
        return [self._row(row) for row in found]

    def set_aside_after(
        self, source: str, group: str, after: int, limit: int
    ) -> list[tuple[int, int | None]]:
        """Return what is open of a source and a group after a number: row and delivery."""
        found = self._ask("set_aside_after", (source, group, after, limit))
        return [(seq, delivery) for seq, delivery in found]

    def set_aside_of(self, delivery: int) -> list[SetAside]:
        """Return what was set aside of one delivery, whatever has become of it since."""
        return [self._row(row) for row in self._ask("set_aside_of_delivery", (delivery,))]

    def set_aside_groups(
        self, source: str | None = None, state: AsideState = "open"
    ) -> list[Group]:
        """Return what was set aside by source and reason, the most first."""
        with self._readers.snapshot() as connection:
            return [
                self._group(row, rows(connection, "set_aside_row", (row[-1],))[0])
                for row in rows(connection, "set_aside_groups", (state, source))
            ]

    def set_aside_counts(self) -> dict[str, int]:
        """Return how much is set aside and open, by source; those that have none are left out."""
        return {source: int(count) for source, count in self._ask("set_aside_counts")}

    def mappings(self, source: str) -> list[MappingVersion]:
        """Return the versions that a source has been read by, newest first."""
        return [as_mapping(row) for row in self._ask("mappings", (source,))]

    def mapping(self, no: int) -> MappingVersion | None:
        """Return one version that a source has been read by."""
        found = self._ask("mapping", (no,))
        return as_mapping(found[0]) if found else None

    def mended_by(self, source: str) -> dict[int, list[int]]:
        """Return the versions that mended something of each delivery, oldest first."""
        found: dict[int, list[int]] = {}
        for delivery, number in self._ask("mended_by", (source,)):
            found.setdefault(delivery, []).append(number)
        return found

    def translated(self, source: str, after: int = 0) -> list[tuple[int, Micros, int | None]]:
        """Return every delivery that has been translated: number, received, and by what version."""
        found = self._ask("translated", (source, after))
        return [(seq, received, number) for seq, received, number in found]

    def compare(self, given: Amendment) -> Difference:
        """Return what an amendment would change; nothing is written."""
        with self._readers.snapshot() as connection:
            return compare(connection, given)

    @property
    def audit(self) -> Audit:
        """The municipality's audit."""
        return Audit(self._ask)

    def notes(
        self, limit: int = 100, *, about: str | None = None, before: int | None = None
    ) -> list[Note]:
        """Return lines of the audit, newest first, those before a number."""
        until = 2**63 - 1 if before is None else before
        if about is None:
            return [as_note(row) for row in self._ask("audit", (until, limit))]
        return [as_note(row) for row in self._ask("audit_about", (about, until, limit))]
