"""Reading what is newest of series, and since when there is anything, without reading more."""

from collections.abc import Iterable

import msgspec

from byalag.model import Micros
from byalag.store._ask_ceiling import within
from byalag.store._ask_newest import newest
from byalag.store._ask_observed import Measured, Span
from byalag.store._reading_aside import ReadingAside


class ReadingNewest(ReadingAside):
    """What can be asked of the ends of series."""

    def spans(self, series: Iterable[int], /) -> dict[int, tuple[Micros, Micros]]:
        """Return the times of the first and the last observation of series, by number."""
        found = self._ask("spans", (msgspec.json.encode(list(series)).decode(),))
        return {no: (first, last) for no, first, last in found}

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
