"""Numbers, times and distances as people write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as some

from byalag.pages._format import Local

NOW = datetime(2026, 7, 14, 13, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Stockholm")
SWEDISH = Local(Locale("sv"), ZONE, NOW)
ENGLISH = Local(Locale("en"), ZONE, NOW)
INSTANTS = some.integers(946_684_800, 2_208_988_800).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


def test_numbers_have_a_decimal_comma_and_spaces_that_do_not_break() -> None:
    assert SWEDISH.degrees(18.44) == "18,4\xa0°C"
    assert SWEDISH.degrees(-0.04) == "0,0\xa0°C"
    assert SWEDISH.number(12345, 0) == "12\xa0345"
    assert ENGLISH.degrees(18.44) == "18.4\xa0°C"


def test_distances_are_no_more_exact_than_they_are_known() -> None:
    said = [SWEDISH.distance(metres) for metres in (4, 848, 2_449, 31_400)]
    assert said == ["0\xa0m", "850\xa0m", "2,4\xa0km", "31\xa0km"]


@pytest.mark.parametrize(
    ("ago", "swedish", "english"),
    [
        (timedelta(seconds=20), None, None),
        (timedelta(minutes=1), "för\xa01 minut sedan", "1\xa0minute ago"),
        (timedelta(minutes=12), "för\xa012 minuter sedan", "12\xa0minutes ago"),
        (timedelta(hours=31), "för\xa031 timmar sedan", "31\xa0hours ago"),
        (timedelta(days=22), "för\xa03 veckor sedan", "3\xa0weeks ago"),
        (timedelta(seconds=-90), None, None),
    ],
)
def test_ages_are_said_in_words(ago: timedelta, swedish: str | None, english: str | None) -> None:
    assert SWEDISH.age(NOW - ago) == swedish
    assert ENGLISH.age(NOW - ago) == english


def test_a_clock_is_written_as_in_the_language() -> None:
    assert (SWEDISH.clock(NOW), ENGLISH.clock(NOW)) == ("15.12", "15:12")


def test_a_day_states_its_year_only_when_it_is_another() -> None:
    assert SWEDISH.day(date(2026, 6, 8)) == "8\xa0juni"
    assert SWEDISH.day(date(2025, 6, 8)) == "8\xa0juni\xa02025"


def test_an_instant_at_midnight_in_sweden_belongs_to_the_swedish_day() -> None:
    assert SWEDISH.local_day(datetime(2026, 6, 7, 22, tzinfo=UTC)) == date(2026, 6, 8)


@settings(deadline=None, max_examples=60)
@given(INSTANTS)
def test_what_machines_read_is_the_same_instant(at: datetime) -> None:
    assert datetime.fromisoformat(SWEDISH.iso(at)) == at.replace(microsecond=0)


@settings(deadline=None, max_examples=60)
@given(INSTANTS)
def test_a_clock_time_comes_twice_only_when_an_hour_away_reads_the_same(at: datetime) -> None:
    near = {
        (at + timedelta(hours=hours)).astimezone(ZONE).replace(tzinfo=None) for hours in (-1, 0, 1)
    }
    assert SWEDISH.is_twice(at) == (len(near) == 2)
