"""How often a fault of devices, or the clock's change, is taken for a person: on many homes."""

from datetime import date, timedelta

import pytest

from byalag.model import Micros
from byalag.services.care import (
    Dawn,
    Home,
    Known,
    NoticeOpened,
    contacted,
    day_begins,
    heard_since,
    judge,
    limits,
    scored,
    seen,
)
from byalag.services.care._home import Consent
from byalag.testkit.homes import Happening, Household, SimulatedHome
from byalag.testkit.homes import home as simulated

from ._house import HOUR, MEANINGS, MINUTE, ZONE, Kind, between, channels_of, history, learnt

pytestmark = pytest.mark.promise
DAYS, HOMES, HOURS, BUDGET = 35, 40, 48, 0.1
WATCHED = ("fridge",)
ALONE = Household(travels=False)


def lived(seed: int, begins: date, *happenings: Happening) -> SimulatedHome:
    return simulated(
        seed,
        days=DAYS + 4,
        begins=begins,
        household=ALONE,
        gateway="gw",
        name=f"h{seed}",
        happenings=happenings,
    )


def person_notices(home: SimulatedHome, dawn: Dawn, first: Micros, hours: int) -> set[str]:
    """Return the kinds of what would be told of a person, by looks half an hour apart."""
    told, channels, kinds = history(home), channels_of(home, WATCHED), set[str]()
    agreed = Consent(id="c", meanings=MEANINGS, contacts=(), since=0)
    of = Home(id=home.id, unit="norr", opened=0, channels=channels, consents={"c": agreed})
    for half in range(2 * hours):
        now = first + half * HOUR // 2
        now -= now % MINUTE
        start = day_begins(dawn.day, ZONE) * MINUTE
        found = seen(dawn, channels, between(told, start, now + 1), now=now, zone=ZONE)
        scores = scored(found, limits(found, BUDGET), ZONE)
        devices = contacted(
            channels.values(),
            found.beats,
            minute=now // MINUTE,
            since=heard_since(found.heard.beats.values(), 60),
            stuck=found.stuck,
        )
        verdict = judge(Known(home=of, now=now, contacted=devices, scores=scores, last=found.last))
        kinds |= {one.kind for one in verdict.said if isinstance(one, NoticeOpened)}
    return kinds - {"no-contact", "sensor"}


@pytest.mark.parametrize(
    ("kind", "sensor"),
    [
        ("dead-sensor", "motion-living-room"),
        ("dead-sensor", "motion-kitchen"),
        ("flat-battery", "fridge"),
        ("dead-gateway", ""),
        ("chatter", "motion-living-room"),
        ("chatter", "fridge"),
    ],
)
def test_a_fault_of_devices_is_at_most_two_of_a_hundred_times_a_person(
    kind: Kind, sensor: str
) -> None:
    begins = date(2026, 4, 6)
    first = day_begins(begins + timedelta(days=DAYS), ZONE) * MINUTE
    wrong = 0
    for seed in range(HOMES):
        begun = first + (4 + seed % 18) * HOUR
        fault = Happening(kind=kind, begins=begun, ends=begun + 30 * HOUR, sensor=sensor)
        dawn = learnt(lived(seed, begins), DAYS, WATCHED)
        faulty = person_notices(lived(seed, begins, fault), dawn, begun, HOURS)
        usual = person_notices(lived(seed, begins), dawn, begun, HOURS)
        wrong += bool(faulty - usual)
    assert wrong <= 0.02 * HOMES


@pytest.mark.parametrize("changed", [date(2026, 3, 29), date(2026, 10, 25)])
def test_no_deviation_comes_of_the_day_on_which_the_clock_changes(changed: date) -> None:
    begins = changed - timedelta(days=DAYS)
    first = day_begins(changed, ZONE) * MINUTE
    told = [
        (seed, kinds)
        for seed in range(HOMES)
        if (
            kinds := person_notices(
                lived(seed, begins), learnt(lived(seed, begins), DAYS, WATCHED), first, 26
            )
        )
    ]
    assert told == []
