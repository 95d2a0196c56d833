"""How far one message to one contact has come, way by way, from what was noted of it."""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.model import Micros, span
from byalag.services.care._home import Contact, Way
from byalag.services.care._said import About, Told

Done: TypeAlias = tuple[Micros, Told]
_PATIENCE: Final[Micros] = 300_000_000  # what has not been taken by then goes by the next way
GIVEN_UP: Final = "another way"


class Progress(Struct, frozen=True, kw_only=True):
    """How one message stands. `way` is the one that is due or under way; `first` when it began.

    `until` is when a way that has not been taken is given up.
    """

    state: Literal["due", "quiet", "sent", "taken", "failed"]
    way: Way | None = None
    first: Micros | None = None
    until: Micros | None = None


def progress(contact: Contact, about: About, told: Sequence[Done], now: Micros) -> Progress:
    """Return how far a message to a contact has come, of all that was told of one notice."""
    mine = [one for one in told if one[1].contact == contact.id]
    said = {way: _lately([one for one in mine if _is(one, about, way)]) for way in contact.ways}
    first = min((at for each in said.values() for at, _ in each), default=None)
    if any(one.outcome == "taken" for each in said.values() for _, one in each):
        return Progress(state="taken", first=first)
    patience = min(_PATIENCE, micros(contact.wait) // max(1, len(contact.ways)))
    for way in _in_order(contact, mine):
        if not said[way]:
            return Progress(state="due", way=way, first=first)
        until = said[way][0][0] + patience
        if now < until and all(one.outcome == "sent" for _, one in said[way]):
            return Progress(state="sent", way=way, first=first, until=until)
    return Progress(state="failed", first=first)


def tries(contact: str, about: About, way: Way, told: Sequence[Done]) -> int:
    """Count the times that a message was held back, so that the next has an id of its own."""
    mine = (one for one in told if one[1].contact == contact and _is(one, about, way))
    return sum(said.outcome == "dropped" for _, said in mine)


def micros(duration: str) -> Micros:
    """Return a duration of the settings in microseconds."""
    return int(span(duration).total_seconds() * 1_000_000)


def _is(one: Done, about: About, way: Way) -> bool:
    return one[1].about == about and one[1].way == way


def _lately(said: Sequence[Done]) -> Sequence[Done]:
    """Return what was noted since the message was held back last: that was as if never sent."""
    for number in range(len(said) - 1, -1, -1):
        one = said[number][1]
        if one.outcome == "dropped" and one.why != GIVEN_UP:
            return said[number + 1 :]
    return said


def _in_order(contact: Contact, mine: Sequence[Done]) -> list[Way]:
    """Return the ways, first the one by which the contact was reached."""
    ways: list[Way] = []
    for _, one in mine:
        if not ways and one.outcome == "taken" and one.way in contact.ways:
            ways.append(one.way)
    ways.extend(way for way in contact.ways if way not in ways)
    return ways
