"""What changes slowly is found, what does not is left alone, and nights may be too much."""

import numpy as np
import pytest

from byalag.analysis import MATTERS, Change, Rhythm
from byalag.analysis._change import KEPT, LATEST, WEEKLY_REPORTS, at_least, sums
from tests.unit.analysis._lives import DAY, life, stretch

BEFORE = 70


def known(seed: int) -> Rhythm:
    return Rhythm.new().learned(stretch(life(BEFORE, seed)))


def after(rhythm: Rhythm, days: int, change: str, seed: int) -> list[Change]:
    marks, draw = life(BEFORE + days, seed)[BEFORE * DAY :], np.random.default_rng(seed)
    clock, day = np.arange(len(marks)) % DAY, np.arange(len(marks)) // DAY + 1
    if change == "less":
        marks[draw.random(len(marks)) > 0.98**day] = -1
    if change == "later":
        night = (clock >= 1380) | (clock < 240)
        up = (clock >= 1380) & (clock < 1380 + 5 * day) | (clock < 5 * day - 60)
        marks[night & up] = np.where(draw.random(np.count_nonzero(night & up)) < 0.12, 2, -1)
    return rhythm.learned(stretch(marks, BEFORE * DAY)).changes()


def test_less_and_less_going_on_is_told_within_four_weeks() -> None:
    found = {(one.matter, one.way) for one in after(known(1), 28, "less", 1)}
    assert ("activity", "less") in found


def test_a_later_and_later_bedtime_is_told_within_four_weeks() -> None:
    told = [one for one in after(known(2), 24, "later", 2) if one.matter == "bed"]
    assert [one.way for one in told] == ["later"]
    assert told[0].now > told[0].usual + 30
    assert told[0].weeks > 1 / WEEKLY_REPORTS


@pytest.mark.parametrize(
    ("last", "visits", "bed"),
    [
        (1_300, (), 1_300),
        (1_300, (1_640,), 1_300),
        (1_500, (1_700,), 1_500),
        (1_510, (), 1_510),
    ],
)
def test_bedtime_is_the_last_sign_of_somebody_up_before_the_longest_quiet(
    last: int, visits: tuple[int, ...], bed: int
) -> None:
    marks = np.full(3 * DAY, -1, np.int8)
    for at in (*range(1_080, last, 20), last, *range(1_860, 2_700, 20)):
        marks[at] = 3
    marks[list(visits)] = 1
    rhythm = Rhythm.new().learned(stretch(marks))
    assert rhythm.days[0, MATTERS.index("bed")] == bed


def test_whoever_was_last_seen_leaving_has_no_bedtime() -> None:
    marks = np.full(2 * DAY, -1, np.int8)
    marks[1_080:1_200:20], marks[1_210], marks[2_100] = 3, 6, 6
    assert np.isnan(Rhythm.new().learned(stretch(marks)).days[0, MATTERS.index("bed")])


def test_a_life_that_goes_on_as_it_was_is_left_alone() -> None:
    assert after(known(3), 28, "none", 3) == []


def test_false_reports_are_no_more_than_the_budget_says() -> None:
    """Days drawn from one distribution: the rate of new reports a week, of all matters together."""
    draw, weeks, new = np.random.default_rng(7), 0.0, 0
    for _ in range(60):
        days, over = draw.normal(size=KEPT + 56), False
        for end in range(KEPT, len(days)):
            window = days[end - KEPT : end]
            rate = np.exp(1.8 - 0.85 * max(sums(window[:-LATEST], window[-LATEST:])[:2]))
            new += int(rate <= WEEKLY_REPORTS and not over)
            over = rate <= WEEKLY_REPORTS
        weeks += 8
    assert new * 6 / weeks <= 2 * WEEKLY_REPORTS


def test_a_night_of_wandering_is_too_much_and_an_ordinary_one_is_not() -> None:
    rhythm = known(4)
    quiet = life(1, 5)[:300]
    assert rhythm.excess(stretch(quiet, BEFORE * DAY)) is None
    restless = quiet.copy()
    restless[np.arange(10, 290, 20)] = 1
    told = rhythm.excess(stretch(restless, BEFORE * DAY))
    assert told is not None
    assert (told.matter, told.way) == ("night-bathroom", "more")
    assert told.now > told.usual


def test_little_known_tells_nothing() -> None:
    rhythm = Rhythm.new().learned(stretch(life(10, 6)))
    assert rhythm.changes() == []
    assert rhythm.excess(stretch(np.ones(300, np.int8), 10 * DAY)) is None


def test_what_is_packed_comes_back() -> None:
    rhythm = known(8)
    back = Rhythm.unpack(rhythm.pack())
    assert np.array_equal(back.days, rhythm.days, equal_nan=True)
    assert back.pack() == rhythm.pack()


def test_a_day_hardly_observed_is_not_counted() -> None:
    seen = np.arange(DAY) < 600
    rhythm = Rhythm.new().learned(stretch(life(1, 9), observed=seen))
    assert np.isnan(rhythm.days).all()


@pytest.mark.parametrize(
    ("count", "mean", "spread", "chance"),
    [(0, 2.0, 1.0, 1.0), (3, 2.0, 1.0, 0.3233), (3, 2.0, 2.0, 0.3125), (5, 2.0, 2.0, 0.1094)],
)
def test_the_chance_of_so_many_is_that_of_the_distribution(
    count: int, mean: float, spread: float, chance: float
) -> None:
    assert at_least(count, mean, spread) == pytest.approx(chance, abs=1e-4)
