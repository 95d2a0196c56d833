"""Answers over HTTP in JSON: paging, two answers joined, coordinate systems."""

from typing import Any

import pytest

from byalag import Misconfigured
from byalag.mapping import Context, Heard, Skipped
from byalag.model import Delivery, Observation, Rejected, Thing
from byalag.sources import Ask, Garbled, Poll, settle

NOON = 1_780_999_200_000_000  # 2026-06-09T10:00:00Z
LOTS: dict[str, Any] = {
    "kind": "http-json",
    "dataset": "parking",
    "url": "https://parking.example/lots",
    "records": "lots",
    "thing": {"type": "OffStreetParking", "id": "{id}"},
}
LIVE: dict[str, Any] = {
    "live": {
        "url": "https://parking.example/live",
        "every": "30s",
        "records": "now",
        "key": "lot",
        "to": "id",
    },
    "series": [{"name": "availableSpotNumber", "value": "live.free", "at": "$received"}],
}


def delivery(*bodies: bytes, part: str = "main", received: int = NOON) -> Delivery:
    return Delivery(source="p", received=received, bodies=bodies, part=part)


def said(table: dict[str, Any], given: Delivery, *others: Delivery) -> list[Heard]:
    kind, settings = settle(table, name="p")
    context = Context(
        source="p",
        municipality="2482",
        dataset="parking",
        received=given.received,
        others={other.part: other for other in others},
    )
    return list(kind.prepare(settings)(given, context))


def asks(table: dict[str, Any]) -> tuple[Ask, ...]:
    kind, settings = settle(table, name="p")
    reach = kind.reach(settings)
    assert isinstance(reach, Poll)
    return reach.asks


MAIN = delivery(b'{"lots": [{"id": 1}, {"id": "2"}]}')
NOW = delivery(b'{"now": [{"lot": "1", "free": 4}, {"lot": 2, "free": 0}]}', part="live")


@pytest.mark.parametrize(("given", "other"), [(MAIN, NOW), (NOW, MAIN)])
def test_static_and_live_meet_whichever_comes_first(given: Delivery, other: Delivery) -> None:
    facts = said(LOTS | LIVE, given, other)
    free = {fact.series: fact.value for fact in facts if isinstance(fact, Observation)}
    assert free == {
        "parking:p:1/availableSpotNumber": 4,
        "parking:p:2/availableSpotNumber": 0,
    }


def test_live_alone_waits_and_is_counted() -> None:
    assert said(LOTS | LIVE, NOW) == [
        Skipped(2, "the live answer came before the one it belongs to")
    ]


def test_static_alone_is_said_at_once() -> None:
    assert [type(fact) for fact in said(LOTS | LIVE, MAIN)] == [Thing, Thing]


def test_a_live_record_keeps_the_time_of_its_own_answer() -> None:
    later = delivery(*MAIN.bodies, received=NOON + 3_600_000_000)
    observed = [f for f in said(LOTS | LIVE, later, NOW) if isinstance(f, Observation)]
    assert {fact.at for fact in observed} == {NOON}


def test_a_live_record_without_its_place_or_its_key_is_set_aside() -> None:
    live = delivery(b'{"now": [{"lot": 9, "free": 4}, {"free": 1}, NaN]}', part="live")
    aside = [fact for fact in said(LOTS | LIVE, live, MAIN) if isinstance(fact, Rejected)]
    assert len(aside) == 3
    assert any("id '9'" in fact.why for fact in aside)


def test_pages_are_one_delivery_and_say_which_page_is_broken() -> None:
    pages = delivery(b'{"lots": [{"id": 1}]}', b'{"lots": [{"id": 2}, {"id": null}]}')
    facts = said(LOTS, pages)
    assert [fact.where for fact in facts if isinstance(fact, Rejected)] == ["page 2: lots[1]"]
    assert sum(isinstance(fact, Thing) for fact in facts) == 2


def test_paging_counts_records_and_finds_the_next_address() -> None:
    (ask,) = asks(LOTS | {"paging": {"next": "links.next"}})
    assert ask.records is not None
    assert ask.records(b'{"lots": [1, 2], "links": {"next": "/lots?page=2"}}') == (
        2,
        "/lots?page=2",
    )
    assert ask.records(b'{"lots": [], "links": {}}') == (0, None)
    assert ask.records(b'{"lots": [], "links": {"next": null}}') == (0, None)


