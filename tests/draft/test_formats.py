"""Small answers of our own in many formats and languages, each with its trap."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from byalag.draft import Undraftable
from byalag.model import Point

from .conftest import Describe, Drafted

ANSWERS = Path(__file__).parent / "answers"
Read: TypeAlias = Callable[..., Drafted]


@pytest.fixture
def read(describe: Describe) -> Read:
    def described(file: str, /, **known: str) -> Drafted:
        return describe((ANSWERS / file).read_bytes(), **known)

    return described


def test_microsoft_dates_and_a_lot_without_a_counter(read: Read) -> None:
    found = read("spaces.json")
    assert found.values == {
        "1480-2007-03491/availableSpotNumber": 120,
        "1480-2007-03493/availableSpotNumber": 7,
    }
    assert found.things["1480-2007-03491"].point == Point(57.7046, 11.9783)
    assert found.things["1480-2007-03491"].properties["totalSpotNumber"] == 410


def test_the_municipal_csv_specification_with_decimal_commas(read: Read) -> None:
    found = read("badplatser.csv")
    assert found.table["thing"]["type"] == "BathingPlace"
    assert found.things["2"].point == Point(57.6731, 12.2010)
    assert found.things["2"].name == "Landvettersjön"
    assert "kultur@harryda.se" not in found.draft.text


def test_metres_in_sweref_are_placed_on_the_map_and_asked_about(read: Read) -> None:
    found = read("lekplatser.csv")
    assert found.table["thing"]["point"]["crs"] == "EPSG:3006"
    point = found.things["stadsparken"].point
    assert point is not None
    assert 64.5 < point.latitude < 65
    assert "thing.point" in {one.about for one in found.draft.questions}


def test_rows_of_a_meter_are_its_readings(read: Read) -> None:
    found = read("meters.csv")
    assert set(found.things) == {"735999001", "735999002"}
    (series,) = found.table["series"]
    assert (series["unit"], series["decimal"]) == ("kW.h", ",")
    assert series["at"]["zone"] == "Europe/Stockholm"
    assert len([fact for fact in found.facts if hasattr(fact, "value")]) == 4


def test_ids_with_stars_and_a_list_inside_each_record(read: Read) -> None:
    found = read("chargers.json")
    assert found.table["records"] == "data"
    assert [one.name for one in found.things.values()] == ["Torget", "Hamnen"]
    assert found.table["thing"]["type"] == "EVChargingStation"


def test_seconds_since_1970_for_each_station(read: Read) -> None:
    found = read("bikes.json")
    assert found.values["12/availableBikeNumber"] == 4
    assert found.table["series"][0]["at"] == {"path": "last_reported", "format": "epoch-s"}


def test_a_table_of_a_web_page(read: Read) -> None:
    found = read("baths.html")
    assert found.values == {
        "boviken/waterTemperature": 18.5,
        "byske-havsbad/waterTemperature": 17,
    }
    assert found.set_aside == []


def test_a_stated_grid_and_a_person_that_is_left_out(read: Read) -> None:
    found = read("bins.json")
    assert found.table["thing"]["point"] == {"geometry": "geometry", "crs": "auto"}
    assert found.values["1/fillingLevel"] == 45
    assert "Anna A" not in found.draft.text


def test_french_words_and_both_numbers_in_one_text(read: Read) -> None:
    found = read("french.csv")
    assert found.things["P1"].point == Point(48.5734, 7.7521)
    assert found.values == {"P1/availableSpotNumber": 120, "P3/availableSpotNumber": 33}
    assert found.things["P2"].properties["status"] == "closed"


def test_members_of_an_object_are_records_and_the_time_stands_beside(read: Read) -> None:
    found = read("keyed.json")
    assert found.table["keyed"] == "key"
    assert found.values["sl-1/peopleCount"] == 14
    assert found.table["series"][0]["at"]["path"] == "$document.updated"


def test_attributes_of_xml_with_a_unit_beside_the_number(read: Read) -> None:
    found = read("levels.xml")
    assert found.values == {"A1/waterLevel": 34, "A2/waterLevel": 31}
    assert found.table["series"][0]["unit"] == "cm"


def test_an_english_draft_and_a_swedish_one_give_the_same(read: Read) -> None:
    english, swedish = read("spaces.json"), read("spaces.json", language="sv")
    assert english.table == swedish.table
    assert "Fråga den som äger dem" in swedish.draft.text


def test_what_a_person_says_is_taken(read: Read) -> None:
    found = read("keyed.json", type="Library", dataset="bibliotek", name="besok")
    assert (found.draft.dataset, found.draft.name) == ("bibliotek", "besok")
    assert found.table["thing"]["type"] == "Library"


def test_the_address_gives_a_name_and_shows_that_there_are_pages(read: Read) -> None:
    found = read("spaces.json", url="https://api.parkering.example.se/v1/lots?offset=0&limit=3")
    assert found.table["paging"] == {"offset": "offset", "size": 3, "limit": "limit"}
    assert found.draft.name == "parkering-parking"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "the answer is empty"),
        ("%PDF-1.7 ...", "PDF"),
        ("just some words", "neither JSON, XML, a workbook nor a table"),
        ("[1, 2, 3]", "without any object"),
        ('{"a": ', "cannot be read"),
        ("<html><body><p>Hej</p></body></html>", "no table"),
        ("<a><b></a>", "cannot be read"),
        ("PK\x03\x04 not a workbook", "not an Excel workbook"),
    ],
)
def test_what_holds_no_records_is_refused_in_words(
    body: str, said: str, describe: Describe
) -> None:
    with pytest.raises(Undraftable, match=said):
        describe(body)


@pytest.mark.parametrize(
    ("column", "values", "names"),
    [
        ("Station", ("Norr", "Söder om ån"), {"Norr", "Söder om ån"}),
        ("Bad", ("Boviken", "Byske 2"), {"Boviken", "Byske 2"}),
        ("Namn", ("Torget", "Hamnen"), {"Torget", "Hamnen"}),
        ("Station", ("SE0402", "SE0403"), {None}),
        ("Station", ("a_norr", "b_syd"), {None}),
        ("Mätare", ("735999", "735998"), {None}),
    ],
)
def test_names_that_tell_things_apart_are_also_what_they_are_called(
    column: str, values: tuple[str, str], names: set[str | None], describe: Describe
) -> None:
    first, second = values
    rows = [f"{first};64,7;20,9;3,5", f"{second};64,8;20,8;4,5", ""]
    found = describe("\n".join([f"{column};Latitud;Longitud;Vattentemperatur", *rows]))
    assert len(found.things) == 2
    assert {one.name for one in found.things.values()} == names
