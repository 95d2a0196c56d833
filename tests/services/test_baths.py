"""How warm is the water: which temperature is shown, and what is never shown as something else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from byalag.model import Dataset, Flag, Link, Observation, Point, Series, Thing
from byalag.services import Refused, Unknown
from byalag.services.baths import (
    BathingPlace,
    FindBathingPlaces,
    OneBathingPlace,
    Settings,
    bathing_place,
    bathing_places,
)
from byalag.store import Store

HOUR = 3_600_000_000


def ask(store: Store, now: int, name: str) -> BathingPlace:
    return bathing_place(OneBathingPlace(id=f"bath:{name}"), store, now)


def test_a_linked_sensor_goes_before_a_sample(commons: Store, now: int) -> None:
    place = ask(commons, now, "skelleftea:varutrask")
    assert place.water_temperature is not None
    assert place.water_temperature.kind == "measured"
    assert place.water_temperature.value == 18.0
    assert place.water_temperature.sensor == "sensor:skelleftea:a84041"
    assert place.water_temperature.source == "Skellefteå kommun"
    assert place.water_temperature.age_seconds == 600
    assert not place.water_temperature.old
    assert place.sample_temperature is not None
    assert place.sample_temperature.kind == "sample"


def test_a_temperature_has_its_time_and_an_old_one_is_marked_old(commons: Store, now: int) -> None:
    water = ask(commons, now, "skelleftea:old").water_temperature
    assert water is not None
    assert water.at == datetime(2026, 6, 29, 12, tzinfo=UTC)
    assert water.old


def test_how_long_a_value_is_fresh_is_a_setting(commons: Store, now: int) -> None:
    settings = Settings(sensor_fresh=timedelta(days=3))
    place = bathing_place(
        OneBathingPlace(id="bath:skelleftea:old"), commons, now, settings=settings
    )
    assert place.water_temperature is not None
    assert not place.water_temperature.old


def test_a_forecast_is_never_shown_as_measured(commons: Store, now: int) -> None:
    place = ask(commons, now, "hav:SE0812482000000123")
    assert place.water_temperature is not None
    assert place.water_temperature.kind == "sample"
    assert place.forecast_temperature is not None
    assert place.forecast_temperature.value == 16.0  # the hour nearest to now, not the last one
    assert place.simulated


def test_a_value_that_failed_its_test_is_not_shown(commons: Store, now: int) -> None:
    place = ask(commons, now, "skelleftea:failed")
    assert place.water_temperature is None
    assert place.no_temperature == "failed"


def test_an_unmeasured_place_is_listed_and_says_so(commons: Store, now: int) -> None:
    page = bathing_places(FindBathingPlaces(), commons, now)
    assert page.total == 7
    unmeasured = next(item for item in page.items if item.id == "bath:skelleftea:unmeasured")
    assert unmeasured.water_temperature is None
    assert unmeasured.no_temperature == "no-sensor"


def test_advice_is_in_the_words_of_whoever_gave_it(commons: Store, now: int) -> None:
    (advice,) = ask(commons, now, "skelleftea:varutrask").advice_against_bathing
    assert (advice.text, advice.description) == ("Algblomning", "Bada inte")
    assert advice.starts_at == datetime(2026, 7, 1, 22, tzinfo=UTC)


def test_a_sample_taken_at_swedish_midnight_is_of_the_swedish_day(commons: Store, now: int) -> None:
    sample = ask(commons, now, "skelleftea:varutrask").latest_sample
    assert sample is not None
    assert sample.day == date(2026, 6, 8)
    assert sample.escherichia_coli == "<10"
    assert sample.intestinal_enterococci == "12"
    assert sample.old


def test_the_nearest_come_first(commons: Store, now: int) -> None:
    page = bathing_places(FindBathingPlaces(near=Point(64.79, 20.75), limit=2), commons, now)
    assert [item.name for item in page.items] == ["Varuträsk", "Gamla badet"]
    assert page.items[0].distance == 0.0
    assert page.total == 6  # one place has no position


def test_a_box_is_west_south_east_north(commons: Store, now: int) -> None:
    page = bathing_places(FindBathingPlaces(bbox=(22.0, 66.0, 23.0, 67.0)), commons, now)
    assert [item.name for item in page.items] == ["Överkalix bad"]
    assert page.items[0].municipality is not None
    assert page.items[0].municipality.code == "2513"


@pytest.mark.parametrize(
    "question",
    [
        FindBathingPlaces(radius=1000.0),
        FindBathingPlaces(bbox=(23.0, 66.0, 22.0, 67.0)),
        FindBathingPlaces(bbox=(22.0, 95.0, 23.0, 97.0)),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(
    commons: Store, now: int, question: FindBathingPlaces
) -> None:
    with pytest.raises(Refused):
        bathing_places(question, commons, now)


def test_another_kind_of_thing_is_not_a_bathing_place(commons: Store, now: int) -> None:
    for name in ("parking:ange:torget", "bath:no:where"):
        with pytest.raises(Unknown):
            bathing_place(OneBathingPlace(id=name), commons, now)


@pytest.fixture
def place(tmp_path: object, now: int) -> Store:
    store = Store(tmp_path / "one.sqlite")  # type: ignore[operator]  # pytest gives a Path
    series = [
        Series(
            id=f"sensor:a:{name}/temperature",
            thing=f"sensor:a:{name}",
            property="temperature",
            dataset="sensors",
            unit="Cel",
        )
        for name in ("one", "two")
    ]
    sample = Series(
        id="bath:a:b/waterTemperature@sample",
        thing="bath:a:b",
        property="waterTemperature",
        dataset="baths",
        unit="Cel",
        kind="sample",
    )
    links = [Link(thing="bath:a:b", property="waterTemperature", series=each.id) for each in series]
    thing = Thing(id="bath:a:b", type="BathingPlace", dataset="baths")
    store.commit([thing, *series, sample, *links], at=now).result()
    return store


def observe(store: Store, series: str, at: int, value: float, flag: int = Flag.GOOD) -> None:
    store.commit([Observation(series, at, value, flag)], at=at).result()


def test_of_two_sensors_the_newest_by_its_own_time_is_shown(place: Store, now: int) -> None:
    observe(place, "sensor:a:one/temperature", now - HOUR, 17.0)
    observe(place, "sensor:a:two/temperature", now - 2 * HOUR, 19.0)
    water = ask(place, now, "a:b").water_temperature
    assert water is not None
    assert water.value == 17.0


def test_a_failed_sensor_does_not_hide_one_that_works(place: Store, now: int) -> None:
    observe(place, "sensor:a:one/temperature", now - HOUR, 99.0, Flag.FAIL)
    observe(place, "sensor:a:two/temperature", now - 2 * HOUR, 19.0)
    water = ask(place, now, "a:b").water_temperature
    assert water is not None
    assert water.value == 19.0


def test_a_sample_is_shown_before_a_sensor_only_when_the_sensor_is_long_dead(
    place: Store, now: int
) -> None:
    observe(place, "sensor:a:one/temperature", now - 24 * HOUR, 17.0)
    observe(place, "bath:a:b/waterTemperature@sample", now - 2 * HOUR, 15.0)
    water = ask(place, now, "a:b").water_temperature
    assert water is not None
    assert (water.kind, water.old) == ("measured", True)
    later = ask(place, now + 15 * 24 * HOUR, "a:b").water_temperature
    assert later is not None
    assert (later.kind, later.old) == ("sample", True)


def test_a_measurement_from_the_future_is_not_shown(place: Store, now: int) -> None:
    observe(place, "sensor:a:one/temperature", now + HOUR, 17.0)
    told = ask(place, now, "a:b")
    assert told.water_temperature is None
    assert told.no_temperature == "ahead-of-time"


HAV = "Havs- och vattenmyndigheten"


@pytest.fixture
def shared_place(tmp_path: Path, now: int) -> Iterator[Store]:
    """Return a place as an authority tells of it, with a sensor of the municipality's own."""
    owner = "Skellefteå kommun"
    datasets = {
        name: Dataset(id=name, title={"sv": name}, owner=owner, open=True)
        for name in ("bathing-places", "sensors")
    }
    authority = Thing(
        id="bath:hav:a", type="BathingPlace", dataset="bathing-places", properties={"origin": HAV}
    )
    own = Thing(id="bath:skelleftea:a", type="BathingPlace", dataset="bathing-places")
    water = "waterTemperature"
    said = [
        Series(
            id=f"bath:hav:a/{water}@{kind}",
            thing=authority.id,
            property=water,
            dataset="bathing-places",
            unit="Cel",
            kind=kind,
        )
        for kind in ("sample", "forecast")
    ]
    sensor = Series(
        id=f"sensor:skelleftea:a/{water}",
        thing="sensor:skelleftea:a",
        property=water,
        dataset="sensors",
        unit="Cel",
    )
    links = [Link(thing=own.id, property=water, series=each.id) for each in (*said, sensor)]
    links.append(Link(thing=authority.id, property=water, series=sensor.id))
    heard = [Observation(each.id, now - HOUR, 17.0, Flag.GOOD) for each in (*said, sensor)]
    with Store(tmp_path / "one.sqlite") as store:
        store.publish(datasets).result()
        store.commit([authority, own, *said, sensor, *links, *heard], at=now).result()
        yield store


@pytest.mark.parametrize("name", ["hav:a", "skelleftea:a"])
def test_the_source_of_a_value_is_who_said_it_whoever_publishes_it(
    shared_place: Store, now: int, name: str
) -> None:
    place = ask(shared_place, now, name)
    assert place.dataset.owner == "Skellefteå kommun"
    assert place.sample_temperature is not None
    assert place.sample_temperature.source == HAV
    assert place.forecast_temperature is not None
    assert place.forecast_temperature.source == HAV
    assert place.water_temperature is not None
    assert place.water_temperature.kind == "measured"
    assert place.water_temperature.source == "Skellefteå kommun"
