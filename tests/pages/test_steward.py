"""What stewards are told, and what no steward of another municipality is told."""

import csv
import io
import json

import pytest
from starlette.testclient import TestClient

from byalag.pages.stewardship import REPORTS, in_language
from byalag.standards.profile import harmless
from tests.pages._order import CANARY
from tests.pages._tree import HTML, find, tree_of, words_of

SUFFIXES = (".csv", ".kalkyl.csv", ".json")


def test_what_lacks_order_comes_first_and_the_worst_before_all(hub: TestClient) -> None:
    tree = tree_of(hub.get("/ordning", headers=HTML).text)
    cases = [words_of(case) for case in find(tree, "//ul[@class='cases']/li")]
    assert "Parkering" in cases[0]
    assert "inte klassad" in cases[0]
    assert not any("Badplatser" in case for case in cases)


def test_a_card_tells_what_is_inherited_and_what_is_said(hub: TestClient) -> None:
    page = words_of(tree_of(hub.get("/en/order/dataset/parking", headers=HTML).text))
    assert "Parkeringsbolaget AB" in page
    assert "from the source" in page
    assert "tekniker" in page
    assert "parking.example" in page
    assert "PARKING_KEY" not in page


def test_quality_is_drawn_with_a_gap_and_is_a_table_too(hub: TestClient) -> None:
    tree = tree_of(hub.get("/ordning/datamangd/parking", headers=HTML).text)
    assert len(find(tree, "(//svg[@class='spark'])[1]/path")) == 2
    assert len(find(tree, "(//details)[1]//tbody/tr")) == 18
    assert "ej bedömt" in words_of(tree)


def test_the_register_of_processing_says_all_that_article_30_asks(hub: TestClient) -> None:
    rows = hub.get("/ordning/rapport/article-30.json").json()["rows"]
    assert len(rows) == 1
    row = rows[0]
    for name in ("controller", "purpose", "legalBasis", "subjects", "categories", "retention",
                 "security", "kept"):  # fmt: skip
        assert row[name], name
    assert row["recipients"] == ["larmcentralen", "larmcentralen (larm.example)"]
    assert "transfers" in row
    assert "dataProtectionOfficer" in row


def test_suppliers_and_the_parts_of_the_program_are_told(hub: TestClient) -> None:
    rows = hub.get("/ordning/rapport/suppliers.json").json()["rows"]
    system = next(row for row in rows if row["kind"] == "system")
    assert system["supplier"] == "Givarfirman"
    assert system["hosts"] == ["parking.example"]
    said = [gap["en"] for gap in system["gaps"]]
    assert said == ["the contract has ended", "outside the EU and EEA"]
    receiver = next(row for row in rows if row["kind"] == "receiver")
    assert (receiver["hosts"], receiver["datasets"]) == (["larm.example"], ["alarms"])
    assert {"msgspec", "starlette"} <= {row["name"] for row in rows if row["kind"] == "software"}


def test_the_flow_is_told_as_a_graph_from_computers_outside_to_receivers(hub: TestClient) -> None:
    told = hub.get("/ordning/rapport/flow.json").json()
    ways = {way["dataset"]: way for way in told["ways"]}
    parking = {(one["from"], one["to"]) for one in ways["parking"]["joins"]}
    assert ("host/parking.example", "source/kalla-ok") in parking
    assert ("source/kalla-ok", "mapping/kalla-ok") in parking
    assert ("dataset/parking", "commons") in parking
    ends = {node["kind"] for node in ways["parking"]["nodes"] if node["stage"] == "end"}
    assert {"service", "standard", "catalogue", "export"} <= ends
    alarms = {node["key"] for node in ways["alarms"]["nodes"]}
    assert "outlet/larmcentralen" in alarms
    assert "commons" not in alarms


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_the_same_on_the_page_as_csv_and_as_json(hub: TestClient, name: str) -> None:
    told = hub.get(f"/en/order/report/{name}.json").json()
    exact = hub.get(f"/en/order/report/{name}.csv")
    rows = list(csv.DictReader(io.StringIO(exact.text)))
    assert len(rows) == len(told["rows"])
    assert exact.headers["content-type"].startswith("text/csv")
    for row, said in zip(rows, told["rows"], strict=True):
        for column, cell in row.items():
            value = in_language(said.get(column), "en")
            shown = "" if value is None else str(value)
            assert cell == (shown.lower() if isinstance(value, bool) else shown)
    page = tree_of(hub.get(f"/en/order/report/{name}", headers=HTML).text)
    assert len(find(page, "//table//tbody/tr")) == min(len(rows), 500)


