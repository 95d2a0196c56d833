"""Context brokers: what is asked of them, what they are told, and what their entities mean."""

from typing import Any

import msgspec
import pytest

from byalag import Misconfigured
from byalag.mapping import Context, Heard
from byalag.model import Delivery, Flag, Gone, Observation, Rejected, Series, Thing
from byalag.sources import Garbled, Poll, Subscribe, settle
from byalag.testkit import micros

NOW = micros("2026-06-09T12:00:00Z")
LD = {"kind": "ngsi-ld", "url": "https://broker.example/ngsi-ld/v1/"}
V2 = {"kind": "ngsi-v2", "url": "https://orion.example/v2"}
SEEN = "2026-06-09T11:00:00Z"
TEMPERATURE = "room:b:1/temperature"


def settled(base: dict[str, Any], **more: Any) -> tuple[Any, Any]:  # noqa: ANN401  settings are any TOML
    return settle(
        {**base, "dataset": "rooms", "types": ["Room"], "operator": "b", **more}, name="b"
    )


def said(
    body: Any,  # noqa: ANN401  an answer is any JSON
    base: dict[str, Any] = LD,
    *,
    known: frozenset[str] = frozenset(),
    part: str = "main",
    **more: Any,  # noqa: ANN401  settings are any TOML
) -> list[Heard]:
    kind, settings = settled(base, **more)
    delivery = Delivery(source="b", received=NOW, bodies=(msgspec.json.encode(body),), part=part)
    context = Context(source="b", municipality="2482", dataset="rooms", received=NOW, known=known)
    return list(kind.prepare(settings)(delivery, context))


def room(**attributes: Any) -> dict[str, Any]:  # noqa: ANN401  an attribute is any JSON
    return {"id": "urn:ngsi-ld:Room:1", "type": "Room", **attributes}


def only(kind: type, facts: list[Heard]) -> Any:  # noqa: ANN401  of the kind that was asked for
    (found,) = [fact for fact in facts if isinstance(fact, kind)]
    return found


