"""Every address has an access decision; a crash and a page are kept apart from the rest."""

from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.testclient import TestClient

from byalag import Misconfigured
from byalag.app._access import HEALTH, METRICS, OPEN, PUSH, Gate
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._watched import CSP, NO_CSP

Faces = Callable[..., Face]


async def page(_request: Request) -> Response:
    return HTMLResponse("<h1>Hej</h1>")


async def crash(_request: Request) -> Response:
    msg = "a secret that must not be shown"
    raise RuntimeError(msg)


PAGES: list[BaseRoute] = [
    Route("/bad", page),
    Route("/krasch", crash),
    Mount("/static", routes=[Route("/x", page)]),
]


def test_every_address_stands_behind_a_gate(face: Faces) -> None:
    app = application(face(pages=PAGES))
    ungated = [
        route
        for route in app.routes
        if not isinstance(route, Route | Mount) or not isinstance(route.app, Gate)
    ]
    assert app.routes
    assert not ungated


def test_only_what_is_meant_to_be_open_is_open(face: Faces) -> None:
    app = application(face(pages=PAGES))
    gates = {
        route.app.template: route.app.access
        for route in app.routes
        if isinstance(route, Route | Mount) and isinstance(route.app, Gate)
    }
    closed = {template: access for template, access in gates.items() if access in {METRICS, PUSH}}
    assert set(closed) == {"/metrics", "/observations/v1/observations"}
    assert gates["/bad"] == gates["/baths/v1/bathing-places/{id}"] == OPEN
    assert gates["/health/ready"] == HEALTH


def test_an_address_that_cannot_have_a_gate_cannot_be_mounted(face: Faces) -> None:
    async def socket(_socket: object) -> None: ...

    with pytest.raises(Misconfigured, match="access decision"):
        application(face(pages=[WebSocketRoute("/live", socket)]))


def test_measures_need_a_key(
    face: Faces, measure_key: dict[str, str], push_key: dict[str, str]
) -> None:
    outside = TestClient(application(face()), client=("192.0.2.7", 1))
    assert outside.get("/metrics").status_code == 401
    assert outside.get("/metrics", headers=push_key).status_code == 403
    outside.get("/baths/v1/bathing-places")
    shown = outside.get("/metrics", headers=measure_key)
    assert shown.status_code == 200
    assert 'route="/baths/v1/bathing-places",status="200"' in shown.text


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"])
def test_measures_of_a_hub_that_nobody_else_reaches_are_shown_to_its_own_machine(
    face: Faces, address: str
) -> None:
    app = application(face(base_url=address))
    near = TestClient(app, base_url=address, client=("127.0.0.1", 1))
    assert near.get("/metrics").status_code == 200
    assert TestClient(app, client=("192.0.2.7", 1)).get("/metrics").status_code == 401
    for name in ("x-forwarded-for", "forwarded", "x-real-ip", "via"):
        assert near.get("/metrics", headers={name: "192.0.2.7"}).status_code == 401


@pytest.mark.parametrize(
    "address", ["https://hub.example.se", "http://10.0.0.1:8080", "https://localhost.example.se"]
)
def test_measures_of_a_hub_behind_a_proxy_need_a_key_whoever_asks(
    face: Faces, measure_key: dict[str, str], address: str
) -> None:
    near = TestClient(application(face(base_url=address)), client=("127.0.0.1", 1))
    assert near.get("/metrics").status_code == 401
    assert near.get("/metrics", headers=measure_key).status_code == 200


def test_a_page_has_a_strict_policy_and_an_api_one_that_lets_nothing_run(face: Faces) -> None:
    client = TestClient(application(face(pages=PAGES)))
    answer = client.get("/bad")
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    machine = client.get("/baths/v1/api-info")
    assert machine.headers["content-security-policy"] == NO_CSP
    assert machine.headers["x-content-type-options"] == "nosniff"


def test_a_crash_is_told_without_its_reason_and_the_next_question_is_answered(
    face: Faces,
) -> None:
    client = TestClient(application(face(pages=PAGES)))
    answer = client.get("/krasch")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert answer.json()["instance"].startswith("/krasch#")
    assert client.get("/bad").status_code == 200


def test_people_get_a_page_for_a_crash_with_what_to_search_the_log_for(face: Faces) -> None:
    def error_page(_request: Request, status: int, reference: str) -> Response:
        return HTMLResponse(f"<p>{reference}</p>", status)

    client = TestClient(application(face(pages=PAGES, error_page=error_page)))
    people = {"accept": "text/html", "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}
    answer = client.get("/krasch", headers=people)
    assert answer.status_code == 500
    assert answer.text == f"<p>{'ab' * 16}</p>"
    assert "content-security-policy" in answer.headers
    machine = client.get("/krasch", headers={"accept": "application/json"})
    assert machine.headers["content-type"] == "application/problem+json"


def test_what_is_unusual_is_answered_as_it_should_be_at_a_machines_address(face: Faces) -> None:
    client = TestClient(application(face()), follow_redirects=False)
    head = client.head("/baths/v1/bathing-places")
    assert (head.status_code, head.content) == (200, b"")
    wrong = client.delete("/baths/v1/bathing-places")
    assert wrong.status_code == 405
    assert set(wrong.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert client.get("/baths/v1/bathing-places/").headers["location"].endswith("/bathing-places")
    assert client.request("OPTIONS", "*").status_code in {400, 404, 405}


def test_people_get_pages_for_errors_and_machines_get_problems(face: Faces) -> None:
    def error_page(_request: Request, status: int, said: str) -> Response:
        return HTMLResponse(f"<p>{said}</p>", status)

    client = TestClient(application(face(pages=PAGES, error_page=error_page)))
    people = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = client.get("/finns-inte", headers=people)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    machine = client.get("/baths/v1/finns-inte", headers=people)
    assert machine.headers["content-type"] == "application/problem+json"


def test_what_is_sent_in_a_query_is_not_logged(
    face: Faces, capsys: pytest.CaptureFixture[str]
) -> None:
    client = TestClient(application(face()))
    client.get("/baths/v1/bathing-places?near=64.7,20.9&apikey=hemlig")
    out = "".join(capsys.readouterr())
    assert "bathing-places" in out
    assert "hemlig" not in out


def test_readiness_lists_what_needs_attention(face: Faces) -> None:
    answer = TestClient(application(face())).get("/health/ready")
    assert answer.json() == {"status": "ready", "sources": {}, "attention": []}
    assert TestClient(application(face())).get("/health/live").json() == {"status": "live"}
