"""Where is there a free spot: four states that are never shown as one another."""

import pytest

from byalag.model import Point
from byalag.services.parking import (
    FindParkingFacilities,
    OneParkingFacility,
    ParkingFacility,
    parking_facilities,
    parking_facility,
)
from byalag.store import Store


def ask(store: Store, now: int, name: str) -> ParkingFacility:
    return parking_facility(OneParkingFacility(id=f"parking:{name}"), store, now)


@pytest.mark.parametrize(
    ("name", "state", "value"),
    [
        ("free", "free", 37),
        ("full", "full", 0),
        ("closed", "closed", None),
        ("silent", "no-news", None),
        ("missing", "unknown", None),
        ("never", "unknown", None),
    ],
)
def test_each_state_is_its_own(
    commons: Store, now: int, name: str, state: str, value: int | None
) -> None:
    free = ask(commons, now, f"skelleftea-parkering:{name}").free
    assert (free.state, free.value) == (state, value)


def test_a_place_without_a_counter_is_neither_full_nor_free(commons: Store, now: int) -> None:
    free = ask(commons, now, "ange:torget").free
    assert (free.state, free.value, free.at) == ("no-counter", None, None)


def test_a_silent_counter_tells_what_it_last_said_and_when(commons: Store, now: int) -> None:
    free = ask(commons, now, "skelleftea-parkering:silent").free
    assert (free.last_value, free.old, free.age_seconds) == (0, True, 3600)


def test_what_is_occupied_is_taken_from_all_spots(commons: Store, now: int) -> None:
    free = ask(commons, now, "ange:stationen").free
    assert (free.state, free.value, free.derived) == ("full", 0, True)  # 103 in 100 spots


def test_places_of_all_kinds_come_in_one_order(commons: Store, now: int) -> None:
    names = [item.name for item in parking_facilities(FindParkingFacilities(), commons, now).items]
    assert names == sorted(names, key=lambda name: name or "")
    assert {"Torget", "Stationen", "Free"} <= set(names)


def test_pages_of_several_kinds_neither_repeat_nor_lose(commons: Store, now: int) -> None:
    near = Point(62.52, 15.66)
    pages = [
        parking_facilities(FindParkingFacilities(near=near, limit=3, offset=at), commons, now)
        for at in (0, 3, 6)
    ]
    ids = [item.id for page in pages for item in page.items]
    assert len(ids) == len(set(ids)) == pages[0].total == 8
    assert ids[0] == "parking:ange:torget"
    distances = [item.distance or 0.0 for page in pages for item in page.items]
    assert distances == sorted(distances)
