"""Walls inside a store: what is about people is not there to whoever asks without a purpose."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from byalag.asking import Ask, Kind
from byalag.model import Dataset, Fact, Link, Observation, Point, Series, Thing
from byalag.store import Store, Walled, watching

HOME = Thing(
    id="home:skelleftea:12", type="Home", dataset="homes", name="Kanariefågel", properties={"a": 1}
)
BATH = Thing(
    id="bath:skelleftea:lake",
    type="BathingPlace",
    dataset="baths",
    name="Sjön",
    point=Point(64.7, 20.9),
)
SHARED = Thing(id=HOME.id, type="Home", dataset="baths", name="Beskriven av fler")
FRIDGE = Series(id=f"{HOME.id}/opened", thing=HOME.id, property="opened", dataset="homes")
WATER = Series(id=f"{BATH.id}/temperature", thing=BATH.id, property="temperature", dataset="baths")
DAY = 86_400_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "2482.sqlite") as store:
        store.publish(
            {
                "homes": Dataset(id="homes", title={"sv": "Hem"}, personal_data=True),
                "baths": Dataset(id="baths", title={"sv": "Bad"}, open=True),
            }
        ).result()
        said: list[Fact] = [HOME, SHARED, BATH, FRIDGE, WATER]
        said += [Observation(one.id, day * DAY, day) for one in (FRIDGE, WATER) for day in range(9)]
        said.append(Link(thing=BATH.id, property="opened", series=FRIDGE.id))
        store.commit(said, at=1).result()
        store.fold(5 * DAY).result()
        yield store


def walled(store: Store) -> Walled:
    return Walled(store.path, {"homes"})


def test_what_is_behind_the_wall_is_not_there(store: Store) -> None:
    reading = walled(store)
    number, series = store.number(HOME.id), store.series_number(FRIDGE.id)
    assert number is not None
    assert series is not None
    assert reading.thing(HOME.id) is None
    assert reading.number(HOME.id) is None
    assert reading.numbered_thing(number) is None
    assert reading.series(FRIDGE.id) is None
    assert reading.numbered_series(series) is None
    assert list(reading.things([HOME.id, BATH.id])) == [BATH.id]
    assert reading.find("Home") == []
    assert reading.count("Home") == 0
    assert "homes" not in reading.datasets()
    assert len(reading.history(FRIDGE.id, start=0, end=99 * DAY).times) == 0
    reading.close()


def test_what_is_on_this_side_is_all_there(store: Store) -> None:
    reading = walled(store)
    assert reading.thing(BATH.id) == store.thing(BATH.id)
    one, other = (r.history(WATER.id, start=0, end=99 * DAY) for r in (reading, store))
    assert one.times.tolist() == other.times.tolist()
    assert one.values.tolist() == other.values.tolist()
    assert reading.series(WATER.id) == store.series(WATER.id)
    reading.close()


def test_a_wall_around_nothing_hides_nothing(store: Store) -> None:
    reading = Walled(store.path, ())
    assert reading.thing(HOME.id) == store.thing(HOME.id)
    assert reading.datasets() == store.datasets()
    reading.close()


def test_a_wall_writes_nothing_to_the_file(store: Store) -> None:
    before = store.version()
    reading = walled(store)
    assert reading.thing(BATH.id) is not None
    assert store.version() == before
    reading.close()


def test_what_was_read_of_whom_is_known_afterwards(store: Store) -> None:
    reading = Walled(store.path, (), watched={"homes"})
    with watching() as seen:
        assert reading.thing(BATH.id) is not None
    assert reading.named(seen) == []
    with watching() as seen:
        reading.history(FRIDGE.id, start=0, end=2 * DAY)
    assert reading.named(seen) == [HOME.id]
    with watching() as seen:
        assert reading.thing(HOME.id) is not None
    assert reading.named(seen) == [HOME.id]
    reading.close()


def test_only_ids_of_datasets_can_be_walled(store: Store) -> None:
    with pytest.raises(ValueError, match="no id of a dataset"):
        Walled(store.path, {"x') OR 1=1 --"})


def test_the_algebra_meets_the_wall_too(store: Store) -> None:
    reading = walled(store)
    for of in get_args(Kind):
        answer = reading.ask(Ask(of=of))
        assert HOME.id not in str(answer)
        assert FRIDGE.id not in str(answer)
    reading.close()


def test_what_only_hidden_series_imply_is_hidden_with_them(store: Store) -> None:
    reading = walled(store)
    told = [row.fact.id for row in reading.ask(Ask(of="thing")).rows]
    there = [row.fact.id for row in store.ask(Ask(of="thing")).rows]
    assert {one for one in there if "opened" in one or "homes" in one} - set(told)
    assert not [one for one in told if "opened" in one or "homes" in one]
    assert [one for one in told if "temperature" in one]
    assert [one for one in told if "baths" in one]
    reading.close()
