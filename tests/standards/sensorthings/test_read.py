"""Reading by SensorThings: what came from sources, and what was written through it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec
import pytest

from byalag.app._beside import Beside
from byalag.app._window import Windows
from byalag.asking import numbered
from byalag.model import (
    Dataset,
    Fact,
    Flag,
    Json,
    Municipality,
    Observation,
    Point,
    Series,
    Thing,
)
from byalag.standards import Reply, Spoken
from byalag.standards.sensorthings import STANDARD
from byalag.store import Store

T = TypeVar("T")
Get = Callable[..., Any]
ROOT = "https://hub.example.se/sensorthings/v1.1"
DAY = 86_400_000_000
NOON = 16_500 * DAY + DAY // 2  # 2015-03-06T12:00:00Z
BATHS = Dataset(id="baths", title={"sv": "Badplatser", "en": "Bathing places"}, open=True)
WRITTEN = Dataset(id="written", title={"sv": "Skrivet"}, open=True, licence="CC-BY-4.0")
COLLECTIONS = (
    "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "ObservedProperties",
    "Observations", "FeaturesOfInterest",
)  # fmt: skip


def _facts() -> Iterator[Fact]:
    bath = "bath:skelleftea:varutrask"
    yield Thing(
        id=bath, type="BathingPlace", dataset="baths", name="Varuträsk", municipality="2482",
        point=Point(64.79, 20.75), properties={"lit": True, "depth": 2.5, "tags": {"eu": "yes"}},
    )  # fmt: skip
    yield Thing(id="bath:skelleftea:nowhere", type="BathingPlace", dataset="baths")
    water = f"{bath}/waterTemperature"
    yield Series(
        id=water, thing=bath, property="waterTemperature", dataset="baths", unit="Cel",
        kind="sample",
    )  # fmt: skip
    for day in range(7):
        yield Observation(water, NOON + day * DAY, 10 + day / 2, Flag.GOOD)
    yield Observation(water, NOON + 7 * DAY + 250_000, float("nan"), Flag.MISSING)
    yield from _written()


def _written() -> Iterator[Fact]:
    thing, place = "thing:sensorthings:1", "location:sensorthings:1"
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]]}
    yield Thing(
        id=place, type="Location", dataset="written", name="Huset", description="På torget",
        shape=square, details={"sensorthings": {
            "encodingType": "application/vnd.geo+json", "location": square,
        }},
    )  # fmt: skip
    yield Thing(
        id=thing, type="Thing", dataset="written", name="Mätare 1", description="En mätare",
        shape=square, relations={"locations": (place,)}, details={"sensorthings": {}},
    )  # fmt: skip
    yield Thing(
        id="historicallocation:sensorthings:1", type="HistoricalLocation", dataset="written",
        relations={"thing": (thing,), "locations": (place,)},
        details={"sensorthings": {"time": "2015-03-01T00:00:00Z"}},
    )  # fmt: skip
    yield Thing(
        id="sensor:sensorthings:1", type="Sensor", dataset="written", name="Givare",
        description="d", details={"sensorthings": {"encodingType": "text/plain", "metadata": "m"}},
    )  # fmt: skip
    yield Thing(
        id="observedproperty:sensorthings:1", type="ObservedProperty", dataset="written",
        name="State", description="d", details={"sensorthings": {"definition": "https://e.se/s"}},
    )  # fmt: skip
    for number in (1, 2):
        yield Thing(
            id=f"feature:sensorthings:{number}", type="FeatureOfInterest", dataset="written",
            name=f"Feature {number}", description="d", point=Point(number, number),
            details={"sensorthings": {
                "encodingType": "application/geo+json",
                "feature": {"type": "Point", "coordinates": [number, number]},
            }},
        )  # fmt: skip
    state = f"{thing}/state@1"
    yield Series(
        id=state, thing=thing, property="state", dataset="written", name="State of 1",
        relations={
            "sensor": ("sensor:sensorthings:1",),
            "observedProperty": ("observedproperty:sensorthings:1",),
            "feature": ("feature:sensorthings:1",), "features": ("feature:sensorthings:2",),
        },
        details={"sensorthings": {
            "description": "on or off", "observationType": "https://e.se/category",
            "unitOfMeasurement": {"name": None, "symbol": None, "definition": None},
            "properties": {"room": 7},
        }},
    )  # fmt: skip
    yield Observation(
        state, NOON, float("nan"),
        extra={"result": "on", "resultTime": "2015-03-06T12:05:00Z", "parameters": {"by": "hand"}},
    )  # fmt: skip
    yield Observation(state, NOON + DAY, float("nan"), extra={"result": "off"})
    yield Observation(state, NOON + 2 * DAY, 3)


class Asked:
    """A store as whoever asks in SensorThings sees it."""

    def __init__(self, store: Store) -> None:
        self.window = Windows(
            commons=store,
            own={},
            municipalities=(Municipality(code="2482", name="Skellefteå"),),
            written={},
            wake=lambda _: None,
            fetch=self._fetch,
            now=lambda: NOON + 10 * DAY,
            beside=Beside(),
        ).open(None, writes=False)

    @staticmethod
    async def _fetch(_address: str, _accept: str) -> bytes:
        raise AssertionError

    def reply(self, address: str) -> Reply:
        path, _, query = address.removeprefix(ROOT).partition("?")
        spoken = Spoken(
            method="GET", path=unquote(path), query=query, headers={}, body=b"", root=ROOT,
            hub="https://hub.example.se",
        )  # fmt: skip
        return asyncio.run(_answer(spoken, self))


async def _answer(spoken: Spoken, asked: Asked) -> Reply:
    return await STANDARD.answer(spoken, asked.window)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Store(tmp_path_factory.mktemp("sensorthings") / "store.sqlite") as store:
        store.publish({"baths": BATHS, "written": WRITTEN}).result()
        store.commit([*_facts()], at=NOON).result()
        yield Asked(store)


@pytest.fixture(scope="module")
def get(asked: Asked) -> Get:
    """Ask for an address below the root; the answer's JSON, unless another status is wanted."""

    def ask(address: str, status: int = 200) -> Json:
        reply = asked.reply(address)
        assert reply.status == status, reply.body
        return msgspec.json.decode(reply.body)

    return ask


