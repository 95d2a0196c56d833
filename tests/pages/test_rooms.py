"""Whoever works in the hub finds every room that is theirs, and none that is not."""

import pytest
from starlette.testclient import TestClient

from byalag.governance import Actor, Grant, Key, Person
from byalag.pages._rooms import rooms
from tests.pages._tree import HTML, find, tree_of

NOW = 1


def entered_by(*grants: Grant) -> list[str]:
    return list(rooms(Actor(person=Person(id="p-a", grants=grants)), NOW))


@pytest.mark.parametrize(
    ("grant", "found"),
    [
        (Grant("citizen"), ["developer_applications"]),
        (Grant("operator", "2482"), ["drift", "steward", "proposals", "developer_applications"]),
        (
            Grant("steward", "2482"),
            [
                *("drift", "steward", "review", "proposals"),
                *("developer_waiting", "developer_applications"),
            ],
        ),
        (Grant("board_member", "2482"), ["steward", "proposals", "developer_applications"]),
        (Grant("hub_administrator", "2482"), ["review", "developer_applications", "roles"]),
        (Grant("hub_administrator"), ["developer_applications", "roles_hub"]),
    ],
)
def test_a_role_leads_to_the_rooms_that_it_opens(grant: Grant, found: list[str]) -> None:
    assert entered_by(grant) == found


def test_whoever_is_near_is_led_by_their_roles_alone() -> None:
    relative = Person(id="p-a", grants=(Grant("relative", "2482", "home:care:a"),))
    found = rooms(Actor(person=relative, near=True), NOW)
    assert "drift" not in found
    assert "drift" in rooms(
        Actor(person=Person(id="p-b", grants=(Grant("operator", "2482"),))), NOW
    )


def test_whoever_shows_a_key_is_led_where_the_key_fits() -> None:
    key = Key(
        prefix="k",
        municipality="2482",
        sha256="0" * 64,
        scopes=("operations:read", "audit:read"),
    )
    assert list(rooms(Actor(key=key), NOW)) == ["drift", "review"]
    assert list(rooms(Actor(), NOW)) == []


def test_the_own_account_leads_to_every_room(hub: TestClient) -> None:
    tree = tree_of(hub.get("/konto", headers=HTML).text)
    addresses = [str(one) for one in find(tree, "//section[@aria-labelledby='rooms']//a/@href")]
    assert addresses == [
        *("/omsorg", "/drift", "/ordning", "/granskning", "/ordlista/forslag"),
        *("/utvecklare/applikationer", "/konto/roller", "/konto/roller/navet"),
    ]


def test_each_room_leads_to_the_others_and_says_where_one_is(hub: TestClient) -> None:
    browser = TestClient(hub.app)
    tree = tree_of(browser.get("/ordning", headers=HTML).text)
    addresses = [str(one) for one in find(tree, "//nav[@class='rooms']//a/@href")]
    assert {"/drift", "/granskning", "/ordlista/forslag"} <= set(addresses)
    assert find(tree, "//nav[@class='rooms']//a[@aria-current='page']/@href") == ["/ordning"]


def test_a_page_for_everyone_has_no_rooms_and_leads_to_the_dictionary(hub: TestClient) -> None:
    tree = tree_of(hub.get("/bad", headers=HTML).text)
    assert not find(tree, "//nav[@class='rooms']")
    assert "/ordlista" in [str(one) for one in find(tree, "//footer//a/@href")]


def test_whoever_has_logged_in_is_not_told_that_there_are_no_cookies(hub: TestClient) -> None:
    browser = TestClient(hub.app)
    assert "Inga kakor" in browser.get("/bad", headers=HTML).text
    for path in ("/ordning", "/granskning", "/ordlista/forslag", "/konto"):
        assert "Inga kakor" not in browser.get(path, headers=HTML).text, path


def test_a_sample_is_drawn_in_a_municipality_by_its_name(hub: TestClient) -> None:
    tree = tree_of(TestClient(hub.app).get("/granskning", headers=HTML).text)
    legends = [str(one.text) for one in find(tree, "//legend")]
    assert "Dra ett nytt stickprov i Skellefteå" in legends
