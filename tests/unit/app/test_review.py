"""Reviewing the audit: a steward sees their own municipality's, draws samples and judges lines."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._review import review
from byalag.app._stores import Stores
from byalag.governance import Grant, Person
from byalag.model import Municipality
from byalag.pages import View
from byalag.store import Note, Register, Store, Wanted
from byalag.testkit import StoppedClock

STEWARD = Person(id="p-steward", grants=(Grant("steward", "2482"),))
CANARY = "canary-of-overkalix"
DAY = 86_400_000_000
ALL = "since=2000-01-01&until=2100-01-01"


class Visit(Struct):
    client: TestClient
    stores: Stores
    seen: list[Person | None]


@pytest.fixture
def visit(face: Callable[..., Face], store: Store, tmp_path: Path) -> Iterator[Visit]:
    now = StoppedClock().now
    with ExitStack() as stack:
        own = {
            code: stack.enter_context(Store(tmp_path / f"{code}.sqlite"))
            for code in ("2482", "2513")
        }
        stores = Stores(own, store, stack.enter_context(Register(tmp_path / "hub.sqlite")))
        for number in range(30):
            line = Note(at=now() - DAY, who="person x", what="read", about=f"home:1:{number}")
            own["2482"].note(line).result()
        own["2513"].note(Note(at=now(), who=CANARY, what="read", about=CANARY)).result()
        towns = [
            Municipality(code="2482", name="Skellefteå"),
            Municipality(code="2513", name="Överkalix"),
        ]
        view = View(
            reader=store,
            now=now,
            name="Bygdens nav",
            base_url="https://hub.example.se",
            municipalities=towns,
        )
        who: list[Person | None] = [STEWARD]
        otherwise: dict[str, Any] = {"person": lambda _: who[0], "parts": [review(view, stores)]}
        client = TestClient(
            application(face(**otherwise)),
            base_url="https://hub.example.se",
            follow_redirects=False,
            headers={"sec-fetch-site": "same-origin", "accept": "text/html"},
        )
        yield Visit(client, stores, who)


def test_a_steward_sees_who_read_what_about_whom_in_their_own_municipality(visit: Visit) -> None:
    page = visit.client.get("/granskning", params={"about": "home:1:7"})
    assert page.status_code == 200
    assert "home:1:7" in page.text
    assert "home:1:8<" not in page.text
    assert "läste" in page.text
    assert CANARY not in page.text
    assert CANARY not in visit.client.get("/en/review?municipality=2513").text


def test_whoever_may_not_review_an_audit_finds_no_page(visit: Visit) -> None:
    assert visit.client.post("/granskning/2513", content=ALL).status_code == 404
    visit.seen[0] = Person(id="p-operator", grants=(Grant("operator", "2482"),))
    assert visit.client.get("/granskning").status_code == 403
    visit.seen[0] = None
    assert visit.client.get("/granskning").status_code == 401


def test_a_sample_is_drawn_judged_and_remembered_in_the_audit(visit: Visit) -> None:
    drawn = visit.client.post("/granskning/2482", content=f"{ALL}&count=5")
    assert drawn.status_code == 303
    where = drawn.headers["location"]
    page = visit.client.get(where)
    assert page.text.count('name="line"') == 5
    audit = visit.stores.own["2482"].audit
    (sample,) = audit.notes(Wanted(what="sample"))
    line = sample.details["lines"][0]
    told = visit.client.post(where, content=f"line={line}&verdict=look-into&why=Varf%C3%B6r")
    assert (told.status_code, told.headers["location"]) == (303, f"{where}#line-{line}")
    (judged,) = audit.notes(Wanted(what="review", about=f"sample/{sample.seq}"))
    assert judged.who == "person p-steward"
    assert judged.details == {"line": line, "verdict": "look-into", "why": "Varför"}
    assert "Varför" in visit.client.get(where).text
    assert "1 av 5 bedömda" in visit.client.get("/granskning").text
    assert audit.first_altered() is None


def test_samples_differ_and_hold_only_lines_of_the_period(visit: Visit) -> None:
    for _ in range(4):
        visit.client.post("/granskning/2482", content=f"{ALL}&count=10")
    audit = visit.stores.own["2482"].audit
    drawn = [tuple(one.details["lines"]) for one in audit.notes(Wanted(what="sample"))]
    assert len(set(drawn)) > 1
    assert all(1 <= line <= 30 for lines in drawn for line in lines)
    visit.client.post("/granskning/2482", content="since=1999-01-01&until=1999-01-02&count=10")
    empty = audit.notes(Wanted(what="sample"), limit=1)[0]
    assert empty.details["lines"] == []
    assert "inga rader" in visit.client.get(f"/granskning/2482/{empty.seq}").text


@pytest.mark.parametrize(
    "body", ["", "since=x&until=y", "since=2026-02-01&until=2026-01-01", "count=5"]
)
def test_a_period_that_is_none_is_refused(visit: Visit, body: str) -> None:
    assert visit.client.post("/granskning/2482", content=body).status_code == 400


def test_a_line_outside_of_the_sample_cannot_be_judged(visit: Visit) -> None:
    where = visit.client.post("/granskning/2482", content=f"{ALL}&count=1").headers["location"]
    for body in ("line=4711&verdict=in-order", "line=1&verdict=fine", "verdict=in-order"):
        assert visit.client.post(where, content=body).status_code == 400


def test_a_form_from_another_site_is_refused(visit: Visit) -> None:
    strange = {"sec-fetch-site": "cross-site"}
    refused = visit.client.post("/granskning/2482", content=ALL, headers=strange)
    assert refused.status_code == 403
    assert visit.stores.own["2482"].audit.notes(Wanted(what="sample")) == []
