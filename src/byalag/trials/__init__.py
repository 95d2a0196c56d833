"""Proving a model on logs of real homes: known methods beside ours, on the same events.

No log of a home is kept here. Whoever runs a trial gets the files and says what they are; the
report says which they were, which days were learnt from and which were scored.
"""

from byalag.trials._evaluate import evaluate
from byalag.trials._log import Log
from byalag.trials._outcome import Outcome
from byalag.trials._plan import BUDGETS, WARM_UP, Plan, days
from byalag.trials._report import html
from byalag.trials._sets import SETS, DataSet, Loaded, Unfit, load, load_file

__all__ = [
    "BUDGETS",
    "SETS",
    "WARM_UP",
    "DataSet",
    "Loaded",
    "Log",
    "Outcome",
    "Plan",
    "Unfit",
    "days",
    "evaluate",
    "html",
    "load",
    "load_file",
]
