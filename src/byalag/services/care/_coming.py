"""What happens next with a notice if nobody answers: the chain, gone through ahead of time."""

from typing import Final

from byalag.model import Micros
from byalag.services.care._home import Contact
from byalag.services.care._life import Home, after
from byalag.services.care._said import Told
from byalag.services.care._telling import Telling, plan

_AHEAD: Final = 30  # looks; a chain has nine steps at most


def coming(
    home: Home, notice: str, now: Micros, zone: str
) -> list[tuple[Micros, tuple[Contact, ...]]]:
    """Return when who is told of a notice, in order, if each message arrives and nobody answers."""
    found: list[tuple[Micros, tuple[Contact, ...]]] = []
    at: Micros | None = now
    for _ in range(_AHEAD):
        if at is None:
            break
        seen = plan(home, at, zone)
        told = [one for one in seen.due if one.notice == notice and one.about == "notice"]
        if told:
            found.append((at, tuple(home.contacts[one.contact] for one in told)))
        for one in seen.due:
            home = _taken(home, one, at)
        at = plan(home, at, zone).until
    return found


def _taken(home: Home, one: Telling, at: Micros) -> Home:
    said = Told(
        notice=one.notice, contact=one.contact, way=one.way, outcome="taken", about=one.about
    )
    return after(home, home.id, said, at) or home
