"""Who may read and write what through a standard, and how a refusal is said."""

import pytest
from starlette.testclient import TestClient

from .conftest import NEIGHBOUR, PUSHES, READS, WRITES


def shown(key: object, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {getattr(key, 'text', key)}", **more}


def test_anyone_reads_the_commons_and_is_shown_all_municipalities(client: TestClient) -> None:
    said = client.get("/small/v1/seen").json()
    assert said["whose"] is None
    assert said["municipalities"] == ["2482", "2260"]
    assert said["writes"] is None


@pytest.mark.parametrize("key", [READS, WRITES])
def test_a_key_reads_its_municipalitys_own_store(client: TestClient, key: object) -> None:
    said = client.get("/small/v1/seen", headers=shown(key)).json()
    assert said["whose"] == "2482"
    assert said["municipalities"] == ["2482"]
    assert said["writes"] is None  # it only reads


def test_a_key_in_the_other_header_counts_too(client: TestClient) -> None:
    assert client.get("/small/v1/x", headers={"x-api-key": READS.text}).json()["whose"] == "2482"


def test_what_a_key_writes_is_there_for_it_at_once_and_not_yet_for_all(
    client: TestClient, woken: list[str]
) -> None:
    made = client.post("/small/v1/things", content="one", headers=shown(WRITES))
    assert made.status_code == 201
    assert woken == ["2482"]  # it is carried over to the commons by who does that
    assert client.get("/small/v1/things", headers=shown(READS)).text == "one"
    assert client.get("/small/v1/things").text == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_writes_without_a_key(client: TestClient, method: str) -> None:
    answer = client.request(method, "/small/v1/things", content=b"x")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "facts:write" in answer.json()["why"]


def test_a_key_that_may_read_may_not_write(client: TestClient) -> None:
    answer = client.post("/small/v1/things", content=b"x", headers=shown(READS))
    assert answer.status_code == 403
    assert "facts:write" in answer.json()["why"]


def test_a_key_for_something_else_is_told_what_it_lacks(client: TestClient) -> None:
    for method in ("GET", "POST"):
        answer = client.request(method, "/small/v1/things", headers=shown(PUSHES))
        assert answer.status_code == 403
        assert "it has: observations:write" in answer.json()["why"]


@pytest.mark.parametrize("text", ["nonsense", "0001020304050607.guessed", ""])
def test_a_key_that_is_not_known_is_not_passed_over(client: TestClient, text: str) -> None:
    assert client.get("/small/v1/things", headers=shown(text)).status_code == 401


def test_what_is_asked_by_post_needs_no_key(client: TestClient) -> None:
    assert client.post("/small/v1/query", content=b"x").json()["whose"] is None


def test_a_municipality_without_a_dataset_to_write_in_says_how_it_gets_one(
    client: TestClient,
) -> None:
    answer = client.post("/small/v1/things", content=b"x", headers=shown(NEIGHBOUR))
    assert answer.status_code == 403
    assert "written = true" in answer.json()["why"]


def test_a_tenant_is_a_municipality_that_is_here(client: TestClient) -> None:
    assert client.get("/small/v1/x", headers={"x-tenant": "9999"}).status_code == 404
    assert client.get("/small/v1/x", headers=shown(READS, **{"x-tenant": "x"})).status_code == 404


def test_a_tenant_is_the_keys_own(client: TestClient) -> None:
    own = client.get("/small/v1/x", headers=shown(READS, **{"x-tenant": "2482"}))
    assert own.json()["whose"] == "2482"
    other = client.get("/small/v1/x", headers=shown(READS, **{"x-tenant": "2260"}))
    assert other.status_code == 403
    assert client.get("/small/v1/x", headers={"x-tenant": "2482"}).status_code == 401


def test_a_refusal_is_in_the_standards_own_shape_with_the_trace(client: TestClient) -> None:
    trace = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    answer = client.post("/small/v1/things", headers=trace)
    assert answer.headers["content-type"] == "application/x-wrong"
    assert answer.json()["trace"] == "a" * 32
    assert answer.headers["traceparent"].startswith(f"00-{'a' * 32}-")


def test_a_body_that_is_too_large_is_refused_in_the_standards_own_shape(client: TestClient) -> None:
    answer = client.post("/small/v1/things", content=b"x" * 1001, headers=shown(WRITES))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/x-wrong"
    assert answer.headers["connection"] == "close"


def test_a_body_is_taken_as_it_is(client: TestClient) -> None:
    coded = shown(WRITES, **{"content-encoding": "gzip"})
    assert client.post("/small/v1/things", content=b"x", headers=coded).status_code == 415


def test_an_address_can_be_too_long(client: TestClient) -> None:
    assert client.get("/small/v1/x?" + "a" * 33_000).status_code == 414


def test_a_store_that_is_full_is_said_in_the_standards_own_shape(client: TestClient) -> None:
    answer = client.post("/small/v1/full", headers=shown(WRITES))
    assert answer.status_code == 507
    assert answer.json()["why"] == "no room is left"


def test_what_is_too_hard_is_the_askers_to_mend(client: TestClient) -> None:
    answer = client.get("/small/v1/hard")
    assert (answer.status_code, answer.json()["why"]) == (400, "ask for less")


def test_a_crash_is_said_in_the_standards_own_shape_without_its_reason(client: TestClient) -> None:
    answer = client.get("/small/v1/crash")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/x-wrong"
    assert "secret" not in answer.text


@pytest.mark.proves(15)
def test_an_address_that_strangers_name_is_not_fetched_from_inside(client: TestClient) -> None:
    for address in ("http://127.0.0.1:1/", "http://10.0.0.1/", "file:///etc/passwd", "x"):
        answer = client.get(f"/small/v1/fetch?{address}")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/x-wrong"
