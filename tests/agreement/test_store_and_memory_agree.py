"""A store answers as a plain dictionary would, whatever is written, loaded or folded, and when."""

import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from byalag.model import Dataset, Delivery, Gone, History, Json, Observation, Point, Series, Thing
from byalag.store import Columns, Store
from byalag.store._columns import columns

DAY = 86_400_000_000
BEGIN = 1_767_225_600_000_000  # 2026-01-01
STEP = 6 * 3_600_000_000
ORIGIN = "2482"
DATASETS = {
    "open": Dataset(id="open", title={"sv": "Öppen"}, open=True),
    "closed": Dataset(id="closed", title={"sv": "Stängd"}),
}
SERIES = [
    Series(
        id=f"bath:x:{number}/waterTemperature",
        thing=f"bath:x:{number}",
        property="waterTemperature",
        dataset="closed" if number == 2 else "open",
        unit="Cel",
    )
    for number in range(3)
]

Told: TypeAlias = tuple[float | None, int, Json]
times = st.integers(0, 4 * 90).map(lambda number: BEGIN + number * STEP)
values = st.one_of(st.just(math.nan), st.sampled_from([0.0, 1.5, -3.2, 21.4]))
flags = st.sampled_from([1, 2, 3, 9])
extras = st.one_of(st.none(), st.none(), st.just({"depth": 1.0}))
numbers = st.integers(0, 2)


def shown(value: float) -> float | None:
    return None if math.isnan(value) else value


def as_told(run: History) -> list[tuple[int, float | None, int]]:
    values = [shown(value) for value in run.values.tolist()]
    return list(zip(run.times.tolist(), values, run.flags.tolist(), strict=True))


