"""A link is all that whoever holds it has: scanners, guesses and strangers get nothing by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.services.care import Acknowledged
from tests.pages import _care
from tests.pages._tree import HTML
from tests.pages.test_care import Place, _close

LINK = f"/l/{_care.link('avviker')}"
CLIENT = f"/l/{_care.link('vanlig', 'client')}"
RELATIVE = f"/l/{_care.link('vanlig')}"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    made.who = None
    yield made
    _close(made.stores)
    made.commons.close()


def answered(place: Place) -> list[object]:
    lines = place.stores.own["2482"].journal("care").lines(_care.home("avviker"))
    return [one for one in lines if one.kind == Acknowledged.__name__]


def test_a_scanner_that_follows_every_link_answers_nothing(place: Place) -> None:
    for method in ("HEAD", "GET", "OPTIONS", "PUT", "DELETE", "PATCH"):
        for path in ("", "/svara", "/ny", "/svara?act=looking&notice=notice:care:avviker"):
            place.client.request(method, LINK + path, headers=HTML)
    assert answered(place) == []


def test_nothing_of_a_link_is_kept_framed_or_handed_on(place: Place) -> None:
    for address in (LINK, f"/l/{'a' * 43}"):
        answer = place.client.get(address, headers=HTML)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "noindex" in answer.text
        assert "set-cookie" not in answer.headers


def test_only_the_client_withdraws_and_then_every_link_is_dead(place: Place) -> None:
    form = {"act": "withdraw"}
    assert place.client.post(f"{RELATIVE}/svara", data=form, headers=HTML).status_code == 409
    assert place.client.get(RELATIVE, headers=HTML).status_code == 200
    assert place.client.post(f"{CLIENT}/svara", data=form, headers=HTML).status_code == 200
    for address in (RELATIVE, CLIENT, f"{RELATIVE}/handelser", f"{RELATIVE}/push"):
        assert place.client.get(address, headers=HTML).status_code == 404, address
    again = place.client.post(f"{CLIENT}/svara", data=form, headers=HTML)
    assert again.status_code == 404


def test_a_contact_who_may_see_the_state_sees_no_day_by_any_parameter(place: Place) -> None:
    link = f"/l/{_care.link('vanlig', 'client')}"
    for query in ("", "?day=2026-11-22", "?said=looking", "?may=timeline", "?said=../../x"):
        page = place.client.get(link + query, headers=HTML)
        assert page.status_code == 200
        assert "care-day" not in page.text
        assert "<table" not in page.text


def test_a_link_answers_for_no_other_home(place: Place) -> None:
    form = {"act": "looking", "notice": "notice:care:tyst"}
    assert place.client.post(f"{LINK}/svara", data=form, headers=HTML).status_code == 409
    right = {"act": "looking", "notice": "notice:care:avviker"}
    for _ in range(3):  # sent again and again
        assert place.client.post(f"{LINK}/svara", data=right, headers=HTML).status_code in {
            303,
            409,
        }
    assert len(answered(place)) <= 3