def _names(told: dict[str, Any]) -> list[str]:
    return [one["name"] for one in told["value"]]


def _results(told: dict[str, Any]) -> list[Any]:
    return [one["result"] for one in told["value"]]


def _no(get: Get, collection: str, name: str) -> int:
    found = get(f"/{collection}?$filter=name eq '{name}'")["value"]
    assert len(found) == 1
    no: int = found[0]["@iot.id"]
    return no


@pytest.mark.parametrize(
    "address",
    [
        "/Nothings",
        "/Things(999999999)",
        "/Things(0)",
        "/Things('one')",
        "/Things(99999999999999999999)",
        "/Things(999999999)/name",
        "/Things(999999999)/Datastreams",
        "/Observations(3)",
        "/Observations(9223372036854775807)",
        "/Things/Datastreams",
        "/Things(1)/nosuch",
        "/Things(1)/name/first",
        "/Things(1)/properties/nosuch",
        "/Things(1)/Datastreams/name",
        "/Things(1)/Datastreams(999999)",
        "/Datastreams(1)/Thing(1)",
        "/Things(1)/$value",
        "/$ref",
        "/" + "Things(1)/Datastreams(1)/Thing/" * 20,
    ],
)
def test_what_is_not_there_is_told_so_in_short(get: Get, address: str) -> None:
    told = get(address, 404)
    assert told["code"] == 404
    assert told["type"] == "error"
    assert "detail" not in told
    assert len(told["message"]) < 400


@pytest.mark.parametrize(
    "query",
    [
        "$filter=name eq",
        "$filter=bogus(name)",
        "$filter=Things/name eq 1",
        "$orderby=Datastreams/name",
        "$orderby=nosuch asc",
        "$top=-5",
        "$skip=-1",
        "$count=maybe",
        "$expand=Nothing",
        "$select=nosuch",
    ],
)
def test_what_is_not_well_asked_is_refused(get: Get, query: str) -> None:
    assert get(f"/Things?{query}", 400)["code"] == 400


def test_a_thing_from_a_source_is_not_among_the_other_kinds(get: Get) -> None:
    no = _no(get, "Things", "Varuträsk")
    for collection in ("Sensors", "ObservedProperties", "HistoricalLocations"):
        get(f"/{collection}({no})", 404)
    nowhere = _no(get, "Things", "bath:skelleftea:nowhere")
    get(f"/Locations({nowhere})", 404)
    get(f"/FeaturesOfInterest({nowhere})", 404)
    sensor = get("/Sensors")["value"][0]["@iot.id"]
    get(f"/Things({sensor})", 404)


def test_the_root_tells_of_eight_collections_and_what_is_kept(get: Get) -> None:
    told = get("/")
    assert tuple(one["name"] for one in told["value"]) == COLLECTIONS
    assert all(get(one["url"])["value"] for one in told["value"])
    kept = told["serverSettings"]["conformance"]
    assert "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/filter" in kept


