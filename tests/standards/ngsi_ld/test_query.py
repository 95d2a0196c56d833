"""Retrieving and querying entities over HTTP: what is chosen, how it is shown, what is refused."""

import time
from collections.abc import Callable
from urllib.parse import quote

import msgspec
import pytest
from httpx2 import Response

from byalag.model import Fact, Json, Link, Observation, Point, Series, Thing
from byalag.store import Store

HANGS = 2.0  # seconds: longer is a hang; how quick an answer is, is measured, not asserted

HANGS = (
    2.0  # seconds: what takes longer hangs; how quick an answer is, is measured and not asserted
)

Ask = Callable[..., Response]
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
SQUARE = [[[20, 63], [21, 63], [21, 64], [20, 64], [20, 63]]]
AT = 1_780_000_000_000_000


def _house(number: int, **more: Json) -> Json:
    return {
        "id": f"urn:ngsi-ld:House:{number}",
        "type": "House",
        "level": {"type": "Property", "value": number, "unitCode": "CEL"},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [20 + number / 10, 63.5]},
        },
        **more,
    }


@pytest.fixture
def houses(ask: Ask) -> Ask:
    """Return what asks a hub that has five houses, each near the next, and one with two types."""
    written = [
        _house(number, near={"type": "Relationship", "object": f"urn:ngsi-ld:House:{number + 1}"})
        for number in range(5)
    ]
    written.append(
        {
            "id": "urn:ngsi-ld:Hall:1",
            "type": ["House", "Hall"],
            "scope": ["/Vasterbotten/Skelleftea"],
            "title": {"type": "LanguageProperty", "languageMap": {"sv": "Hus", "en": "House"}},
            "colour": [
                {"type": "Property", "value": "red"},
                {"type": "Property", "value": "blue", "datasetId": "urn:ngsi-ld:Dataset:night"},
            ],
        }
    )
    assert ask("POST", "/entityOperations/create", written).status_code == 201
    return ask


def _ids(reply: Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [one["id"].removeprefix("urn:ngsi-ld:") for one in reply.json()]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("type=Hall", ["Hall:1"]),
        ("type=(House;Hall)", ["Hall:1"]),
        ("type=Hall,House&q=level>=3", ["House:3", "House:4"]),
        ("type=House&id=urn:ngsi-ld:House:2,urn:ngsi-ld:House:9", ["House:2"]),
        ("type=House&idPattern=House:[01]$", ["House:0", "House:1"]),
        ("q=level==1..2", ["House:1", "House:2"]),
        ("q=level!=1;level<3", ["House:0", "House:2"]),
        ('q=colour=="blue"', ["Hall:1"]),
        ('q=colour=="blue"&datasetId=@none', []),
        ('q=title[sv]=="Hus"', ["Hall:1"]),
        ("q=near{level}==2", ["House:1"]),
        ("q=near==urn:ngsi-ld:House:3", ["House:2"]),
        ('q=level.unitCode=="CEL";level==0', ["House:0"]),
        ("attrs=title", ["Hall:1"]),
        ("type=House&scopeQ=/Vasterbotten/%23", ["Hall:1"]),
        ("type=House&scopeQ=/Vasterbotten/%2B;/x", []),
        ("georel=near;maxDistance==6000&geometry=Point&coordinates=[20.1,63.5]", 3),
        (f"georel=within&geometry=Polygon&coordinates={SQUARE}", 4),
        ("georel=equals&geometry=Point&coordinates=[20.1,63.5]", ["House:1"]),
        ("local=true&limit=1", ["House:0"]),
    ],
)
def test_entities_are_chosen(houses: Ask, query: str, ids: list[str] | int) -> None:
    path = f"/entities?{quote(query, safe='=&%')}"
    found = _ids(houses("GET", path))
    if isinstance(ids, int):
        assert 2 <= len(found) <= ids
    else:
        assert found == ids
        assert houses("GET", path + "&count=true").headers["NGSILD-Results-Count"] == (
            str(len(ids)) if "limit" not in query else "6"
        )


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("", "BadRequestData"),
        ("id=urn:ngsi-ld:House:1", "BadRequestData"),
        ("idPattern=.*", "BadRequestData"),
        ("type=House&id=house", "BadRequestData"),
        ("type=(House", "BadRequestData"),
        ("type=House&idPattern=x**", "BadRequestData"),
        ("type=House&q=level==", "BadRequestData"),
        ("type=House&scopeQ=/a/%23/b", "BadRequestData"),
        ("type=House&attrs=id", "BadRequestData"),
        ("type=House&pick=id&attrs=level", "BadRequestData"),
        ("type=House&pick=level&omit=level", "BadRequestData"),
        ("type=House&pick=a{b", "BadRequestData"),
        ("type=House&georel=near&geometry=Point&coordinates=[1,2]", "BadRequestData"),
        ("type=House&georel=within&geometry=Circle&coordinates=[1,2]", "BadRequestData"),
        ("type=House&georel=within&geometry=Point&coordinates=[1]", "BadRequestData"),
        ("type=House&georel=within&geometry=Point&coordinates=[200,0]", "BadRequestData"),
        ("type=House&georel=within&geometry=Polygon&coordinates=[1,2]", "BadRequestData"),
        ("type=House&georel=within", "BadRequestData"),
        ("type=House&join=across", "BadRequestData"),
        ("type=House&join=flat&joinLevel=0", "BadRequestData"),
        ("type=House&lang=sv;q=x", "BadRequestData"),
        ("type=House&limit=0", "BadRequestData"),
        ("type=House&limit=-1", "BadRequestData"),
        ("type=House&orderBy=level;up", "BadRequestData"),
        ("type=House&options=loud", "InvalidRequest"),
        ("type=House&format=loud", "InvalidRequest"),
        ("type=House&colour=red", "InvalidRequest"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Ask, query: str, kind: str) -> None:
    reply = ask("GET", f"/entities?{quote(query, safe='=&%')}")
    assert reply.status_code == 400, reply.text
    assert reply.json()["type"] == ERRORS + kind
    assert reply.json()["detail"]


