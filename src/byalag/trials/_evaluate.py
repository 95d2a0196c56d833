"""A whole trial: every home of a set by the same plan, and what they come to together."""

from collections.abc import Callable

from byalag.trials._home import tried
from byalag.trials._injections import injected
from byalag.trials._outcome import HomeOutcome, Outcome, Rate
from byalag.trials._plan import Plan
from byalag.trials._score import rate
from byalag.trials._sets import SETS, Loaded


def evaluate(loaded: Loaded, plan: Plan, version: str, told: Callable[[str], None]) -> Outcome:
    """Return what a trial of every home in a set came to. `told` hears how far it has come.

    Raises:
        Unfit: a home has not the days that are asked for.
    """
    one = SETS[loaded.name]
    homes: list[HomeOutcome] = []
    for log in loaded.logs:
        told(log.home)
        homes.append(tried(log, plan, injected, told))
    return Outcome(
        set=loaded.name,
        file=loaded.file,
        sha256=loaded.sha256,
        checksum_known=loaded.known,
        source=one.source,
        terms=one.terms,
        cite=one.cite,
        version=version,
        seed=plan.seed,
        runs=plan.runs,
        budgets=plan.budgets,
        homes=tuple(homes),
        pooled=pooled(homes),
    )


def pooled(homes: list[HomeOutcome]) -> dict[str, Rate]:
    """Return the false alarms of ours over all homes together, by budget."""
    every: dict[str, list[Rate]] = {}
    for home in homes:
        for one in home.methods:
            if one.budget is not None:
                every.setdefault(f"{one.budget:g}", []).append(one.rate)
    return {
        budget: rate(sum(one.count for one in rates), sum(one.weeks for one in rates))
        for budget, rates in every.items()
    }