def test_every_link_leads_to_what_is_expanded(get: Get) -> None:
    for collection in COLLECTIONS:
        for one in get(f"/{collection}")["value"]:
            assert get(one["@iot.selfLink"]) == one
            links = [name.partition("@")[0] for name in one if name.endswith("navigationLink")]
            whole = get(f"{one['@iot.selfLink']}?$expand={','.join(links)}")
            for link in links:
                address = one[f"{link}@iot.navigationLink"]
                if link.endswith("s"):
                    assert get(address)["value"] == whole[link], address
                    refs = [{"@iot.selfLink": row["@iot.selfLink"]} for row in whole[link]]
                    assert get(f"{address}/$ref")["value"] == refs
                elif whole[link] is None:
                    get(address, 404)
                else:
                    assert get(address) == whole[link]
                    ref = get(f"{address}/$ref")
                    assert ref == {"@iot.selfLink": whole[link]["@iot.selfLink"]}


def test_what_came_from_a_source_has_all_its_sides(get: Get) -> None:
    thing = get("/Things?$filter=name eq 'Varuträsk'&$expand=Locations,Datastreams")["value"][0]
    assert thing["properties"]["depth"] == 2.5
    assert thing["properties"]["byalag"] == {
        "id": "bath:skelleftea:varutrask", "type": "BathingPlace", "municipality": "2482",
        "dataset": "baths", "licence": "CC0-1.0",
    }  # fmt: skip
    place = {"type": "Point", "coordinates": [20.75, 64.79]}
    assert thing["Locations"][0]["@iot.id"] == thing["@iot.id"]
    assert thing["Locations"][0]["location"] == place
    series = thing["Datastreams"][0]
    assert series["name"] == "waterTemperature"
    assert series["unitOfMeasurement"]["definition"] == "ucum:Cel"
    assert series["unitOfMeasurement"]["symbol"] == "°C"
    assert series["observedArea"] == place
    assert series["phenomenonTime"] == "2015-03-06T12:00:00Z/2015-03-13T12:00:00.25Z"
    assert series["observationType"].endswith("OM_Measurement")
    sides = get(f"{series['@iot.selfLink']}?$expand=Sensor,ObservedProperty")
    assert sides["Sensor"]["name"] == "baths"
    assert sides["Sensor"]["metadata"] == "https://hub.example.se/datasets/baths"
    assert sides["ObservedProperty"]["name"] == "waterTemperature"
    assert sides["ObservedProperty"]["definition"].endswith("/terms/waterTemperature")
    feature = get(f"{series['@iot.selfLink']}/Observations?$top=1&$expand=FeatureOfInterest")
    assert feature["value"][0]["FeatureOfInterest"]["@iot.id"] == thing["@iot.id"]
    assert feature["value"][0]["FeatureOfInterest"]["feature"] == place


def test_a_missing_value_is_told_as_missing(get: Get) -> None:
    series = _no(get, "Datastreams", "waterTemperature")
    told = get(f"/Datastreams({series})/Observations?$orderby=phenomenonTime desc&$top=2")
    missing, measured = told["value"]
    assert missing["result"] is None
    assert missing["resultQuality"] == {"flag": "missing"}
    assert missing["phenomenonTime"] == "2015-03-13T12:00:00.25Z"
    assert (measured["result"], measured["resultQuality"]) == (13, {"flag": "good"})


def test_what_was_written_is_told_as_it_was_written(get: Get) -> None:
    number = _no(get, "Datastreams", "State of 1")
    told = get(f"/Datastreams({number})?$expand=Observations,Thing/Locations,Sensor")
    assert told["description"] == "on or off"
    assert told["properties"] == {"room": 7}
    assert told["unitOfMeasurement"] == {"name": None, "symbol": None, "definition": None}
    assert told["observedArea"]["coordinates"][0][0] == [0, 0]
    assert "properties" not in told["Thing"]
    assert told["Thing"]["Locations"][0]["encodingType"] == "application/vnd.geo+json"
    assert told["Sensor"]["metadata"] == "m"
    first, second, third = told["Observations"]
    assert (first["result"], second["result"], third["result"]) == ("on", "off", 3)
    assert first["resultTime"] == "2015-03-06T12:05:00Z"
    assert first["parameters"] == {"by": "hand"}
    assert "parameters" not in second


