"""What people read: nothing without its time, and no state shown as another."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml.html import HtmlElement
from starlette.requests import Request
from starlette.testclient import TestClient

from byalag.pages import error_page
from byalag.store import Store
from tests.pages import _hub, _serve
from tests.pages._addresses import FREE, LAKE, LOST, OLD, OWN, SEA, SILENT, UNMEASURED
from tests.pages._tree import HTML, find, tree_of, words_of


def words(hub: TestClient, address: str, path: str = "//main") -> str:
    tree = tree_of(hub.get(address, headers=HTML).text)
    return " ".join(words_of(part) for part in find(tree, path))


def rows(hub: TestClient, address: str) -> dict[str, HtmlElement]:
    tree = tree_of(hub.get(address, headers=HTML).text)
    return {
        str(find(row, ".//h2/a")[0].get("href")).rpartition("/")[2]: row
        for row in find(tree, "//li[@class='place']")
    }


def test_a_temperature_has_its_time_age_source_quality_and_licence(hub: TestClient) -> None:
    said = words(hub, f"/bad/{LAKE}", "//section[starts-with(@class, 'answer')]")
    assert "17,6\xa0°C" in said.replace("17,6 °C", "17,6\xa0°C")
    assert "Uppmätt i dag kl. 15.00, för 12 minuter sedan" in said
    assert "Källa: Givare i vattnet, Havs- och vattenmyndigheten och kommunens egna givare" in said
    assert "Kvalitet: kontrollerat" in said
    assert "Licens: CC0-1.0" in said


def test_no_temperature_stands_without_a_time(hub: TestClient) -> None:
    for address in ("/bad?municipality=2482", "/en/baths?municipality=2482"):
        for row in rows(hub, address).values():
            if "°C" in str(row.text_content()):
                assert find(row, ".//div[starts-with(@class, 'what')]//time")


def test_an_old_value_is_called_old_and_an_unmeasured_place_is_listed(hub: TestClient) -> None:
    listed = rows(hub, "/bad?municipality=2482")
    assert "Gammalt värde" in str(listed[OLD].text_content())
    assert "Gammalt värde" not in str(listed[LAKE].text_content())
    assert "Ingen mätning" in str(listed[UNMEASURED].text_content())


def test_a_sample_is_a_sample_with_the_swedish_day_it_was_taken(hub: TestClient) -> None:
    said = words(hub, f"/bad/{SEA}")
    assert "Prov taget 22\xa0juni" in said or "Prov taget 22 juni" in said
    assert "för 3 veckor sedan" in said
    assert "Prognos för i dag kl. 15.32" in said


def test_advice_against_bathing_is_said_in_words(hub: TestClient) -> None:
    assert "Avrådan från bad: Algblomning, sedan i går" in words(hub, "/bad")
    assert "Algal bloom" in words(hub, f"/en/baths/{SEA}")
    assert "Ingen avrådan från bad" in words(hub, f"/bad/{LAKE}")


def test_nobody_says_that_an_unknown_place_is_fit_to_bathe_in(hub: TestClient) -> None:
    said = words(hub, f"/bad/{OWN}")
    assert "Ingen uppgift om avrådan från bad" in said
    assert "simulerat" in said


@pytest.mark.parametrize(
    ("place", "swedish", "english"),
    [
        (FREE, "112 lediga", "112 free"),
        ("parking:skelleftea:kanalgatan", "Fullt", "Full"),
        ("parking:skelleftea:stadshuset", "Stängt", "Closed"),
        ("parking:skelleftea:nordana", "Ingen räknare", "No counter"),
        (SILENT, "Inga nya uppgifter sedan kl. 14.06", "No news since 14:06"),
        (LOST, "Okänt", "Unknown"),
    ],
)
def test_each_state_of_a_car_park_has_its_own_words(
    hub: TestClient, place: str, swedish: str, english: str
) -> None:
    value = "//p[@class='huge']"
    assert words(hub, f"/parkering/{place}", value) == swedish
    assert words(hub, f"/en/parking/{place}", value) == english
    listed = find(rows(hub, "/parkering")[place], ".//p[@class='value']")[0]
    assert words_of(listed) == swedish


def test_each_state_has_its_own_symbol(hub: TestClient) -> None:
    symbols = [
        str(find(row, ".//p[@class='value']//path/@d")[0])
        for row in rows(hub, "/parkering").values()
    ]
    assert len(set(symbols)) == len(symbols) == 6


def test_municipalities_stand_in_the_order_of_the_swedish_alphabet(hub: TestClient) -> None:
    page = tree_of(hub.get("/bad", headers=HTML).text)
    options = [words_of(option) for option in find(page, "//select/option")]
    assert options == ["Alla kommuner", "Skellefteå", "Ånge", "Överkalix"]


def test_a_list_is_filtered_and_paged_by_its_address_alone(hub: TestClient) -> None:
    assert set(rows(hub, "/bad?municipality=2260")) == {"bath:hav:SE0712260000000105"}
    first, second = rows(hub, "/bad"), rows(hub, "/bad?page=2")
    assert (len(first), len(second)) == (25, 11)
    assert not set(first) & set(second)


def test_the_nearest_place_comes_first(hub: TestClient) -> None:
    assert next(iter(rows(hub, "/bad?near=64.75,20.95"))) == UNMEASURED
    assert "2,4 km bort" in words(hub, "/bad?near=64.75,20.95").replace("\xa0", " ")


def test_the_page_asks_for_a_fragment_and_gets_the_same_rows(hub: TestClient) -> None:
    fragment = hub.get("/bad?municipality=2482", headers={**HTML, "HX-Request": "true"})
    assert fragment.text.lstrip().startswith("<section")
    assert "HX-Request" in fragment.headers["vary"]
    assert fragment.text.strip() in hub.get("/bad?municipality=2482", headers=HTML).text


def test_a_faulty_address_is_explained(hub: TestClient) -> None:
    for address, said in (
        ("/bad?municipality=82", "Kommunkoden har fyra siffror, till exempel 2482. Här stod 82."),
        ("/bad?near=north", "latitud och longitud"),
        ("/parkering?page=-1", "heltal från 1"),
    ):
        answer = hub.get(address, headers=HTML)
        assert answer.status_code == 400
        assert said in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [("/bad", "Uppge referensen abc123"), ("/en/baths", "Give the reference abc123")],
)
def test_a_fault_of_ours_gives_a_reference_in_the_language_of_the_address(
    tmp_path: Path, path: str, said: str
) -> None:
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    with Store(tmp_path / "commons.sqlite") as store:
        show = error_page(_hub.view(store, "http://testserver"))
        answer = show(Request(scope), 500, "abc123")
    assert answer.status_code == 500
    assert said in bytes(answer.body).decode()


def test_the_first_visit_is_answered_in_the_language_of_the_browser(hub: TestClient) -> None:
    english = {**HTML, "Accept-Language": "en-GB,en;q=0.9,sv;q=0.5"}
    first = hub.get("/", headers=english, follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (302, "/en/")
    assert "Accept-Language" in first.headers["vary"]
    for headers, address in (
        ({**english, "Sec-Fetch-Site": "same-origin"}, "/"),
        (english, "/?sprak=sv"),
        ({**HTML, "Accept-Language": "sv,en;q=0.8"}, "/"),
        ({**HTML, "Accept-Language": "de"}, "/"),
    ):
        answer = hub.get(address, headers=headers, follow_redirects=False)
        assert answer.status_code == 200
        assert 'lang="sv"' in answer.text
    assert hub.get("/bad", headers=english, follow_redirects=False).status_code == 200


def test_the_table_the_file_and_the_api_hold_the_same_values(hub: TestClient) -> None:
    page = tree_of(hub.get(f"/bad/{LAKE}/varden", headers=HTML).text)
    lines = hub.get(f"/bad/{LAKE}/varden.csv").text.split("\r\n")
    values = hub.get(f"/baths/v1/bathing-places/{LAKE}/history").json()["values"]
    times = [datetime.fromisoformat(str(at)) for at in find(page, "//tbody//time/@datetime")]
    assert lines[0] == "time,waterTemperature,flag"
    assert sorted(times) == [datetime.fromisoformat(line.split(",")[0]) for line in lines[1:-1]]
    assert sorted(times) == [datetime.fromisoformat(value["time"]) for value in values]
    assert float(lines[-2].split(",")[1]) == values[-1]["value"]


@pytest.mark.proves(27)
def test_the_hour_that_comes_twice_in_october_is_told_apart(tmp_path: Path) -> None:
    at = datetime(2026, 10, 25, 9, 2, tzinfo=UTC)
    with Store(tmp_path / "commons.sqlite") as store:
        _hub.fill(store, at)
        client = TestClient(_serve.application_of(store, "http://testserver", at))
        said = words(client, f"/bad/{LAKE}/varden")
        page = client.get(f"/bad/{LAKE}/varden").text
    assert "02.30 sommartid" in said
    assert "02.30 normaltid" in said
    assert "2026-10-25T02:30:00+02:00" in page
    assert "2026-10-25T02:30:00+01:00" in page
