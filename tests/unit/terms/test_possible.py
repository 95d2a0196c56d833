"""What a value can be at all."""

from itertools import product

import pytest

from byalag.terms import possible


@pytest.mark.parametrize(
    ("name", "sentinel"),
    [
        *product(
            ("waterTemperature", "airTemperature", "soilTemperature"), (-99, 85.0, 327.67, 655.35)
        )
    ],
)
def test_sentinels_are_no_temperatures(name: str, sentinel: float) -> None:
    within = possible(name, "Cel")
    assert within is not None
    assert not within[0] <= sentinel <= within[1]
    assert within[0] <= 0
    assert within[1] >= 35


def test_of_what_nobody_has_said_anything_everything_is_possible() -> None:
    assert possible("waterTemperature", "K") is None
    assert possible("peopleCount", "1") is None
