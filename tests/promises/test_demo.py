"""The demo: three municipalities, real sources and pages, made-up values, no network."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.testkit import RunningHub, byalag
from byalag.testkit.demo import write_hub
from tests.promises._people import Browser, asked_for

BATHS = "/baths/v1/bathing-places"
PARKING = "/parking/v1/parking-facilities"


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningHub]:
    with RunningHub("demo") as hub:
        hub.wait_for(f"{BATHS}?municipality=2482&limit=50", "Falkträsket")
        for word in ("Airport", "Bonnstan", "Ekorren", '"closed"'):  # one from each operator
            hub.wait_for(f"{PARKING}?municipality=2482&limit=50", word)
        hub.wait_for(f"{PARKING}?municipality=2260&limit=50", "Torpshammar")
        yield hub


def test_it_answers_within_ten_seconds(demo: RunningHub) -> None:
    assert demo.seconds < 10


def test_a_citizen_learns_how_warm_the_water_is_with_its_time_age_and_source(
    demo: RunningHub,
) -> None:
    [bath] = demo.get(f"{BATHS}?near=64.7786,21.1179&radius=500").json["items"]
    water = bath["waterTemperature"]
    assert bath["name"] == "Boviksbadet"
    assert 5 < water["value"] < 30
    assert water["unit"] == "Cel"
    assert water["kind"] == "measured"
    assert water["ageSeconds"] < 600
    assert water["source"] == "Skellefteå kommun"
    page = demo.get("/bad").text
    assert "Boviksbadet" in page
    assert "°C" in page


def test_an_old_temperature_is_shown_as_old(demo: RunningHub) -> None:
    bath = demo.get(f"{BATHS}/bath:hav:SE0812482000003391").json
    assert bath["name"] == "Sidtjärn, Boliden"
    assert bath["waterTemperature"]["old"] or bath["waterTemperature"]["kind"] == "sample"
    assert bath["waterTemperature"]["ageSeconds"] > 9 * 3600


def test_advice_against_bathing_is_shown(demo: RunningHub) -> None:
    bath = demo.get(f"{BATHS}/bath:hav:SE0812482000003360").json
    assert bath["adviceAgainstBathing"][0]["text"] == "Algblomning"
    assert "Algblomning" in demo.get("/bad/bath:hav:SE0812482000003360").text


def test_a_municipality_that_the_national_list_lacks_has_its_own_places(demo: RunningHub) -> None:
    places = demo.get(f"{BATHS}?municipality=2513").json["items"]
    assert {place["name"] for place in places} == {"Bränna", "Gyljen", "Lansjärv", "Vännäsberget"}
    assert any(place["waterTemperature"] for place in places)
    assert any(place["noTemperature"] == "no-sensor" for place in places)


def test_another_municipality_of_the_national_list_is_not_taken_in(demo: RunningHub) -> None:
    assert demo.get(f"{BATHS}?municipality=2514").json["items"] == []


def test_a_driver_gets_one_answer_whoever_owns_the_car_park(demo: RunningHub) -> None:
    lots = demo.get(f"{PARKING}?near=64.75,20.95&radius=20000&limit=50").json["items"]
    assert {lot["id"].split(":")[1] for lot in lots} == {
        "centrumparkering",
        "garagebolaget",
        "flygplatsen",
    }
    distances = [lot["distance"] for lot in lots]
    assert distances == sorted(distances)


def test_full_closed_not_counted_and_no_news_are_four_different_answers(demo: RunningHub) -> None:
    lots = {lot["name"]: lot["free"] for lot in demo.get(f"{PARKING}?limit=100").json["items"]}
    assert (lots["Busstationen"]["state"], lots["Busstationen"]["value"]) == ("full", 0)
    assert lots["Skellefteå Airport P3"]["state"] == "closed"
    assert lots["Bonnstan"]["state"] == "no-counter"
    assert lots["Torpshammar"]["state"] not in {"free", "full", "closed", "no-counter"}


def test_swedish_grid_coordinates_become_positions_on_the_globe(demo: RunningHub) -> None:
    lot = demo.get(f"{PARKING}/parking:ange:1").json
    assert lot["position"]["latitude"] == pytest.approx(62.5247, abs=1e-5)
    assert lot["position"]["longitude"] == pytest.approx(15.6580, abs=1e-5)


def test_a_week_of_history_is_there_from_the_start(demo: RunningHub) -> None:
    history = demo.get(f"{PARKING}/parking:garagebolaget:ekorren/history").json
    assert demo.get("/parkering/parking:garagebolaget:ekorren").status == 200
    assert len(str(history)) > 20_000


def test_everything_made_up_says_so(demo: RunningHub) -> None:
    for path in (BATHS, PARKING):
        assert all(one["simulated"] for one in demo.get(f"{path}?limit=100").json["items"])
    assert "simuler" in demo.get("/bad").text.lower()


def test_the_same_pages_speak_english(demo: RunningHub) -> None:
    page = demo.get("/en/").text
    assert '<html lang="en"' in page
    assert demo.get("/").text.count('<html lang="sv"') == 1


def test_its_folder_is_right_without_a_warning(tmp_path: Path) -> None:
    write_hub(tmp_path, "http://127.0.0.1:1", address="http://127.0.0.1:2")
    said = byalag("check", tmp_path, "--json")
    assert said.code == 0
    assert said.json["problems"] == said.json["gaps"] == []
    assert said.json["uncatalogued"] == {}


def test_two_municipalities_mean_different_things_by_a_word(demo: RunningHub) -> None:
    page = demo.get("/ordlista/ord/employee").text
    assert "timanställda" in page
    assert "månadslön" in page


@pytest.mark.parametrize(
    ("sub", "rooms"),
    [
        (
            "anna",
            ["/drift", "/ordning", "/granskning", "/ordlista/forslag", "/utvecklare/slapp-in"],
        ),
        ("farah", ["/granskning", "/konto/roller", "/konto/roller/navet"]),
        ("gustav", ["/utvecklare/applikationer"]),
    ],
)
def test_one_can_be_whoever_one_chooses_and_sees_their_rooms(
    demo: RunningHub, sub: str, rooms: list[str]
) -> None:
    browser = Browser()
    asked = browser.get(f"http://127.0.0.1:{demo.port}/konto/logga-in/demo?next=/konto").location
    assert "Välj vem du är" in browser.get(asked).text
    answer = browser.get(browser.get(f"{asked}&sub={sub}").location)
    assert answer.location == "/konto"
    page = browser.get(f"http://127.0.0.1:{demo.port}/konto")
    assert page.status == 200
    for room in rooms:
        assert f'href="{room}"' in page.text
        assert browser.get(f"http://127.0.0.1:{demo.port}{room}").status == 200


def test_a_code_of_the_demo_is_good_once_and_only_with_its_verifier(demo: RunningHub) -> None:
    browser = Browser()
    asked = browser.get(f"http://127.0.0.1:{demo.port}/konto/logga-in/demo?next=/konto").location
    token = asked.partition("/who?")[0] + "/token"
    code = asked_for(browser.get(f"{asked}&sub=anna").location)["code"]
    for _ in range(2):
        assert browser.post(token, {"code": code, "code_verifier": "guessed"}).status == 400


def test_it_stops_at_once_when_asked() -> None:
    with RunningHub("demo") as hub:
        began = time.monotonic()
        assert hub.stop(signal.SIGTERM) == 0
        assert time.monotonic() - began < 8


def test_it_says_that_it_was_interrupted() -> None:
    with RunningHub("demo") as hub:
        assert hub.stop(signal.SIGINT) == 130


def test_every_place_of_the_national_list_has_its_samples_within_seconds(demo: RunningHub) -> None:
    for last in ("SE0812482000004381", "SE0712260000004027"):  # asked for in the order of their ids
        demo.wait_for(f"{BATHS}/bath:hav:{last}", '"sample"', seconds=10)
    for code in ("2482", "2260"):
        for place in demo.get(f"{BATHS}?municipality={code}&limit=50").json["items"]:
            assert place["sampleTemperature"], place["name"]