def warm(value: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401  a value is any JSON
    return {"type": "Property", "value": value, "observedAt": SEEN, "unitCode": "CEL", **more}


def test_one_ask_names_types_query_scope_tenant_and_context() -> None:
    kind, settings = settled(
        LD, q='status=="open"', scope="/a/#", tenant="t", context="https://c.example/c.jsonld",
        headers={"Authorization": "env:T"}, page_size=50,
    )  # fmt: skip
    (ask,) = kind.reach(settings).asks
    assert ask.url == (
        "https://broker.example/ngsi-ld/v1/entities"
        "?type=Room&q=status%3D%3D%22open%22&scopeQ=/a/%23&count=true"
    )
    assert ask.headers["NGSILD-Tenant"] == "t"
    assert ask.headers["Link"].startswith("<https://c.example/c.jsonld>; rel=")
    assert ask.headers["Authorization"] == "env:T"
    assert (ask.paging.size, ask.paging.limit, ask.paging.offset) == (50, "limit", "offset")


def test_the_time_of_change_is_asked_for_only_where_it_is_used() -> None:
    plain, wanting = settled(LD)[1], settled(LD, attributes={"n": {"at": "modifiedAt"}})[1]
    kind = settled(LD)[0]
    assert "sysAttrs" not in kind.reach(plain).asks[0].url
    assert "options=sysAttrs" in kind.reach(wanting).asks[0].url
    kind, wanting = settled(V2, things={"Room": {"at": "dateModified"}})
    assert "metadata=*,dateModified" in kind.reach(wanting).asks[0].url


def test_nothing_is_subscribed_to_unless_the_settings_say_so() -> None:
    kind, settings = settled(LD)
    assert kind.reach(settings) == Poll(kind.reach(settings).asks)


@pytest.mark.parametrize("base", [LD, V2], ids=["ld", "v2"])
def test_a_subscription_sends_the_token_that_the_door_wants(base: dict[str, Any]) -> None:
    trigger = "entityCreate" if base is V2 else "entityCreated"
    kind, settings = settled(base, subscribe=True, q="a==1", tenant="t", triggers=[trigger])
    reach = kind.reach(settings)
    assert reach.admit.part == "notified"
    subscribe: Subscribe = reach.subscribe
    assert subscribe.url.endswith("/subscriptions")
    body = subscribe.body("https://hub.example/door", "abc-_1")
    told = msgspec.json.decode(body)
    assert b"https://hub.example/door" in body
    assert b"Bearer abc-_1" in body
    assert b"a==1" in body
    entities = told["entities"] if base is LD else told["subject"]["entities"]
    assert [one["type"] for one in entities] == ["Room"]
    assert "t" in subscribe.headers.values()


@pytest.mark.parametrize(
    ("answer", "alive"),
    [
        (b'{"status": "active"}', True),
        (b'{"status": "failed"}', True),
        (b'{"status": "expired"}', False),
        (b'{"isActive": false}', False),
        (b"<html>", True),
    ],
)
def test_a_subscription_lives_until_the_broker_says_that_it_does_not(
    answer: bytes,
    alive: bool,  # noqa: FBT001  a column of a table
) -> None:
    kind, settings = settled(LD, subscribe=True)
    assert kind.reach(settings).subscribe.lives(answer) is alive


def test_no_entities_at_all_is_an_error_that_says_where_to_look() -> None:
    with pytest.raises(Garbled, match="check types, tenant, context, q"):
        said([])
    assert said([], may_be_empty=True) == []


@pytest.mark.parametrize("body", [{}, {"data": 3}, {"title": "no", "status": 400}, "x", 3])
def test_what_is_neither_entities_nor_a_notification_is_garbled(body: Any) -> None:  # noqa: ANN401  any JSON
    with pytest.raises(Garbled):
        said(body)


@pytest.mark.parametrize(
    "temperature",
    [
        warm(21.5),
        {"value": 21.5, "observedAt": SEEN, "unitCode": "CEL"},
        {"value": 70.7, "observedAt": SEEN, "unitCode": "FAH"},
        [warm(21.5), warm(3, datasetId="urn:ngsi-ld:Dataset:x")],
    ],
    ids=["normalized", "concise", "another unit", "several"],
)
def test_every_form_of_a_measurement_says_the_same(temperature: Any) -> None:  # noqa: ANN401  any JSON
    facts = said([room(temperature=temperature)])
    first = next(fact for fact in facts if isinstance(fact, Observation))
    assert (first.series, first.value, first.at) == (TEMPERATURE, 21.5, micros(SEEN))
    assert next(fact for fact in facts if isinstance(fact, Series)).unit == "Cel"


def test_a_number_without_a_time_is_a_property_and_never_an_observation() -> None:
    facts = said([room(seats={"type": "Property", "value": 12})])
    assert only(Thing, facts).properties == {"seats": 12}
    assert len(facts) == 1


def test_settings_can_take_the_time_at_which_we_were_told() -> None:
    facts = said([room(seats=12)], attributes={"seats": {"at": "$received", "name": "chairs"}})
    assert only(Observation, facts).at == NOW
    assert only(Observation, facts).series == "room:b:1/chairs"


def test_a_listed_attribute_without_any_time_is_set_aside_alone() -> None:
    facts = said([room(seats=12, floor=2)], attributes={"seats": {}})
    assert only(Thing, facts).properties == {"floor": 2}
    assert only(Rejected, facts).where == "[0].seats"
    assert b'"seats":12' in only(Rejected, facts).record


def test_a_series_can_be_made_a_property() -> None:
    facts = said([room(temperature=warm(21.5))], attributes={"temperature": {"series": False}})
    assert only(Thing, facts).properties == {"temperature": 21.5}
    assert len(facts) == 1


def test_an_attribute_that_is_taken_away_is_no_value_now_where_it_was_a_series() -> None:
    body = {
        "type": "Notification",
        "notifiedAt": "2026-06-09T11:59:00Z",
        "data": [room(temperature="urn:ngsi-ld:null", status={"vocab": "urn:ngsi-ld:null"})],
    }
    facts = said(body, known=frozenset({TEMPERATURE}), part="notified")
    gone = only(Observation, facts)
    assert (gone.at, gone.flag) == (micros("2026-06-09T11:59:00Z"), Flag.MISSING)
    assert gone.value != gone.value
    assert only(Thing, facts).properties == {"status": None}
    assert only(Thing, said(body)).properties == {"status": None, "temperature": None}


def test_an_entity_that_is_deleted_is_gone() -> None:
    assert said([room(deletedAt=SEEN)]) == [Gone(thing="room:b:1")]
    deleted = {"id": "urn:ngsi-ld:Room:1", "type": "Room", "alterationType": "entityDelete"}
    assert said([deleted], V2) == [Gone(thing="room:b:1")]


def test_a_property_without_its_value_is_set_aside_and_takes_nothing_away() -> None:
    facts = said([room(seats={"type": "Property", "observedAt": SEEN})])
    assert only(Thing, facts).properties == {}
    assert "has no value" in only(Rejected, facts).why


def test_a_series_that_says_text_one_day_is_set_aside() -> None:
    facts = said([room(temperature=warm("warm"))], known=frozenset({TEMPERATURE}))
    assert only(Rejected, facts).why == "'warm' is not a number"


def test_yes_and_no_are_numbers_only_where_the_settings_say_so() -> None:
    lit = {"type": "Property", "value": True, "observedAt": SEEN}
    assert only(Thing, said([room(lit=lit)])).properties == {"lit": True}
    assert only(Observation, said([room(lit=lit)], attributes={"lit": {}})).value == 1.0


def test_a_time_far_ahead_is_refused_unless_it_is_a_forecast() -> None:
    ahead = warm(21.5, observedAt="2026-06-19T12:00:00Z")
    assert "more than 1d after" in only(Rejected, said([room(temperature=ahead)])).why
    forecast = {"temperature": {"kind": "forecast", "sensor": "forecast"}}
    facts = said([room(temperature=ahead)], attributes=forecast)
    assert only(Series, facts).id == f"{TEMPERATURE}@forecast"
    assert only(Series, facts).kind == "forecast"


def test_the_unit_of_an_attribute_is_what_the_settings_want_or_it_is_set_aside() -> None:
    wanted = {"temperature": {"unit": "K"}}
    facts = said([room(temperature=warm(21.5))], attributes=wanted)
    assert (only(Series, facts).unit, only(Observation, facts).value) == ("K", 294.65)
    facts = said([room(temperature=warm(21.5, unitCode="P1"))], attributes=wanted)
    assert "cannot be said in 'K'" in only(Rejected, facts).why


def test_the_same_entity_by_either_api_is_the_same_thing() -> None:
    for known in ("urn:ngsi-ld:Room:1", "Room 1", "https://r.example/1"):
        entity = {"id": known, "type": "Room"}
        assert only(Thing, said([entity])).id == only(Thing, said([entity], V2)).id


def test_an_id_that_is_too_long_is_set_aside() -> None:
    facts = said([{"id": "urn:ngsi-ld:Room:" + "å" * 100, "type": "Room"}])
    assert "too long" in only(Rejected, facts).why


def test_several_pages_are_one_answer() -> None:
    kind, settings = settled(LD)
    bodies = tuple(
        msgspec.json.encode([{"id": f"urn:ngsi-ld:Room:{n}", "type": "Room"}]) for n in range(2)
    )
    context = Context(source="b", municipality="2482", dataset="rooms", received=NOW)
    delivery = Delivery(source="b", received=NOW, bodies=bodies)
    facts = list(kind.prepare(settings)(delivery, context))
    assert [fact.id for fact in facts if isinstance(fact, Thing)] == ["room:b:0", "room:b:1"]


def test_text_and_bad_json_in_one_entity_never_stop_the_others() -> None:
    kind, settings = settled(LD)
    body = (
        b'[{"id": "urn:ngsi-ld:Room:0", "type": "Room", "a": NaN}, '
        + msgspec.json.encode(room())
        + b"]"
    )
    context = Context(source="b", municipality="2482", dataset="rooms", received=NOW)
    delivery = Delivery(source="b", received=NOW, bodies=(body,))
    facts = list(kind.prepare(settings)(delivery, context))
    assert only(Thing, facts).id == "room:b:1"
    assert only(Rejected, facts).where == "[0]"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"attributes": {"a": {"unit": "Celcius"}}}, r"^attributes\.a\.unit: .*near ones are Cel"),
        ({"attributes": {"a": {"range": [2, 1]}}}, r"^attributes\.a\.range: write"),
        ({"attributes": {"a": {"unit": "Cel", "from_unit": "P1"}}}, "do not measure the same"),
        ({"things": {"A": {"prefix": "p"}, "B": {"prefix": "p"}}}, r"^things\.B\.prefix: 'p' is"),
        ({"types": ["a:Room", "b:room"]}, r"^things\.room\.prefix: 'room' is that of Room"),
    ],
)
def test_settings_that_cannot_work_are_refused(change: dict[str, Any], sentence: str) -> None:
    kind, settings = settled(LD, **change)
    with pytest.raises(Misconfigured, match=sentence):
        kind.prepare(settings)


def test_a_series_keeps_its_unit_when_a_message_states_none() -> None:
    dust = {"type": "Property", "value": 3, "observedAt": SEEN}
    known = frozenset({"room:b:1/dust"})
    assert only(Series, said([room(dust=dust)])).unit == "1"
    assert not [fact for fact in said([room(dust=dust)], known=known) if isinstance(fact, Series)]
    facts = said([room(dust=dust | {"unitCode": "GQ"})], known=known)
    assert only(Series, facts).unit == "ug/m3"


def test_no_is_not_taken_for_a_missing_nought() -> None:
    lit = {"type": "Property", "value": False, "observedAt": SEEN}
    facts = said([room(lit=lit)], attributes={"lit": {"missing": [0]}})
    assert only(Observation, facts).value == 0.0


def test_types_may_be_asked_for_by_their_whole_names() -> None:
    whole = "https://models.example/Room"
    facts = said([room()], types=[whole], things={whole: {"type": "MeetingRoom"}})
    assert only(Thing, facts).type == "MeetingRoom"
