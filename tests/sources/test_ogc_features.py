"""OGC API Features: what is asked, how pages are found, and what an answer promised."""

from typing import Any

import msgspec
import pytest

from byalag import Misconfigured
from byalag.mapping import Context, Heard
from byalag.model import Delivery, Rejected, Thing
from byalag.sources import Garbled, settle
from byalag.testkit import micros

NOW = micros("2026-06-09T12:00:00Z")
ITEMS = "https://m.example/ogc/collections/trees/items"


def settled(**more: Any) -> tuple[Any, Any]:  # noqa: ANN401  settings are any TOML
    base = {
        "kind": "ogc-features",
        "dataset": "trees",
        "url": "https://m.example/ogc/",
        "collection": "trees",
        "thing": {"type": "Tree", "id": "{id}", "operator": "m"},
    }
    return settle({**base, **more}, name="m")


def page(*ids: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  any JSON
    at = {"type": "Point", "coordinates": [20.9, 64.7]}
    features = [{"type": "Feature", "id": one, "geometry": at, "properties": {}} for one in ids]
    return {"type": "FeatureCollection", "features": features, **more}


def said(*bodies: Any, **more: Any) -> list[Heard]:  # noqa: ANN401  any JSON
    kind, settings = settled(**more)
    context = Context(source="m", municipality="2482", dataset="trees", received=NOW)
    encoded = tuple(msgspec.json.encode(body) for body in bodies)
    delivery = Delivery(source="m", received=NOW, bodies=encoded)
    return list(kind.prepare(settings)(delivery, context))


def test_the_items_are_asked_for_within_a_box_and_a_period() -> None:
    kind, settings = settled(
        bbox=[20.5, 64.5, 21, 65], datetime="2026-06-01T00:00:00Z/..", query={"f": "json"}
    )
    (ask,) = kind.reach(settings).asks
    assert ask.url == (
        f"{ITEMS}?limit=500&f=json&bbox=20.5,64.5,21,65&datetime=2026-06-01T00:00:00Z/.."
    )
    assert ask.headers["Accept"].startswith("application/geo+json")


def test_a_collection_that_does_not_exist_is_told_with_where_those_that_do_are_listed() -> None:
    kind, settings = settled()
    (ask,) = kind.reach(settings).asks
    assert ask.reasons[404] == (
        "there is no collection 'trees'; https://m.example/ogc/collections lists them"
    )


def test_the_name_of_a_collection_cannot_leave_its_place_in_the_address() -> None:
    kind, settings = settled(collection="../a b?c")
    assert "/collections/..%2Fa%20b%3Fc/items?" in kind.reach(settings).asks[0].url


@pytest.mark.parametrize(
    ("links", "following"),
    [
        ([{"rel": "next", "href": f"{ITEMS}?offset=2"}], "?offset=2"),
        ([{"rel": "next", "href": "http://localhost:5000/collections/trees/items?o=2"}], "?o=2"),
        ([{"rel": "next", "href": "items?offset=2"}], "items?offset=2"),
        ([{"rel": "next", "href": "https://m.example/next/2"}], "https://m.example/next/2"),
        (
            [
                {"rel": "next", "type": "text/html", "href": f"{ITEMS}?f=html"},
                {"rel": "next", "type": "application/geo+json", "href": f"{ITEMS}?f=json"},
            ],
            "?f=json",
        ),
        ([{"rel": "self", "href": ITEMS}, 7, {"rel": "next"}], None),
        ("none", None),
        (None, None),
    ],
)
def test_the_next_page_is_what_the_answer_links_to(links: Any, following: str | None) -> None:  # noqa: ANN401  any JSON
    kind, settings = settled()
    counted = kind.reach(settings).asks[0].records
    assert counted(msgspec.json.encode(page("a", "b", links=links))) == (2, following)
    assert counted(msgspec.json.encode(page(links=links))) == (0, None)


def test_the_geometry_is_the_position_unless_the_mapping_says_otherwise() -> None:
    (thing,) = said(page("a"))
    assert isinstance(thing, Thing)
    assert thing.point
    assert (thing.point.latitude, thing.point.longitude) == (64.7, 20.9)
    elsewhere = {
        "type": "Tree",
        "id": "{id}",
        "point": {"lat": "properties.y", "lon": "properties.x"},
    }
    (thing,) = said(page("a"), thing=elsewhere)
    assert isinstance(thing, Thing)
    assert thing.point is None


def test_what_the_pages_promised_and_do_not_hold_is_told() -> None:
    first, second = page("a", "b", numberMatched=5, numberReturned=2), page("c", numberReturned=2)
    facts = said(first, second)
    assert len([fact for fact in facts if isinstance(fact, Thing)]) == 3
    assert [(one.where, one.why) for one in facts if isinstance(one, Rejected)] == [
        ("page 2: numberReturned", "the page says that it holds 2 features and holds 1"),
        ("numberMatched", "the server says that 5 features match and gave 3"),
    ]


@pytest.mark.parametrize("count", ["unknown", None, -1, 2.5])
def test_a_count_that_is_none_promises_nothing(count: Any) -> None:  # noqa: ANN401  any JSON
    assert len(said(page("a", numberMatched=count, numberReturned=count))) == 1


def test_no_features_are_an_answer() -> None:
    assert said(page(numberMatched=0, numberReturned=0)) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [("urn:ogc:def:crs:OGC:1.3:CRS84", True), ("urn:ogc:def:crs:EPSG::4326", True), (None, True)],
)
def test_a_stated_coordinate_system_is_used(name: Any, kept: bool) -> None:  # noqa: ANN401, FBT001  a column of a table
    facts = said(page("a", crs={"type": "name", "properties": {"name": name}}))
    assert isinstance(facts[0], Thing) is kept


def test_a_coordinate_system_that_is_not_known_makes_the_answer_unreadable() -> None:
    with pytest.raises(Garbled, match="EPSG::9999"):
        said(page("a", crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9999"}}))


@pytest.mark.parametrize("bbox", [[21, 64, 20, 65], [20, 65, 21, 64], [-190, 0, 0, 1]])
def test_a_box_the_wrong_way_round_is_refused(bbox: list[float]) -> None:
    kind, settings = settled(bbox=bbox)
    with pytest.raises(Misconfigured, match="west, south, east, north"):
        kind.prepare(settings)
