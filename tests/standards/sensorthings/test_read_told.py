"""What SensorThings tells of a source's series and sensors, in words."""

from byalag.asking import Numbered
from byalag.model import Dataset, Series, Thing
from byalag.standards.sensorthings._show_members import About, members
from byalag.standards.sensorthings._words import ENTITIES

MEANING = "How warm the water is. The value holds for the stated time only."


def description(property_: str, kind: str) -> object:
    series = Series(id="s", thing="t", property=property_, dataset="d", kind=kind)
    return members(ENTITIES["Datastream"], Numbered(1, series), About(root="", hub=""))[
        "description"
    ]


def test_a_description_tells_how_values_came_about_where_nobody_measured_them() -> None:
    assert description("waterTemperature", "measured") == MEANING
    forecast = description("waterTemperature", "forecast")
    assert forecast == f"{MEANING} The value is computed, not measured."
    assert "water sample" in str(description("waterTemperature", "sample"))


def test_a_word_that_nobody_has_explained_is_told_with_how_it_came_about() -> None:
    assert description("x", "measured") == "x: A sensor at the place measured the value."
    assert description("x", "odd") == "x: odd"


def test_an_implied_sensor_is_described_by_its_dataset_and_its_own_name() -> None:
    about = About(root="", hub="", datasets={"d": Dataset(id="d", title={"en": "Baths"})})
    for name, said in (("d", "Baths"), ("forecast", "Baths: forecast")):
        sensor = Thing(id=f"sensor:byalag:d-{name}", type="Sensor", dataset="d", name=name)
        assert members(ENTITIES["Sensor"], Numbered(1, sensor), about)["description"] == said
