"""What a night and a minute cost of 10,000 homes: each as a whole, and five channels each.

A street of simulated homes is measured and the cost is that of 10,000, on one core.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks._table import Row
from byalag.analysis import NOTHING, Habit, Pace, Paces, Portions, Rhythm, Stretch

HOMES, STREET, CHANNELS = 10_000, 24, 5
DAY, KNOWN = 1_440, 42
ROOMS, PRESENCES = 7, 3


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    lives = [_life(seed) for seed in range(STREET)]
    homes = [Habit.new(ROOMS).learned(_home(one, 0, KNOWN)) for one in lives]
    channels = [
        Habit.new(PRESENCES, whole=False).learned(_channel(one, room, 0, KNOWN))
        for one in lives
        for room in range(CHANNELS)
    ]
    yield from _nights(lives, homes, channels)
    yield from _kept(homes, channels)
    yield from _minutes(homes, channels)


def _nights(lives: list[Stretch], homes: list[Habit], channels: list[Habit]) -> Iterator[Row]:
    days = [_home(one, KNOWN, KNOWN + 1) for one in lives]
    parts = [_channel(one, room, KNOWN, KNOWN + 1) for one in lives for room in range(CHANNELS)]
    every = list(zip([*homes, *channels], [*days, *parts], strict=True))
    tables = [habit.table() for habit, _ in every]
    rhythms = [Rhythm.new().learned(_home(one, 0, KNOWN)) for one in lives]

    def night() -> None:
        for (habit, day), table in zip(every, tables, strict=True):
            habit.learned(day, by=table).table()

    def kept() -> None:
        for habit, _ in every:
            Habit.unpack(habit.pack())

    def rhythm() -> None:
        for one, day in zip(rhythms, days, strict=True):
            one.learned(day).changes()

    scale = HOMES / STREET
    told = "10,000 homes and 50,000 channels, one core"
    yield Row("care: learn a night, make the tables", _best(night) * scale, "s", note=told)
    yield Row("care: pack and unpack what is learnt", _best(kept) * scale, "s", note=told)
    yield Row("care: slow changes of a night", _best(rhythm) * scale, "s", note="10,000 homes")


def _kept(homes: list[Habit], channels: list[Habit]) -> Iterator[Row]:
    for name, habits in (("home", homes), ("channel", channels)):
        size = float(np.median([len(one.pack()) for one in habits]))
        yield Row(f"care: a {name}, packed", size, "bytes", note=f"{KNOWN} days")


def _minutes(homes: list[Habit], channels: list[Habit]) -> Iterator[Row]:
    town = Paces(HOMES, ROOMS, whole=True)
    parts = Paces(HOMES * CHANNELS, PRESENCES, whole=False)
    held = 0
    for paces, habits in ((town, homes), (parts, channels)):
        tables = [one.table() for one in habits]
        for one in range(len(paces)):
            paces.set(one, tables[one % len(tables)], Pace(row=0, last=0, elapsed=one % 600))
        cells = (value for value in vars(paces).values() if isinstance(value, np.ndarray))
        held += sum(each.nbytes for each in cells)
    minute = [KNOWN * DAY + 600]

    def tick() -> None:
        for paces, present in ((town, None), (parts, np.zeros(len(parts), np.int8))):
            n = len(paces)
            paces.walk(
                Portions(
                    which=np.arange(n),
                    firsts=np.full(n, minute[0]),
                    lengths=np.ones(n, np.int64),
                    marks=np.where(np.arange(n) % 97 == 0, 2, NOTHING).astype(np.int8),
                    observed=np.ones(n, np.bool_),
                    slots=np.full(n, 20, np.int8),
                    rows=present,
                )
            )
        minute[0] += 1

    yield Row("care: score a minute", _best(tick), "s", note="10,000 homes and 50,000 channels")
    yield Row("care: held for it", held / 2**20, "MiB", note="tables and paces, all of a town")


def _life(seed: int) -> Stretch:
    draw, n = np.random.default_rng(seed), (KNOWN + 1) * DAY
    clock = np.arange(n) % DAY
    asleep = (clock < 390) | (clock >= 1380)
    some = draw.random(n) < np.where(asleep, 0.004, 0.12)
    rooms = np.where(asleep, 0, draw.choice(np.arange(ROOMS), n))
    return Stretch(
        begins=0,
        marks=np.where(some, rooms, NOTHING).astype(np.int8),
        observed=np.ones(n, np.bool_),
        slots=(clock // 30).astype(np.int8),
    )


def _home(life: Stretch, first: int, last: int) -> Stretch:
    at = slice(first * DAY, last * DAY)
    return Stretch(
        begins=first * DAY,
        marks=life.marks[at],
        observed=life.observed[at],
        slots=life.slots[at],
    )


def _channel(life: Stretch, room: int, first: int, last: int) -> Stretch:
    whole = _home(life, first, last)
    return Stretch(
        begins=whole.begins,
        marks=np.where(whole.marks == room, 0, NOTHING).astype(np.int8),
        observed=whole.observed,
        slots=whole.slots,
        rows=(np.arange(len(whole)) // 300 % PRESENCES).astype(np.int8),
    )


def _best(work: Callable[[], None], rounds: int = 3) -> float:
    taken: list[float] = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)
