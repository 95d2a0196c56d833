"""Who has gone out by the front door."""

import numpy as np

from byalag.analysis import NOTHING, left_by_door


def test_a_door_and_ten_minutes_of_nothing_indoors_is_somebody_gone() -> None:
    marks = np.full(60, NOTHING, np.int8)
    marks[[5, 20, 24, 50]] = [6, 6, 2, 3]
    assert np.flatnonzero(left_by_door(marks, 6)).tolist() == list(range(15, 20))


def test_a_door_before_the_first_minute_is_remembered() -> None:
    marks = np.full(8, NOTHING, np.int8)
    assert np.flatnonzero(left_by_door(marks, 6, before=7)).tolist() == [3, 4, 5, 6, 7]
    assert not left_by_door(marks, 6).any()
