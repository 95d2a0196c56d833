"""A device says of itself when it measured: what it claims of the future is never a sign."""

from datetime import timedelta
from pathlib import Path

import pytest

from byalag.model import Observation
from byalag.services.care import NoticeOpened
from tests.watching._house import HOUR, MINUTE, Gave, told_between, world


@pytest.mark.parametrize("many", [1, 400])
def test_what_claims_the_future_is_no_sign_though_the_hub_is_killed_before_it_looks(
    tmp_path: Path, many: int
) -> None:
    house, home, first = world(tmp_path, ("collapse", 9, 72, ""))
    house.look()
    fridge = next(one for one in home.channels() if one.meaning == "fridge").series
    house.tell(
        Observation(fridge, first + hour * HOUR + number * 1_000_000 + at, value)
        for hour in range(10, 20)
        for number in range(many)
        for at, value in ((1, 0.0), (500_000, 1.0))
    )
    house.begin()  # killed and started again, with no look between
    given = told_between(home, first + 4 * HOUR, first + 20 * HOUR)
    house.live([Gave(one.at + 1, one) for one in given], first + 20 * HOUR, every=30)
    opened = [one for one in house.said(home.id, "NoticeOpened") if isinstance(one, NoticeOpened)]
    assert [one.kind for one in opened] == ["deviation"]


def test_what_a_clock_a_little_ahead_tells_is_a_sign_when_its_time_has_come(tmp_path: Path) -> None:
    house, home, first = world(tmp_path)
    house.look()
    fridge = next(one for one in home.channels() if one.meaning == "fridge").series
    soon = house.clock.now() + 3 * MINUTE
    house.tell([Observation(fridge, soon - 1, 0.0), Observation(fridge, soon, 1.0)])
    house.look()
    house.begin()
    house.look()
    house.clock.advance(timedelta(minutes=4))
    house.look()
    assert house.standing(home.id).last == soon
    assert first < soon


def test_a_clock_that_is_put_back_makes_nothing_usual_that_nobody_looks_at(tmp_path: Path) -> None:
    house, home, _ = world(tmp_path)
    house.look()
    assert house.standing(home.id).state == "usual"
    house.clock.advance(timedelta(hours=-1))
    assert house.standing(home.id).state == "no-contact"
    house.look()
    assert house.standing(home.id).at == house.clock.now()
    house.clock.advance(timedelta(hours=1))
    house.look()
    assert house.standing(home.id).state == "usual"
