"""Numbers for observations: the number of the series and the time in one integer, and back.

SensorThings wants an integer for every observation, for ever the same. An observation is already
told apart by its series and its time, so its number is made of these and nothing need be kept. The
two lowest bits say how fine the time is, so that numbers are as small as can be: a whole second
within 2^18 series needs 53 bits, which JavaScript reads exactly; a millisecond within 2^18 series
needs 63.
"""

from byalag.model import Micros

_STEPS = ((1_000_000, 33), (1_000, 43), (1, 53))  # microseconds a step, bits for the steps


def numbered(series: int, at: Micros) -> int:
    """Return the number of the observation of a series at a time.

    Raises:
        ValueError: The time is before 1970 or after 2242.
    """
    grain = 2 if at % 1_000 else 1 if at % 1_000_000 else 0
    step, bits = _STEPS[grain]
    whole = at // step
    if not 0 <= whole < 1 << bits:
        message = f"an observation at {at} microseconds has no number: 1970 to 2242 have"
        raise ValueError(message)
    return (series << bits | whole) << 2 | grain


def observed(number: int) -> tuple[int, Micros] | None:
    """Return the series and the time that a number is made of; None if it is no such number."""
    grain = number & 3
    if number < 0 or grain >= len(_STEPS):
        return None
    step, bits = _STEPS[grain]
    series, whole = divmod(number >> 2, 1 << bits)
    at = whole * step
    fewer = grain and at % _STEPS[grain - 1][0] == 0
    return None if not series or fewer else (series, at)