def test_a_limit_that_is_too_high_is_too_many_results(ask: Ask) -> None:
    reply = ask("GET", "/entities?type=House&limit=1001")
    assert reply.status_code == 403
    assert reply.json()["type"] == ERRORS + "TooManyResults"


@pytest.mark.parametrize(
    "query",
    [
        "type=" + "(" * 900 + "A",
        "type=A&q=" + "(" * 900 + "a",
        "type=A&q=a~=(a{1000}){1000}",
        "type=A&idPattern=(x{900}){900}",
        "type=A&pick=" + "a{" * 900,
        "type=A&scopeQ=" + ",".join(["/a"] * 300),
        "type=A&georel=within&geometry=Polygon&coordinates=" + "[" * 900,
    ],
    ids=["types", "q", "q pattern", "pattern", "pick", "scopes", "depth"],
)
@pytest.mark.proves(17)
def test_a_hostile_question_is_refused_at_once(ask: Ask, query: str) -> None:
    ask("GET", "/entities?type=A")
    start = time.perf_counter()
    reply = ask("GET", f"/entities?{quote(query, safe='=&%')}")
    assert 400 <= reply.status_code < 500
    assert time.perf_counter() - start < HANGS


def test_a_huge_polygon_is_refused_at_once(ask: Ask) -> None:
    ring = [[number / 1000, 0] for number in range(20_000)]
    place = {"georel": "within", "geometry": "Polygon", "coordinates": [ring]}
    taken: list[float] = []
    for _ in range(3):  # the quickest: the machine may be busy with other things
        start = time.perf_counter()
        reply = ask("POST", "/entityOperations/query", {"type": "Query", "geoQ": place})
        taken.append(time.perf_counter() - start)
        assert reply.status_code == 400
    assert min(taken) < HANGS


def test_pages_follow_one_another_without_gaps(houses: Ask) -> None:
    path, seen = "/entities?type=House&limit=2&q=level", list[str]()
    for _ in range(4):
        reply = houses("GET", path)
        seen += _ids(reply)
        links = {
            part.split('rel="')[1].split('"')[0]: part.split(">")[0].strip(" <")
            for part in reply.headers["Link"].split(", ")
        }
        if "next" not in links:
            break
        path = links["next"].split("/ngsi-ld/v1")[1]
    assert seen == [f"House:{number}" for number in range(5)]
    assert "prev" in links


def test_a_query_in_a_body_is_the_same_question(houses: Ask) -> None:
    body = {
        "type": "Query",
        "entities": [{"type": "House", "idPattern": "House:"}],
        "q": "level>2",
        "geoQ": {"georel": "within", "geometry": "Polygon", "coordinates": SQUARE},
    }
    reply = houses("POST", "/entityOperations/query?count=true", body)
    assert _ids(reply) == ["House:3", "House:4"]
    assert reply.headers["NGSILD-Results-Count"] == "2"
    ordered = {"type": "Query", "q": "level", "ordering": {"orderBy": ["level;desc"]}}
    assert _ids(houses("POST", "/entityOperations/query?limit=1", ordered)) == ["House:4"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "Question"},
        {"type": "Query"},
        {"type": "Query", "q": 5},
        {"type": "Query", "r": 1},
    ],
)
def test_a_body_that_is_no_query_is_refused(ask: Ask, body: Json) -> None:
    assert ask("POST", "/entityOperations/query", body).status_code == 400


