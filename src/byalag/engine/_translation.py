"""From one delivery to facts, set-aside records and counts. Pure but for the plugin's own code."""

from collections import Counter
from collections.abc import Callable, Container, Mapping

import msgspec
from msgspec import Struct, field

from byalag.analysis import TOLD
from byalag.engine._face import Connected
from byalag.mapping import Context, FeedChanged, Heard, Past, Skipped, no_past
from byalag.model import Delivery, Fact, Observation, Rejected, Retracted, Series, Thing
from byalag.sources import Garbled, Translate


class Translation(Struct, kw_only=True):
    """What one delivery says. `garbled` tells why, when it could not be read at all.

    `ours` is the number of records that are about us: one a thing, or one an observation where
    nothing is described, and those set aside. `ruled`: some series has a rule for its values.
    """

    facts: list[Fact] = field(default_factory=list[Fact])
    set_aside: list[Rejected] = field(default_factory=list[Rejected])
    skipped: Counter[str] = field(default_factory=Counter[str])
    things: int = 0
    series: int = 0
    observations: int = 0
    ruled: bool = False
    garbled: str = ""

    @property
    def ours(self) -> int:
        """Return how many of the records are about us."""
        return (self.things or self.observations) + len(self.set_aside)

    @property
    def records(self) -> int:
        """Return how many records were read, ours or not."""
        return self.ours + self.skipped.total()


def context(
    connected: Connected,
    delivery: Delivery,
    *,
    known: Container[str],
    others: Mapping[str, Delivery],
    past: Past = no_past,
) -> Context:
    """Return what a translation may know beside the delivery."""
    return Context(
        source=connected.name,
        municipality=connected.municipality.code,
        dataset=connected.settings.dataset,
        received=delivery.received,
        zone=connected.municipality.time_zone,
        known=known,
        others=others,
        past=past,
    )


def translated(translate: Translate, delivery: Delivery, known: Context) -> Translation:
    """Translate a delivery; one that cannot be read is set aside whole."""
    said = Translation()
    try:
        for heard in translate(delivery, known):
            _sort(heard, said)
    except (Garbled, FeedChanged) as error:
        return unread(delivery, str(error))
    return said


def unread(delivery: Delivery, why: str) -> Translation:
    """Return what a delivery says that could not be read: nothing, and why."""
    body = delivery.bodies[0] if delivery.bodies else b""
    whole = Rejected(where="the whole delivery", why=why, record=body[:1000])
    return Translation(set_aside=[whole], garbled=why)


def overtaken(said: Translation) -> Translation:
    """Return what still counts when a newer delivery has been read: what has a time of its own."""
    left = Translation(skipped=said.skipped, set_aside=said.set_aside, garbled=said.garbled)
    for fact in said.facts:
        if isinstance(fact, Series | Observation):
            _sort(fact, left)
    return left


def _sort(heard: Heard, said: Translation) -> None:
    if isinstance(heard, Rejected):
        said.set_aside.append(heard)
        return
    if isinstance(heard, Skipped):
        said.skipped[heard.why] += heard.count
        return
    said.facts.append(heard)
    if isinstance(heard, Observation):
        said.observations += 1
    elif isinstance(heard, Thing):
        said.things += 1
    elif isinstance(heard, Series):
        said.series += 1
        said.ruled = said.ruled or TOLD in heard.details


def sifted(said: Translation, is_declared: Callable[[str], bool]) -> Translation:
    """Set aside the facts that the store would not take, so that one bad one stops no other.

    Needed only when a commit was refused: a fact is looked at here as the store looks at it.
    """
    sound = Translation(skipped=said.skipped, set_aside=[*said.set_aside])
    declared: set[str] = set()
    for fact in said.facts:
        why = _fault(fact, lambda series: series in declared or is_declared(series))
        if why:
            record = msgspec.json.encode(fact)
            sound.set_aside.append(Rejected(where=_name(fact), why=why, record=record))
            continue
        if isinstance(fact, Series):
            declared.add(fact.id)
        _sort(fact, sound)
    return sound


def _fault(fact: Fact, is_declared: Callable[[str], bool]) -> str:
    if isinstance(fact, Observation) and not is_declared(fact.series):
        return f"the series {fact.series} has not been declared"
    try:
        msgspec.convert(msgspec.to_builtins(fact), type(fact))
    except (msgspec.ValidationError, TypeError) as error:
        return str(error)
    return ""


def _name(fact: Fact) -> str:
    match fact:
        case Thing(id=name) | Series(id=name) | Observation(series=name):
            return name
        case Retracted(thing=thing, series=series):
            return thing or series or ""
        case _:
            return fact.thing
