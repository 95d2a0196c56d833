from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from byalag.engine._breaker import Breaker, pause


class OneSource(RuleBasedStateMachine):
    """A source that several tasks ask, and a breaker between them."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(threshold=3, first=60)
        self.now = 0.0
        self.in_a_row = 0
        self.last_failure = 0.0
        self.probing = False

    @rule(seconds=st.floats(0, 4000))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: not self.probing)
    @rule(goes_well=st.booleans())
    def is_tried(self, *, goes_well: bool) -> None:
        before = self.breaker.circuit(self.now)
        admitted = self.breaker.admit(self.now)
        assert admitted == (before != "open")
        if not admitted:
            return
        if goes_well:
            self.breaker.succeed()
            self.in_a_row = 0
        else:
            self.breaker.fail(self.now)
            self.in_a_row += 1
            self.last_failure = self.now

    @precondition(lambda self: self.breaker.circuit(self.now) == "half-open" and not self.probing)
    @rule()
    def a_probe_begins(self) -> None:
        assert self.breaker.admit(self.now)
        self.probing = True

    @precondition(lambda self: self.probing)
    @rule(end=st.sampled_from(["well", "badly", "cut"]))
    def the_probe_ends(self, end: str) -> None:
        assert not self.breaker.admit(self.now)
        self.probing = False
        if end == "well":
            self.breaker.succeed()
            self.in_a_row = 0
        elif end == "badly":
            self.breaker.fail(self.now)
            self.in_a_row += 1
            self.last_failure = self.now
        else:
            self.breaker.let_go()

    @invariant()
    def it_is_closed_until_three_failures_in_a_row(self) -> None:
        assert (self.breaker.circuit(self.now) == "closed") == (self.in_a_row < 3)

    @invariant()
    def it_is_never_left_alone_for_more_than_half_an_hour(self) -> None:
        if self.breaker.circuit(self.now) == "open":
            assert self.now - self.last_failure < 1800
            assert 0 < self.breaker.wait(self.now) <= 1800


TestOneSource = OneSource.TestCase
TestOneSource.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)

EVERY = st.integers(1, 7 * 86400).map(lambda seconds: timedelta(seconds=seconds))


@given(EVERY, st.integers(0, 500), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_zero_nor_longer_than_it_need_be(
    every: timedelta, failures: int, draw: float
) -> None:
    wait = pause(every, failures, None, lambda: draw)
    assert 0 < wait <= max(every.total_seconds() * 1.05, 900)


@given(EVERY, st.integers(1, 500), st.integers(0, 86400))
def test_a_source_that_names_a_time_is_not_asked_before_it(
    every: timedelta, failures: int, asked: int
) -> None:
    assert pause(every, failures, timedelta(seconds=asked), lambda: 0.0) >= asked


def test_a_source_asked_once_a_day_is_tried_again_soon_after_a_failure() -> None:
    waits = [pause(timedelta(days=1), failures, None, lambda: 0.999) for failures in range(1, 5)]
    assert [round(wait) for wait in waits] == [10, 20, 40, 80]
