"""Who is told, by which way, when: worked out of what has been agreed and done, and nothing else.

The chain goes by steps. Those of a step are told together; if nobody says "I am looking into it"
within their `wait`, those of the next step are told too. A step where nobody can be told now (they
all have quiet hours, or no way reaches them) holds nobody up: the next begins at once. What can
wait for the morning waits for those of its step instead. The same facts give the same plan, so
that a hub which was killed goes on where it was.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.model import Micros, ThingId
from byalag.services.care._home import Contact, Way
from byalag.services.care._life import Ended, Home
from byalag.services.care._progress import GIVEN_UP, Done, Progress, micros, progress
from byalag.services.care._quiet import quiet_until
from byalag.services.care._said import About, NoticeOpened
from byalag.services.care._standing import Kind

Outcome: TypeAlias = Literal["waiting", "looking", "unanswered", "nobody"]
_SECOND: Final[Micros] = 1_000_000
_OVER_FOR: Final[Micros] = 24 * 3600 * _SECOND  # later than this nobody wants to know it is over
_CALM: Final[frozenset[Kind]] = frozenset({"habit", "activity"})  # what may wait for the morning
_OF_PEOPLE: Final[frozenset[Kind]] = frozenset({"deviation", "habit", "activity"})
_TECHNICAL: Final[frozenset[Kind]] = frozenset({"no-contact", "sensor"})


class Telling(Struct, frozen=True, kw_only=True):
    """One message to one contact by one way."""

    notice: str
    about: About
    contact: ThingId
    way: Way


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be sent now, and when to look again if nothing happens; None: not at all.

    `chains` says of each open notice how far it has come: somebody may still answer, somebody looks
    into it, all have been told and nobody has answered, or there is nobody who may be told.
    """

    due: tuple[Telling, ...] = ()
    until: Micros | None = None
    chains: dict[str, Outcome] = {}


class _Round(Struct):
    """What one look at one notice comes to."""

    due: list[Telling]
    untils: list[Micros]


def plan(home: Home, now: Micros, zone: str) -> Plan:
    """Work out what is to be told of a home now, by its own clock."""
    look = _Round([], [])
    chains: dict[str, Outcome] = {
        notice: _open(home, notice, now, zone, look) for notice in home.notices
    }
    for notice, ended in home.ended.items():
        _closing(home, notice, ended, now, zone, look)
    later = [until for until in look.untils if until > now]
    return Plan(due=tuple(look.due), until=min(later, default=None), chains=chains)


def steps(home: Home, kind: Kind, now: Micros) -> list[list[Contact]]:
    """Return who may be told of something of a kind now, step by step.

    Only staff are told while a home is being learnt or is silent, and of changes that come slowly.
    Of sensors that are not heard the staff are told first, and then whoever has agreed to it.
    """
    staff_only = home.stage != "telling" or kind == "activity"
    found: dict[tuple[bool, int], list[Contact]] = {}
    for _, one in sorted(home.told_to(now).items()):
        outside = one.kind != "staff"
        if not one.ways or (outside and staff_only):
            continue
        if outside and kind in _TECHNICAL and not one.technical:
            continue
        found.setdefault((outside and kind in _TECHNICAL, one.step), []).append(one)
    return [found[key] for key in sorted(found)]


def refusal(home: Home | None, telling: Telling, now: Micros, zone: str) -> str:
    """Return why a message may not be sent now, at the very moment of sending; "" if it may.

    What has been agreed is asked for again, as it may have been withdrawn since it was decided.
    """
    contact = home.told_to(now).get(telling.contact) if home is not None else None
    if home is None or contact is None:
        return "withdrawn"
    if telling.about == "link":
        return ""
    return (
        _outdated(home, telling, contact, now)
        or ("quiet" if _silent(contact, home, telling.notice, now, zone) is not None else "")
        or ("" if _wanted(home, telling, contact, now) else GIVEN_UP)
    )


def _outdated(home: Home, telling: Telling, contact: Contact, now: Micros) -> str:
    """Return why nobody needs to know any more, or need not know this; "" if somebody does."""
    if telling.about == "test":
        return ""
    if telling.about == "over":
        ended = home.ended.get(telling.notice)
        return "" if ended is not None and now - ended.at < _OVER_FOR else "too late"
    notice = home.notices.get(telling.notice)
    if notice is None:
        return "over"
    if (telling.notice in home.acknowledged) != (telling.about == "looking"):
        return "answered"
    if not any(contact in step for step in steps(home, notice.kind, now)):
        return "withdrawn"
    visited = telling.about != "looking" and _pause(home, notice, now) is not None
    return "visiting" if visited else ""


def _wanted(home: Home, telling: Telling, contact: Contact, now: Micros) -> bool:
    """Tell whether this is still the way by which the contact is to be told."""
    if telling.about == "test":  # every way is tried
        return True
    done = progress(contact, telling.about, _facts(home, telling.notice), now)
    return done.way in {None, telling.way} and done.state != "taken"


