"""A left-out field that means zero: the operator of Linköping's car parks leaves defaults out."""

from collections.abc import Callable

import pytest

from byalag.mapping import FeedChanged
from byalag.model import Json, Observation, Series, Thing

Say = Callable[..., list[Json]]
SETTINGS: dict[str, Json] = {
    "where": {"Visible": True},
    "thing": {
        "id": "{Id|slug}",
        "name": "Name",
        "point": {"lat": "Latitude", "lon": "Longitude"},
        "properties": {"totalSpotNumber": "ParkingSpaces"},
    },
    "series": [
        {
            "name": "availableSpotNumber",
            "value": "ParkingSpacesAvailable",
            "at": "$received",
            "omitted": {},
        }
    ],
}
FULL = {"Id": "29_1", "Name": "P-hus", "ParkingSpaces": 400, "Visible": True}
OTHER = {"Id": "30_1", "ParkingSpacesAvailable": 12, "Visible": True}
KNOWN = {"known": {"parking:test:29-1/availableSpotNumber"}}


def observations(heard: list[Json]) -> dict[str, Observation]:
    return {one.series: one for one in heard if isinstance(one, Observation)}


def test_a_field_that_is_there_is_its_value(say: Say) -> None:
    found = observations(say(OTHER, given=KNOWN, **SETTINGS))
    assert found["parking:test:30-1/availableSpotNumber"].value == 12
    assert found["parking:test:30-1/availableSpotNumber"].extra is None


def test_a_left_out_field_is_zero_where_the_lot_has_reported_before(say: Say) -> None:
    found = observations(say(FULL, OTHER, given=KNOWN, **SETTINGS))
    full = found["parking:test:29-1/availableSpotNumber"]
    assert full.value == 0
    assert full.extra == {"fromOmission": True}


def test_a_left_out_field_is_unknown_where_the_lot_has_never_reported(say: Say) -> None:
    heard = say(FULL, OTHER, **SETTINGS)
    assert "parking:test:29-1/availableSpotNumber" not in observations(heard)
    assert not any(isinstance(one, Series) and "29-1" in one.id for one in heard)


def test_a_field_that_is_gone_everywhere_sets_the_delivery_aside(say: Say) -> None:
    with pytest.raises(FeedChanged, match="ParkingSpacesAvailable is left out of every record"):
        say(FULL, {**FULL, "Id": "31_1"}, given=KNOWN, **SETTINGS)


def test_nothing_is_said_before_it_is_known_that_the_feed_has_changed(say: Say) -> None:
    heard: list[Json] = []
    with pytest.raises(FeedChanged):
        heard.extend(say(FULL, given=KNOWN, **SETTINGS))
    assert heard == []


def test_lots_that_never_reported_do_not_make_a_changed_feed(say: Say) -> None:
    assert observations(say(FULL, **SETTINGS)) == {}


def test_null_is_said_and_is_not_left_out(say: Say) -> None:
    found = observations(say({**FULL, "ParkingSpacesAvailable": None}, given=KNOWN, **SETTINGS))
    assert found["parking:test:29-1/availableSpotNumber"].flag == 9


def test_a_lot_without_visible_is_hidden_and_not_public(say: Say) -> None:
    hidden = {key: value for key, value in FULL.items() if key != "Visible"}
    (skipped,) = say(hidden, **SETTINGS)
    assert skipped.count == 1
    assert skipped.why == "does not match where: Visible = True"


def test_a_left_out_latitude_is_unknown_and_not_zero(say: Say) -> None:
    (thing,) = say(FULL, **SETTINGS)
    assert isinstance(thing, Thing)
    assert thing.point is None


def test_a_left_out_field_may_mean_something_else_than_zero(say: Say) -> None:
    series = {**SETTINGS["series"][0], "omitted": {"value": 5}, "range": [0, 4]}
    found = observations(say(FULL, OTHER, given=KNOWN, **(SETTINGS | {"series": [series]})))
    assert found["parking:test:29-1/availableSpotNumber"].value == 5
    assert found["parking:test:29-1/availableSpotNumber"].flag == 4


def test_what_is_left_out_needs_a_time_too(say: Say) -> None:
    series = {**SETTINGS["series"][0], "at": "t"}
    heard = say(
        FULL, {**OTHER, "t": "2026-11-22"}, given=KNOWN, **(SETTINGS | {"series": [series]})
    )
    assert heard[0].why == "availableSpotNumber: it is left out, which means 0, and has no time"
