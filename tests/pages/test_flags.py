"""The page of how far values may be trusted: what it shows, and what it lets an operator try."""

import csv
import io
import math

import pytest
from starlette.testclient import TestClient

from byalag.pages._flags_form import asked
from tests.pages import _judged
from tests.pages._tree import HTML

PAGE = "/drift/kvalitet/2482"
OF = f"{PAGE}?series={_judged.SERIES.id}&days=30"


def test_the_series_with_a_rule_are_listed(hub: TestClient) -> None:
    text = hub.get(PAGE, headers=HTML).text
    assert "series=sensor%3Askelleftea%3Abadet/waterTemperature" in text


def test_five_flags_are_shown_with_symbol_and_words(hub: TestClient) -> None:
    text = hub.get(OF, headers=HTML).text
    assert _judged.RULE.version in text
    for word in ("Gränser", "Toppar", "Takt", "Står still", "Uppehåll", "Sammantaget"):
        assert word in text
    for word in ("Misstänkt", "Fel", "Saknas", "85 Cel"):
        assert word in text


def test_a_file_has_every_value_with_a_column_a_test(hub: TestClient) -> None:
    answer = hub.get(f"/drift/kvalitet/2482/flaggor.csv?series={_judged.SERIES.id}&days=30")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(rows) == 980
    assert {row["rule"] for row in rows} == {_judged.RULE.version}
    (sentinel,) = (row for row in rows if row["value"] == "85.0")
    assert (sentinel["range"], sentinel["flag"]) == ("4", "4")
    assert {row["flat"] for row in rows} >= {"1", "3", "4"}


def test_another_rule_can_be_tried_and_nothing_is_saved(hub: TestClient) -> None:
    text = hub.get(f"{OF}&most=19", headers=HTML).text
    assert "Det är en regel du prövar" in text
    assert _judged.RULE.version not in text
    assert "Det är en regel du prövar" not in hub.get(OF, headers=HTML).text


def test_a_limit_that_is_no_number_is_told_and_changes_nothing(hub: TestClient) -> None:
    text = hub.get(f"{OF}&most=varmt", headers=HTML).text
    assert "Skriv ett tal" in text


@pytest.mark.parametrize("name", ["sensor:a:b/c", "x"])
def test_a_series_that_is_not_there_or_of_another_municipality_is_not_found(
    name: str, hub: TestClient
) -> None:
    assert hub.get(f"{PAGE}?series={name}", headers=HTML).status_code == 404
    there = f"/drift/kvalitet/2513?series={_judged.SERIES.id}"
    assert hub.get(there, headers=HTML).status_code == 404


def test_a_form_that_is_sent_as_it_stands_asks_for_the_same_rule() -> None:
    _, fields = asked({}, _judged.RULE)
    again, _ = asked({one.name: one.text for one in fields}, _judged.RULE)
    assert again == _judged.RULE
    other, _ = asked({"rate": "36", "low": ""}, _judged.RULE)
    assert other.rate == (0.01, None)
    assert other.suspect == (-math.inf, 28.0)
