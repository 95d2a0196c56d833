"""What past silences certify, of one home and of many."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.analysis import Tail, pooled

scores = st.lists(st.floats(0, 20, width=32), max_size=400).map(np.array)


@given(first=scores, second=scores, share=st.floats(0.001, 0.2))
@settings(deadline=None, max_examples=60)
def test_a_limit_is_passed_by_no_larger_share_than_it_says(
    first: np.ndarray, second: np.ndarray, share: float
) -> None:
    tail = Tail.new().seen(first.astype(float)).seen(second.astype(float))
    every = np.concatenate([first, second]).astype(np.float32)
    assert tail.count == len(every)
    limit = tail.limit(share)
    if limit is None:
        assert (len(every) + 1) * share < 1
    else:
        assert np.count_nonzero(every > limit) <= (len(every) + 1) * share


def test_homes_together_certify_what_one_cannot() -> None:
    draw = np.random.default_rng(4)
    homes = [Tail.new().seen(draw.exponential(size=900)) for _ in range(20)]
    assert homes[0].limit(0.0005) is None
    together = pooled(homes)
    assert together.count == 18_000
    limit = together.limit(0.0005)
    assert limit is not None
    assert limit == pytest.approx(math.log(2000), abs=1)


def test_a_heavy_tail_is_seen_and_a_plain_one_believed() -> None:
    draw = np.random.default_rng(5)
    plain = Tail.new().seen(draw.exponential(size=20_000))
    heavy = Tail.new().seen(draw.exponential(size=20_000) * 1.3)
    assert plain.heaviness < 1.35
    assert heavy.heaviness > 2
    assert Tail.new().heaviness == 1
