"""Havs- och vattenmyndigheten's answers: every trap that its API has set."""

from copy import deepcopy
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from byalag.mapping import Context, Heard, Skipped
from byalag.model import Delivery, Observation, Rejected, Series, Thing
from byalag.sources import Ask, Poll, settle
from byalag.sources.hav_bathing._hours import dated
from byalag.testkit import micros

PLACE: dict[str, Any] = {
    "abnormalSituations": [],
    "adviceAgainstBathing": [],
    "bathingWater": {
        "id": "SE0812482000000901",
        "name": "Exempelbadet ",
        "description": "Brygga.",
        "euType": True,
        "euMotive": "",
        "notEuMotive": "false",
        "municipality": {"id": 2482, "name": "Fel namn", "contactInfo": {"email": "a@b.example"}},
        "perimeterCoordinates": [],
        "samplingPointPosition": {"latitude": "64.7502", "longitude": "20.9601"},
        "waterTypeId": 3,
        "waterTypeIdText": "Sjö",
    },
    "profile": {
        "bloomRisk": {"algae": True, "cyano": True},
        "bathingSeason": {"startsAt": "2026-06-20T22:00:00Z", "endsAt": "2026-08-14T22:00:00Z"},
        "lastFourClassifications": [],
        "updateDetail": {"authoredBy": "Förnamn Efternamn"},
    },
    "results": [],
    "waterTemperature": [],
}
SAMPLE = {"takenAt": "2026-06-07T22:00:00Z", "waterTemp": "13.3", "sampleAssessId": 1}
PLACE_ID = "bath:hav:SE0812482000000901"


def said(answer: Any, *, received: str = "2026-06-09T12:00:00Z", **more: Any) -> list[Heard]:  # noqa: ANN401  an answer is any JSON
    kind, settings = settle({"kind": "hav-bathing", "dataset": "bathing-places"} | more, name="h")
    delivery = Delivery(
        source="h", received=micros(received), bodies=(msgspec.json.encode(answer),)
    )
    context = Context(
        source="h", municipality="2482", dataset="bathing-places", received=micros(received)
    )
    return list(kind.prepare(settings)(delivery, context))


