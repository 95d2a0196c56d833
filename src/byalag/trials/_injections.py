"""What is injected into real days, and what came of it. Nothing of it ever happened."""

from byalag.trials._faults import faults
from byalag.trials._log import Log
from byalag.trials._outcome import Injected
from byalag.trials._plan import Plan


def injected(log: Log, plan: Plan) -> tuple[Injected, ...]:
    """Return what every injection came to."""
    return faults(log, plan)
