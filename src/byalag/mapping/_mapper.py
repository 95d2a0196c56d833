"""Puts a mapping together: from records to facts, one at a time, in one pass."""

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from typing import Final

from byalag import Misconfigured
from byalag.mapping._code import Code
from byalag.mapping._condition import compile_conditions, described
from byalag.mapping._context import Context, FeedChanged, Heard, Mapper, Records, Skipped
from byalag.mapping._series import Said, Tally, raw
from byalag.mapping._spec import MappingSpec, SeriesSpec
from byalag.mapping._thing import compile_gone, write_id, write_thing
from byalag.mapping._time import instant
from byalag.mapping._usual import write_series
from byalag.mapping._value import Unfit
from byalag.model import Gone, Observation, Point, Rejected, Series, Thing


def compile_mapping(spec: MappingSpec, *, source: str) -> Mapper:
    """Turn a mapping into a function from records to facts. Done once, when a source is prepared.

    The function keeps nothing between calls. A record that cannot be said is `Rejected` with its
    reason and its neighbours go on; records that `where` does not want are counted in one
    `Skipped` at the end. It raises `FeedChanged` before it yields anything where a field that
    may be left out is gone everywhere.

    Raises:
        Misconfigured: If a setting cannot work; the message begins with the setting's path.

    """
    _check_names(spec.series)
    translate = _translate(spec, source)
    if all(series.omitted is None for series in spec.series):
        return translate

    def whole(records: Records, context: Context) -> Iterator[Heard]:
        yield from list(translate(records, context))

    return whole


_FRAME: Final = """
def mapper(records, context):
    heard = Said(context, set(), [Tally() for _ in spec.series], [])
    declared, skipped = heard.series, 0
    dataset, received = context.dataset, context.received
    for where, record in records:
        heard.facts = facts = []
        heard.where = where
        try:
{lines}
        except Unfit as error:
            forget(heard)
            yield Rejected(where=where, why=str(error), record=raw(record))
        else:
            yield description
            yield from facts
    check(spec, heard)
    if skipped:
        yield Skipped(skipped, left_out)
"""
_OURS: Final = """
if not {ours}(record, context):
    skipped += 1
    continue
"""
_GONE: Final = """
if {gone}(record, context):
    yield Gone(thing=thing)
    continue
"""


def _translate(spec: MappingSpec, source: str) -> Mapper:
    """Write the mapping as one function; each part writes its lines in the order it is read."""
    code = Code(_names(spec))
    write_id(code, spec.thing, source)
    if (gone := compile_gone(spec.thing.gone)) is not None:
        code.add(_GONE.format(gone=code.value(gone)))
    write_thing(code, spec.thing)
    for number, series in enumerate(spec.series):
        write_series(code, series, number)
    ours = compile_conditions(spec.where, "where")
    first = "" if ours is None else _OURS.format(ours=code.value(ours))
    return code.function("mapper", _FRAME, first)


def _names(spec: MappingSpec) -> dict[str, object]:
    """Return what the lines name."""
    return {
        "Gone": Gone,
        "Observation": Observation,
        "Point": Point,
        "Rejected": Rejected,
        "Said": Said,
        "Series": Series,
        "Skipped": Skipped,
        "Tally": Tally,
        "Thing": Thing,
        "Unfit": Unfit,
        "check": _check_feed,
        "forget": _forget,
        "instant": instant,
        "isfinite": isfinite,
        "left_out": "does not match where: " + described(spec.where),
        "raw": raw,
        "spec": spec,
    }


def _forget(said: Said) -> None:
    """Take back the series that a record declared before it was set aside."""
    said.series.difference_update(fact.id for fact in said.facts if isinstance(fact, Series))


def _check_feed(spec: MappingSpec, said: Said) -> None:
    for series, tally in zip(spec.series, said.tallies, strict=True):
        if tally.omitted and not tally.reported:
            reason = (
                f"{series.value} is left out of every record, and {tally.omitted} of the things "
                "have reported it before: the feed has changed. Look at what the operator sends now"
            )
            raise FeedChanged(reason)


def _check_names(series: tuple[SeriesSpec, ...]) -> None:
    """Refuse two series of one id, unless something tells which records each is for."""
    plain = Counter((one.name, one.sensor) for one in series if not one.when and one.each is None)
    for number, one in enumerate(series):
        if plain[one.name, one.sensor] > 1:
            reason = (
                f"series[{number}].name: {one.name!r} is said twice; give each a sensor or when"
            )
            raise Misconfigured(reason)
