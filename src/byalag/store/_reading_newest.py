"""Reading the ends of series, and numbers alone, without reading more."""

from collections.abc import Iterable

import msgspec

from byalag.asking import Ask
from byalag.model import Micros
from byalag.store._ask import numbers
from byalag.store._ask_ceiling import within
from byalag.store._ask_newest import newest
from byalag.store._ask_observed import Measured, Span
from byalag.store._pulse import Pulse
from byalag.store._reading_ledger import ReadingLedger


class ReadingNewest(ReadingLedger):
    """What can be asked with short answers."""

    def pulse(self) -> Pulse:
        """Return how far the store has come: for whoever keeps an eye on the hub."""
        ledger, untranslated, outbox, audit = self._ask("pulse")[0]
        return Pulse(ledger=ledger, untranslated=untranslated, outbox=outbox, audit=audit)

    def spans(self, series: Iterable[int], /) -> dict[int, tuple[Micros, Micros]]:
        """Return the times of the first and the last observation of series, by number."""
        found = self._ask("spans", (msgspec.json.encode(list(series)).decode(),))
        return {no: (first, last) for no, first, last in found}

    def numbers(self, ask: Ask, /) -> list[int]:
        """Return the numbers of the things or series that are asked for, and nothing else of them.

        Raises:
            ValueError: It asks for what is not there.
            TooHard: It would take too long.
        """
        with self._readers.snapshot() as connection:
            return numbers(connection, ask)

    def newest_of(self, series: int | None, limit: int, /) -> list[Measured] | None:
        """Return the newest observations of a series, or of all, newest first and then by series.

        Each is the number of the series, time, value (None: missing), flag and extra as JSON.
        None where they are not at hand: ask as of any others.

        Raises:
            TooHard: It would take too long.
        """
        span = Span() if series is None else Span(series=(series,))
        with self._readers.snapshot() as connection, within(connection):
            return newest(connection, span, limit)
