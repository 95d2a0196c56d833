"""The parking publications: valid by the schema, alike in what they refer to, and read back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace
from starlette.testclient import TestClient

from byalag.app._beside import Beside
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._window import Windows
from byalag.engine import Receipt
from byalag.mapping import Context
from byalag.model import Delivery, Municipality, Observation, Point, Series, Thing
from byalag.sources import settle
from byalag.store import Store
from byalag.testkit import StoppedClock, fill_small_commons, shared
from byalag.testkit._small import MINUTE

ROOT = "/datex/v1"
TOWNS = (
    Municipality(code="2482", name="Skellefteå", organisation_number="212000-2643"),
    Municipality(code="2260", name="Ånge"),
    Municipality(code="2513", name="Överkalix"),
)
PRK = "{http://datex2.eu/schema/3/parking}"
FAC = "{http://datex2.eu/schema/3/facilities}"
COM = "{http://datex2.eu/schema/3/common}"
LATER = Callable[[int], TestClient]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "commons.sqlite") as store:
        fill_small_commons(store, StoppedClock().now())
        yield store


@pytest.fixture
def at(store: Store) -> LATER:
    """Give the hub as it is some microseconds after it was filled."""

    async def fetch(_address: str, _accept: str) -> bytes:
        raise AssertionError

    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        raise AssertionError

    def at(later: int) -> TestClient:
        def now() -> int:
            return StoppedClock().now() + later

        windows = Windows(
            commons=store, own={}, municipalities=TOWNS, written={}, wake=lambda _: None,
            fetch=fetch, now=now, beside=Beside(),
        )  # fmt: skip
        face = Face(
            name="Bygden", base_url="https://hub.example.se", reader=store, now=now,
            receive=receive, key=lambda _: None, municipalities=TOWNS, windows=windows,
        )  # fmt: skip
        return TestClient(application(face))

    return at


def read(client: TestClient, path: str) -> etree._Element:
    answer = client.get(ROOT + path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/xml")
    return etree.fromstring(answer.content)


def places(table: etree._Element) -> dict[str, str]:
    found = table.iter(f"{PRK}hierarchyElementGeneral")
    return {str(place.get("id")): str(place.get("version")) for place in found}


def statuses(root: etree._Element) -> dict[str, etree._Element]:
    found = root.iter(f"{PRK}parkingStatusInformation")
    return {str(one.find(f"{FAC}reference").get("id")): one for one in found}  # type: ignore[union-attr]  # it is there by the schema


def text(element: etree._Element, name: str) -> str | None:
    return element.findtext(f".//{PRK}{name}")


def test_both_publications_are_valid_by_the_schema(at: LATER) -> None:
    folder = shared()
    if folder is None:
        pytest.skip("no shared development data with DATEX II's schemas here")
    schema = etree.XMLSchema(etree.parse(folder / "standards/datex/DATEXII_3_D2Payload.xsd"))
    for path in ("/parking-table", "/parking-status", "/parking-table?municipality=2482"):
        root = read(at(0), path)
        assert schema.validate(root), schema.error_log


def test_a_status_refers_to_what_the_table_has(at: LATER) -> None:
    table, status = read(at(0), "/parking-table"), read(at(0), "/parking-status")
    known = places(table)
    assert len(known) == 8
    referred = {
        str(one.get("id")): str(one.get("version")) for one in status.iter(f"{FAC}reference")
    }
    assert referred == known


def test_the_version_changes_with_the_description_and_only_then(at: LATER, store: Store) -> None:
    before = read(at(0), "/parking-table")
    lot = "parking:skelleftea-parkering:free"
    now = StoppedClock().now()
    store.commit([Observation(f"{lot}/availableSpotNumber", now, 1.0)], at=now).result()
    same = read(at(MINUTE), "/parking-table")
    assert places(same) == places(before)
    assert _tables(same) == _tables(before)
    thing = Thing(id=lot, type="OffStreetParking", dataset="parking", name="Nytt namn")
    store.commit([thing], at=now).result()
    changed = read(at(2 * MINUTE), "/parking-table")
    assert {name for name in places(changed) if places(changed)[name] != places(before)[name]} == {
        lot
    }
    assert _tables(changed)["2260"] == _tables(before)["2260"]
    assert _tables(changed)["2482"] != _tables(before)["2482"]
    assert read(at(2 * MINUTE), "/parking-status") is not None
    referred = read(at(2 * MINUTE), "/parking-status").iter(f"{FAC}reference")
    assert {one.get("id"): one.get("version") for one in referred} == places(changed)


def _tables(root: etree._Element) -> dict[str, tuple[str, str]]:
    return {
        str(one.get("id")): (str(one.get("version")), str(one.findtext(f"{PRK}versionTime")))
        for one in root.iter(f"{PRK}parkingTable")
    }


def test_free_full_closed_silent_and_unknown_are_told_apart(at: LATER) -> None:
    found = statuses(read(at(0), "/parking-status"))
    lot = "parking:skelleftea-parkering:"
    assert text(found[lot + "free"], "numberOfVacantSpaces") == "37"
    assert text(found[lot + "free"], "status") == "spacesAvailable"
    assert text(found[lot + "free"], "operationStatus") == "inOperation"
    assert text(found[lot + "full"], "numberOfVacantSpaces") == "0"
    assert text(found[lot + "full"], "status") == "full"
    for name in ("silent", "missing", "never"):
        assert text(found[lot + name], "numberOfVacantSpaces") is None
        assert text(found[lot + name], "status") == "unknown"
    assert text(found[lot + "closed"], "numberOfVacantSpaces") is None
    assert text(found[lot + "closed"], "status") is None
    assert text(found[lot + "closed"], "operationStatus") == "notInOperation"
    assert text(found["parking:ange:stationen"], "numberOfVacantSpaces") == "0"  # 103 of 100


def test_a_count_that_has_grown_old_is_unknown(at: LATER) -> None:
    later = statuses(read(at(30 * MINUTE), "/parking-status"))
    assert text(later["parking:skelleftea-parkering:free"], "status") == "unknown"


def test_a_count_that_comes_seldom_is_news_for_longer(at: LATER, store: Store) -> None:
    lot = "parking:skelleftea-parkering:free"
    seldom = Series(
        id=f"{lot}/availableSpotNumber",
        thing=lot,
        property="availableSpotNumber",
        dataset="parking",
        cadence=30 * MINUTE,
    )
    store.commit([seldom], at=StoppedClock().now()).result()
    later = statuses(read(at(30 * MINUTE), "/parking-status"))
    assert text(later[lot], "numberOfVacantSpaces") == "37"


def test_one_municipality_publishes_by_its_organisation_number(at: LATER) -> None:
    root = read(at(0), "/parking-table?municipality=2482")
    creator = root.find(f"{COM}publicationCreator")
    assert creator is not None
    assert creator.findtext(f"{COM}nationalIdentifier") == "2120002643"
    assert [str(one.get("id")) for one in root.iter(f"{PRK}parkingTable")] == ["2482"]
    whole = read(at(0), "/parking-table")
    assert [str(one.get("id")) for one in whole.iter(f"{PRK}parkingTable")] == ["2260", "2482"]


def test_it_has_a_tag_that_holds_while_nothing_changes(at: LATER) -> None:
    for path in ("/parking-table", "/parking-status"):
        first = at(0).get(ROOT + path)
        assert "last-modified" in first.headers
        tag = {"If-None-Match": first.headers["etag"]}
        assert at(MINUTE).get(ROOT + path, headers=tag).status_code == 304
    tag = {"If-None-Match": first.headers["etag"]}
    assert at(30 * MINUTE).get(f"{ROOT}/parking-status", headers=tag).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/parking-table?municipality=9999", 404),
        ("/parking-table?municipality=2513", 404),  # none there: a publication cannot be empty
        ("/parking-table?municipality=", 404),
        ("/parking-table?municipality=2482&municipality=2260", 400),
        ("/parking-status?nope=1", 400),
        ("/parking", 404),
        ("/parking-table/x", 404),
    ],
)
def test_what_cannot_be_answered_is_refused(at: LATER, path: str, status: int) -> None:
    answer = at(0).get(ROOT + path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_cannot_read_xml_is_told(at: LATER) -> None:
    answer = at(0).get(f"{ROOT}/parking-table", headers={"Accept": "application/json"})
    assert answer.status_code == 406
    assert at(0).get(f"{ROOT}/parking-table", headers={"Accept": "text/xml"}).status_code == 200
    assert at(0).post(f"{ROOT}/parking-table").status_code == 405


def test_words_that_are_no_xml_do_no_harm(at: LATER, store: Store) -> None:
    thing = Thing(
        id="parking:x:1",
        type="OffStreetParking",
        dataset="parking",
        name="a\x00b<c>&\ud7ff" + "é" * 5_000,
        point=Point(1, 2),
        properties={"status": ["closed"], "totalSpotNumber": -1, "maximumHeight": "x"},
    )
    store.commit([thing], at=0).result()
    root = read(at(0), "/parking-table")
    names = [str(name.text) for name in root.iter(f"{COM}value")]
    assert any(name.startswith("a\N{REPLACEMENT CHARACTER}b<c>&") for name in names)


def test_our_own_source_reads_back_the_same_facts(at: LATER, store: Store) -> None:
    settings = {"kind": "datex2-parking", "dataset": "parking", "url": "https://x.example/t.xml"}
    kind, settled = settle(settings, name="d")
    received = StoppedClock().now()
    context = Context(source="d", municipality="2482", dataset="parking", received=received)
    translate = kind.prepare(settled)
    things: dict[str, Thing] = {}
    values: dict[str, float] = {}
    for path in ("/parking-table", "/parking-status"):
        body = at(0).get(ROOT + path).content
        for fact in translate(Delivery(source="d", received=received, bodies=(body,)), context):
            if isinstance(fact, Thing):
                name = fact.id.rpartition(":")[2].replace("~3A", ":")
                before = things.get(name)
                said = {**(before.properties if before else {}), **fact.properties}
                point = fact.point or (before.point if before else None)
                called = fact.name or (before.name if before else None)
                things[name] = replace(fact, name=called, point=point, properties=said)
            elif isinstance(fact, Observation):
                thing, _, series = fact.series.partition("/")
                values[f"{thing.rpartition(':')[2].replace('~3A', ':')}/{series}"] = fact.value
    ours = {
        found.thing.id: found.thing for found in store.find(("OffStreetParking", "OnStreetParking"))
    }
    assert set(things) == set(ours)
    for name, back in things.items():
        assert back.name == ours[name].name
        assert back.point == ours[name].point
        for word in ("totalSpotNumber", "status"):
            assert back.properties[word] == ours[name].properties[word]
    free = {name: value for name, value in values.items() if name.endswith("/availableSpotNumber")}
    lot = "parking:skelleftea-parkering:"
    assert free == {
        f"{lot}free/availableSpotNumber": 37,
        f"{lot}full/availableSpotNumber": 0,
        "parking:ange:stationen/availableSpotNumber": 0,
    }


def test_it_is_described(at: LATER) -> None:
    index = at(0).get(ROOT).json()
    assert [link["href"] for link in index["links"] if link["rel"] == "item"] == [
        f"https://hub.example.se{ROOT}/parking-table",
        f"https://hub.example.se{ROOT}/parking-status",
    ]
    said = at(0).get(f"{ROOT}/openapi.json").json()
    assert {"/parking-table", "/parking-status", "/api-info"} <= set(said["paths"])
