"""Times that take a closer look: in two columns, beside the records, or in no answer at all."""

import json

import pytest

from byalag.model import Observation
from byalag.testkit import micros

from .conftest import Describe, Drafted

APART = """Station;{date};{clock};Temp (°C);X;Y
Norr;{day};{early};3,5;7183000;795000
Syd;{day};{early};2,5;7182000;796000
Norr;{day};{late};3,6;7183000;795000
Syd;{day};{late};2,7;7182000;796000
"""


def times(found: Drafted) -> list[int]:
    """Return when the values were true, each time once."""
    return sorted({fact.at for fact in found.facts if isinstance(fact, Observation)})


@pytest.mark.parametrize(
    ("date", "clock", "day", "early", "late"),
    [
        ("Datum", "Tid", "2026-11-22", "14:00", "15:00"),
        ("Datum", "Tid", "2026-11-22", "14:00:00", "15:00:00"),
        ("Datum", "Kl.", "22.11.2026", "14:00", "15:00"),
        ("Datum", "Uhrzeit", "22.11.2026", "14.00", "15.00"),
        ("Date", "Time", "11/22/2026", "02:00 PM", "03:00 PM"),
        ("Datum", "Tid", "2026-11-22 00:00:00", "14:00", "15:00"),
        ("Date", "Time (local)", "20261122", "14:00", "15:00"),
    ],
)
def test_a_date_and_a_time_of_day_in_two_columns_are_one_time(  # noqa: PLR0913, PLR0917 -- a table's words
    date: str, clock: str, day: str, early: str, late: str, describe: Describe
) -> None:
    found = describe(APART.format(date=date, clock=clock, day=day, early=early, late=late))
    assert set(found.things) == {"Norr", "Syd"}
    assert times(found) == [micros("2026-11-22T13:00:00Z"), micros("2026-11-22T14:00:00Z")]
    assert found.set_aside == []


def test_a_column_that_says_utc_is_in_utc(describe: Describe) -> None:
    rows = [f"2026-11-21;{hour:02}:00:00;{hour / 2};G" for hour in range(9, 13)]
    found = describe("\n".join(["Datum;Tid (UTC);Lufttemperatur;Kvalitet", *rows]))
    (series,) = found.table["series"]
    assert series["at"] == {"path": "{Datum} {'Tid (UTC)'}", "zone": "UTC"}
    assert times(found)[0] == micros("2026-11-21T09:00:00Z")
    assert len(found.things) == 1


def test_the_two_stand_apart_around_and_inside_a_list(describe: Describe) -> None:
    inside = [
        {"id": f"s{n}", "values": [
            {"date": "2026-11-22", "time": f"1{hour}:00", "water_temperature": hour + n}
            for hour in range(4)
        ]}
        for n in range(3)
    ]  # fmt: skip
    found = describe(json.dumps(inside))
    assert len(times(found)) == 4
    assert times(found)[0] == micros("2026-11-22T09:00:00Z")


def test_opening_hours_are_no_times_of_values(describe: Describe) -> None:
    rows = [f"{n};Bad {n};2026-11-0{n};07:00;{10 + n}" for n in range(1, 6)]
    found = describe("\n".join(["id;namn;Datum;Öppettid från;Vattentemperatur", *rows]))
    (series,) = found.table["series"]
    assert series["at"]["path"] == "Datum"


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ("<feed><updated>{at}</updated>{lakes}</feed>", "$document.updated"),
        (
            "<feed><head><generated>{at}</generated></head>{lakes}</feed>",
            "$document.head.generated",
        ),
        ('<a:feed xmlns:a="urn:x" timestamp="{at}">{lakes}</a:feed>', "$document.@timestamp"),
        (
            "<feed><channel><updated>{at}</updated>{lakes}</channel></feed>",
            "$document.channel.updated",
        ),
        (
            '{{"updated": "{at}", "lake": [{{"id": "a", "temp": 8.5}}, {{"id": "b", "temp": 7}}]}}',
            "$document.updated",
        ),
    ],
)
def test_the_time_beside_the_records_is_taken_and_asked_about(
    answer: str, path: str, describe: Describe
) -> None:
    lakes = "".join(
        f"<lake><id>{name}</id><temp>1{n}.5</temp></lake>" for n, name in enumerate("ab")
    )
    found = describe(answer.format(at="2026-11-22T14:00:00+01:00", lakes=lakes))
    assert found.table["series"][0]["at"] == path
    assert times(found) == [micros("2026-11-22T13:00:00Z")]
    assert "series.temperature.at" in {one.about for one in found.draft.questions}


def test_records_of_xml_with_times_of_their_own_keep_them(describe: Describe) -> None:
    lakes = "".join(
        f"<lake><id>{name}</id><temp>1{n}.5</temp><time>2026-11-22T1{n}:00:00Z</time></lake>"
        for n, name in enumerate("abc")
    )
    found = describe(f"<feed><updated>2026-11-22T14:00:00Z</updated>{lakes}</feed>")
    assert found.table["series"][0]["at"] == "time"


@pytest.mark.parametrize("hours", [2, 3, 24])
def test_times_and_values_in_lists_of_their_own_are_asked_about_and_not_guessed(
    hours: int, describe: Describe
) -> None:
    hourly = {
        "time": [f"2026-11-22T{hour:02}:00" for hour in range(hours)],
        "temperature_2m": [hour / 2 for hour in range(hours)],
        "snow_depth": [None] * hours,
    }
    found = describe(json.dumps({"latitude": 64.75, "longitude": 20.95, "hourly": hourly}))
    assert times(found) == []
    (asked,) = [one.text for one in found.draft.questions if "cannot be paired" in one.text]
    assert "hourly.temperature_2m" in asked
    assert "hourly.time" in asked
    assert len(found.things) == 1
