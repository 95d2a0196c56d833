"""The plots of a report, each from one home's outcome."""

import math
from collections.abc import Sequence
from typing import Final

from byalag.trials._outcome import Alarm, HomeOutcome, Scored
from byalag.trials._plot import Axis, Series, decades, even, plot
from byalag.trials._words import Words

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BARE: Final = "ours-score"
DAY_HOURS: Final = 24


def named(one: Scored, words: Words) -> str:
    """Return what a method is called here."""
    method = one.method.partition("-")[0] if one.method.startswith("kitchen") else one.method
    if one.budget is None:
        return words.say(f"method-{method}")
    return words.say(
        "method-budget", name=words.say(f"method-{method}"), budget=words.number(one.budget)
    )


def lettered(home: HomeOutcome, words: Words) -> list[tuple[str, str, Scored]]:
    """Return each method with the letter that stands for it in plots, and its name."""
    shown = [one for one in home.methods if one.method != BARE]
    return [(LETTERS[at], named(one, words), one) for at, one in enumerate(shown)]


def against(home: HomeOutcome, words: Words, name: str) -> str:
    """Return delay against false alarms: each method as set, and ours by hindsight."""
    shown = lettered(home, words)
    least, most = 0.05, max(10.0, *(one.rate.week for _, _, one in shown))
    high = max(one.delays.all.mean for _, _, one in shown) * 1.1
    series = [
        Series(name=said, letter=letter, points=((max(one.rate.week, least), one.delays.all.mean),))
        for letter, said, one in shown
    ]
    bare = next(one for one in home.methods if one.method == BARE)
    curve = tuple((max(week, least), delay) for week, delay in bare.curve)
    series.insert(0, Series(name=words.say("curve"), points=curve, joined=True, dashed=True))
    top = max(1, math.ceil(math.log10(most)))
    ticks = [(least, words.say("none")), *decades(-1, top, lambda at: f"{at:g}")]
    ticks[1] = (0.1, words.number(0.1, 1))
    return plot(
        name,
        words.say("against"),
        words.say("against-text"),
        Axis(
            low=least,
            high=10.0**top * 1.2,
            ticks=tuple(ticks),
            label=words.say("a-week"),
            logarithmic=True,
        ),
        Axis(
            low=0,
            high=high,
            ticks=even(high, lambda at: words.number(at, 0)),
            label=words.say("hours"),
        ),
        series,
    )


def budgets(home: HomeOutcome, words: Words, name: str) -> str:
    """Return observed against budget, with exact intervals."""
    ours = [one for one in home.methods if one.budget is not None]
    points = tuple((one.budget or 0.0, one.rate.week) for one in ours)
    spans = tuple((one.rate.low, one.rate.high) for one in ours)
    high = max(2.0, *(top for _, top in spans)) * 1.05
    ticks = tuple((each, words.number(each, 2)) for each, _ in points)
    return plot(
        name,
        words.say("budgets"),
        words.say("budgets-text"),
        Axis(low=0.08, high=1.2, ticks=ticks, label=words.say("budget"), logarithmic=True),
        Axis(
            low=0,
            high=high,
            ticks=even(high, lambda at: words.number(at, 1), 0.5),
            label=words.say("a-week"),
        ),
        [
            Series(
                name=words.say("promised"),
                points=tuple((at, at) for at in (0.08, 0.1, 0.2, 0.4, 0.7, 1.0, 1.2)),
                joined=True,
                dashed=True,
            ),
            Series(name=words.say("observed"), points=points, spans=spans, letter="o"),
        ],
    )


def tail(home: HomeOutcome, words: Words, name: str) -> str:
    """Return how many silences ended beyond each score, against an exponential."""
    found = home.calibration
    return plot(
        name,
        words.say("tail"),
        words.say("tail-text"),
        Axis(
            low=0.5,
            high=9.5,
            ticks=tuple((q, str(q)) for q in range(1, 10)),
            label=words.say("score"),
        ),
        Axis(
            low=1e-5,
            high=1,
            ticks=decades(-5, 0, lambda at: f"{at:g}"),
            label=words.say("share"),
            logarithmic=True,
        ),
        [
            Series(
                name=words.say("promised"),
                points=tuple((float(one.score), one.expected) for one in found),
                joined=True,
                dashed=True,
            ),
            Series(
                name=words.say("observed"),
                points=tuple((float(one.score), one.share) for one in found if one.count),
                spans=tuple((one.low, one.high) for one in found if one.count),
                letter="o",
            ),
        ],
    )


def hours(one: Scored, words: Words, name: str) -> str:
    """Return the delay by the hour in which the collapse began."""
    known = tuple(
        (float(at), value) for at, value in enumerate(one.delays.hours) if value is not None
    )
    high = max(1.0, *(value for _, value in known)) * 1.1 if known else 1.0
    return plot(
        name,
        words.say("by-hour"),
        words.say("by-hour-text"),
        Axis(
            low=-0.5,
            high=23.5,
            ticks=tuple((float(at), f"{at:02}") for at in range(0, 24, 3)),
            label=words.say("hour"),
        ),
        Axis(
            low=0,
            high=high,
            ticks=even(high, lambda at: words.number(at, 0)),
            label=words.say("hours"),
        ),
        [Series(name=words.say("by-hour"), points=known, joined=True, letter="o")],
    )


def timeline(home: HomeOutcome, words: Words, name: str, alarms: Sequence[Alarm]) -> str:
    """Return the days and hours of false alarms: from the last sign until it was told."""
    first, last = home.score
    ticks = tuple(
        (float(day), str(day)) for day in range(first, last + 1, max(1, (last - first) // 8))
    )
    series = [
        Series(name=str(number), letter=str(number), points=((float(one.day), _hour(one.told)),))
        for number, one in enumerate(alarms, 1)
    ]
    return plot(
        name,
        words.say("timeline"),
        words.say("timeline-text", count=len(alarms)),
        Axis(low=first - 0.5, high=last + 0.5, ticks=ticks, label=words.say("day")),
        Axis(
            low=0,
            high=DAY_HOURS,
            ticks=tuple((float(at), f"{at:02}") for at in range(0, 25, 4)),
            label=words.say("hour"),
        ),
        series,
    )


def _hour(told: str) -> float:
    clock = told.partition("T")[2]
    return int(clock[:2]) + int(clock[3:5]) / 60
