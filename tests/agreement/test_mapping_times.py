"""Local times: what we say of them agrees with the time zone database, in every zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.mapping import Context, TimeSpec
from byalag.mapping._time import compile_time, local, micros, moment
from byalag.mapping._value import Unfit

ZONES = [
    "Europe/Stockholm",
    "Europe/Helsinki",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Pacific/Apia",
    "UTC",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
naive = st.datetimes(datetime(1990, 1, 2), datetime(2040, 1, 1))  # noqa: DTZ001 - local times on purpose
CHANGES = [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 11, 1)]  # noqa: DTZ001 - local times on purpose
around = st.sampled_from(CHANGES).flatmap(
    lambda day: st.timedeltas(timedelta(hours=-1), timedelta(hours=5)).map(lambda off: day + off)
)


@given(naive | around, zones)
@settings(deadline=None, max_examples=400)
@pytest.mark.proves(27)
def test_a_local_time_is_the_instant_that_the_zone_says(text: datetime, zone: ZoneInfo) -> None:
    try:
        at = local(text, zone, twice="first", near=0)
    except Unfit:
        there_and_back = text.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        assert there_and_back.replace(tzinfo=None) != text
    else:
        assert moment(at).astimezone(zone).replace(tzinfo=None) == text
        assert at == micros(text.replace(tzinfo=zone))


@given(around, zones, st.booleans())
@settings(deadline=None, max_examples=300)
@pytest.mark.proves(27)
def test_of_two_readings_the_nearest_to_the_delivery_is_taken(
    text: datetime, zone: ZoneInfo, late: object
) -> None:
    try:
        first = local(text, zone, twice="first", near=0)
    except Unfit:
        return
    second = local(text, zone, twice="second", near=0)
    assert first <= second
    delivery = second + 60_000_000 if late else first - 60_000_000
    assert local(text, zone, twice="nearest", near=delivery) == (second if late else first)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2040, 1, 1), timezones=zones))  # noqa: DTZ001 - bounds without zone
@settings(deadline=None, max_examples=300)
@pytest.mark.proves(27)
def test_an_instant_written_as_iso_is_read_as_itself(when: datetime) -> None:
    at = micros(when)
    read = compile_time(TimeSpec(path="t"), "at")
    context = Context(source="s", municipality="2482", dataset="d", received=at)
    offset = when.utcoffset()
    assert offset is not None
    if offset.total_seconds() % 60 == 0:
        assert read(when.isoformat(), context) == at
    assert read(moment(at).isoformat().replace("+00:00", "Z"), context) == at
    assert read(when, context) == at


@given(st.datetimes(datetime(1990, 1, 2), datetime(2040, 1, 1)))  # noqa: DTZ001 - bounds without zone
@settings(deadline=None)
@pytest.mark.proves(27)
def test_milliseconds_are_read_as_numbers_and_as_digits(when: datetime) -> None:
    at = micros(when.replace(tzinfo=UTC))
    context = Context(source="s", municipality="2482", dataset="d", received=at)
    read = compile_time(TimeSpec(path="t", format="epoch-ms"), "at")
    whole = at // 1000
    assert read(whole, context) == read(str(whole), context) == whole * 1000
