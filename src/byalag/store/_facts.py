"""Writing facts, whoever says them."""

from collections.abc import Sequence
from typing import NamedTuple

from byalag.model import Fact, Gone, Link, Observation, Retracted, Series, Thing
from byalag.store._columns import Columns, columns
from byalag.store._links import tell_undone
from byalag.store._many import observe_many
from byalag.store._observations import observe
from byalag.store._retract import retract
from byalag.store._series import declare_all, link
from byalag.store._session import Session
from byalag.store._things import describe, hide, look_ahead, write_described
from byalag.store._tombstones import spared

_SEVERAL = 3  # from here on it is faster to read what things are at once
_MANY = 200  # from here on columns are faster


class Said(NamedTuple):
    """How many things were described and observations made."""

    things: int
    observations: int


def say(
    session: Session, facts: Sequence[Fact], many: Columns | None = None, *, whole: bool = False
) -> Said:
    """Write facts. Series are declared before their observations, wherever in the order they are.

    `many` holds observations that were said after those among the facts. `whole` says that things
    are described in whole: what their dataset leaves out is no more.

    Raises:
        ValueError: An observation is of a series that nobody has declared.
    """
    facts, many = spared(session, facts, many)
    described = [fact.id for fact in facts if type(fact) is Thing]
    if len(described) >= _SEVERAL:
        look_ahead(session, described)
    declared: list[Series] = []
    observations: list[Observation] = []
    links: list[Link] = []
    for fact in facts:
        if type(fact) is Observation:
            observations.append(fact)
        elif type(fact) is Series:
            declared.append(fact)
        elif type(fact) is Thing:
            describe(session, fact, whole=whole)
        elif type(fact) is Link:
            links.append(fact)
        elif isinstance(fact, Gone | Retracted):
            _so_far(session, declared)
            _take_away(session, fact)
    _so_far(session, declared)
    _link(session, links)
    _observe(session, observations)
    if many is not None:
        observe_many(session, many)
    return Said(len(set(described)), len(observations) + (0 if many is None else len(many)))


def _link(session: Session, links: list[Link]) -> None:
    for decided in links:
        if link(session, decided) and not decided.holds:
            tell_undone(session, decided)


def _so_far(session: Session, declared: list[Series]) -> None:
    """Write what has been said so far, and forget what was read ahead."""
    write_described(session)
    session.gathers = False
    session.ahead.clear()
    declare_all(session, declared)
    declared.clear()


def _take_away(session: Session, fact: Gone | Retracted) -> None:
    if isinstance(fact, Gone):
        hide(session, fact)
    else:
        retract(session, fact)


def _observe(session: Session, observations: list[Observation]) -> None:
    """Gather a few; make many into columns, unless some of them carry more than a value."""
    if len(observations) < _MANY or any(said.extra is not None for said in observations):
        observe(session, observations)
        return
    try:
        many = columns(observations)
    except OverflowError as error:
        message = f"an observation cannot be kept: its flag or its time is out of range ({error})"
        raise ValueError(message) from error
    observe_many(session, many)
