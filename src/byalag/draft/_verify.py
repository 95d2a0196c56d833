"""Runs a drafted file on the very answer it was drafted from, and says what it gives."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from byalag import ByalagError
from byalag.mapping import Context
from byalag.model import Delivery, Micros, Observation, Rejected, Thing
from byalag.sources import settle


class Outcome(Struct, kw_only=True):
    """What a file gives. `error`: nothing, and why."""

    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    said: int = 0  # records that became things, also of the same thing
    observations: list[Observation] = field(default_factory=list[Observation])
    aside: list[Rejected] = field(default_factory=list[Rejected])
    error: str = ""

    @property
    def reasons(self) -> Counter[str]:
        """How many records each reason sets aside."""
        return Counter(one.why for one in self.aside)


def verify(text: str, bodies: Sequence[bytes], now: Micros, *, part: str = "main") -> Outcome:
    """Settle, prepare and run a source's file."""
    outcome = Outcome()
    try:
        table: dict[str, Any] = tomllib.loads(text)
        kind, settings = settle(table, name="draft")
        context = Context(source="draft", municipality="0000", dataset="draft", received=now)
        delivery = Delivery(source="draft", received=now, bodies=tuple(bodies), part=part)
        for fact in kind.prepare(settings)(delivery, context):
            if isinstance(fact, Thing):
                outcome.said += 1
                outcome.things[fact.id] = fact
            elif isinstance(fact, Observation):
                outcome.observations.append(fact)
            elif isinstance(fact, Rejected):
                outcome.aside.append(fact)
    except (ByalagError, tomllib.TOMLDecodeError) as error:
        outcome.error = str(error) or type(error).__name__
    return outcome


def worth(outcome: Outcome) -> float:
    """Return how much there is in what a file gives: things, positions, names, values."""
    if outcome.error or not outcome.said:
        return -100.0
    things = list(outcome.things.values())
    total = outcome.said + len(outcome.aside)
    placed = sum(one.point is not None for one in things) / len(things)
    named = sum(bool(one.name) for one in things) / len(things)
    told = min(len(outcome.observations), len(things)) / len(things)
    lost = len(outcome.aside) / total
    return min(len(things), 500).bit_length() + 6 * placed + 3 * named + 3 * told - 12 * lost
