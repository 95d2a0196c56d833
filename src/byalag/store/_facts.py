"""Writing facts, whoever says them."""

from collections.abc import Sequence
from typing import NamedTuple

from byalag.model import Fact, Gone, Link, Observation, Series, Thing
from byalag.store._links import tell_undone
from byalag.store._observations import observe
from byalag.store._series import declare, link
from byalag.store._session import Session
from byalag.store._things import describe, hide


class Said(NamedTuple):
    """How many things were described and observations made."""

    things: int
    observations: int


def say(session: Session, facts: Sequence[Fact]) -> Said:
    """Write facts. Series are declared before their observations, wherever in the order they are.

    Raises:
        ValueError: An observation is of a series that nobody has declared.
    """
    observations: list[Observation] = []
    links: list[Link] = []
    things: set[str] = set()
    for fact in facts:
        if type(fact) is Observation:
            observations.append(fact)
        elif type(fact) is Series:
            declare(session, fact)
        elif type(fact) is Thing:
            describe(session, fact)
            things.add(fact.id)
        elif type(fact) is Gone:
            hide(session, fact)
        elif type(fact) is Link:
            links.append(fact)
    for decided in links:
        if link(session, decided) and not decided.holds:
            tell_undone(session, decided)
    observe(session, observations)
    return Said(len(things), len(observations))
