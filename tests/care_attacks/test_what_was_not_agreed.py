"""What was measured without consent is in the store, and is used for nothing, ever."""

import asyncio
from datetime import timedelta
from pathlib import Path

import numpy as np

from byalag.model import Micros
from byalag.services.care import Consent, ConsentGiven, ConsentWithdrawn, day_begins, unpack
from byalag.testkit.homes import SimulatedHome
from byalag.testkit.homes import home as simulated
from tests.watching._house import (
    BEGINS,
    DAY,
    HOUR,
    MEANINGS,
    MINUTE,
    ZONE,
    House,
    opened,
    told_between,
)


def _house(folder: Path, hours: int) -> tuple[House, SimulatedHome, Micros]:
    """Return a home that has told for so long, of which nothing has been agreed before now."""
    first = day_begins(BEGINS, ZONE) * MINUTE
    home = simulated(3, days=12, begins=BEGINS, gateway="gw", name="h3")
    house = opened(folder, first + hours * HOUR)
    house.store.commit(list(home.facts("hemmen", "2482")), at=house.clock.now()).result()
    return house, home, first


def _days(house: House, home: SimulatedHome) -> dict[int, int]:
    """Return the minutes with signs that were learnt, by day of the last dawn's half hours."""
    kept = house.store.journal("care").kept_of(home.id)
    newest = max(
        (one for name, one in kept.items() if name.startswith("dawn")), key=lambda one: one[0]
    )
    halves = unpack(newest[1]).halves
    return {number: int(np.where(row == 255, 0, row).sum()) for number, row in enumerate(halves)}


def test_what_was_measured_before_consent_is_not_learnt_and_not_shown(tmp_path: Path) -> None:
    house, home, first = _house(tmp_path, 18)
    house.tell(told_between(home, first, first + 18 * HOUR))
    house.enter(home, since=first + 18 * HOUR)
    house.look()
    assert house.standing(home.id).last is None
    house.tell(told_between(home, first + 18 * HOUR, first + 30 * HOUR))
    house.clock.advance(timedelta(hours=12))
    house.look()
    view = house.watching.lookouts["2482"].day(home.id, BEGINS)
    assert view is not None
    assert view.signs
    assert all(at >= first + 18 * HOUR for at, _, _ in view.signs)
    late = told_between(home, first + 6 * HOUR, first + 7 * HOUR)  # comes after all
    house.tell(late)
    house.look()
    again = house.watching.lookouts["2482"].day(home.id, BEGINS)
    assert again is not None
    assert again.signs == view.signs


def test_what_was_measured_in_a_pause_of_consent_is_not_learnt_when_it_is_given_again(
    tmp_path: Path,
) -> None:
    house, home, first = _house(tmp_path, 0)
    house.enter(home, since=first)
    for day in range(3):
        house.tell(told_between(home, first + day * DAY, first + (day + 1) * DAY))
        house.clock.advance(timedelta(days=1))
        house.look()
    asyncio.run(
        house.book.say(
            home.id, [ConsentWithdrawn(consent="consent:1")], who="p", at=house.clock.now()
        )
    )
    house.look()
    house.tell(told_between(home, first + 3 * DAY, first + 6 * DAY))
    house.clock.advance(timedelta(days=3))
    house.look()
    again = Consent(
        id="consent:2", meanings=MEANINGS, contacts=(), since=house.clock.now(), text="1"
    )
    asyncio.run(house.book.say(home.id, [ConsentGiven(consent=again)], who="p", at=again.since))
    house.tell(told_between(home, first + 6 * DAY, first + 7 * DAY))
    house.clock.advance(timedelta(days=1, hours=4))
    house.look()
    learnt = list(_days(house, home).values())
    assert len(learnt) == 7
    assert all(one > 0 for one in (*learnt[:3], learnt[6]))
    assert learnt[3:6] == [0, 0, 0]
    seen = house.watching.lookouts["2482"].day(home.id, BEGINS + timedelta(days=4))
    assert seen is None or not seen.signs
