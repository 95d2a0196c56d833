"""What a form says is anybody's word: whatever stands in it, no home and no other unit is hurt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app._care_book import CareBook
from byalag.services.care import Contact, ContactSet, Opened, Unsayable
from byalag.store import Store
from tests.pages import _care
from tests.pages._tree import HTML
from tests.pages.test_care import SAME, Place, _close

AT = f"/omsorg/2482/norr/hem/{_care.home('avviker')}"
SETTINGS = f"{AT}/installningar"
SERIES = "sensor:care:avviker-kyl/state"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("forms"))
    yield made
    _close(made.stores)
    made.commons.close()


def sent(client: TestClient, address: str, **form: str | list[str]) -> int:
    return client.post(address, data=form, headers=SAME).status_code


AGREED: dict[str, str | list[str]] = {
    "act": "consent",
    "meanings": ["fridge"],
    "by": "client",
    "how": "written",
}
TOLD: dict[str, str | list[str]] = {
    "act": "contact",
    "kind": "relative",
    "may": ["state"],
    "ways": ["sms"],
}
WRONG: list[dict[str, str | list[str]]] = [
    {"act": "channel", "series": SERIES, "room": "kitchen", "meaning": "fridge", "above": "nan"},
    {"act": "channel", "series": SERIES, "room": "kitchen", "meaning": "fridge", "above": "inf"},
    {"act": "channel", "series": SERIES, "room": "kitchen", "meaning": "fridge", "above": "-1e999"},
    {"act": "household", "residents": "9" * 30},
    {"act": "household", "residents": "9" * 5000},
    {
        "act": "consent",
        "meanings": ["fridge"],
        "by": "client",
        "how": "written",
        "until": "9999-12-31",
    },
    {
        "act": "consent",
        "meanings": ["fridge"],
        "by": "client",
        "how": "written",
        "until": "0001-01-01",
    },
    {"act": "away", "day": "0001-01-01", "clock": "00:00"},
    {"act": "away", "day": "9999-12-31", "clock": "23:59"},
    {"act": "visiting", "hours": "0001" + "9" * 5000},
    {**TOLD, "step": "9" * 40},
    {**TOLD, "wait": "9999999d"},
    {
        "act": "contact",
        "kind": "relative",
        "may": ["state"],
        "ways": ["sms"],
        "email": "a@b\nBcc: x@y",
    },
    {"act": "stage", "stage": "x"},
    {"act": "identity", "home": _care.home("vanlig"), "name": "x"},
    {"act": "close_home"},
    {"act": "\ud7ff\uffff"},
]


@pytest.mark.parametrize("form", WRONG, ids=lambda form: f"{form['act']!a}-{len(str(form))}")
def test_no_form_of_staff_breaks_a_home(place: Place, form: dict[str, str | list[str]]) -> None:
    place.who = _care.STAFF
    assert sent(place.client, SETTINGS, **form) in {303, 409, 422, 400}
    for address in (AT, SETTINGS, "/omsorg/2482/norr", f"/l/{_care.link('avviker', 'client')}"):
        assert place.client.get(address, headers=HTML).status_code == 200, address
    store = place.stores.own["2482"]
    again = CareBook(store, {"norr": _care.unit("norr", "Norr")})
    assert len(again.homes()) >= len(_care.NAMES)


@pytest.mark.parametrize("form", [
    {"act": "visiting", "hours": "0001" + "9" * 5000},
    {"act": "away", "day": "0001-01-01", "clock": "00:00"},
    {"act": "away", "day": "9999-12-31", "clock": "23:59"},
    {"act": "looking", "notice": "notice:care:tyst"},
    {"act": "withdraw", "consent": "consent:care:vanlig"},
    {},
], ids=lambda form: f"{form.get('act')}-{len(str(form))}")  # fmt: skip
def test_no_form_by_a_link_breaks_a_home(place: Place, form: dict[str, str]) -> None:
    link = f"/l/{_care.link('avviker')}"
    assert sent(place.client, f"{link}/svara", **form) in {409, 422, 400}
    assert place.client.get(link, headers=HTML).status_code == 200


def test_a_contact_of_another_unit_cannot_be_taken_over_to_be_read(tmp_path: Path) -> None:
    with Store(tmp_path / "2482.sqlite") as store:
        units = {name: _care.unit(name, name) for name in ("norr", "soder")}
        book = CareBook(store, units)
        theirs = ContactSet(contact=Contact(id="contact:care:theirs", kind="relative"))
        book.write("home:care:a", [Opened(unit="norr"), theirs], who="p", at=1).result()
        book.write("home:care:b", [Opened(unit="soder")], who="p", at=2).result()
        with pytest.raises(Unsayable, match="belongs to another unit"):
            book.write("home:care:b", [theirs], who="p", at=3)
        book.write("home:care:c", [Opened(unit="norr"), theirs], who="p", at=4).result()
