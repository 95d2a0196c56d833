"""Why, in a sentence: of every shape, in Swedish and in English."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from byalag.services.care import Channel, NoticeOpened, Reason, how_often, tell

ZONE = ZoneInfo("Europe/Stockholm")
FRIDGE = "sensor:hem:kyl/open"
CHANNELS = (
    Channel(series=FRIDGE, room="kitchen", meaning="fridge"),
    Channel(series="sensor:hem:hall/motion", room="passage", meaning="motion"),
)


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1_000_000


NOW = micros("2026-11-23T21:00")


def said(kind: Any, language: str, *, stuck: bool = False, **reason: Any) -> str:  # noqa: ANN401 -- any notice
    notice = NoticeOpened(
        notice="n", kind=kind, since=micros("2026-11-23T01:10"), reason=Reason(**reason)
    )
    return tell(notice, CHANNELS, now=NOW, zone=ZONE, language=language, stuck=stuck)


def test_the_fridge_says_since_when_and_how_often() -> None:
    told: dict[str, Any] = {"channel": FRIDGE, "last": micros("2026-11-23T18:10"), "weeks": 14.2}
    assert said("habit", "sv", **told) == (
        "Inget tecken från kylskåpet sedan 18.10. "
        "En så lång tystnad vid den här tiden händer ungefär en gång på 14 veckor i det här hemmet."
    )
    assert said("habit", "en", **told) == (
        "No sign of the fridge since 18:10. "
        "A silence this long at this hour happens about once in 14 weeks in this home."
    )


@pytest.mark.parametrize(
    ("last", "sv", "en"),
    [
        ("2026-11-23T00:05", "00.05", "00:05"),
        ("2026-11-22T23:55", "i går 23.55", "23:55 yesterday"),
        ("2026-11-03T07:00", "den 3 november 07.00", "07:00 on 3 November"),
        ("2025-12-24T15:00", "den 24 december 2025 15.00", "15:00 on 24 December 2025"),
    ],
)
def test_a_time_is_said_as_today_yesterday_or_a_date(last: str, sv: str, en: str) -> None:
    told: dict[str, Any] = {"last": micros(last), "room": "kitchen"}
    assert said("deviation", "sv", **told).startswith(
        f"Inget tecken i hemmet sedan {sv}, senast i köket."
    )
    assert said("deviation", "en", **told).startswith(
        f"No sign in the home since {en}, last in the kitchen."
    )


@pytest.mark.parametrize(
    ("weeks", "sv"),
    [
        (0.3, "flera gånger i veckan"),
        (1.0, "ungefär en gång i veckan"),
        (1.6, "ungefär en gång på 2 veckor"),
        (17, "ungefär en gång på 17 veckor"),
        (20, "ungefär en gång på 5 månader"),
        (47, "ungefär en gång på 11 månader"),
        (52, "ungefär en gång om året"),
        (500, "mer sällan än en gång om året"),
    ],
)
def test_how_often_is_in_weeks_months_or_years(weeks: float, sv: str) -> None:
    assert how_often(weeks, "sv") == sv


def test_what_is_not_known_is_said_to_be_so() -> None:
    assert said("deviation", "sv") == (
        "Inget tecken i hemmet sedan det började bevakas. Hur ovanligt det är vet vi inte än."
    )
    assert said("habit", "sv", channel="sensor:hem:borta/x").startswith(
        "Inget tecken från en sensor sedan hemmet började bevakas."
    )


def test_the_usual_pause_is_told_in_minutes_or_hours() -> None:
    told = said("deviation", "sv", last=NOW, usual=(5.0, 130.0))
    assert told.endswith(
        "Hälften av uppehållen vid den här tiden är mellan 5 minuter och 2 timmar."
    )
    assert "mellan 1 minut och 1 minut" not in said("deviation", "sv", last=NOW, usual=(1.0, 1.0))


def test_a_technical_notice_names_the_device_and_never_a_person() -> None:
    last = micros("2026-11-23T18:10")
    one = ("sensor:hem:hall",)
    assert said("sensor", "sv", last=last, devices=one) == (
        "Ingen kontakt med rörelsesensorn i hallen sedan 18.10."
    )
    assert said("sensor", "sv", devices=one) == "Ingen kontakt med rörelsesensorn i hallen än."
    assert said("sensor", "sv", devices=one, stuck=True) == (
        "Rörelsesensorn i hallen ger tecken utan uppehåll. Det räknas inte som tecken på någon."
    )
    assert said("no-contact", "sv", last=last, devices=one, gateway=True) == (
        "Ingen kontakt med någon av sensorerna sedan 18.10. Vi kan inte veta hur det är i hemmet."
    )
    assert said("sensor", "en", devices=("sensor:hem:x",)) == "No contact with a sensor yet."


def test_too_much_is_told_since_it_began() -> None:
    assert said("activity", "sv", weeks=30) == (
        "Mycket fler tecken än vanligt sedan 01.10. "
        "Så mycket händer ungefär en gång på 7 månader i det här hemmet."
    )


def test_a_language_without_words_is_told_in_english() -> None:
    assert said("habit", "fi", channel=FRIDGE, last=NOW).startswith("No sign of the fridge")
