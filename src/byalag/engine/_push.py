"""What others push: `{series, time, value}`, one or many, read fast and refused one by one.

The whole body is decoded in one go; only when that fails is each record tried by itself.
"""

import codecs
import difflib
import json
import math
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from byalag.engine._face import Refusal
from byalag.model import Flag, Json, Micros, Observation, Series
from byalag.sources import Garbled
from byalag.store import Columns

AHEAD: Micros = 15 * 60 * 1_000_000  # a sensor's clock may be wrong; an hour is a wrong time zone
MOST_BYTES = 32 * 1024 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_EARLIEST = (datetime(1990, 1, 1, tzinfo=UTC) - _EPOCH) // _MICRO
_MANY = 64  # rows from which columns are faster
_HINTED = 20  # unknown series that are worth looking up neighbours for
_LINES = ("ndjson", "jsonl", "json-seq")
_LACKS = re.compile(r"missing required field `(series|time|value)`")  # as msgspec says it
_FIELD = re.compile(r" - at `\$\.(series|time|value|flag)`$")
_WRITE = {
    "series": "write the id of a series in quotes, as sensor:skelleftea:badet/waterTemperature",
    "time": "write a time with its time zone, as 2026-07-01T12:00:00+02:00",
    "value": "write a number without quotes, or null when the sensor has no value",
    "flag": "write 1 (good), 2 (not evaluated), 3 (suspect), 4 (fail) or 9 (missing)",
}


class Row(Struct, frozen=True, gc=False):
    """One pushed record. `value` null: the sensor says that it has no value."""

    series: str
    time: Annotated[datetime, Meta(tz=True)]
    value: float | None
    flag: Literal[1, 2, 3, 4, 9] = 2


class Pushed(Struct, frozen=True, kw_only=True):
    """What a body held, a few as facts or many as columns, and which series it spoke of."""

    facts: list[Observation]
    refused: list[Refusal]
    series: set[str]
    columns: Columns | None = None

    @property
    def accepted(self) -> int:
        """Return how many observations can be taken in."""
        return len(self.facts) + (0 if self.columns is None else len(self.columns))


_one = msgspec.json.Decoder(Row)
_many = msgspec.json.Decoder(list[Row])
_raw = msgspec.json.Decoder(msgspec.Raw)
_raws = msgspec.json.Decoder(list[msgspec.Raw])


class _Either(Struct, frozen=True):
    """Series that have a value in this body, or ever had one."""

    here: set[str]
    before: Container[str]

    def __contains__(self, series: object) -> bool:
        return isinstance(series, str) and (series in self.here or series in self.before)