class StoreAgreesWithMemory(RuleBasedStateMachine):
    """Writes the same to a store and to dictionaries; the commons follows."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "store.sqlite")
        self.commons = Store(Path(self.folder.name) / "commons.sqlite")
        for store in (self.store, self.commons):
            store.publish(DATASETS).result()
        self.store.commit(SERIES, at=0).result()
        self.told: list[dict[int, Told]] = [{} for _ in SERIES]
        self.things: dict[str, Thing] = {}
        self.all_things: dict[str, Thing] = {}

    def teardown(self) -> None:
        problems = self.store.check() + self.commons.check()
        self.store.close()
        self.commons.close()
        self.folder.cleanup()
        assert problems == []

    @rule(said=st.lists(st.tuples(numbers, times, values, flags, extras), max_size=12))
    def observe(self, said: list[tuple[int, int, float, int, Json]]) -> None:
        facts = [
            Observation(SERIES[number].id, at, value, flag, extra)
            for number, at, value, flag, extra in said
        ]
        self.store.commit(facts, at=0).result()
        for number, at, value, flag, extra in said:
            self.told[number][at] = (shown(value), flag, extra)

    @rule(
        before=st.lists(st.tuples(numbers, times, values, flags), max_size=3),
        said=st.lists(st.tuples(numbers, times, values, flags), min_size=1, max_size=40),
        after=st.lists(st.tuples(numbers, times, values, flags), max_size=3),
    )
    def push_many(
        self,
        before: list[tuple[int, int, float, int]],
        said: list[tuple[int, int, float, int]],
        after: list[tuple[int, int, float, int]],
    ) -> None:
        which, at, value, flag = (list(column) for column in zip(*said, strict=True))
        columns = Columns(
            series=[series.id for series in SERIES],
            which=np.array(which, np.int64),
            times=np.array(at, np.int64),
            values=np.array(value, np.float64),
            flags=np.array(flag, np.uint8),
        )
        delivery = Delivery(source="push", received=0, bodies=(b"",))
        futures = [
            self.store.record(delivery, few, columns=many)
            for few, many in (
                (
                    [Observation(SERIES[n].id, at, value, flag) for n, at, value, flag in before],
                    columns,
                ),
                (
                    [Observation(SERIES[n].id, at, value, flag) for n, at, value, flag in after],
                    None,
                ),
            )
        ]
        assert [future.result().committed.observations for future in futures] == [
            len(before) + len(said),
            len(after),
        ]
        for number, time, shown_value, marked in (*before, *said, *after):
            self.told[number][time] = (shown(shown_value), marked, None)

    @rule(number=numbers)
    def say_it_all_again(self, number: int) -> None:
        facts = [
            Observation(SERIES[number].id, at, math.nan if value is None else value, flag, extra)
            for at, (value, flag, extra) in self.told[number].items()
        ]
        before, outbox = self.store.changed(), self.store.counts().outbox
        self.store.commit(facts, at=0).result()
        plain = [fact for fact in facts if fact.extra is None]
        self.store.record(
            Delivery(source="push", received=0, bodies=(b"",)), [], columns=columns(plain)
        ).result()
        assert (self.store.changed(), self.store.counts().outbox) == (before, outbox)

    @rule(number=numbers, said=st.lists(st.tuples(times, values, flags), max_size=30))
    def load(self, number: int, said: list[tuple[int, float, int]]) -> None:
        at, value, flag = (
            (list(column) for column in zip(*said, strict=True)) if said else ([],) * 3
        )
        arrays = np.array(at, np.int64), np.array(value, np.float64), np.array(flag, np.uint8)
        self.store.load(SERIES[number], *arrays).result()
        self.told[number].update({a: (shown(v), f, None) for a, v, f in said})

    @rule(days=st.integers(0, 100))
    def fold(self, days: int) -> None:
        changed = self.store.changed()
        self.store.fold(BEGIN + days * DAY).result()
        self.commons.fold(BEGIN + days * DAY).result()
        assert self.store.changed() == changed

    @rule(
        number=numbers,
        name=st.one_of(st.none(), st.sampled_from(["Ön", "Ån"])),
        point=st.one_of(st.none(), st.just(Point(64.0, 20.0))),
        properties=st.dictionaries(
            st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 2)), max_size=3
        ),
    )
    def describe(
        self, number: int, name: str | None, point: Point | None, properties: dict[str, Json]
    ) -> None:
        dataset = SERIES[number].dataset
        said = Thing(
            id=SERIES[number].thing,
            type="BathingPlace",
            dataset=dataset,
            name=name,
            point=point,
            properties=properties,
        )
        self.store.commit([said], at=0).result()
        before = self.all_things.get(said.id, said)
        merged = {**before.properties, **properties}
        self.things[said.id] = self.all_things[said.id] = Thing(
            id=said.id,
            type=said.type,
            dataset=dataset,
            name=name or before.name,
            point=point or before.point,
            properties={key: value for key, value in merged.items() if value is not None},
        )

    @precondition(lambda self: self.things)
    @rule(number=numbers)
    def hide(self, number: int) -> None:
        self.store.commit([Gone(thing=SERIES[number].thing)], at=0).result()
        self.things.pop(SERIES[number].thing, None)

    @rule(limit=st.integers(1, 5))
    def project(self, limit: int) -> None:
        while changes := self.store.changes(self.commons.cursor(ORIGIN), limit):
            self.commons.absorb(ORIGIN, changes).result()
            self.commons.absorb(ORIGIN, changes[:1]).result()
        for number, series in enumerate(SERIES):
            told = self.told[number] if series.dataset == "open" else {}
            assert_same(self.commons, series, told)
        visible = {id_ for id_, thing in self.things.items() if thing.dataset == "open"}
        assert {f.thing.id for f in self.commons.find("BathingPlace")} == visible
        assert all(self.commons.thing(id_) == self.things[id_] for id_ in visible)

    @invariant()
    def the_store_says_what_memory_says(self) -> None:
        for number, series in enumerate(SERIES):
            assert_same(self.store, series, self.told[number])
        assert {f.thing.id: f.thing for f in self.store.find("BathingPlace")} == self.things


def assert_same(store: Store, series: Series, told: dict[int, Told]) -> None:
    expected = [(at, value, flag) for at, (value, flag, _) in sorted(told.items())]
    low, high = BEGIN + 13 * DAY, BEGIN + 49 * DAY
    assert as_told(store.history(series.id, start=-(2**63), end=2**63 - 1)) == expected
    part = [row for row in expected if low <= row[0] < high]
    assert as_told(store.history(series.id, start=low, end=high)) == part
    carried = {at: extra for at, (_, _, extra) in told.items() if extra is not None}
    assert {o.at: o.extra for o in store.extras(series.id, 0, 2**62)} == carried
    newest = store.latest([series.id]).get(series.id)
    if told:
        at = max(told)
        assert newest is not None
        assert (newest.at, shown(newest.value), newest.flag, newest.extra) == (at, *told[at])
    else:
        assert newest is None


TestStoreAgreesWithMemory = StoreAgreesWithMemory.TestCase
TestStoreAgreesWithMemory.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