@pytest.mark.parametrize("name", REPORTS)
def test_no_spreadsheet_carries_out_what_is_in_a_report(hub: TestClient, name: str) -> None:
    answer = hub.get(f"/ordning/rapport/{name}.kalkyl.csv")
    assert answer.headers["content-type"].startswith("application/vnd.byalag.spreadsheet+csv")
    assert "attachment" in answer.headers["content-disposition"]
    for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"):
        assert all(harmless(cell) == cell for cell in row)


@pytest.mark.parametrize("name", REPORTS)
def test_a_steward_sees_nothing_of_another_municipality(hub: TestClient, name: str) -> None:
    for suffix in ("", *SUFFIXES):
        answer = hub.get(f"/ordning/rapport/{name}{suffix}")
        assert answer.status_code == 200
        assert CANARY not in answer.text
        assert "ange-secret" not in answer.text
        other = hub.get(f"/ordning/rapport/{name}{suffix}?municipality=2260")
        assert other.status_code == 404
        assert CANARY not in other.text
    assert hub.get("/ordning/datamangd/ange-secret").status_code == 404
    assert hub.get("/ordning/datamangd/parking?municipality=2260").status_code == 404


def test_whoever_is_no_steward_is_not_let_in(hub: TestClient) -> None:
    stranger = TestClient(hub.app)
    for name in REPORTS:
        assert stranger.get(f"/stewardship/v1/reports/{name}").status_code == 401
        assert hub.get(f"/stewardship/v1/reports/{name}").status_code == 200
    assert stranger.get("/stewardship/v1/api-info").status_code == 200


def test_the_bill_of_materials_is_cyclonedx(hub: TestClient) -> None:
    answer = hub.get("/ordning/programmets-delar.json")
    assert answer.headers["content-type"].startswith("application/vnd.cyclonedx+json")
    bill = json.loads(answer.text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = {bill["metadata"]["component"]["bom-ref"]}
    refs |= {one["bom-ref"] for one in bill["components"]}
    assert all(one["purl"].startswith("pkg:pypi/") and one["version"] for one in bill["components"])
    for one in bill["dependencies"]:
        assert {one["ref"], *one["dependsOn"]} <= refs
    names = {one["name"] for one in bill["components"]}
    assert "starlette" in names
    assert "pytest" not in names


def test_how_good_a_dataset_is_stands_beside_the_data(hub: TestClient) -> None:
    tree = tree_of(hub.get("/om/data", headers=HTML).text)
    parking = words_of(find(tree, "//section[@id='parking']")[0])
    assert "Uppmätt kvalitet" in parking
    assert "Fullständighet 92 %" in parking.replace("\xa0", " ")
    assert "Uppmätt" not in words_of(find(tree, "//section[@id='bathing-places']")[0])


def test_a_closed_dataset_has_no_licence_and_is_kept_for_days_in_words(hub: TestClient) -> None:
    page = words_of(tree_of(hub.get("/ordning/datamangd/alarms", headers=HTML).text))
    assert "Licens" not in page
    assert "90 dygn" in page
    page = words_of(tree_of(hub.get("/ordning/datamangd/parking", headers=HTML).text))
    assert "Licens" in page
