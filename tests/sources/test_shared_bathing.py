"""HaV's recorded answers: the whole country's list of 2021, and answers of today's API."""

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

import msgspec
import pytest

from byalag.testkit import Reading, shared

Read: TypeAlias = Callable[[str, str, str], Reading]

LIST_OF_2021 = "bathing/hav_feature_20210505_http.txt"
ANSWERED = "2026-06-21T09:00:00Z"


def test_the_whole_country_is_read_and_impossible_positions_are_set_aside(read: Read) -> None:
    country = read("hav-2021", LIST_OF_2021, "2021-05-05T04:10:25Z")
    assert country.counts == (2671, 0, 16, 0)
    assert sum(place.point is None for place in country.things.values()) == 3
    zero = [fact for fact in country.set_aside if fact.why.startswith("point: 0, 0")]
    assert len(zero) == 11


def test_the_municipality_is_told_by_the_code_in_the_id(read: Read) -> None:
    country = read("hav-2021", LIST_OF_2021, "2021-05-05T04:10:25Z")
    places = Counter(place.municipality for place in country.things.values())
    aside = Counter(
        msgspec.json.decode(fact.record)["properties"]["NUTSKOD"][5:9] for fact in country.set_aside
    )
    both = places + aside
    assert len(both) == 266
    expected = {"2482": 12, "2260": 11, "2580": 13, "2514": 7, "2480": 24, "2281": 29, "2513": 0}
    assert {code: both[code] for code in expected} == expected


def test_one_place_in_the_list_twice_is_one_place(read: Read) -> None:
    listed = read("hav", "bathing/list.json", ANSWERED)
    assert listed.counts == (3, 0, 0, 0)
    assert len(listed.things) == 2
    stockholm = listed.things["bath:hav:SE0110180000007461"]
    assert stockholm.municipality == "0180"
    assert stockholm.properties["adviceAgainstBathing"][0]["type"] == "algalBloom"


def test_a_coastal_place_has_samples_and_a_forecast_each_with_its_own_kind(read: Read) -> None:
    coast = read("hav", "bathing/bath_coastal.json", ANSWERED)
    assert coast.counts == (1, 21, 0, 0)
    series = "bath:hav:SE0441264000000306/waterTemperature"
    assert coast.value(f"{series}@forecast") == 13.1
    assert coast.at(f"{series}@forecast") == "2026-06-21T14:00:00+00:00"


def test_an_inland_place_with_a_running_advice(read: Read) -> None:
    inland = read("hav", "bathing/bath_inland.json", ANSWERED)
    assert inland.counts == (1, 2, 0, 0)
    place = inland.things["bath:hav:SE0110180000007461"]
    assert place.properties["waterQuality"]["class"] == "notClassified"
    assert place.properties["adviceAgainstBathing"]


def test_a_sample_without_temperature_is_none_and_an_old_one_keeps_its_age(
    read: Read,
) -> None:
    stale = read("hav", "bathing/bath_stale.json", ANSWERED)
    assert stale.counts == (1, 12, 0, 0)
    place = stale.things["bath:hav:SE0920763000001135"]
    assert place.properties["latestSample"]["at"] == "2025-08-12T00:00:00Z"


@pytest.mark.parametrize("file", ["bath_coastal", "bath_inland", "bath_stale"])
def test_nobodys_name_is_passed_on(read: Read, file: str) -> None:
    said = str(read("hav", f"bathing/{file}.json", ANSWERED).facts)
    folder = shared()
    assert folder
    answer = msgspec.json.decode((folder / "data" / "bathing" / f"{file}.json").read_bytes())
    author = answer["profile"]["updateDetail"]["authoredBy"]
    assert author not in said
    assert "authoredBy" not in said
