"""What all standards' answers have in common: tags, keeping, HEAD, OPTIONS, descriptions, paths."""

import gzip

import pytest
from starlette.testclient import TestClient

from byalag.app._kept import Kept, Sent
from byalag.model import Dataset, Thing
from byalag.store import Store

from .conftest import READS, WRITES

KEY = {"authorization": f"Bearer {WRITES.text}"}


def test_paths_and_queries_come_through_as_they_were_sent(client: TestClient) -> None:
    said = client.get("/small/v1/Things(1)/a%2Fb%20c/$ref?$filter=x%20eq%20'å'&q=a+b").json()
    assert said["path"] == "/Things(1)/a/b c/$ref"
    assert said["raw"] == "/Things(1)/a%2Fb%20c/$ref"
    assert said["query"].startswith("$filter=x%20eq%20'")
    assert said["query"].endswith("&q=a+b")
    assert said["root"] == "https://hub.example.se/small/v1"


def test_the_root_is_answered_with_and_without_a_slash(client: TestClient) -> None:
    assert client.get("/small/v1").json()["path"] == ""
    assert client.get("/small/v1/").json()["path"] == "/"
    assert client.get("/small/v11/x").status_code == 404
    assert client.get("/small").status_code == 404


def test_a_head_is_answered_as_a_get_without_its_body(client: TestClient) -> None:
    got, head = client.get("/small/v1/seen"), client.head("/small/v1/seen")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))
    assert head.headers["etag"] == got.headers["etag"]


def test_options_tell_what_can_be_done_where(client: TestClient) -> None:
    told = client.options("/small/v1/things")
    assert told.status_code == 204
    assert told.headers["allow"] == "GET, POST, HEAD, OPTIONS"
    assert client.options("/small/v1/things(7)").headers["allow"] == "DELETE, OPTIONS"
    assert "PATCH" in client.options("/small/v1/elsewhere").headers["allow"]


def test_a_method_that_is_none_is_refused_with_those_there_are(client: TestClient) -> None:
    answer = client.request("PROPFIND", "/small/v1/things")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST, HEAD, OPTIONS"


def test_any_web_page_may_read_and_none_may_send_a_key(client: TestClient) -> None:
    page = {"origin": "https://example.org"}
    assert client.get("/small/v1/x", headers=page).headers["access-control-allow-origin"] == "*"
    asked = client.options("/small/v1/x", headers=page)
    assert "POST" not in asked.headers["access-control-allow-methods"]
    assert "authorization" not in asked.headers["access-control-allow-headers"].lower()


def test_every_standard_tells_of_itself(client: TestClient) -> None:
    assert client.get("/small/v1/api-info").json() == {
        "apiName": "small",
        "apiVersion": "1.2.3",
        "apiReleased": "2026-11-22",
        "apiDocumentation": "https://hub.example.se/small/v1/openapi.json",
        "apiStatus": "active",
    }
    told = client.get("/small/v1/openapi.json")
    assert told.json()["servers"] == [{"url": "https://hub.example.se"}]
    again = client.get("/small/v1/openapi.json", headers={"if-none-match": told.headers["etag"]})
    assert again.status_code == 304


def test_whoever_has_an_answer_is_told_that_it_stands(client: TestClient) -> None:
    first = client.get("/small/v1/things", headers=KEY)
    known = KEY | {"if-none-match": first.headers["etag"]}
    again = client.get("/small/v1/things", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    client.post("/small/v1/things", content=b"new", headers=KEY)
    changed = client.get("/small/v1/things", headers=known)
    assert (changed.status_code, changed.text) == (200, "new")


def test_an_answer_is_never_older_than_the_last_write(client: TestClient, commons: Store) -> None:
    commons.publish({"d": Dataset(id="d", title={"sv": "D"}, open=True)}).result()
    for number in range(5):
        thing = Thing(id=f"thing:t:{number}", type="T", dataset="d", name=str(number))
        commons.commit([thing], at=number).result()
        for _ in range(2):
            assert len(client.get("/small/v1/things").text.split()) == number + 1


def test_one_views_answer_is_not_given_to_another(client: TestClient) -> None:
    client.post("/small/v1/things", content=b"closed", headers=KEY)
    assert client.get("/small/v1/things", headers=KEY).text == "closed"
    assert client.get("/small/v1/things").text == ""
    reader = {"authorization": f"Bearer {READS.text}"}
    assert client.get("/small/v1/things", headers=reader).text == "closed"


def test_what_is_a_municipalitys_own_is_kept_by_no_one_between(client: TestClient) -> None:
    assert client.get("/small/v1/x", headers=KEY).headers["cache-control"] == "private, no-cache"
    assert client.get("/small/v1/x").headers["cache-control"].startswith("public")
    assert "Authorization" in client.get("/small/v1/x").headers["vary"]


def test_an_answer_that_tells_the_time_is_not_kept(client: TestClient) -> None:
    assert len({client.get("/small/v1/now").text for _ in range(3)}) == 3


def test_long_answers_are_compressed_for_whoever_can_read_it(client: TestClient) -> None:
    plain = client.get("/small/v1/long", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", "/small/v1/long", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert packed.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_what_is_asked_for_is_part_of_the_question(client: TestClient, accept: str) -> None:
    assert client.get("/small/v1/x", headers={"accept": accept}).status_code == 200


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept = Kept(most=10_000)
    for number in range(100):
        kept.keep(("q", number), 1, Sent(200, b"x" * 1000, []))
        assert kept.size <= 10_000
    assert kept.find(("q", 0), 1) is None
    assert kept.find(("q", 99), 1) is not None
    assert kept.find(("q", 99), 2) is None


def test_an_answer_takes_the_place_of_the_one_before() -> None:
    kept = Kept(most=10_000)
    for version in range(50):
        kept.keep(("q",), version, Sent(200, b"x" * 100, []))
    assert kept.size == 2 * 100 + 1024


def test_an_answer_is_given_again_when_what_it_rests_on_is_as_it_was() -> None:
    kept = Kept()
    kept.keep(("facts",), 1, Sent(200, b"x", [], rests=(5, None)))
    kept.keep(("descriptions",), 1, Sent(200, b"x", [], rests=(None, 3)))
    kept.keep(("store",), 1, Sent(200, b"x", []))
    assert kept.renew(("facts",), 2, (6, 3)) is None
    assert kept.renew(("facts",), 2, (5, 4)) is not None
    assert kept.find(("facts",), 2) is not None
    assert kept.renew(("descriptions",), 2, (6, 4)) is None
    assert kept.renew(("descriptions",), 2, (6, 3)) is not None
    assert kept.renew(("store",), 2, (5, 3)) is None
    assert kept.renew(("nothing",), 2, (5, 3)) is None
