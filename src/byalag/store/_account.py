"""What deliveries come to in the end, worked out in memory as the store works it out on disk."""

from collections.abc import Callable, Container, Sequence

import msgspec
from msgspec import Struct, field

from byalag.analysis import judged
from byalag.model import Fact, Gone, History, Json, Link, Micros, Observation, Series, Thing
from byalag.store._chunks import NOTHING
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._run import Run
from byalag.store._things import merge
from byalag.store._tombstones import NOBODY, Tombstones

_BYTE = 255


class Told(Struct):
    """What is said of one thing, by dataset in the order in which each came to it."""

    by: dict[str, Thing] = field(default_factory=dict[str, Thing])
    gone: bool = False


class Account(Container[str]):
    """Facts taken in one delivery after another; nothing is written.

    What is in it, as a container, are the series that have had a value.
    """

    def __init__(self, is_declared: Callable[[str], bool], erased: Tombstones = NOBODY) -> None:
        """Begin with nothing; `is_declared` knows series that others than these have declared.

        What has been `erased` is not taken in.
        """
        self._erased = erased
        self.things: dict[str, Told] = {}
        self.series: dict[str, Series] = {}
        self.runs: dict[str, Run] = {}
        self.extras: dict[str, dict[Micros, Json]] = {}
        self.links: dict[tuple[str, str, str], bool] = {}
        self.ended: set[str] = set()  # things that were ever said to be no more
        self._elsewhere = is_declared
        self._heard: dict[str, Thing] = {}

    def __contains__(self, series: object) -> bool:
        """Return whether a series has had a value."""
        return series in self.runs

    def is_declared(self, series: str) -> bool:
        """Return whether somebody has declared a series."""
        return series in self.series or self._elsewhere(series)

    @property
    def named(self) -> set[str]:
        """Return the things and series that anything has been said of."""
        linked = {thing for thing, _, _ in self.links}
        return {*self.things, *self.series, *self.ended, *linked}

    def say(self, facts: Sequence[Fact]) -> None:
        """Take in facts as one commit.

        Raises:
            ValueError: The store would refuse one of them; nothing has been taken in.
        """
        facts = self._erased.spared(facts)
        observed = [fact for fact in facts if type(fact) is Observation]
        described = [fact for fact in facts if type(fact) is not Observation]
        self._check(described, observed)
        for fact in described:
            self._describe(fact)
        for said in observed:
            self._observe(said)

    def history(self, series: str) -> History:
        """Return the observations of a series, oldest first, judged as the series is told to be."""
        run = self.runs.get(series)
        return NOTHING if run is None else judged(run.history(), self.series.get(series))

    def values(self, series: str, start: Micros, end: Micros) -> History:
        """Return the observations of a series in [start, end)."""
        run = self.runs.get(series)
        return NOTHING if run is None else run.between(start, end)

    def _check(self, described: Sequence[Fact], observed: Sequence[Observation]) -> None:
        declared = {fact.id for fact in described if isinstance(fact, Series)}
        for fact in described:
            if isinstance(fact, Series) and self.series.get(fact.id) == fact:
                continue
            if isinstance(fact, Thing) and self._heard.get(fact.id) == fact:
                continue
            msgspec.convert(msgspec.to_builtins(fact), type(fact))
        for said in observed:
            if said.series not in declared and not self.is_declared(said.series):
                message = f"the series {said.series!r} has not been declared"
                raise ValueError(message)
            if not (0 <= said.flag <= _BYTE and EARLIEST < said.at < LATEST):
                message = f"{said} cannot be kept: its flag or its time is out of range"
                raise ValueError(message)

    def _describe(self, fact: Fact) -> None:
        match fact:
            case Thing():
                if self._heard.get(fact.id) == fact:
                    return
                self._heard[fact.id] = fact
                told = self.things.setdefault(fact.id, Told())
                empty = Thing(id=fact.id, type=fact.type, dataset=fact.dataset)
                told.by[fact.dataset] = merge(told.by.get(fact.dataset, empty), fact)
                told.gone = False
            case Gone():
                self.ended.add(fact.thing)
                self._heard.pop(fact.thing, None)
                if fact.thing in self.things:
                    self.things[fact.thing].gone = True
            case Series():
                self.series[fact.id] = fact
            case Link():
                self.links[fact.thing, fact.property, fact.series] = fact.holds
            case _:
                pass

    def _observe(self, said: Observation) -> None:
        run = self.runs.get(said.series)
        if run is None:
            run = self.runs[said.series] = Run()
        run.add(said.at, said.value, said.flag)
        extras = self.extras.get(said.series)
        if said.extra is not None:
            self.extras.setdefault(said.series, {})[said.at] = said.extra
        elif extras is not None:
            extras.pop(said.at, None)
