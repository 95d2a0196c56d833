"""The operator's pages: who comes in, what is first, and what the drawing keeps to."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from starlette.testclient import TestClient

from byalag.model import Micros
from byalag.pages import COOKIE, _drift
from byalag.pages._flow import HIGH, WIDE, draw
from byalag.pages.operations import Desk
from byalag.store import Store
from tests.pages import _desk, _hub, _serve
from tests.pages._tree import HTML, find, tree_of

COLUMNS = st.lists(st.integers(0, 6), max_size=5).map(
    lambda sizes: [[f"{n}/{place}" for place in range(many)] for n, many in enumerate(sizes)]
)


@pytest.fixture
def stranger(hub: TestClient) -> TestClient:
    return TestClient(hub.app)


def test_without_a_key_nothing_is_shown_and_the_way_in_is(stranger: TestClient) -> None:
    for address in ("/drift", "/drift/kalla/2482/kalla-ok", "/drift/datamangd/parking"):
        answer = stranger.get(address, headers=HTML, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/drift/nyckel"
    assert stranger.get("/drift/handelser").status_code == 401


def test_a_key_is_shown_once_and_kept_where_no_script_reads_it(stranger: TestClient) -> None:
    answer = stranger.post(
        "/drift/nyckel", data={"key": _desk.SHOWN}, headers=HTML, follow_redirects=False
    )
    kept = answer.headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept
    assert stranger.get("/drift", headers=HTML).status_code == 200
    stranger.post("/drift/glom", headers=HTML)
    assert stranger.get("/drift", headers=HTML).url.path == "/drift/nyckel"


def test_a_wrong_key_is_told_so(stranger: TestClient) -> None:
    answer = stranger.post("/drift/nyckel", data={"key": "operator.wrong"}, headers=HTML)
    assert answer.url.path == "/drift/nyckel"
    assert "Nyckeln gäller inte" in answer.text


def test_a_form_from_another_site_is_refused(stranger: TestClient) -> None:
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = stranger.post("/drift/nyckel", data={"key": _desk.SHOWN}, headers=header)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_the_kept_key_opens_no_address_for_machines(hub: TestClient) -> None:
    assert hub.post("/observations/v1/observations", json=[]).status_code == 401
    assert hub.get("/metrics").status_code == 401


def test_a_key_shows_its_own_municipality_only(hub: TestClient) -> None:
    text = hub.get("/drift", headers=HTML).text
    assert "/drift/kalla/2482/" in text
    assert "/drift/kalla/2513/" not in text
    assert hub.get("/drift/kalla/2513/kalla-ok", headers=HTML).status_code == 404


def test_the_worst_comes_first(hub: TestClient) -> None:
    tree = tree_of(hub.get("/drift", headers=HTML).text)
    rows = find(tree, "//section[@aria-labelledby='sources']//tbody/tr")
    signs = [str(find(row, ".//span[contains(@class,'sign')]/@class")[0]) for row in rows]
    assert signs[0].endswith("failing")
    assert signs[-1].endswith("-ok")
    assert len(find(tree, "//li[contains(@class,'case')]")) == len(_desk.STATES) - 2 + 2


def test_the_list_tells_the_same_as_the_drawing(hub: TestClient) -> None:
    tree = tree_of(hub.get("/drift/datamangd/parking", headers=HTML).text)
    drawn = {str(text).partition(":")[0] for text in find(tree, "//svg//title/text()")}
    listed = tree.xpath("string(//ol[@class='columns'])")
    assert drawn
    assert all(title in str(listed) for title in drawn)


def test_a_way_leads_to_pages_in_the_language_it_is_read_in(hub: TestClient) -> None:
    for page, home in (("/drift/datamangd/", "/drift/kalla/"), ("/en/operations/dataset/", "/en/")):
        tree = tree_of(hub.get(f"{page}parking", headers=HTML).text)
        links = [str(one) for one in find(tree, "//*[@class='columns']//a/@href | //svg//a/@href")]
        ours = [one for one in links if "kalla-ok" in one]
        assert len(ours) == 2
        assert all(one.startswith(home) for one in ours)


def mended(hub: TestClient, **form: str) -> str:
    answer = hub.post("/drift/undanlagt/2482", data=form, headers=HTML)
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[TestClient]:
    with _hub.filled(tmp_path) as store:
        app = _serve.application_of(store, "http://testserver")
        yield TestClient(app, cookies={COOKIE: _desk.SHOWN})


def test_a_record_is_shown_beside_what_stood_around_it(operator: TestClient) -> None:
    tree = tree_of(operator.get("/drift/undanlagt/2482/post/1", headers=HTML).text)
    assert find(tree, "//mark/text()") == ['{"name": "Torget"}']
    around = str(tree.xpath("string(//pre[.//mark])"))
    assert around.startswith('[{"id": "a"}')


def test_what_is_about_people_is_not_shown_to_operators(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _desk.desk

    def about_people(now: Micros, store: Store) -> Desk:
        return structs.replace(made(now, store), about_people=lambda _code, _source: True)

    monkeypatch.setattr(_desk, "desk", about_people)
    with _hub.filled(tmp_path) as store:
        app = _serve.application_of(store, "http://testserver")
        operator = TestClient(app, cookies={COOKIE: _desk.SHOWN})
        for address in ("/drift/undanlagt/2482/post/1", "/drift/undanlagt/2482/1"):
            page = operator.get(address, headers=HTML)
            assert page.status_code == 200
            assert "Torget" not in page.text
            assert "Uppgifter om människor visas inte här" in page.text


def test_what_cannot_be_said_yet_stays_and_what_is_let_go_of_leaves(operator: TestClient) -> None:
    assert "fortfarande" in mended(operator, act="replay", group="1")
    groups = "//th/a[starts-with(@href, '/drift/undanlagt/2482/')]/@href"
    listed = find(tree_of(operator.get("/drift/undanlagt", headers=HTML).text), groups)
    for address in map(str, listed):
        number = address.rpartition("/")[2]
        assert "släpp" in mended(operator, act="dismiss", group=number, why="provdata")
        assert operator.get(address, headers=HTML).status_code == 404
    left = operator.get("/drift/undanlagt", headers=HTML).text
    assert "Ingenting är lagt åt sidan" in left
    assert "key operator" in left  # the audit names who did it


def test_mending_needs_more_than_reading_and_no_borrowed_form(operator: TestClient) -> None:
    form = {"act": "replay", "group": "1"}
    elsewhere = {"Origin": "https://elsewhere.example"}
    refused = operator.post("/drift/undanlagt/2482", data=form, headers=elsewhere)
    assert refused.status_code == 403
    assert operator.post("/drift/undanlagt/2513", data=form, headers=HTML).status_code == 404
    stranger = TestClient(operator.app)
    assert stranger.post("/drift/undanlagt/2482", data=form).status_code == 401


def test_outlets_that_wait_are_among_what_is_to_do(operator: TestClient) -> None:
    tree = tree_of(operator.get("/drift", headers=HTML).text)
    cases = [str(case.xpath("string(.)")) for case in find(tree, "//li[contains(@class,'case')]")]
    assert any("utgang" in case or "Brev till driften" in case for case in cases)


def test_news_come_when_something_changes() -> None:
    state = iter([["ok"], ["ok"], ["failing"]])

    async def first_news() -> list[str]:
        heard: list[str] = []
        news = _drift.news(lambda: next(state), lambda: False, every=0.01)
        async for line in news:
            heard.append(line)
            if "news" in line:
                return heard
        return heard

    assert asyncio.run(asyncio.wait_for(first_news(), 5))[-1].startswith("event: news")


@settings(deadline=None, max_examples=100)
@given(COLUMNS, st.data())
def test_boxes_never_overlap_and_ways_go_from_left_to_right(
    columns: list[list[str]], data: st.DataObject
) -> None:
    ways = [
        (one, other)
        for before, after in pairwise(columns)
        for one in before
        for other in after
        if data.draw(st.booleans())
    ]
    drawing = draw(columns, [*ways, ("unknown", "0/0")])
    boxes = list(drawing.boxes.values())
    assert len(boxes) == sum(map(len, columns))
    assert len(drawing.lines) == len(ways)
    for number, box in enumerate(boxes):
        assert 0 <= box.x <= drawing.width - WIDE
        assert 0 <= box.y <= drawing.height - HIGH
        for other in boxes[number + 1 :]:
            assert abs(box.x - other.x) >= WIDE or abs(box.y - other.y) >= HIGH


def test_whoever_is_near_needs_no_key_but_a_borrowed_name_does_not_help(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Store(tmp_path_factory.mktemp("near") / "commons.sqlite") as store:
        _hub.fill(store)
        app = _serve.application_of(store, "http://127.0.0.1:8080")
        near = TestClient(app, base_url="http://127.0.0.1:8080", client=("127.0.0.1", 50000))
        assert near.get("/drift", headers=HTML).url.path == "/drift"
        borrowed = TestClient(app, base_url="http://evil.example", client=("127.0.0.1", 50000))
        assert borrowed.get("/drift", headers=HTML).url.path == "/drift/nyckel"