def place(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  as in the answer
    """One place's answer; what belongs to the water itself is put there."""
    answer = deepcopy(PLACE)
    for name, value in changes.items():
        (answer if name in answer else answer["bathingWater"])[name] = value
    return answer


def thing(facts: list[Heard]) -> Thing:
    (found,) = [fact for fact in facts if isinstance(fact, Thing)]
    return found


def observed(facts: list[Heard]) -> list[Observation]:
    return [fact for fact in facts if isinstance(fact, Observation)]


def aside(facts: list[Heard]) -> list[Rejected]:
    return [fact for fact in facts if isinstance(fact, Rejected)]


def test_numbers_are_written_as_text() -> None:
    facts = said(place(results=[SAMPLE]))
    assert [fact.value for fact in observed(facts)] == [13.3]
    point = thing(facts).point
    assert point
    assert (point.latitude, point.longitude) == (64.7502, 20.9601)


@pytest.mark.parametrize("unknown", ["-", "", None])
def test_a_dash_nothing_and_an_empty_text_all_mean_unknown(unknown: str | None) -> None:
    position = {"latitude": unknown, "longitude": unknown}
    facts = said(place(results=[SAMPLE | {"waterTemp": unknown}], samplingPointPosition=position))
    assert thing(facts).point is None
    assert not observed(facts)
    assert not aside(facts)


def test_a_place_without_any_position_is_kept() -> None:
    assert thing(said(place(samplingPointPosition=None))).point is None


def test_the_municipality_is_the_code_in_the_id_with_its_leading_zero() -> None:
    stockholm = place(id="SE0110180000000901", municipality={"id": 180, "name": "Stockholm"})
    assert said(stockholm) == [Skipped(1, "places of other municipalities")]
    assert thing(said(stockholm, everywhere=True)).municipality == "0180"


def test_texts_that_say_false_and_empty_lists_are_not_passed_on() -> None:
    told = thing(said(place())).properties
    assert "false" not in str(told)
    assert told["adviceAgainstBathing"] == []
    assert told["abnormalSituations"] == []


def test_the_name_of_who_wrote_a_profile_is_not_passed_on() -> None:
    assert "Efternamn" not in str(said(PLACE))


def test_taken_at_is_swedish_midnight_in_utc_and_the_instant_is_kept() -> None:
    facts = said(place(results=[SAMPLE, SAMPLE | {"takenAt": "2025-08-12T00:00:00Z"}]))
    days = [
        datetime.fromtimestamp(o.at / 1e6, ZoneInfo("Europe/Stockholm")) for o in observed(facts)
    ]
    assert [day.date().isoformat() for day in days] == ["2026-06-08", "2025-08-12"]
    assert thing(facts).properties["latestSample"]["at"] == "2026-06-07T22:00:00Z"


@pytest.mark.parametrize(
    "position",
    [("13.77", "56.42"), ("20.96", "64.75"), ("0", "0"), ("64.75", "1.05"), ("90", "20")],
)
def test_a_position_outside_sweden_sets_the_place_aside(position: tuple[str, str]) -> None:
    swapped = {"latitude": position[0], "longitude": position[1]}
    (fact,) = said(place(samplingPointPosition=swapped))
    assert isinstance(fact, Rejected)
    assert "point" in fact.why


def test_a_lasting_risk_of_bloom_is_not_an_alarm() -> None:
    assert "loomRisk" not in str(said(place()))


def test_a_running_advice_is_the_live_signal_in_hav_s_own_words() -> None:
    advice = [
        {"typeId": 2, "typeIdText": "Algblomning", "startsAt": "2026-06-07T09:15:00Z"},
        {"typeId": 99, "typeIdText": "Något nytt", "description": "Se skylt."},
    ]
    told = thing(said(place(adviceAgainstBathing=advice))).properties["adviceAgainstBathing"]
    assert [(one["type"], one["typeText"]) for one in told] == [
        ("algalBloom", "Algblomning"),
        ("other", "Något nytt"),
    ]


def test_a_sample_is_a_series_of_its_own_and_never_the_temperature_now() -> None:
    facts = said(place(results=[SAMPLE], waterTemperature=[{"measHour": "16", "waterTemp": "14"}]))
    series = {fact.id: fact.kind for fact in facts if isinstance(fact, Series)}
    assert series == {
        f"{PLACE_ID}/waterTemperature@sample": "sample",
        f"{PLACE_ID}/waterTemperature@forecast": "forecast",
    }


def test_a_count_keeps_its_prefix() -> None:
    sample = SAMPLE | {"escherichiaColiCount": 10, "escherichiaColiPrefix": "<"}
    told = thing(said(place(results=[sample]))).properties["latestSample"]
    assert told["escherichiaColi"] == {"count": 10, "prefix": "<"}
    assert told["intestinalEnterococci"] is None


def test_what_the_list_does_not_speak_of_is_left_as_it_was() -> None:
    entry = {name: PLACE[name] for name in ("abnormalSituations", "bathingWater")}
    told = thing(said({"watersAndAdvisories": [entry]})).properties
    assert "latestSample" not in told
    assert "waterQuality" not in told


def test_a_person_s_name_is_never_passed_on() -> None:
    assert "Efternamn" not in str(said(place()))


def test_the_newest_class_counts_and_unknown_codes_are_no_class() -> None:
    years = [{"year": 2024, "qualityClassId": 4}, {"year": 2025, "qualityClassId": 6}]
    quality = thing(said(place(profile={"lastFourClassifications": years}))).properties
    assert quality["waterQuality"] == {"year": 2025, "class": "new", "classText": None}


def test_fields_that_the_document_does_not_know_are_passed_over() -> None:
    assert thing(said(place() | {"newInVersion23": {"a": 1}})).name == "Exempelbadet"


def test_one_broken_sample_never_stops_the_others() -> None:
    results = [{"waterTemp": "9"}, SAMPLE, SAMPLE | {"waterTemp": "varmt"}]
    facts = said(place(results=results))
    assert len(observed(facts)) == 1
    assert {fact.where for fact in aside(facts)} == {
        "SE0812482000000901.results[0]",
        "SE0812482000000901.results[2]",
    }


def test_one_broken_place_never_stops_the_others() -> None:
    body = {"watersAndAdvisories": [place(id="fel"), place(), {"nothing": 1}]}
    facts = said(body)
    assert thing(facts).id == PLACE_ID
    assert len(aside(facts)) == 2


def test_forecast_hours_are_of_the_local_day_on_which_the_answer_came() -> None:
    just_past_midnight = micros("2026-06-09T22:30:00Z")
    assert dated([10, 13], just_past_midnight, "Europe/Stockholm") == [
        "2026-06-10T10:00:00+02:00",
        "2026-06-10T13:00:00+02:00",
    ]


def test_a_forecast_hour_that_is_not_later_is_tomorrow_s_and_24_is_midnight() -> None:
    noon = micros("2026-06-09T12:00:00Z")
    assert dated([22, 1, 24], noon, "Europe/Stockholm") == [
        "2026-06-09T22:00:00+02:00",
        "2026-06-10T01:00:00+02:00",
        "2026-06-11T00:00:00+02:00",
    ]


def test_an_hour_that_is_none_sets_the_forecast_aside_and_keeps_the_place() -> None:
    facts = said(place(waterTemperature=[{"measHour": "25", "waterTemp": "14"}]))
    assert thing(facts)
    assert [fact.where for fact in aside(facts)] == ["SE0812482000000901.waterTemperature"]


def test_only_the_municipality_s_own_places_are_asked_about() -> None:
    kind, settings = settle(
        {"kind": "hav-bathing", "dataset": "bathing-places", "url": "https://hav.example/v2/"},
        name="h",
    )
    reach = kind.reach(settings)
    assert isinstance(reach, Poll)
    (ask,) = reach.asks
    assert isinstance(ask, Ask)
    assert ask.url == "https://hav.example/v2/bathing-waters"
    assert ask.follow
    body = msgspec.json.encode(
        {"watersAndAdvisories": [place(), place(), place(id="SE0110180000000901"), {"broken": 1}]}
    )
    assert ask.follow.addresses((body,), "2482") == [
        "https://hav.example/v2/bathing-waters/SE0812482000000901"
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("answer", [PLACE, {"watersAndAdvisories": [PLACE]}])
def test_an_answer_may_begin_with_a_byte_order_mark(answer: dict[str, Any], encoding: str) -> None:
    kind, settings = settle({"kind": "hav-bathing", "dataset": "bathing-places"}, name="h")
    body = msgspec.json.encode(answer).decode().encode(encoding)
    received = micros("2026-06-09T12:00:00Z")
    delivery = Delivery(source="h", received=received, bodies=(body,))
    context = Context(source="h", municipality="2482", dataset="bathing-places", received=received)
    facts = list(kind.prepare(settings)(delivery, context))
    assert [fact.id for fact in facts if isinstance(fact, Thing)] == [PLACE_ID]
