"""Every answer of every address carries what keeps browsers safe; a new page is covered too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from byalag.app._access import Gate
from byalag.app._http import Application
from byalag.app._watched import CSP, NO_CSP
from byalag.testkit import RunningHub
from tests.promises._whole import SCOPES, hub_folder, whole

SANDBOX = "sandbox; default-src 'none'"
SAFE = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "strict-transport-security": "max-age=31536000",
    "server": "byalag",
}
REFERRER = {"no-referrer", "same-origin, no-referrer"}  # the pages of Features name their own
ENDLESS = {"/drift/handelser", "/en/operations/news"}  # streams of news
SCRIPTS = ("text/html", "text/javascript", "application/javascript")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return hub_folder(tmp_path_factory.mktemp("headers") / "hub")


@pytest.fixture(scope="module")
def running(
    made: tuple[Path, dict[str, str]],
) -> Iterator[tuple[Application, TestClient, dict[str, str]]]:
    folder, keys = made
    with whole(folder) as (app, client, _):
        yield app, client, keys


def addresses(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Every method and path that the application has."""
    for route in routes:
        assert isinstance(route, Route | Mount)
        assert isinstance(route.app, Gate)
        path = re.sub(r"\{[^}]*\}", "1", route.path) or "/"
        if isinstance(route, Route):
            yield from ((method, path) for method in sorted(route.methods or {"GET"}))
        else:
            for below in ("", "/", "/openapi.json", "/there-is-none", "/?f=html"):
                yield "GET", path + below


def faults(answer: Response) -> list[str]:
    """What an answer lacks."""
    headers = answer.headers
    found = [f"{name} {headers.get(name)!r}" for name in SAFE if headers.get(name) != SAFE[name]]
    if headers.get("referrer-policy") not in REFERRER:
        found.append(f"referrer-policy {headers.get('referrer-policy')!r}")
    policies = headers.get_list("content-security-policy")
    media = headers.get("content-type", "")
    fit = CSP in policies if media.startswith(SCRIPTS) else policies in ([NO_CSP], [SANDBOX])
    if not fit or not all("default-src 'none'" in one for one in policies):
        found.append(f"content-security-policy {policies} of {media}")
    for cookie in headers.get_list("set-cookie"):
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        if not {"httponly", "secure"} <= flags or not flags & {"samesite=strict", "samesite=lax"}:
            found.append(f"set-cookie {cookie.partition('=')[0]} {sorted(flags)}")
    return found


def test_every_answer_of_every_address_is_safe_in_a_browser(
    running: tuple[Application, TestClient, dict[str, str]], promised: dict[str, object]
) -> None:
    app, client, keys = running
    wrong: list[str] = []
    asked = 0
    shown: list[dict[str, str]] = [{}, {"accept": "text/html"}]
    shown += [
        {"authorization": f"Bearer {keys[scope]}"} for scope in ("operations:read", "facts:read")
    ]
    for method, path in addresses(app.routes):
        if path in ENDLESS:
            continue
        for headers in shown:
            answer = client.request(method, path, headers=headers, follow_redirects=False)
            asked += 1
            wrong += [
                f"{method} {path} ({answer.status_code}): {fault}" for fault in faults(answer)
            ]
    promised["answers"] = asked
    assert asked > 200
    assert not wrong, "\n".join(wrong[:30])


def test_what_is_not_for_anyone_is_kept_by_nobody_between(
    running: tuple[Application, TestClient, dict[str, str]],
) -> None:
    app, client, keys = running
    closed = [
        path
        for method, path in addresses(app.routes)
        if method == "GET" and path not in ENDLESS and client.get(path).status_code in {401, 403}
    ]
    wrong: list[str] = []
    seen = 0
    for scope in SCOPES:
        said = {"authorization": f"Bearer {keys[scope]}"}
        for path in closed:
            answer = client.get(path, headers=said, follow_redirects=False)
            kept = answer.headers.get("cache-control", "")
            if answer.status_code == 200:
                seen += 1
                page = answer.headers.get("content-type", "").startswith("text/html")
                if "no-store" not in kept and (page or "private" not in kept):
                    wrong.append(f"{path} with {scope}: {kept!r}")
    assert seen > 3
    assert not wrong, "\n".join(wrong)


def test_the_cookie_of_an_operator_is_read_by_no_script_and_sent_by_no_other_site(
    running: tuple[Application, TestClient, dict[str, str]],
) -> None:
    _, client, keys = running
    form = {"key": keys["operations:read"]}
    own = {"origin": "https://hub.example.se", "sec-fetch-site": "same-origin"}
    answer = client.post("/drift/nyckel", data=form, headers=own, follow_redirects=False)
    assert answer.status_code == 303
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= flags
    assert not faults(answer)


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningHub, dict[str, str]]]:
    folder, keys = hub_folder(tmp_path_factory.mktemp("wire") / "hub", "http://127.0.0.1:8080")
    with RunningHub("serve", folder) as hub:
        yield hub, keys


@pytest.mark.parametrize(
    ("name", "media"),
    [("sida.html", "text/html"), ("bild.svg", "image/svg+xml"), ("kod.js", "text/javascript")],
)
def test_what_somebody_has_uploaded_never_runs(
    wire: tuple[RunningHub, dict[str, str]], name: str, media: str
) -> None:
    hub, keys = wire
    said = {"authorization": f"Bearer {keys['files:write']}", "content-type": media}
    at = f"/files/v1/files/{name}"
    put = hub.ask("PUT", at, body=b"<script>alert(1)</script>", headers=said)
    assert put.status in {200, 201}, put.text
    answer = hub.wait_for(at, "<script>")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert SANDBOX in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


def test_the_server_behind_the_wire_adds_no_name_of_its_own(
    wire: tuple[RunningHub, dict[str, str]],
) -> None:
    hub, _ = wire
    for path in ("/", "/health/live", "/finns-inte", "/sensorthings/v1.1/", "/drift"):
        answer = hub.get(path)
        assert answer.headers["server"] == "byalag"
        assert "x-powered-by" not in answer.headers
        assert "strict-transport-security" not in answer.headers  # people come by http here
