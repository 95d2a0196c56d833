"""Each published method on an example that is worked out by hand."""

import math

import numpy as np
import pytest

from byalag.trials._log import DAY
from byalag.trials._method import LEAD, elapsed, last_row
from byalag.trials._peers import Cuddihy, FixedLimit, FloeckLitz, Moshtaghi, NoKitchen, WilhelmWahl
from byalag.trials._peers._cuddihy import alert_line
from byalag.trials._peers._floeck_litz import lifted
from byalag.trials._peers._moshtaghi import allowance
from byalag.trials._peers._wilhelm_wahl import inactivity
from tests.trials._made import BATHROOM, BEDROOM, KITCHEN, OUTSIDE, quiet


def test_elapsed_stands_still_while_nobody_could_be_seen() -> None:
    seen = quiet(10, {2: BATHROOM})
    seen.observed[5:8] = False
    assert elapsed(seen).tolist() == [1, 2, 0, 1, 2, 2, 2, 2, 3, 4]
    assert last_row(seen).tolist()[3:] == [BATHROOM] * 7


def test_a_fixed_limit_of_twelve_hours_is_passed_after_twelve_hours() -> None:
    seen = quiet(DAY, {0: BEDROOM})
    near = FixedLimit().learn(seen).nearness(seen, 0)
    assert int((near > 1).argmax()) == 721


def test_no_kitchen_before_ten_is_told_at_ten_and_ends_with_the_kitchen() -> None:
    seen = quiet(2 * DAY, {100: KITCHEN, 300: BATHROOM, 700: KITCHEN, DAY + 420: KITCHEN})
    near = NoKitchen().nearness(seen, 0)
    assert np.flatnonzero(near > 1).tolist() == list(range(601, 700))


def test_the_alert_line_is_the_highest_level_around_and_seventy_per_cent_of_buffers() -> None:
    slots = np.repeat(np.arange(48, dtype=np.int8), 10)
    notes = np.full(480, 10.0)
    notes[slots == 20] = 100.0
    line = alert_line(notes, slots)
    assert line[0] == pytest.approx(10 + 3 + 4)
    assert line[20] == pytest.approx(100 + 30 + 0.4 * (10 + 20 + 300 + 20 + 10) / 9)
    assert line[22] == pytest.approx(100 + 3 + 0.4 * (100 + 20 + 30 + 20 + 10) / 9)
    assert line[23] == pytest.approx(10 + 3 + 4)


def test_the_line_of_cuddihy_is_learnt_at_half_hours_and_kept_apart_while_out() -> None:
    marks = {day * DAY + minute: BATHROOM for day in range(30) for minute in range(0, DAY, 20)}
    for day in range(30):
        for minute in range(600, 900, 20):
            del marks[day * DAY + minute]
        marks[day * DAY + 599] = OUTSIDE
    past = quiet(30 * DAY, marks)
    plain, apart = Cuddihy().learn(past), Cuddihy(away=True).learn(past)
    seen = quiet(LEAD + 800, {LEAD + 590: BATHROOM})
    assert plain.nearness(seen, LEAD)[790] < 1 < apart.nearness(seen, LEAD)[790]


def test_a_certain_event_ends_the_score_and_an_uncertain_one_lowers_it() -> None:
    seen = quiet(200, {0: BATHROOM, 100: BATHROOM, 118: BATHROOM})
    assert inactivity(seen).tolist()[99:102] == [99, 0, 1]
    doubtful = inactivity(seen, 0.9)
    assert doubtful[100] == pytest.approx(0.1 * (100 + 0.1))
    # again after 18 of the 36 minutes of its release: half as much trust
    assert doubtful[118] == pytest.approx((1 - 0.45) * (10.01 + 18))


def test_the_line_of_wilhelm_and_wahl_is_the_highest_within_the_hour_and_a_tenth() -> None:
    marks = {day * DAY + minute: BATHROOM for day in range(28) for minute in range(0, DAY, 10)}
    for day in range(28):
        del marks[day * DAY + 610], marks[day * DAY + 620]
    line = WilhelmWahl().learn(quiet(28 * DAY, marks)).home
    assert line[0, 300] == pytest.approx(1.1 * 9)
    assert line[1, 600] == pytest.approx(1.1 * 29)
    assert line[0, 629 + 60] == pytest.approx(1.1 * 29)
    assert line[0, 629 + 61] == pytest.approx(1.1 * 9)


def test_one_day_out_of_the_ordinary_does_not_lift_the_line_of_wilhelm_and_wahl() -> None:
    marks = {day * DAY + minute: BATHROOM for day in range(28) for minute in range(0, DAY, 10)}
    for minute in range(600, 900, 10):
        del marks[10 * DAY + minute]
    line = WilhelmWahl().learn(quiet(28 * DAY, marks)).home
    assert line.max() == pytest.approx(1.1 * 9)


def test_the_curve_is_lifted_until_every_silence_is_below_it() -> None:
    of_day = np.tile(np.arange(DAY), 3)
    silent = np.where(of_day < 480, of_day, 5).astype(float)
    line = lifted(silent, of_day)
    assert (line[of_day] >= silent).all()
    flat = lifted(np.full(3 * DAY, 7.0), of_day)
    assert flat == pytest.approx(np.full(DAY, 7.0))


def test_floeck_and_litz_learn_from_the_last_four_weeks() -> None:
    marks = dict.fromkeys(range(2 * DAY, 30 * DAY, 15), BATHROOM)
    line = FloeckLitz().learn(quiet(30 * DAY, marks)).line
    assert line.max() < 60


def test_what_is_beyond_the_longest_of_so_many_is_an_outlier() -> None:
    lengths = np.array([1.0, 1.0, 1.0, 1.0, 30.0])
    share = 1 - 0.9 ** (1 / 5)
    assert allowance(lengths) == pytest.approx(1 / math.log(2) * -math.log(share))
    assert allowance(lengths[:1]) == math.inf


def test_a_silence_is_judged_by_its_room_and_hour_and_allowed_no_faster_than_time() -> None:
    marks = {day * DAY + minute: BATHROOM for day in range(28) for minute in range(0, DAY, 5)}
    judge = Moshtaghi().learn(quiet(28 * DAY, marks))
    assert np.isfinite(judge.allowed[BATHROOM]).all()
    assert np.isinf(judge.allowed[KITCHEN]).all()
    seen = quiet(600, {0: BATHROOM})
    assert (judge.nearness(seen, 0)[100:] > 1).all()