class Door:
    """Reads what is pushed to one municipality, whose series are declared."""

    def __init__(self, declared: Mapping[str, Series], known: Callable[[], Container[str]]) -> None:
        """Take the series that may be pushed, and what tells which of them ever had a value."""
        self._declared = declared
        self._known = known
        self._ahead = {name for name, series in declared.items() if series.kind == "forecast"}

    def read(self, body: bytes, media_type: str, now: Micros) -> Pushed:
        """Read a body; a record that cannot be taken in is listed, the others go on.

        Raises:
            Garbled: If the body as a whole is not JSON of the promised shape.

        """
        if len(body) > MOST_BYTES:
            reason = f"the body is {len(body):,} bytes; send at most {MOST_BYTES:,} at a time"
            raise Garbled(reason)
        body = body.removeprefix(codecs.BOM_UTF8)
        try:
            rows = _rows(body, media_type)
        except (msgspec.DecodeError, RecursionError):
            return self._sorted_out(list(_each(body, media_type)), now)
        return self._quick(rows, now) or self._sorted_out(rows, now)

    def _quick(self, rows: Sequence[Row], now: Micros) -> Pushed | None:
        """Return everything at once, or None if something in it must be looked at."""
        series = {row.series for row in rows}
        if self._ahead or not self._declared.keys() >= series:
            return None
        if len(rows) >= _MANY:
            return _all_as_columns(rows, sorted(series), now)
        epoch, micro = _EPOCH, _MICRO
        facts = [
            Observation(row.series, (row.time - epoch) // micro, row.value, row.flag)
            for row in rows
            if row.value is not None
        ]
        times = [fact.at for fact in facts] or [now]
        if len(facts) < len(rows) or max(times) > now + AHEAD or min(times) < _EARLIEST:
            return None
        return Pushed(facts=facts, refused=[], series=series)

    def _sorted_out(self, rows: Sequence[Row | str], now: Micros) -> Pushed:
        pushed = Pushed(facts=[], refused=[], series=set())
        valued = {row.series for row in rows if isinstance(row, Row) and row.value is not None}
        known, hints = _Either(valued, self._known()), dict[str, str]()
        for position, row in enumerate(rows):
            if isinstance(row, str):
                pushed.refused.append(Refusal(position, row))
                continue
            at = (row.time - _EPOCH) // _MICRO
            if why := self._problem(row, at, now, known, hints):
                pushed.refused.append(Refusal(position, why))
            elif row.value is None:
                pushed.facts.append(Observation(row.series, at, math.nan, Flag.MISSING))
            else:
                pushed.facts.append(Observation(row.series, at, row.value, row.flag))
        pushed.series.update(fact.series for fact in pushed.facts)
        return pushed

    def _problem(
        self, row: Row, at: Micros, now: Micros, known: Container[str], hints: dict[str, str]
    ) -> str:
        if row.series not in self._declared:
            if row.series not in hints:
                hints[row.series] = self._unknown(row.series, look=len(hints) < _HINTED)
            return hints[row.series]
        if at > now + AHEAD and row.series not in self._ahead:
            return f"time: {row.time.isoformat()} has not been yet; is it local time sent as UTC?"
        if at < _EARLIEST:
            return f"time: {row.time.isoformat()} is before 1990-01-01; is the sensor's clock set?"
        if row.value is None and row.series not in known:
            return "value: null is for a series that has had a value; leave the record out"
        return ""

    def _unknown(self, name: str, *, look: bool) -> str:
        near = difflib.get_close_matches(name, self._declared, n=3) if look else []
        hint = f"did you mean {' or '.join(near)}?" if near else "declare it in a source file"
        return f"series: {name[:200]} is not one that may be pushed; {hint}"


def _all_as_columns(rows: Sequence[Row], series: list[str], now: Micros) -> Pushed | None:
    values = [row.value for row in rows]
    if None in values:
        return None
    times = _micros([row.time - _EPOCH for row in rows])
    if times.max() > now + AHEAD or times.min() < _EARLIEST:
        return None
    places = {name: place for place, name in enumerate(series)}
    columns = Columns(
        series=series,
        which=np.array([places[row.series] for row in rows], np.int64),
        times=times,
        values=np.array(values, np.float64),
        flags=np.array([row.flag for row in rows], np.uint8),
    )
    return Pushed(facts=[], refused=[], series=set(series), columns=columns)


def _micros(since: Sequence[timedelta]) -> NDArray[np.int64]:
    """Return lengths of time as whole microseconds; a division for each takes twice as long."""
    days = np.array([one.days for one in since], np.int64)
    seconds = np.array([one.seconds for one in since], np.int64)
    micros = np.array([one.microseconds for one in since], np.int64)
    return (days * 86_400 + seconds) * 1_000_000 + micros


def _rows(body: bytes, media_type: str) -> list[Row]:
    if _is_lines(body, media_type):
        return _one.decode_lines(body)
    return _many.decode(body) if body.lstrip()[:1] == b"[" else [_one.decode(body)]


def _is_lines(body: bytes, media_type: str) -> bool:
    if any(name in media_type for name in _LINES):
        return True
    return body.lstrip()[:1] == b"{" and b"\n{" in body.strip()


def _each(body: bytes, media_type: str) -> Iterator[Row | str]:
    """Yield each record of a body that did not decode as a whole, or why it cannot be read."""
    if _is_lines(body, media_type):
        yield from (_row(line) for line in body.splitlines() if line.strip())
        return
    try:
        raws = _raws.decode(body) if body.lstrip()[:1] == b"[" else [_raw.decode(body)]
    except (msgspec.DecodeError, RecursionError) as error:
        yield from _loosely(body, error)
        return
    yield from (_row(raw) for raw in raws)


def _row(raw: bytes | msgspec.Raw) -> Row | str:
    try:
        return _one.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        return _plainly(str(error))


def _loosely(body: bytes, problem: Exception) -> Iterator[Row | str]:
    """Read what only fails for NaN or Infinity, which JSON does not have."""
    try:
        found: Json = json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = (
            f"the body cannot be read ({problem}); send a JSON array of "
            f'{{"series", "time", "value"}}, one such object, or one object a line'
        )
        raise Garbled(reason) from error
    for record in found if body.lstrip()[:1] == b"[" else (found,):
        try:
            row = msgspec.convert(record, Row)
        except msgspec.ValidationError as error:
            yield _plainly(str(error))
        else:
            finite = row.value is None or math.isfinite(row.value)
            yield row if finite else "value: NaN and Infinity are not numbers; use null"


def _plainly(problem: str) -> str:
    """Say what to write instead, for whoever sent a record that cannot be read."""
    if missing := _LACKS.search(problem):
        return f"{missing[1]}: is missing; {_WRITE[missing[1]]}"
    field = _FIELD.search(problem)
    if field:
        return f"{field[1]}: {_WRITE[field[1]]}"
    if problem.startswith("Expected `object`"):
        return 'the record is not an object, as {"series": ..., "time": ..., "value": ...}'
    return f"the record is not JSON ({problem})"
