from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from byalag import Misconfigured
from byalag.model import Json, Observation, Rejected

Observed = Callable[..., Json]
AUTUMN = datetime(
    2026, 10, 25, 0, 30, tzinfo=UTC
)  # 02:30 local for the first time; again in an hour
UNLIMITED = {"received": int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000}


def micros(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("value", "at", "instant"),
    [
        ("2026-11-22T12:00:00Z", {}, "2026-11-22T12:00:00Z"),
        ("2026-11-22t12:00:00z", {}, "2026-11-22T12:00:00Z"),
        ("2026-11-22T12:00:00.250+00:00", {}, "2026-11-22T12:00:00.250Z"),
        ("2026-11-22T12:00:00.1234567Z", {}, "2026-11-22T12:00:00.123456Z"),
        ("2026-11-22T13:00+01:00", {}, "2026-11-22T12:00:00Z"),
        ("2026-11-22 13:00:00+0100", {}, "2026-11-22T12:00:00Z"),
        ("2026-11-22 12:00:00 UTC", {}, "2026-11-22T12:00:00Z"),
        ("2026-11-22T13:00:00", {}, "2026-11-22T12:00:00Z"),
        ("2026-06-08 12:00", {}, "2026-06-08T10:00:00Z"),
        ("2026-06-08", {}, "2026-06-07T22:00:00Z"),
        ("2026-06-08T24:00:00", {}, "2026-06-08T22:00:00Z"),
        ("2026-06-08T24:00Z", {}, "2026-06-09T00:00:00Z"),
        (" 2026-06-08 12:00 ", {}, "2026-06-08T10:00:00Z"),
        ("2026-06-08 12:00", {"zone": "Europe/Helsinki"}, "2026-06-08T09:00:00Z"),
        (1780914600, {"format": "epoch-s"}, "2026-06-08T10:30:00Z"),
        ("1780914600", {"format": "epoch-s"}, "2026-06-08T10:30:00Z"),
        (1780914600.5, {"format": "epoch-s"}, "2026-06-08T10:30:00.5Z"),
        (1780914600250, {"format": "epoch-ms"}, "2026-06-08T10:30:00.250Z"),
        ("1780914600250", {"format": "epoch-ms"}, "2026-06-08T10:30:00.250Z"),
        ("30.10.2023 11:40", {"format": "%d.%m.%Y %H:%M"}, "2023-10-30T10:40:00Z"),
        ("2026-02-06-08.35.00.000000", {"format": "%Y-%m-%d-%H.%M.%S.%f"}, "2026-02-06T07:35:00Z"),
        ("20260608T123000+0300", {"format": "%Y%m%dT%H%M%S%z"}, "2026-06-08T09:30:00Z"),
        (datetime(2026, 6, 8, 12), {}, "2026-06-08T10:00:00Z"),  # noqa: DTZ001 - as a sheet gives it
        (datetime(2026, 6, 8, 12, tzinfo=UTC), {}, "2026-06-08T12:00:00Z"),
        (datetime(2026, 6, 8, 12, tzinfo=ZoneInfo("Asia/Tokyo")), {}, "2026-06-08T03:00:00Z"),
        (date(2026, 6, 8), {}, "2026-06-07T22:00:00Z"),
    ],
)
def test_a_time_is_read_as_the_source_writes_it(
    observed: Observed, value: Json, at: dict[str, Json], instant: str
) -> None:
    found = observed({"free": 1, "t": value}, at={"path": "t", **at})
    assert isinstance(found, Observation), found
    assert found.at == micros(instant)


@pytest.mark.parametrize("twice", ["nearest", "first", "second"])
@pytest.mark.proves(27)
def test_the_hour_that_does_not_exist_in_spring_sets_the_record_aside(
    observed: Observed, twice: str
) -> None:
    rejected = observed({"free": 1, "t": "2026-03-29 02:30"}, at={"path": "t", "twice": twice})
    assert isinstance(rejected, Rejected)
    assert rejected.why == (
        "t: 2026-03-29 02:30:00 does not exist in Europe/Stockholm: clocks were put forward"
    )


