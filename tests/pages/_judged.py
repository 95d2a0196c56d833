"""A series with a rule, and a week of it with one fault of each kind."""

import math

import numpy as np

from byalag.analysis import QualityRule
from byalag.mapping import told_of
from byalag.model import History, Micros, Series

MINUTE = 60_000_000
RULE = QualityRule(
    range=(-3.0, 40.0),
    suspect=(0.0, 28.0),
    spike=(2.0, 6.0),
    rate=(0.005, None),
    flat=(7200.0, 14400.0),
    gap=30 * MINUTE,
)
SERIES = Series(
    id="sensor:skelleftea:badet/waterTemperature",
    thing="sensor:skelleftea:badet",
    property="waterTemperature",
    dataset="sensors",
    unit="Cel",
    details=told_of(RULE),
)


def values(now: Micros) -> History:
    """Return values every ten minutes: a sentinel, a spike, a flat line, a gap and one missing."""
    places = np.delete(np.arange(1000), slice(700, 720))
    times = now - (1000 - places) * 10 * MINUTE
    own = np.round(18 + 2 * np.sin(places / 144 * 2 * np.pi) + 0.05 * (places % 3), 2)
    own[100], own[200], own[300] = 85.0, own[200] + 5, math.nan
    own[400:460] = own[400]
    return History(times.astype(np.int64), own, np.full(len(own), 2, np.uint8))
