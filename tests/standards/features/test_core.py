"""Part 1 and Part 2: what the standards' abstract tests ask for, over HTTP."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from byalag.model import Dataset, Json, Point, Thing
from byalag.standards.features._describe import CONFORMANCE
from byalag.store import Store
from byalag.testkit import StoppedClock

from .conftest import client_of

Get = Callable[..., Json]
ROOT = "https://hub.example.se/features/v1"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EVERY = (
    "", "/", "/conformance", "/api", "/functions", "/collections", "/collections/parking",
    "/collections/parking/queryables", "/collections/parking/schema", "/collections/parking/items",
    "/collections/parking/items/parking:ange:torget",
)  # fmt: skip


def rels(said: Json) -> dict[str, Json]:
    return {link["rel"].rpartition("/")[2]: link for link in reversed(said["links"])}


def ids(said: Json) -> list[str]:
    return [feature["id"] for feature in said["features"]]


def test_the_landing_page_links_to_everything(get: Get) -> None:
    found = rels(get("/"))
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(found)
    assert found["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"


def test_every_link_leads_somewhere(client: TestClient, get: Get) -> None:
    seen: set[str] = set()
    for path in EVERY:
        said = get(path)
        for link in said.get("links", []):
            if not link["href"].startswith(ROOT) or link["href"] in seen:
                continue
            seen.add(link["href"])
            answer = client.get(link["href"])
            assert answer.status_code == 200, link
            assert answer.headers["content-type"].startswith(link["type"]), link
    assert len(seen) > 15


def test_what_is_conformed_to_is_said(get: Get) -> None:
    said = get("/conformance")["conformsTo"]
    assert said == list(CONFORMANCE)
    for part in ("core", "geojson", "html", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" in said


def test_a_dataset_of_things_with_places_is_a_collection(get: Get) -> None:
    said = get("/collections")
    found = {one["id"]: one for one in said["collections"]}
    assert set(found) == {"bathing-places", "parking", "trails"}
    assert found["trails"]["title"] == "Leder"
    assert found["trails"]["extent"]["spatial"] == {
        "bbox": [[20.0, 64.0, 179.5, 64.5]],
        "crs": CRS84,
    }
    assert {"self", "items", "queryables", "describedby", "license"} <= set(rels(found["trails"]))
    assert get("/collections/trails") | {"links": []} == found["trails"] | {"links": []}


def test_titles_are_in_the_language_that_is_asked_for(get: Get, client: TestClient) -> None:
    assert get("/collections/trails", lang="en")["title"] == "Trails"
    accept = {"Accept-Language": "fi, en-GB;q=0.8, sv;q=0.5"}
    assert get("/collections/trails", headers=accept)["title"] == "Trails"
    answer = client.get("/features/v1/collections/trails", headers=accept)
    assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize("name", ["sensors", "calendar", "nothing", "%2e%2e", "a" * 500])
def test_what_is_no_collection_is_not_found(get: Get, name: str) -> None:
    for after in ("", "/items", "/queryables", "/schema", "/items/x:y:z"):
        said = get(f"/collections/{name}{after}", 404)
        assert said["status"] == 404
        assert said["type"] == "https://hub.example.se/problems/not-found"


def test_items_are_features_with_the_newest_values(get: Get) -> None:
    said = get("/collections/parking/items", limit=100)
    assert said["type"] == "FeatureCollection"
    assert said["numberMatched"] == said["numberReturned"] == len(said["features"]) == 8
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["timeStamp"])
    free = next(one for one in said["features"] if one["id"].endswith(":free"))
    assert free["properties"]["availableSpotNumber"] == 37
    assert free["properties"]["availableSpotNumberTime"] == free["properties"]["updated"]
    assert free["properties"]["name"] == "Free"
    assert free["geometry"] == {"type": "Point", "coordinates": [20.95, 64.75]}


def test_a_value_that_is_missing_or_failed_or_ahead_of_time_is_left_out(get: Get) -> None:
    lots = get("/collections/parking/items", limit=100)["features"]
    missing = next(one for one in lots if one["id"].endswith(":missing"))
    assert "availableSpotNumber" not in missing["properties"]
    baths = {
        one["id"]: one["properties"] for one in get("/collections/bathing-places/items")["features"]
    }
    assert "waterTemperature" not in baths["bath:skelleftea:failed"]
    assert baths["bath:hav:SE0812482000000123"]["waterTemperature"] == 14
    assert baths["bath:skelleftea:varutrask"]["waterTemperature"] == 18  # from a linked sensor


def test_things_that_only_say_where_others_are_are_no_features(get: Get) -> None:
    assert ids(get("/collections/trails/items")) == ["trail:x:1", "trail:x:2", "trail:x:3"]
    get("/collections/trails/items/location:x:1", 404)


def test_a_thing_without_a_place_is_a_feature_without_one(get: Get) -> None:
    assert get("/collections/trails/items/trail:x:3")["geometry"] is None


def test_one_feature_is_found_by_its_id(get: Get, client: TestClient) -> None:
    said = get("/collections/trails/items/trail:x:1")
    assert said["id"] == "trail:x:1"
    assert said["geometry"]["type"] == "Polygon"
    assert said["properties"]["description"] == "Runt sjön"
    assert {"self", "alternate", "collection"} <= set(rels(said))
    answer = client.get("/features/v1/collections/trails/items/trail:x:1")
    assert answer.headers["content-type"] == "application/geo+json"
    again = client.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    get("/collections/parking/items/trail:x:1", 404)


def test_items_have_a_tag_that_holds_until_something_changes(client: TestClient) -> None:
    first = client.get("/features/v1/collections/trails/items")
    same = client.get(first.url, headers={"If-None-Match": first.headers["etag"]})
    assert same.status_code == 304
    other = client.get(f"{first.url}?limit=1")
    assert other.headers["etag"] != first.headers["etag"]


def pages(get: Get, path: str, **query: Json) -> list[list[str]]:
    found: list[list[str]] = []
    while True:
        said = get(path, **query)
        found.append(ids(said))
        following = rels(said).get("next")
        if following is None:
            return found
        query = dict(parse_qsl(urlsplit(following["href"]).query))


def test_next_links_lead_through_all_once(get: Get) -> None:
    whole = ids(get("/collections/parking/items", limit=1_000))
    assert pages(get, "/collections/parking/items", limit=3) == [whole[:3], whole[3:6], whole[6:]]
    kept = pages(get, "/collections/parking/items", limit=2, municipality="2260")
    assert kept == [["parking:ange:torget", "parking:ange:stationen"]]


def test_paging_neither_skips_nor_repeats_when_things_come_and_go(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    now = StoppedClock().now()
    with Store(tmp_path_factory.mktemp("moving") / "commons.sqlite") as store:
        dataset = Dataset(id="d", title={"sv": "D"}, open=True)
        store.publish({"d": dataset}).result()

        def things(*numbers: int, name: str = "n") -> list[Thing]:
            point = Point(64, 20)
            return [
                Thing(id=f"t:x:{n}", type="T", dataset="d", name=f"{name}{n}", point=point)
                for n in numbers
            ]

        store.commit(things(*range(10)), at=now).result()
        client = client_of(store)
        first = client.get("/features/v1/collections/d/items?limit=4").json()
        store.commit(
            [*things(1, 2, 8, name="z"), *things(*range(90, 93), name="a")], at=now
        ).result()
        second = client.get(rels(first)["next"]["href"]).json()
        third = client.get(rels(second)["next"]["href"]).json()
        last = client.get(rels(third)["next"]["href"]).json() if "next" in rels(third) else None
        seen = [*ids(first), *ids(second), *ids(third), *(ids(last) if last else [])]
        assert seen == [f"t:x:{n}" for n in [*range(10), 90, 91, 92]]


def test_limit_is_lowered_and_never_refused_for_being_large(get: Get) -> None:
    assert get("/collections/parking/items", limit=1_000_000)["numberReturned"] == 8
    assert get("/collections/parking/items", limit=1)["numberReturned"] == 1


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"limit": "1.5"}, {"limit": ""},
        {"bbox": "1,2,3"}, {"bbox": "1,2,3,x"}, {"bbox": "1,2,3,nan"}, {"bbox": "1,9,3,2"},
        {"bbox": "-200,0,0,0"}, {"bbox": "0,-91,0,0"}, {"bbox": ""}, {"bbox": "1,2,3,4,5"},
        {"bbox": "0,0,1,1", "bbox-crs": "EPSG:1"}, {"bbox-crs": "x"}, {"crs": "x"},
        {"bbox": "1e9,1e9,2e9,2e9", "bbox-crs": f"{EPSG}3006"},
        {"datetime": "2026"}, {"datetime": ".."}, {"datetime": "2026-13-01T00:00:00Z"},
        {"datetime": "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z"}, {"datetime": "x/y/z"},
        {"nope": "1"}, {"Limit": "1"}, {"geometry": "x"}, {"after": "x"}, {"after": "MTA"},
        {"f": "xml"}, {"lang": "fi"}, {"availableSpotNumber": "x"}, {"updated": "x"},
        {"filter": "name ="}, {"filter": "true", "filter-lang": "sql"}, {"filter-crs": "x"},
        {"filter": "{", "filter-lang": "cql2-json"}, {"filter": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_bad_request_that_says_what(
    client: TestClient, query: dict[str, str]
) -> None:
    answer = client.get("/features/v1/collections/parking/items", params=query)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert set(said) == {"type", "title", "status", "detail", "instance"}
    assert next(iter(query)).lower() in said["detail"].lower() or "crs" in said["detail"]


@pytest.mark.parametrize("path", EVERY)
def test_a_parameter_that_is_not_declared_is_a_bad_request(get: Get, path: str) -> None:
    assert get(path, 400, unheard="1")["type"].endswith("/unknown-parameter")


def test_a_parameter_that_stands_twice_is_a_bad_request(client: TestClient) -> None:
    assert client.get("/features/v1/collections/parking/items?limit=1&limit=2").status_code == 400


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("19,63,21,65", [1, 3]),  # what has no place is in every box
        ("19,63,-10,21,65,9000", [1, 3]),
        ("170,60,-170,70", [2, 3]),  # across the antimeridian
        ("0,0,1,1", [3]),
        ("20.1,64.05,20.1,64.05", [1, 3]),
        ("-180,-90,180,90", [1, 2, 3]),
    ],
)
def test_a_box_finds_what_meets_it(get: Get, box: str, found: list[int]) -> None:
    said = get("/collections/trails/items", bbox=box)
    assert ids(said) == [f"trail:x:{n}" for n in found]
    assert said["numberMatched"] == len(found)


def test_a_plain_box_finds_the_same_as_a_filter_does(get: Get) -> None:
    for box in ("20.9,64.7,21,64.8", "20.95,64.751,20.95,64.754", "15,62,16,63", "0,0,1,1"):
        plain = get("/collections/parking/items", bbox=box, limit=1_000)
        asked = get("/collections/parking/items", filter=f"S_INTERSECTS(geometry, BBOX({box}))")
        assert plain["features"] == asked["features"]
        assert plain["numberMatched"] == asked["numberMatched"]
    whole = ids(get("/collections/parking/items", bbox="15,62,21,65"))
    assert pages(get, "/collections/parking/items", bbox="15,62,21,65", limit=3) == [
        whole[:3],
        whole[3:6],
        whole[6:],
    ]


def test_a_box_may_be_in_any_of_the_systems(get: Get) -> None:
    for crs, box in {
        CRS84: "20,64,20.3,64.2",
        f"{EPSG}4326": "64,20,64.2,20.3",
        f"{EPSG}3006": "7105000,740000,7125000,755000",
        f"{EPSG}3857": "2226390,9349765,2259785,9400734",
        "EPSG:4326": "64,20,64.2,20.3",
    }.items():
        assert ids(get("/collections/trails/items", bbox=box, bbox_crs=crs)) == [
            "trail:x:1",
            "trail:x:3",
        ], crs


def test_the_answer_may_be_in_any_of_the_systems(get: Get, client: TestClient) -> None:
    path = "/collections/parking/items/parking:skelleftea-parkering:free"
    wanted = {
        CRS84: [20.95, 64.75],
        f"{EPSG}4326": [64.75, 20.95],
        f"{EPSG}3006": [7193894.010, 782877.542],
        f"{EPSG}3857": [2332143.332, 9542826.396],
    }
    for crs, coordinates in wanted.items():
        answer = client.get(f"/features/v1{path}", params={"crs": crs})
        assert answer.headers["content-crs"] == f"<{crs}>"
        found = answer.json()["geometry"]["coordinates"]
        assert found == pytest.approx(coordinates, abs=0.002), crs
    listed = get("/collections/parking/items", crs=f"{EPSG}3006", limit=1)["features"][0]
    assert listed["geometry"]["coordinates"][0] > 7_000_000
    assert set(wanted) <= set(get("/collections/parking")["crs"])
    assert get("/collections/parking")["storageCrs"] == CRS84


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2020-09-13T12:26:40Z", [1, 2, 3]),
        ("2020-09-13T14:26:40+02:00", [1, 2, 3]),
        ("2020-09-13", [1, 2, 3]),
        ("2020-01-01T00:00:00Z/2021-01-01T00:00:00Z", [1, 2, 3]),
        ("../2021-01-01T00:00:00Z", [1, 2, 3]),
        ("/2021-01-01T00:00:00Z", [1, 2, 3]),
        ("2021-01-01T00:00:00Z/..", [2, 3]),
        ("2021-01-01T00:00:00Z/", [2, 3]),
        ("2019-01-01T00:00:00Z", [2, 3]),
    ],
)
def test_datetime_finds_what_was_last_observed_then_or_never(
    get: Get, asked: str, found: list[int]
) -> None:
    assert ids(get("/collections/trails/items", datetime=asked)) == [f"trail:x:{n}" for n in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"level": "3"}, [1, 3]),
        ({"level": "3.0", "lit": "true"}, [1]),
        ({"name": "Åsleden"}, [2]),
        ({"snow": "0.25"}, [1]),
        ({"id": "trail:x:2"}, [2]),
        ({"openedAt": "2020-06-01"}, [1]),
        ({"updated": "2020-09-13T12:26:40Z"}, [1]),
        ({"type": "Nothing"}, []),
    ],
)
def test_properties_are_parameters(get: Get, query: dict[str, str], found: list[int]) -> None:
    assert ids(get("/collections/trails/items", **query)) == [f"trail:x:{n}" for n in found]


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_everything_is_a_page_too(client: TestClient, path: str, language: str) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    answer = client.get(f"/features/v1{path}", headers=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert f'<html lang="{language}">' in answer.text
    assert answer.text.count("<h1>") == 1
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert "{{" not in answer.text
    for href in re.findall(r'href="(https://hub.example.se/features[^"]*)"', answer.text):
        assert client.get(href.replace("&amp;", "&")).status_code == 200, href


def test_a_page_shows_what_others_wrote_as_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    evil = "<script>alert(1)</script>"
    with Store(tmp_path_factory.mktemp("evil") / "commons.sqlite") as store:
        dataset = Dataset(id="d", title={"sv": evil}, open=True)
        store.publish({"d": dataset}).result()
        thing = Thing(
            id="t:x:1", type=evil, dataset="d", name=evil, point=Point(1, 2),
            properties={evil: "https://x.se/\"onclick='x'", "url": "javascript:alert(1)"},
        )  # fmt: skip
        store.commit([thing], at=0).result()
        client = client_of(store)
        for path in ("collections", "collections/d", "collections/d/items",
                     "collections/d/items/t:x:1", "collections/d/schema"):  # fmt: skip
            page = client.get(f"/features/v1/{path}?f=html")
            assert page.status_code == 200
            assert "<script" not in page.text
            assert "<script" not in page.text
            assert 'href="javascript' not in page.text
            assert "'x'\"" not in page.text


def test_the_style_is_served_from_here(client: TestClient) -> None:
    answer = client.get("/features/v1/features.css")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/geo+json"),
        ("*/*", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("application/geo+json", "application/geo+json"),
        ("text/html", "text/html"),
        ("text/html;q=0.5, application/*", "application/geo+json"),
    ],
)
def test_the_format_is_what_is_accepted(client: TestClient, accept: str | None, media: str) -> None:
    headers = {"Accept": accept} if accept else {"Accept": ""}
    answer = client.get("/features/v1/collections/trails/items", headers=headers)
    assert answer.headers["content-type"].startswith(media)


def test_a_format_that_there_is_not_is_refused(client: TestClient) -> None:
    answer = client.get("/features/v1/collections", headers={"Accept": "application/gml+xml"})
    assert answer.status_code == 406


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(client: TestClient, method: str) -> None:
    answer = client.request(method, "/features/v1/collections/trails/items", json={})
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_description_is_openapi_3_0(get: Get, client: TestClient) -> None:
    said = get("/api")
    assert said["openapi"].startswith("3.0.")
    validate(said)
    listed = client.get("/features/v1/openapi.json").json()
    assert listed["paths"].keys() == said["paths"].keys()
    for path in said["paths"]:
        if "{" not in path:
            assert client.get(f"/features/v1{path}").status_code == 200, path


def test_features_hold_what_the_schema_says(get: Get) -> None:
    for name in ("trails", "parking", "bathing-places"):
        schema = get(f"/collections/{name}/schema")
        Draft202012Validator.check_schema(schema)
        said = {
            **schema,
            "properties": {n: p for n, p in schema["properties"].items() if n != "geometry"},
        }
        for feature in get(f"/collections/{name}/items", limit=100)["features"]:
            Draft202012Validator(said).validate(feature["properties"])
            assert set(feature["properties"]) <= set(schema["properties"])


def test_queryables_say_what_can_be_asked_for(get: Get) -> None:
    said = get("/collections/trails/queryables")
    assert said["$id"] == f"{ROOT}/collections/trails/queryables"
    assert said["properties"]["geometry"]["format"] == "geometry-any"
    assert said["properties"]["level"]["type"] == "integer"
    assert said["properties"]["length"]["type"] == "number"
    assert said["properties"]["lit"]["type"] == "boolean"
    assert said["properties"]["updated"]["format"] == "date-time"
    assert "snowTime" not in said["properties"]
