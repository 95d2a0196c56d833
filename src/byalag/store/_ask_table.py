"""The table `observed`, by which statements read observations wherever they are.

It takes series (a number, a list of numbers as JSON, or NULL for all), beginning, end, least and
most value, and order, as `byalag.store._ask_observed` does.
"""

from collections.abc import Generator
from typing import Any, Final

import apsw
import msgspec

from byalag.store._ask_observed import Measured, Span, observations
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._sqlite import Connection

_SHOWN: Final = 5
_GIVEN: Final = 6
_SCHEMA: Final = (
    "CREATE TABLE observed (series, at, value, flag, extra, among HIDDEN, begins HIDDEN,"
    " ends HIDDEN, least HIDDEN, most HIDDEN, sorted HIDDEN)"
)
_MANY: Final = 1_000_000
_NUMBERS: Final = msgspec.json.Decoder(tuple[int, ...])


class Observed:
    """The table's module, for one connection."""

    def __init__(self, connection: Connection) -> None:
        """Read by this connection."""
        self._connection = connection

    def Connect(self, *_: object) -> tuple[str, "_Table"]:  # noqa: N802 -- as apsw calls it
        """Return the table."""
        return _SCHEMA, _Table(self._connection)

    Create = Connect


class _Table:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def BestIndexObject(self, asked: apsw.IndexInfo) -> bool:  # noqa: N802 -- as apsw calls it
        """Accept only a way in which all that the table takes is known."""
        taken = 0
        for n in range(asked.nConstraint):
            column = asked.get_aConstraint_iColumn(n)
            if column < _SHOWN:
                continue
            equal = asked.get_aConstraint_op(n) == apsw.SQLITE_INDEX_CONSTRAINT_EQ
            if not (equal and asked.get_aConstraint_usable(n)):
                return False
            asked.set_aConstraintUsage_argvIndex(n, column - _SHOWN + 1)
            asked.set_aConstraintUsage_omit(n, True)  # noqa: FBT003 -- apsw's own
            taken += 1
        asked.estimatedRows = _MANY
        asked.estimatedCost = float(_MANY)
        return taken == _GIVEN

    def Open(self) -> "_Cursor":  # noqa: N802 -- as apsw calls it
        """Begin to read."""
        return _Cursor(self._connection)

    def Disconnect(self) -> None:  # noqa: N802 -- as apsw calls it
        """End, when the connection does."""

    Destroy = Disconnect


class _Cursor:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._run: Generator[Measured] | None = None
        self._row: Measured | None = None

    def Filter(self, _number: int, _text: str, given: tuple[Any, ...]) -> None:  # noqa: N802 -- as apsw calls it
        """Begin with what is asked for."""
        among, begins, ends, least, most, order = given
        series = (among,) if isinstance(among, int) else among and _NUMBERS.decode(among)
        start = EARLIEST if begins is None else begins
        end = LATEST if ends is None else ends
        self.Close()
        self._run = observations(self._connection, Span(series, start, end, least, most), order)
        self.Next()

    def Next(self) -> None:  # noqa: N802 -- as apsw calls it
        """Go on to the next row."""
        self._row = None if self._run is None else next(self._run, None)

    def Eof(self) -> bool:  # noqa: N802 -- as apsw calls it
        """Return whether there are no more rows."""
        return self._row is None

    def Column(self, number: int) -> Any:  # noqa: ANN401, N802 -- any value; as apsw calls it
        """Return what a row holds."""
        return None if self._row is None or number >= _SHOWN else self._row[number]

    def Rowid(self) -> int:  # noqa: N802 -- as apsw calls it
        """Return a number of the row; nothing is found by it."""
        return id(self._row)

    def Close(self) -> None:  # noqa: N802 -- as apsw calls it
        """Read no more."""
        if self._run is not None:
            self._run.close()
        self._run = None