def _open(home: Home, notice: str, now: Micros, zone: str, look: _Round) -> Outcome:
    opened = home.notices[notice]
    if notice in home.acknowledged:
        told = home.told.get(notice, ())
        who = home.looking.get(notice)
        others = [one for one in _reached(home, told, now) if one.id != who]
        for one in others:
            _say(home, notice, "looking", one, now, zone, look)
        return "looking"
    pause = _pause(home, opened, now)
    if pause is not None:
        look.untils.append(pause)
        return "waiting"
    return _chain(home, notice, opened, now, zone, look)


def _chain(  # noqa: PLR0913, PLR0917 -- one notice of one home at one moment
    home: Home, notice: str, opened: NoticeOpened, now: Micros, zone: str, look: _Round
) -> Outcome:
    """Go from step to step as far as the time has come."""
    chain = steps(home, opened.kind, now)
    if not chain:
        return "nobody"
    begins = max(home.raised.get(notice, now), _freed(home, opened))
    for step in chain:
        begins = _began(home, notice, step, begins)
        if now < begins:
            look.untils.append(begins)
            return "waiting"
        told = [_say(home, notice, "notice", one, now, zone, look) for one in step]
        first = min((one.first for one in told if one.first is not None), default=None)
        if any(one.state in {"due", "sent", "taken"} for one in told):
            begins = max(begins, now if first is None else first) + _wait(step)
        elif opened.kind in _CALM and any(one.state == "quiet" for one in told):
            return "waiting"
    if now < begins:
        look.untils.append(begins)
        return "waiting"
    _remind(home, notice, now, zone, look)
    return "unanswered"


def _remind(home: Home, notice: str, now: Micros, zone: str, look: _Round) -> None:
    """Tell those who were told once more, when each has had their own time to answer."""
    told = home.told.get(notice, ())
    for one in _reached(home, told, now):
        first = progress(one, "notice", told, now).first
        due = micros(one.wait) + (now if first is None else first)
        if now < due:
            look.untils.append(due)
        else:
            _say(home, notice, "reminder", one, now, zone, look)


def _began(home: Home, notice: str, step: Sequence[Contact], begins: Micros) -> Micros:
    """Return when a step began, if it has; a step before it that was quiet then changes nothing."""
    names = {one.id for one in step}
    told = home.told.get(notice, ())
    return min(
        (at for at, said in told if said.contact in names and said.about == "notice"),
        default=begins,
    )


def _closing(  # noqa: PLR0913, PLR0917 -- one notice of one home at one moment
    home: Home, notice: str, ended: Ended, now: Micros, zone: str, look: _Round
) -> None:
    """Tell those who were told that it is over, and nobody else."""
    if now - ended.at >= _OVER_FOR:
        return
    for one in _reached(home, ended.told, now):
        _say(home, notice, "over", one, now, zone, look)


def _say(  # noqa: PLR0913, PLR0917 -- one message of one notice of one home at one moment
    home: Home,
    notice: str,
    about: About,
    contact: Contact,
    now: Micros,
    zone: str,
    look: _Round,
) -> Progress:
    """Put a message among what is due if it is to be sent now, and return how far it has come."""
    done = progress(contact, about, _facts(home, notice), now)
    if done.until is not None:
        look.untils.append(done.until)
    if done.state != "due":
        return done
    silent = _silent(contact, home, notice, now, zone)
    if silent is not None:
        look.untils.append(silent)
        return Progress(state="quiet", first=done.first)
    if done.way is not None:
        look.due.append(Telling(notice=notice, about=about, contact=contact.id, way=done.way))
    return done


def _silent(contact: Contact, home: Home, notice: str, now: Micros, zone: str) -> Micros | None:
    """Return until when nothing is sent to a contact, or None."""
    ended = home.ended.get(notice)
    opened = home.notices.get(notice) or (ended.notice if ended else None)
    return quiet_until(contact, now, zone, calm=opened is not None and opened.kind in _CALM)


def _pause(home: Home, opened: NoticeOpened, now: Micros) -> Micros | None:
    """Return until when nobody is told of it as somebody is there, or nobody is; or None."""
    if opened.kind not in _OF_PEOPLE:
        return None
    freed = _freed(home, opened)
    return freed if freed > now else None


def _freed(home: Home, opened: NoticeOpened) -> Micros:
    """Return when a visit, or the time away, ends or ended."""
    if opened.kind not in _OF_PEOPLE:
        return 0
    return max(home.visiting or 0, home.away or 0)


def _facts(home: Home, notice: str) -> Sequence[Done]:
    if notice in home.ended and notice not in home.notices:
        return home.ended[notice].told
    return home.told.get(notice, ())


def _reached(home: Home, told: Sequence[Done], now: Micros) -> Iterator[Contact]:
    """Yield those who were told and still may be, each once."""
    may = home.told_to(now)
    names = dict.fromkeys(
        said.contact
        for _, said in told
        if said.outcome == "taken" and said.about in {"notice", "reminder"}
    )
    for name in names:
        if name in may and (may[name].kind == "staff" or home.stage == "telling"):
            yield may[name]


def _wait(step: Sequence[Contact]) -> Micros:
    return max(micros(one.wait) for one in step)