def test_order_is_by_values_and_what_has_none_is_last(houses: Ask) -> None:
    found = _ids(houses("GET", "/entities?type=House&orderBy=level;desc&offset=3"))
    assert found == ["House:1", "House:0", "Hall:1"]


def test_an_entity_is_shown_in_every_form(houses: Ask) -> None:
    path = "/entities/urn:ngsi-ld:House:1"
    level = {"type": "Property", "value": 1, "unitCode": "CEL"}
    assert houses("GET", path).json()["level"] == level
    assert houses("GET", path + "?format=concise").json()["level"] == {
        "value": 1,
        "unitCode": "CEL",
    }
    assert houses("GET", path + "?options=keyValues").json() == {
        "id": "urn:ngsi-ld:House:1",
        "type": "House",
        "level": 1,
        "location": {"type": "Point", "coordinates": [20.1, 63.5]},
        "near": "urn:ngsi-ld:House:2",
    }
    assert "createdAt" in houses("GET", path + "?options=sysAttrs").json()["level"]
    linked = houses("GET", path, headers={"accept": "application/ld+json"}).json()
    assert "@context" in linked
    picked = houses("GET", path + "?pick=id,level&options=keyValues").json()
    assert picked == {"id": "urn:ngsi-ld:House:1", "level": 1}


def test_an_entity_is_a_feature_where_geojson_is_wanted(houses: Ask) -> None:
    wanted = {"accept": "application/geo+json"}
    feature = houses("GET", "/entities/urn:ngsi-ld:House:1", headers=wanted).json()
    assert feature["type"] == "Feature"
    assert feature["geometry"] == {"type": "Point", "coordinates": [20.1, 63.5]}
    assert feature["properties"]["type"] == "House"
    assert "@context" in feature
    plain = {**wanted, "prefer": "body=json"}
    reply = houses("GET", "/entities?type=House&options=keyValues", headers=plain)
    assert reply.json()["type"] == "FeatureCollection"
    assert "@context" not in reply.json()
    assert "json-ld#context" in reply.headers["Link"]
    assert [one["geometry"] is None for one in reply.json()["features"]] == [False] * 5 + [True]


def test_texts_and_instances_are_those_that_are_wanted(houses: Ask) -> None:
    hall = "/entities/urn:ngsi-ld:Hall:1"
    assert houses("GET", hall + "?lang=fr,sv;q=0.5").json()["title"] == {
        "type": "Property",
        "value": "Hus",
        "lang": "sv",
    }
    assert houses("GET", hall + "?options=keyValues&lang=en-GB").json()["title"] == "House"
    assert houses("GET", hall + "?options=keyValues").json()["colour"] == {
        "dataset": {"@none": "red", "urn:ngsi-ld:Dataset:night": "blue"}
    }
    night = houses("GET", hall + "?datasetId=urn:ngsi-ld:Dataset:night").json()
    assert night["colour"]["value"] == "blue"
    assert "title" not in night


def test_what_an_entity_points_to_is_shown_with_it(houses: Ask) -> None:
    path = "/entities/urn:ngsi-ld:House:1?options=keyValues&pick=id,near{id,near{level}}"
    inline = houses("GET", path + "&join=inline&joinLevel=2").json()
    assert inline == {
        "id": "urn:ngsi-ld:House:1",
        "near": {"id": "urn:ngsi-ld:House:2", "near": {"level": 3}},
    }
    flat = houses("GET", path + "&join=flat&joinLevel=2").json()
    assert [one.get("id") for one in flat] == ["urn:ngsi-ld:House:1", "urn:ngsi-ld:House:2", None]
    wanted = {"accept": "application/geo+json"}
    features = houses("GET", path + "&join=flat&joinLevel=2", headers=wanted).json()
    assert [one["id"][-1] for one in features["features"]] == ["1", "2", "3"]
    one = houses("GET", path + "&join=inline", headers=wanted).json()
    assert one["properties"]["near"]["id"] == "urn:ngsi-ld:House:2"
    whole = houses("GET", "/entities?type=House&limit=5&join=flat&joinLevel=9")
    assert len(whole.json()) == 5  # each once, although each is also pointed to