def test_a_question_may_be_posted_with_secrets_by_reference() -> None:
    table = LOTS | {"method": "POST", "body": "<q/>", "headers": {"X-Key": "env:KEY"}}
    (ask,) = asks(table)
    assert (ask.method, ask.body, ask.headers) == ("POST", "<q/>", {"X-Key": "env:KEY"})
    first, live = asks(LOTS | LIVE)
    assert (first.part, live.part, live.every.total_seconds()) == ("main", "live", 30)


@pytest.mark.parametrize(
    ("beside", "latitude"),
    [
        ('"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::3006"}}', 64.7),
        ('"crs": {"properties": {"name": "EPSG:3006"}}', 64.7),
        ('"spatialReference": {"wkid": 3006}', 64.7),
        ('"spatialReference": {"wkid": 102100, "latestWkid": 3006}', 64.7),
    ],
)
def test_the_answer_says_its_own_coordinate_system(beside: str, latitude: float) -> None:
    geometry = '{"type": "Point", "coordinates": [793000, 7191000]}'
    if "spatial" in beside:
        geometry = '{"x": 793000, "y": 7191000}'
    body = f'{{{beside}, "lots": [{{"id": 1, "geometry": {geometry}}}]}}'
    thing = {"point": {"geometry": "geometry", "crs": "auto"}}
    (fact,) = said(LOTS | {"thing": {**LOTS["thing"], **thing}}, delivery(body.encode()))
    assert isinstance(fact, Thing)
    assert fact.point
    assert abs(fact.point.latitude - latitude) < 0.1


@pytest.mark.parametrize("broken", ["1e999", "Infinity", "-NaN", "0x7"])
def test_a_broken_feature_never_costs_its_neighbours_their_coordinate_system(broken: str) -> None:
    feature = '{"id": 1, "geometry": {"type": "Point", "coordinates": [%s, 5398720.2]}}'
    lots = ", ".join(feature.replace("1", str(n), 1) % x for n, x in enumerate([539000.1, broken]))
    crs = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}'
    for body in (f'{{{crs}, "lots": [{lots}]}}', f'{{"lots": [{lots}], {crs}}}'):
        thing = {"point": {"geometry": "geometry", "crs": "auto"}}
        facts = said(LOTS | {"thing": {**LOTS["thing"], **thing}}, delivery(body.encode()))
        (place,) = [fact for fact in facts if isinstance(fact, Thing)]
        assert place.point
        assert abs(place.point.latitude - 48.74) < 0.01
        (aside,) = [fact for fact in facts if isinstance(fact, Rejected)]
        assert aside.where == "lots[1]"


def test_a_broken_record_stops_no_paging() -> None:
    (ask,) = asks(LOTS | {"paging": {"next": "links.next"}})
    assert ask.records is not None
    assert ask.records(b'{"lots": [1, NaN], "links": {"next": "/2"}}') == (2, "/2")


def test_an_answer_in_an_unknown_coordinate_system_is_set_aside_whole() -> None:
    beside = '"crs": {"properties": {"name": "EPSG:999999"}}'
    point = '{"type": "Point", "coordinates": [1, 2]}'
    body = f'{{{beside}, "lots": [{{"id": 1, "geometry": {point}}}]}}'
    thing = {"point": {"geometry": "geometry", "crs": "auto"}}
    with pytest.raises(Garbled, match="999999"):
        said(LOTS | {"thing": {**LOTS["thing"], **thing}}, delivery(body.encode()))


def test_members_of_an_object_may_be_records_and_their_names_are_kept() -> None:
    table = LOTS | {"keyed": "id"}
    facts = said(table, delivery(b'{"lots": {"P1": {}, "P.2": {}}}'))
    assert [fact.id for fact in facts if isinstance(fact, Thing)] == [
        "parking:p:P1",
        "parking:p:P.2",
    ]


def test_settings_that_cannot_work_are_refused_when_prepared() -> None:
    kind, settings = settle(LOTS | {"thing": {"type": "OffStreetParking", "id": "{id"}}, name="p")
    with pytest.raises(Misconfigured, match=r"thing\.id"):
        kind.prepare(settings)
