"""Digg's REST API profile, seen through HTTP: formats, paging, caching, tracing, errors."""

import csv
import io
import re
from collections.abc import Hashable
from typing import cast

import pytest
from starlette.testclient import TestClient

from byalag.app._services import declared
from byalag.standards.profile._allowed import allowed
from byalag.standards.profile._query import core, parameters, read

BATHS = "/baths/v1/bathing-places"
PLACE = f"{BATHS}/bath:skelleftea:varutrask"
MEMBERS = {"type", "title", "status", "detail", "instance"}


@pytest.mark.parametrize("api", ["baths", "parking", "observations"])
def test_each_api_says_what_it_is(client: TestClient, api: str) -> None:
    told = client.get(f"/{api}/v1/api-info").json()
    assert told["apiName"] == api
    assert set(told) == {
        "apiName",
        "apiVersion",
        "apiReleased",
        "apiDocumentation",
        "apiStatus",
    }
    address = told["apiDocumentation"].removeprefix("https://hub.example.se")
    assert client.get(address).json()["openapi"].startswith("3.1")


def test_json_is_assumed_and_written_in_camel_case(client: TestClient) -> None:
    answer = client.get(PLACE, headers={"accept": ""})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["waterTemperature"]["ageSeconds"] == 600
    assert answer.json()["waterTemperature"]["at"] == "2026-07-01T11:50:00Z"


def test_geojson_has_longitude_first_and_null_where_there_is_no_position(
    client: TestClient,
) -> None:
    told = client.get(BATHS, headers={"accept": "application/geo+json"}).json()
    by_id = {feature["id"]: feature for feature in told["features"]}
    assert by_id["bath:skelleftea:varutrask"]["geometry"]["coordinates"] == [20.75, 64.79]
    assert by_id["bath:skelleftea:nowhere"]["geometry"] is None
    assert told["numberMatched"] == told["numberReturned"] == 7


