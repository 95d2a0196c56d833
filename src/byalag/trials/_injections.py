"""What is injected into real days, and what came of it. Nothing of it ever happened."""

from byalag.trials._faults import faults
from byalag.trials._living import living
from byalag.trials._log import Log
from byalag.trials._outcome import Injected
from byalag.trials._plan import Plan


def injected(log: Log, plan: Plan) -> tuple[Injected, ...]:
    """Return what every injection but a collapse and a silent kitchen came to, by their letters."""
    return tuple(sorted((*faults(log, plan), *living(log, plan)), key=lambda one: one.id))
