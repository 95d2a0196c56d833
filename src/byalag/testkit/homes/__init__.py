"""Simulated homes for tests and demonstrations: people with realistic days, and what was seen.

Everything follows from a seed: the same arguments give the same homes. Nobody lives in them, and
nothing is fitted to anybody's data. What was seen is beside what was true, so that a test can ask
whether what is told of a home is right.
"""

from byalag.testkit.homes._happening import Happening
from byalag.testkit.homes._home import SimulatedHome, home
from byalag.testkit.homes._journey import STRAIGHT, Arrival, Journey, arrivals, eui, pushes, uplinks
from byalag.testkit.homes._sensors import SENSORS, Sensor
from byalag.testkit.homes._signs import Signs
from byalag.testkit.homes._street import Beats, Household, Stays, Street, simulate

__all__ = [
    "SENSORS",
    "STRAIGHT",
    "Arrival",
    "Beats",
    "Happening",
    "Household",
    "Journey",
    "Sensor",
    "Signs",
    "SimulatedHome",
    "Stays",
    "Street",
    "arrivals",
    "eui",
    "home",
    "pushes",
    "simulate",
    "uplinks",
]
