"""Puts a mapping together: from records to facts, one at a time, in one pass."""

from collections import Counter
from collections.abc import Callable, Iterator

from byalag import Misconfigured
from byalag.mapping._condition import compile_conditions, described
from byalag.mapping._context import Context, FeedChanged, Heard, Mapper, Records, Skipped
from byalag.mapping._series import Said, Tally, compile_series, raw
from byalag.mapping._spec import MappingSpec, SeriesSpec
from byalag.mapping._thing import compile_gone, compile_id, compile_thing
from byalag.mapping._value import Unfit
from byalag.model import Gone, Json, Rejected, Series

Translate = Callable[[str, Json, Said], list[Heard]]


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


def _translate(spec: MappingSpec, source: str) -> Mapper:
    identify = compile_id(spec.thing, source)
    describe = compile_thing(spec.thing)
    gone = compile_gone(spec.thing.gone)
    ours = compile_conditions(spec.where, "where")
    observers = [compile_series(series, number) for number, series in enumerate(spec.series)]
    left_out = "does not match where: " + described(spec.where)

    def mapper(records: Records, context: Context) -> Iterator[Heard]:
        said = Said(context, set(), [Tally() for _ in observers], [])
        skipped = 0
        for where, record in records:
            said.facts, said.where = [], where
            try:
                if ours is not None and not ours(record, context):
                    skipped += 1
                    continue
                thing = identify(record, context)
                if gone is not None and gone(record, context):
                    yield Gone(thing=thing)
                    continue
                description = describe(thing, record, context)
                for observe in observers:
                    observe(thing, record, said)
            except Unfit as error:
                _forget(said)
                yield Rejected(where=where, why=str(error), record=raw(record))
            else:
                yield description
                yield from said.facts
        _check_feed(spec, said)
        if skipped:
            yield Skipped(skipped, left_out)

    return mapper


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
