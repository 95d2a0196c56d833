"""What numbers tell: flags, habits and changes, by calculations that explain themselves.

Pure functions over arrays: this room reads nothing, keeps nothing and is told the time. Elapsed
time is UTC; what belongs to the time of day is in local half hours that the caller works out.
Every score here has a rate of false alarms or a coverage that a test measures.
"""

from byalag.analysis._change import MATTERS, Change, Places, Rhythm
from byalag.analysis._limit import Tail, pooled
from byalag.analysis._silence import Habit
from byalag.analysis._silence_away import left_by_door
from byalag.analysis._silence_table import Pace, Table, Walk
from byalag.analysis._stretch import NOTHING, SLOTS, Stretch

__all__ = [
    "MATTERS",
    "NOTHING",
    "SLOTS",
    "Change",
    "Habit",
    "Pace",
    "Places",
    "Rhythm",
    "Stretch",
    "Table",
    "Tail",
    "Walk",
    "left_by_door",
    "pooled",
]
