"""What numbers tell: flags, habits and changes, by calculations that explain themselves.

Pure functions over arrays: this room reads nothing, keeps nothing and is told the time. Elapsed
time is UTC; what belongs to the time of day is in local half hours that the caller works out.
Every score here has a rate of false alarms or a coverage that a test measures.
"""

from byalag.analysis._change import MATTERS, Change, Rhythm
from byalag.analysis._change_days import Places
from byalag.analysis._flags import NAMES, Flags, flags, rolled_up
from byalag.analysis._flags_rule import QualityRule
from byalag.analysis._flags_told import TOLD, beside, judged, own_of, rule_of
from byalag.analysis._limit import Tail, pooled
from byalag.analysis._silence import Habit
from byalag.analysis._silence_many import Paces, Portions
from byalag.analysis._silence_table import Pace, Table, Walk
from byalag.analysis._stretch import NOTHING, SLOTS, Stretch

__all__ = [
    "MATTERS",
    "NAMES",
    "NOTHING",
    "SLOTS",
    "TOLD",
    "Change",
    "Flags",
    "Habit",
    "Pace",
    "Paces",
    "Places",
    "Portions",
    "QualityRule",
    "Rhythm",
    "Stretch",
    "Table",
    "Tail",
    "Walk",
    "beside",
    "flags",
    "judged",
    "own_of",
    "pooled",
    "rolled_up",
    "rule_of",
]