def test_one_property_is_told_alone_and_bare(asked: Asked, get: Get) -> None:
    no = _no(get, "Things", "Varuträsk")
    assert get(f"/Things({no})/name") == {"name": "Varuträsk"}
    assert get(f"/Things({no})/@iot.id") == {"@iot.id": no}
    assert get(f"/Things({no})/properties/tags/eu") == {"eu": "yes"}
    bare = asked.reply(f"/Things({no})/name/$value")
    assert bare.body.decode() == "Varuträsk"
    assert bare.media_type.startswith("text/plain")
    place = asked.reply(f"/Things({no})/Locations({no})/location/$value")
    assert place.body.startswith(b'{"type":"Point"')
    empty = asked.reply(f"/HistoricalLocations({_history(get)})/Thing/properties/$value")
    assert empty.body == b"null"


def _history(get: Get) -> int:
    no: int = get("/HistoricalLocations")["value"][0]["@iot.id"]
    return no


FOUND: Sequence[tuple[str, str, int]] = (
    ("Things", "properties/depth gt 2", 1),
    ("Things", "properties/lit", 1),
    ("Things", "properties/tags/eu eq 'yes'", 1),
    ("Things", "properties/byalag/dataset eq 'baths'", 2),
    ("Things", "Datastreams/Observations/result gt 12.5", 1),
    ("Things", "Datastreams/ObservedProperty/name eq 'waterTemperature'", 1),
    ("Things", "Datastreams/name eq 'State of 1' and Locations/name eq 'Huset'", 1),
    ("Things", "startswith(name,'Mät') or name eq 'Varuträsk'", 2),
    ("Things", "not startswith(name,'Mät')", 2),
    (
        "Things",
        "st_within(Locations/location,geography'POLYGON((20 64,21 64,21 65,20 65,20 64))')",
        1,
    ),
    ("Things", "geo.distance(Locations/location,geography'POINT (20.75 64.8)') lt 0.02", 1),
    ("Locations", "Things/name eq 'Mätare 1'", 1),
    ("Locations", "encodingType eq 'application/geo+json'", 1),
    ("Locations", "st_contains(location,geography'POINT (1 0.5)')", 1),
    ("HistoricalLocations", "time lt 2015-03-01T01:30:00+01:00", 1),
    ("HistoricalLocations", "Thing/name eq 'Mätare 1'", 1),
    ("Datastreams", "phenomenonTime gt 2015-03-06T00:00:00Z", 2),
    ("Datastreams", "phenomenonTime lt 2015-03-10T00:00:00Z", 1),
    ("Datastreams", "Sensor/name eq 'baths'", 1),
    ("Datastreams", "properties/room eq 7", 1),
    ("Datastreams", "properties/byalag/unit eq 'Cel'", 1),
    ("Datastreams", "unitOfMeasurement/name eq null and name eq 'State of 1'", 1),
    ("Datastreams", "description eq 'on or off'", 1),
    ("Things", "description eq null", 2),
    ("Datastreams", "Thing/properties/byalag/municipality eq '2482'", 1),
    ("Sensors", "metadata eq 'm'", 1),
    ("ObservedProperties", "definition eq 'https://e.se/s'", 1),
    ("Observations", "result gt 11 and result lt 13", 3),
    ("Observations", "result eq 'on'", 1),
    ("Observations", "substringof('o',result)", 2),
    ("Observations", "parameters/by eq 'hand'", 1),
    ("Observations", "resultTime gt 2015-03-06T12:00:00Z", 1),
    ("Observations", "day(phenomenonTime) eq 7", 2),
    ("Observations", "date(phenomenonTime) eq 2015-03-08", 2),
    ("Observations", "phenomenonTime ge 2015-03-16T12:00:00Z sub duration'P4D'", 2),
    ("Observations", "phenomenonTime gt now() sub duration'P3D'", 1),
    ("Observations", "result mod 2 eq 0 and result ne 12", 1),
    ("Observations", "Datastream/Thing/name eq 'Varuträsk'", 8),
    ("Observations", "FeatureOfInterest/name eq 'Varuträsk'", 8),
    ("Observations", "Datastream/Thing/Locations/name eq 'Huset'", 3),
    ("FeaturesOfInterest", "Observations/result eq 10", 1),
)


@pytest.mark.parametrize(("collection", "where", "count"), FOUND)
def test_filters_find_what_they_say(get: Get, collection: str, where: str, count: int) -> None:
    address = f"/{collection}?$count=true&$filter={where.replace('+', '%2B')}"
    told = get(address)
    assert told["@iot.count"] == count
    assert len(told["value"]) == count
    assert get(address.replace("%2B01:00", "+01:00"))["@iot.count"] == count
    none = get(f"/{collection}?$count=true&$filter=({where}) and id eq 999999999")
    assert (none["@iot.count"], none["value"]) == (0, [])


