"""The report that people read: one file that needs nothing else, with every plot as a table too."""

import math
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from byalag.trials import _figures
from byalag.trials._bounds import weeks_needed
from byalag.trials._outcome import HomeOutcome, Outcome, Scored
from byalag.trials._words import Language, Words

MATCHED: Final = (1.0, 0.5, 0.3, 0.2, 0.1)  # false alarms a week, by hindsight
SEEN: Final = (0, 1, 2, 3, 5, 10)
TOLD_AT: Final = 1.0  # the budget whose false alarms are shown one by one: the most of them


def html(outcome: Outcome, language: Language) -> str:
    """Return the report of a trial as a page."""
    words = Words(language)
    return _template().render(
        outcome=outcome,
        words=words,
        say=words.say,
        number=words.number,
        share=words.share,
        named=_figures.named,
        homes=[_shown(at, home, words) for at, home in enumerate(outcome.homes)],
        needed=[(seen, math.ceil(weeks_needed(seen, 0.1))) for seen in SEEN],
        matched=MATCHED,
    )


def _shown(at: int, home: HomeOutcome, words: Words) -> dict[str, object]:
    """Return what the page shows of one home."""
    first = next((one for one in home.methods if one.budget == TOLD_AT), home.methods[0])
    return {
        "home": home,
        "at": at,
        "methods": _figures.lettered(home, words),
        "told": first,
        "matched": matched(home, words),
        "plots": {
            name: Markup(made)  # noqa: S704 -- drawn by us, with every text escaped
            for name, made in (
                ("budgets", _figures.budgets(home, words, f"budgets-{at}")),
                ("tail", _figures.tail(home, words, f"tail-{at}")),
                ("against", _figures.against(home, words, f"against-{at}")),
                ("hours", _figures.hours(first, words, f"hours-{at}")),
                ("timeline", _figures.timeline(home, words, f"timeline-{at}", first.alarms)),
            )
        },
    }


def matched(home: HomeOutcome, words: Words) -> list[tuple[str, list[float | None]]]:
    """Return the delay of each method scaled by hindsight to the same rates of false alarms."""
    weeks = home.methods[0].rate.weeks
    return [
        (_figures.named(one, words), [at_rate(one, rate, weeks) for rate in MATCHED])
        for one in home.methods
        if one.curve
    ]


def at_rate(one: Scored, rate: float, weeks: float) -> float | None:
    """Return the delay at the most false alarms that a rate allows in so many weeks."""
    allowed = int(rate * weeks + 1e-9) / weeks
    fitting = [delay for week, delay in one.curve if week <= allowed + 1e-9]
    return min(fitting) if fitting else None


@cache
def _template() -> Template:
    source = files("byalag.trials").joinpath("report", "report.html").read_text("utf-8")
    made = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return made.from_string(source)