def test_what_is_not_here_is_not_found(houses: Ask) -> None:
    for path in (
        "/entities/urn:ngsi-ld:House:77",
        "/entities/urn:ngsi-ld:House:1?attrs=unknown",
        "/entities/urn:ngsi-ld:House:1?pick=unknown",
        "/types/Unknown",
        "/attributes/unknown",
    ):
        reply = houses("GET", path)
        assert (reply.status_code, reply.json()["type"]) == (404, ERRORS + "ResourceNotFound")
    assert houses("GET", "/entities/house").status_code == 400
    wrong = houses("GET", "/entities?type=House", headers={"accept": "text/html"})
    assert wrong.status_code == 406
    assert houses("POST", "/entityOperations/query", {}, "text/plain").status_code == 415


def test_types_and_attributes_are_discovered(houses: Ask) -> None:
    assert houses("GET", "/types").json()["typeList"] == ["Hall", "House"]
    assert houses("GET", "/types/House").json()["entityCount"] == 6
    names = houses("GET", "/attributes").json()["attributeList"]
    assert names == ["colour", "level", "location", "near", "title"]
    level = houses("GET", "/attributes/level").json()
    assert (level["attributeCount"], level["attributeTypes"]) == (5, ["Property"])
    houses("DELETE", "/entities/urn:ngsi-ld:Hall:1")
    assert houses("GET", "/types").json()["typeList"] == ["House"]


def test_what_sources_have_said_is_entities_too(own: Store, ask: Ask) -> None:
    bath, series = "bath:hav:SE1", "bath:hav:SE1/waterTemperature"
    own.commit(
        [
            Thing(
                id=bath,
                type="BathingPlace",
                dataset="baths",
                name="Rismarken",
                municipality="2482",
                point=Point(64.75, 20.95),
                properties={"facilities": ["toilet", "jetty"]},
            ),
            Thing(id="location:sensorthings:1", type="Location", dataset="written"),
            Series(id=series, thing=bath, property="waterTemperature", dataset="baths", unit="Cel"),
            Observation(series, AT, 17.5),
        ],
        at=AT,
    ).result()
    found = ask("GET", "/entities?type=BathingPlace&q=waterTemperature%3E17").json()
    assert found == [
        {
            "id": "urn:ngsi-ld:BathingPlace:2482:bath:hav:SE1",
            "type": "BathingPlace",
            "facilities": {"type": "Property", "value": ["toilet", "jetty"]},
            "name": {"type": "Property", "value": "Rismarken"},
            "location": {
                "type": "GeoProperty",
                "value": {"type": "Point", "coordinates": [20.95, 64.75]},
            },
            "waterTemperature": {
                "type": "Property",
                "value": 17.5,
                "observedAt": "2026-05-28T20:26:40Z",
                "unitCode": "CEL",
            },
        }
    ]
    assert ask("GET", f"/entities/{found[0]['id']}").json() == found[0]
    assert ask("GET", "/entities/urn:ngsi-ld:BathingPlace:2480:bath:hav:SE1").status_code == 404
    query = quote('q=facilities=="jetty";name~=^Ris', safe="=")
    assert len(ask("GET", f"/entities?{query}").json()) == 1
    assert ask("GET", "/entities?q=waterTemperature%3E18").json() == []
    assert ask("GET", "/types").json()["typeList"] == ["BathingPlace"]
    assert len(ask("GET", "/entities?local=true").json()) == 1
    assert msgspec.json.decode(ask("GET", "/attributes/waterTemperature").content)["typeNames"] == [
        "BathingPlace"
    ]


@pytest.mark.parametrize("many", [3, 230])
def test_what_another_things_sensor_measures_of_a_thing_can_be_asked_for(
    own: Store, ask: Ask, many: int
) -> None:
    said: list[Fact] = []
    for number in range(many):
        bath, buoy = f"bath:hav:{number}", f"buoy:lab:{number}"
        series = f"{buoy}/waterTemperature"
        said += [
            Thing(id=bath, type="BathingPlace", dataset="baths", name=f"Bad {number}"),
            Thing(id=buoy, type="Device", dataset="baths"),
            Series(id=series, thing=buoy, property="waterTemperature", dataset="baths"),
            Observation(series, AT, float(number)),
            Link(thing=bath, property="waterTemperature", series=series),
        ]
    own.commit(said, at=AT).result()
    path = "/entities?type=BathingPlace&q=waterTemperature%3E=1&count=true&limit=2"
    reply = ask("GET", path)
    assert [one["name"]["value"] for one in reply.json()] == ["Bad 1", "Bad 2"]
    assert reply.headers["NGSILD-Results-Count"] == str(many - 1)
    there = ask("GET", "/entities?type=BathingPlace&attrs=waterTemperature&count=true&limit=0")
    assert there.headers["NGSILD-Results-Count"] == str(many)