def test_pages_follow_one_another_without_gap_or_overlap(get: Get) -> None:
    for order in ("", "&$orderby=phenomenonTime desc", "&$orderby=result desc,id"):
        whole = get(f"/Observations?$top=1000{order}")
        assert "@iot.nextLink" not in whole
        pages: list[Any] = []
        address = f"/Observations?$top=3&$count=true&$select=id,result{order}"
        while address:
            page = get(address)
            assert page["@iot.count"] == 11
            pages += page["value"]
            address = page.get("@iot.nextLink", "")
        assert [one["@iot.id"] for one in pages] == [one["@iot.id"] for one in whole["value"]]


def test_no_more_than_the_highest_is_told_at_once(get: Get) -> None:
    assert get("/Things?$top=0")["value"] == []
    assert len(get("/Things?$top=999999")["value"]) == 3


def test_what_is_expanded_has_options_count_and_a_next_page(get: Get) -> None:
    told = get(
        "/Things?$filter=name eq 'Varuträsk'&$select=name&$expand=Datastreams($select=name;"
        "$expand=Observations($filter=result gt 10;$top=2;$count=true;$orderby=result desc;"
        "$select=result))"
    )["value"][0]
    (series,) = told["Datastreams"]
    assert set(told) == {"name", "Datastreams"}
    assert series["Observations"] == [{"result": 13}, {"result": 12.5}]
    assert series["Observations@iot.count"] == 6
    assert _results(get(series["Observations@iot.nextLink"])) == [12, 11.5]


def test_only_what_is_selected_is_told(get: Get) -> None:
    told = get("/Observations?$select=result,Datastream&$top=1")["value"][0]
    assert set(told) == {"result", "Datastream@iot.navigationLink"}
    assert set(get("/Things?$select=@iot.id,name")["value"][0]) == {"@iot.id", "name"}


def test_an_observation_of_another_feature_is_found_from_both(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        store.publish({"baths": BATHS, "written": WRITTEN}).result()
        store.commit([*_facts()], at=NOON).result()
        other = store.number("feature:sensorthings:2")
        series = store.series_number("thing:sensorthings:1/state@1")
        assert other is not None
        assert series is not None
        at = NOON + 3 * DAY
        told = Observation("thing:sensorthings:1/state@1", at, 9, extra={"feature": other})
        store.commit([told], at=NOON).result()
        asked = Asked(store)

        def get(address: str) -> Json:
            return msgspec.json.decode(asked.reply(address).body)

        number = numbered(series, at)
        assert get(f"/Observations({number})/FeatureOfInterest")["name"] == "Feature 2"
        assert get(f"/FeaturesOfInterest({other})/Observations({number})")["result"] == 9
        assert _results(get(f"/FeaturesOfInterest({other})/Observations")) == [9]
        first = store.number("feature:sensorthings:1")
        assert _results(get(f"/FeaturesOfInterest({first})/Observations")) == ["on", "off", 3]
        where = f"/Observations?$filter=FeatureOfInterest/id eq {other}"
        assert _results(get(where)) == [9]
        where = "/Observations?$filter=FeatureOfInterest/name eq"
        assert _results(get(f"{where} 'Feature 2'")) == [9]
        assert _results(get(f"{where} 'Feature 1'")) == ["on", "off", 3]
        assert _results(get(f"{where} 'Feature 1' or result eq 9")) == ["on", "off", 3, 9]
        assert _results(get(f"{where} 'Nothing'")) == []


def test_observations_are_told_as_rows(get: Get) -> None:
    told = get("/Observations?$resultFormat=dataArray&$count=true")
    assert told["@iot.count"] == 11
    groups = {one["dataArray@iot.count"]: one for one in told["value"]}
    assert set(groups) == {8, 3}
    assert groups[8]["components"][:4] == ["id", "phenomenonTime", "resultTime", "result"]
    assert groups[8]["Datastream@iot.navigationLink"].startswith(f"{ROOT}/Datastreams(")
    chosen = get("/Observations?resultFormat=dataArray&$select=result,phenomenonTime&$top=1")
    assert chosen["value"][0]["components"] == ["phenomenonTime", "result"]
    get("/Observations?$resultFormat=dataArray&$expand=Datastream", 400)


def test_an_answer_that_would_hold_too_much_is_refused(get: Get) -> None:
    back = "Datastreams($expand=Observations($expand=Datastream("
    told = get(f"/Things?$expand={back}$expand=Thing($expand={back}$expand=Thing))))))))", 400)
    assert "levels" in told["message"]