@pytest.mark.parametrize(
    ("twice", "received", "instant"),
    [
        ("nearest", "2026-10-25T00:31:00Z", "2026-10-25T00:30:00Z"),
        ("nearest", "2026-10-25T01:31:00Z", "2026-10-25T01:30:00Z"),
        ("nearest", "2026-10-25T01:00:00Z", "2026-10-25T00:30:00Z"),
        ("nearest", "2026-10-26T01:31:00Z", "2026-10-25T01:30:00Z"),
        ("first", "2026-10-25T01:31:00Z", "2026-10-25T00:30:00Z"),
        ("second", "2026-10-25T00:31:00Z", "2026-10-25T01:30:00Z"),
    ],
)
@pytest.mark.proves(27)
def test_the_hour_that_occurs_twice_in_autumn_is_decided(
    observed: Observed, twice: str, received: str, instant: str
) -> None:
    found = observed(
        {"free": 1, "t": "2026-10-25 02:30"},
        {"received": micros(received)},
        at={"path": "t", "twice": twice},
    )
    assert found.at == micros(instant)


@pytest.mark.parametrize(
    ("value", "at", "why"),
    [
        ("2026-11-24T14:00:00Z", {}, "lies more than 1d after the delivery came"),
        ("2026-11-22T13:10:00Z", {"not_after": "5m"}, "lies more than 5m after"),
        ("1970-01-01T00:00:00Z", {}, "lies before 1990-01-01"),
        ("0001-01-01", {}, "lies before 1990-01-01"),
        ("9999-12-31T24:00", {}, "not a time written as ISO 8601"),
        ("2022-01-01", {"not_before": "2023-01-01"}, "lies before 2023-01-01"),
        (1780914600250, {"format": "epoch-s"}, "after the delivery came"),
        (10**30, {"format": "epoch-s"}, "after the delivery came"),
        (10**400, {"format": "epoch-s"}, "after the delivery came"),
        ("1e300", {"format": "epoch-s"}, "after the delivery came"),
        (True, {"format": "epoch-s"}, "not a number"),
        ("vor unter 1 Min.", {}, "not a time"),
        ("22/11/2026", {}, "not a time"),
        ("20261122", {}, "not a time"),
        ("2026-13-01", {}, "not a time"),
        ("2026-11-22T25:00", {}, "not a time"),
        (12, {}, "12 is not a time"),
        ("2026-11-22", {"format": "%d.%m.%Y"}, "not a time written as '%d.%m.%Y'"),
        ("9" * 10_000, {}, "not a time"),
        ([1], {}, "a list is not a time"),
    ],
)
def test_a_time_that_cannot_be_sets_the_record_aside(
    observed: Observed, value: Json, at: dict[str, Json], why: str
) -> None:
    rejected = observed({"free": 1, "t": value}, at={"path": "t", **at})
    assert isinstance(rejected, Rejected), rejected
    assert why in rejected.why


def test_a_time_may_lie_ahead_when_that_is_said(observed: Observed) -> None:
    found = observed({"free": 1, "t": "2026-11-30"}, at={"path": "t", "not_after": "10d"})
    assert isinstance(found, Observation)


def test_the_delivery_s_own_time_can_be_taken(observed: Observed) -> None:
    assert observed({"free": 1}, UNLIMITED, at="$received").at == UNLIMITED["received"]


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ({"format": "ISO"}, "at.format: 'ISO' is not known"),
        ({"format": "%H:%M"}, "does not say year, month and day"),
        ({"format": "%Q"}, "is not a strptime pattern"),
        ({"zone": "Europe/Stokholm"}, "at.zone: the zone 'Europe/Stokholm' is not known"),
        ({"zone": "../../etc/passwd"}, "is not known"),
        ({"not_before": "1990"}, "is not a date"),
    ],
)
def test_a_wrong_setting_of_time_is_named(
    observed: Observed, at: dict[str, Json], why: str
) -> None:
    with pytest.raises(Misconfigured, match=r"^series\[0\]\.at") as error:
        observed({"free": 1}, at={"path": "t", **at})
    assert why in str(error.value)
