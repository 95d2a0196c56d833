"""What an outlet tells of what is new: facts in, messages and what to remember out. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec
from msgspec import Struct

from byalag.model import Json, Micros, Observation, Series, Thing, Words, span
from byalag.outlets import _words
from byalag.outlets._fill import iso
from byalag.outlets._judge import Passed, is_changed, judge, limit_of, recalled, written
from byalag.outlets._message import Matter, Message, identify
from byalag.outlets._settings import On, Threshold

_MICROS = 1_000_000


class Whose(Struct, frozen=True, kw_only=True):
    """On whose behalf is told: the municipality's code and time zone."""

    municipality: str
    zone: str = "Europe/Stockholm"


class Observed(Struct, frozen=True, kw_only=True):
    """A new observation, with what is known of it. `mark` is its place among all news."""

    mark: tuple[int, int]
    series: Series
    thing: Thing | None
    seen: Observation

    @property
    def dataset(self) -> str:
        """Return the dataset that it is in."""
        return self.series.dataset


class Described(Struct, frozen=True, kw_only=True):
    """A thing that was described anew, or is no more. `mark` is its place among all news."""

    mark: tuple[int, int]
    dataset: str
    thing: str
    described: Thing | None  # None: it is no more


def memories(on: On, observed: Iterable[Observed]) -> Iterator[str]:
    """Yield the names under which something may be remembered of these observations."""
    for one in observed:
        if on.observations == "changes":
            yield _value(one)
        for rule in on.threshold:
            if rule.property == one.series.property:
                yield _limit(rule, one)


class Teller:
    """Tells what an outlet is to tell. What must be remembered gathers in `told`."""

    def __init__(self, on: On, whose: Whose, memory: Mapping[str, Json], now: Micros) -> None:
        """Begin with what is remembered of these observations (see `memories`)."""
        self.told: dict[str, Json] = {}
        self._on = on
        self._whose = whose
        self._memory = memory
        self._now = now

    def tell(self, observed: Sequence[Observed], described: Sequence[Described]) -> list[Message]:
        """Return what is to be told of what is new, in the order in which it came."""
        on = self._on
        wanted = [one for one in observed if self._is_wanted(one)]
        found = [pair for one in wanted for pair in self._judged(one)]
        every = [one for one in wanted if self._is_told(one)]
        found += [(some[-1].mark, self._seen(some)) for some in _together(every, on.at_once)]
        if on.things:
            found += [(one.mark, self._thing(one)) for one in described if self._is_ours(one)]
        return [message for _, message in sorted(found, key=lambda pair: pair[0])]

    def _is_wanted(self, one: Observed) -> bool:
        on = self._on
        old = on.within and self._now - one.seen.at > span(on.within).total_seconds() * _MICROS
        kind = not on.types or (one.thing is not None and one.thing.type in on.types)
        named = not on.properties or one.series.property in on.properties
        return one.series.dataset in on.datasets and kind and named and not old

    def _is_ours(self, one: Described) -> bool:
        on = self._on
        kind = not on.types or one.described is None or one.described.type in on.types
        return one.dataset in on.datasets and kind

    def _is_told(self, one: Observed) -> bool:
        if self._on.observations == "changes":
            if not is_changed(self._recall(_value(one)), one.seen):
                return False
            self.told[_value(one)] = [one.seen.at, written(one.seen.value)]
        return self._on.observations != "none"

    def _recall(self, name: str) -> Json:
        return self.told.get(name, self._memory.get(name))

    def _judged(self, one: Observed) -> Iterator[tuple[tuple[int, int], Message]]:
        """Judge by every rule. A forecast passes no limit: it has not happened."""
        for rule in self._on.threshold if one.series.kind != "forecast" else ():
            if rule.property != one.series.property:
                continue
            name = _limit(rule, one)
            before = recalled(self._recall(name))
            passed, after = judge(rule, before, one.seen, self._now)
            if after != before:
                self.told[name] = msgspec.to_builtins(after)
            if passed is not None:
                yield one.mark, self._passed(rule, one, passed)

    def _passed(self, rule: Threshold, one: Observed, passed: Passed) -> Message:
        limit = limit_of(rule)
        said = _words.observed(one.series, one.thing, one.seen, self._whose.zone, limit)
        subject, text = _words.passed(rule, said, back=passed == "back")
        side = "above" if rule.above is not None else "below"
        fact = {**_fact(one), "limit": limit, "side": side, "is": passed}
        return self._message("observation", (subject, text), one, [fact])

    def _seen(self, some: list[Observed]) -> Message:
        if len(some) == 1:
            zone, one = self._whose.zone, some[0]
            words = _words.plain(_words.observed(one.series, one.thing, one.seen, zone))
        else:
            words = _words.several(len(some))
        return self._message("observation", words, some[-1], list(map(_fact, some)))

    def _thing(self, one: Described) -> Message:
        described = one.described
        name = described.name if described else None
        words = _words.described(one.thing, name, gone=described is None)
        fact = {"thing": one.thing, "gone": True} if described is None else _description(described)
        return self._message("thing", (words, words), one, [fact])

    def _message(
        self,
        matter: Matter,
        words: tuple[Words, Words],
        news: Observed | Described,
        facts: list[Json],
    ) -> Message:
        whose = self._whose.municipality
        return Message(
            id=identify(whose, news.mark, matter, news.dataset, facts),
            at=self._now,
            municipality=whose,
            matter=matter,
            subject=words[0],
            text=words[1],
            dataset=news.dataset,
            facts=tuple(facts),
        )


def _together(every: list[Observed], at_once: int) -> Iterator[list[Observed]]:
    """Put observations of one dataset and one commit together, so many at a time."""
    groups: dict[tuple[int, str], list[Observed]] = {}
    for one in every:
        groups.setdefault((one.mark[0], one.series.dataset), []).append(one)
    for group in groups.values():
        rest = iter(group)
        while some := list(islice(rest, at_once)):
            yield some


def _description(thing: Thing) -> Json:
    point = thing.point and {"lat": thing.point.latitude, "lon": thing.point.longitude}
    said = {"thing": thing.id, "type": thing.type, "name": thing.name, "point": point}
    return {**said, "properties": thing.properties}


def _fact(one: Observed) -> dict[str, Json]:
    return {
        "thing": one.series.thing,
        "name": one.thing.name if one.thing else None,
        "series": one.series.id,
        "property": one.series.property,
        "unit": one.series.unit,
        "at": iso(one.seen.at),
        "value": written(one.seen.value),
        "flag": int(one.seen.flag),
    }


def _value(one: Observed) -> str:
    return f"value/{one.series.id}"


def _limit(rule: Threshold, one: Observed) -> str:
    return f"limit/{rule.above}/{rule.below}/{one.series.id}"
