"""Whether facts are about what is behind a wall: then they cannot be said from outside of it."""

from collections.abc import Iterable, Iterator

from byalag.governance import NotAllowed
from byalag.model import Fact, Link, Observation, Series, Thing
from byalag.store._session import Session


def require_outside(session: Session, facts: Iterable[Fact], walled: frozenset[str]) -> None:
    """Refuse facts that are about what some datasets describe.

    Raises:
        NotAllowed: One of them is.
    """
    things, series = set[str](), set[str]()
    for fact in facts:
        if isinstance(fact, Thing | Series) and fact.dataset in walled:
            message = f"Nothing can be written to {fact.dataset} here: it is about people."
            raise NotAllowed(message)
        things.update(_things(fact))
        series.update(_series(fact))
    for thing in things:
        require_seen(session, thing, walled)
    for one in series:
        if any(dataset in walled for (dataset,) in session.run("dataset_of_series", (one,))):
            message = f"There is no {one} that can be written about here."
            raise NotAllowed(message)


def require_seen(session: Session, thing: str, walled: frozenset[str]) -> None:
    """Refuse what is about a thing that some datasets describe.

    Raises:
        NotAllowed: They do.
    """
    if any(dataset in walled for (dataset,) in session.run("datasets_of_thing", (thing,))):
        message = f"There is no {thing} that can be written about here."
        raise NotAllowed(message)


def _things(fact: Fact) -> Iterator[str]:
    if isinstance(fact, Thing):
        yield fact.id
    elif not isinstance(fact, Observation) and fact.thing is not None:
        yield fact.thing


def _series(fact: Fact) -> Iterator[str]:
    if isinstance(fact, Series):
        yield fact.id
    elif isinstance(fact, Observation | Link):
        yield fact.series
    elif (one := getattr(fact, "series", None)) is not None:
        yield one
