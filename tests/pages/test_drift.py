"""The operator's pages: who comes in, what is first, and what the drawing keeps to."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from byalag.pages import _drift
from byalag.pages._flow import HIGH, WIDE, draw
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
    rows = find(tree, "//table/tbody/tr")
    signs = [str(find(row, ".//span[contains(@class,'sign')]/@class")[0]) for row in rows]
    assert signs[0].endswith("failing")
    assert signs[-1].endswith("-ok")
    assert len(find(tree, "//li[contains(@class,'case')]")) == len(_desk.STATES) - 2


def test_the_list_tells_the_same_as_the_drawing(hub: TestClient) -> None:
    tree = tree_of(hub.get("/drift/datamangd/parking", headers=HTML).text)
    drawn = {str(text).partition(":")[0] for text in find(tree, "//svg//title/text()")}
    listed = tree.xpath("string(//ol[@class='columns'])")
    assert drawn
    assert all(title in str(listed) for title in drawn)


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