def test_csv_is_exact_and_has_a_column_for_each_field(client: TestClient) -> None:
    answer = client.get(BATHS, headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    row = next(row for row in rows if row["id"] == "bath:skelleftea:varutrask")
    assert row["waterTemperatureValue"] == "18.0"
    assert row["name"] == "Varuträsk"
    assert "\r\n" in answer.text


def test_history_is_a_table_of_its_values(client: TestClient) -> None:
    answer = client.get(f"{PLACE}/history", headers={"accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == ["time", "value", "flag", "minimum", "maximum", "count"]
    assert len(rows) == len(client.get(f"{PLACE}/history").json()["values"])


def test_what_is_wanted_most_is_given(client: TestClient) -> None:
    accept = "text/csv;q=0.4, application/geo+json;q=0.9, application/json;q=0.5"
    answer = client.get(BATHS, headers={"accept": accept})
    assert answer.headers["content-type"] == "application/geo+json"
    refused = client.get(BATHS, headers={"accept": "application/json;q=0, text/*;q=0.1"})
    assert refused.headers["content-type"].startswith("text/csv")


def test_a_format_that_there_is_not_is_a_406_that_lists_what_there_is(client: TestClient) -> None:
    answer = client.get(BATHS, headers={"accept": "application/xml"})
    assert answer.status_code == 406
    for media in ("application/json", "application/geo+json", "text/csv"):
        assert media in answer.json()["detail"]


def test_pages_follow_one_another_to_the_end_and_back(client: TestClient) -> None:
    address, ids = f"{BATHS}?limit=3", []
    while address:
        answer = client.get(address.removeprefix("https://hub.example.se"))
        told = answer.json()
        ids += [item["id"] for item in told["items"]]
        links = told["_links"]
        assert f'<{links["self"]["href"]}>; rel="self"' in answer.headers["link"]
        address = links.get("next", {}).get("href", "")
    assert len(ids) == len(set(ids)) == told["total"] == 7
    assert links["prev"]["href"].endswith("limit=3&offset=3")


def test_limit_is_20_when_nothing_is_said(client: TestClient) -> None:
    assert client.get(BATHS).json()["limit"] == 20


def test_answers_link_to_what_belongs_to_them(client: TestClient) -> None:
    for item in client.get(f"{BATHS}?limit=2").json()["items"]:
        href = item["_links"]["self"]["href"].removeprefix("https://hub.example.se")
        told = client.get(href).json()
        assert told["id"] == item["id"]
        history = told["_links"]["history"]["href"].removeprefix("https://hub.example.se")
        assert client.get(history).status_code == 200


def test_an_unchanged_answer_is_not_sent_again(client: TestClient) -> None:
    first = client.get(PLACE)
    again = client.get(PLACE, headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get(f"{BATHS}?limit=1", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_any_tag_at_all_means_that_an_answer_there_is_is_not_sent(client: TestClient) -> None:
    anything = {"if-none-match": " * "}
    for path in (BATHS, PLACE):
        answer = client.get(path, headers=anything)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == client.get(path).headers["etag"]
        assert client.head(path, headers=anything).status_code == 304
    assert client.get(f"{BATHS}/bath:no:where", headers=anything).status_code == 404
    assert client.get(f"{BATHS}?limit=0", headers=anything).status_code == 400


def test_each_format_has_its_own_tag(client: TestClient) -> None:
    tags = {
        client.get(PLACE, headers={"accept": media}).headers["etag"]
        for media in ("application/json", "application/geo+json", "text/csv")
    }
    assert len(tags) == 3


def test_a_trace_is_followed_and_a_broken_one_is_begun_anew(client: TestClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    shown = f"00-{trace}-b7ad6b7169203331-01"
    followed = client.get(PLACE, headers={"traceparent": shown}).headers["traceparent"]
    assert re.fullmatch(rf"00-{trace}-[0-9a-f]{{16}}-01", followed)
    assert followed != shown
    for broken in ("00-0-0-0", shown.replace(trace, "0" * 32), "x"):
        begun = client.get(PLACE, headers={"traceparent": broken}).headers["traceparent"]
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", begun)


def test_open_data_may_be_read_by_any_web_page(client: TestClient) -> None:
    assert client.get(PLACE).headers["access-control-allow-origin"] == "*"
    asked = {
        "origin": "https://example.org",
        "access-control-request-method": "GET",
        "access-control-request-headers": "traceparent",
    }
    preflight = client.options(PLACE, headers=asked)
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert int(preflight.headers["access-control-max-age"]) > 0
    names = preflight.headers["access-control-allow-headers"]
    assert names == "Accept, Accept-Language, If-None-Match, traceparent"
    door = client.options("/observations/v1/observations", headers=asked)
    assert door.status_code == 405
    assert not [name for name in door.headers if name.startswith("access-control-")]
    assert "access-control-allow-origin" not in client.get("/health/live").headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{BATHS}?nar=64,20", 400),
        ("GET", f"{BATHS}?near=64", 400),
        ("GET", f"{BATHS}?near=nan,20", 400),
        ("GET", f"{BATHS}?near=95,20", 400),
        ("GET", f"{BATHS}?limit=0", 400),
        ("GET", f"{BATHS}?limit=1001", 400),
        ("GET", f"{BATHS}?limit=1&limit=2", 400),
        ("GET", f"{BATHS}?radius=10", 400),
        ("GET", f"{BATHS}?bbox=1,2,3", 400),
        ("GET", f"{BATHS}?municipality=180", 400),
        ("GET", f"{PLACE}?id=bath:a:b", 400),
        ("GET", f"{PLACE}/history?start=2026-07-01", 400),
        ("GET", f"{PLACE}/history?start=2026-07-01T00:00:00", 400),
        ("GET", f"{BATHS}/bath:no:where", 404),
        ("GET", f"{BATHS}/nonsense", 404),
        ("GET", "/baths/v1/nothing", 404),
        ("GET", "/problems/nothing", 404),
        ("POST", BATHS, 405),
        ("GET", "/observations/v1/observations", 405),
        ("POST", "/observations/v1/observations", 401),
        ("GET", "/metrics", 401),
    ],
)
def test_every_error_has_the_same_five_members(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert set(told) == MEMBERS
    assert told["status"] == status
    assert told["instance"].startswith(path.partition("?")[0] + "#")
    trace = told["instance"].rpartition("#")[2]
    assert trace in answer.headers["traceparent"]
    explained = client.get(told["type"].removeprefix("https://hub.example.se")).json()
    assert explained["title"]["en"] == told["title"]


def test_an_unknown_parameter_is_told_the_known_ones(client: TestClient) -> None:
    told = client.get(f"{BATHS}?lat=64.7").json()
    assert told["title"] == "Unknown parameter"
    for name in ("near", "radius", "bbox", "municipality", "limit", "offset"):
        assert name in told["detail"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        (
            f"{BATHS}?municipality=Skellefteå",
            (
                "municipality is a municipality's code of four digits, as municipality=2482; "
                '"Skellefteå" is not.'
            ),
        ),
        (
            f"{BATHS}?limit=0",
            'limit is a whole number from 1 to 1000, as limit=20; "0" is not.',
        ),
        (
            f"{BATHS}?limit=",
            'limit is a whole number from 1 to 1000, as limit=20; "" is not.',
        ),
        (
            f"{BATHS}?offset=-1",
            'offset is a whole number from 0 to 1000000000, as offset=40; "-1" is not.',
        ),
        (
            f"{BATHS}?near=95,20",
            (
                "near is latitude,longitude in degrees, at most 90 and 180, as near=64.75,20.95; "
                '"95,20" is not.'
            ),
        ),
        (
            f"{BATHS}?near=64.7,20&radius=0",
            'radius is a number above 0 and at most 2000000, as radius=5000; "0" is not.',
        ),
        (
            f"{BATHS}?bbox=1,2,3,400",
            (
                "bbox is west,south,east,north in degrees, as bbox=20.5,64.5,21.5,65; "
                '"1,2,3,400" is not.'
            ),
        ),
        (
            f"{PLACE}/history?start=today",
            'start is a time with its time zone, as start=2026-07-01T00:00:00Z; "today" is not.',
        ),
        (
            f"{PLACE}/history?property=water-temperature",
            (
                "property is the name of a property, written with the letters a-z and digits, as "
                'property=waterTemperature; "water-temperature" is not.'
            ),
        ),
        (
            f"{PLACE}/history?series=a",
            (
                "series is the id of a series, as "
                'series=sensor:skelleftea:badet/waterTemperature; "a" is not.'
            ),
        ),
        (f"{BATHS}/Å*", "There is no bathing place with the id Å*."),
        (f"{BATHS}/a%0Ab", "There is no bathing place with the id a\ufffdb."),
        (f"{BATHS}/x/history", "There is no bathing place with the id x."),
        (f"{BATHS}/bath:no:where", "There is no bathing place with the id bath:no:where."),
        (
            "/parking/v1/parking-facilities/bath:a:b",
            "There is no place to park with the id bath:a:b.",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence_with_an_example(
    client: TestClient, path: str, detail: str
) -> None:
    assert client.get(path).json()["detail"] == detail


def test_every_parameter_has_words_for_what_is_allowed_and_its_example_can_be_read() -> None:
    for service in declared({}):
        for question in service.questions:
            for name, field in parameters(cast("Hashable", question.ask)).items():
                if name == "id":
                    continue
                what, _, example = allowed(name, core(field.type)).rpartition(f", as {name}=")
                params = {"id": "bath:a:b"} if "{id}" in question.path else {}
                asked = read(question.ask, [(name, example)], params)
                assert what
                assert getattr(asked, name) is not None


def test_a_wrong_method_is_told_the_right_one(client: TestClient) -> None:
    assert "GET" in client.post(BATHS).headers["allow"]


def test_a_plus_lost_in_the_query_is_found_again(client: TestClient) -> None:
    ask = f"{PLACE}/history?start=2026-07-01T08:00:00+02:00&end=2026-07-01T12:00:00Z"
    told = client.get(ask).json()
    assert told["period"]["start"] == "2026-07-01T06:00:00Z"
