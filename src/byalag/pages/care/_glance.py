"""How a home is, as a page may say it: no data is its own state, and the default is no contact."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from byalag.model import Micros, ThingId
from byalag.services.care import (
    Acknowledged,
    Contact,
    Home,
    HomeId,
    Kind,
    NoticeOpened,
    SaidAt,
    Standing,
    State,
    Told,
)

FRESH: Final = 5 * 60_000_000  # a standing that is older than this says nothing of now, micros
_UNHEARD: Final = frozenset({"late", "never"})
_RANK: Final[Mapping[str, int]] = {
    "deviation": 0,
    "no-contact": 1,
    "taken": 2,
    "habit": 3,
    "activity": 4,
    "sensor": 5,
    "slow": 6,
    "learning": 7,
    "away": 8,
    "usual": 9,
    "off": 10,
}
_KINDS: Final[tuple[Kind, ...]] = ("deviation", "no-contact", "habit", "activity", "sensor")


class Taken(Struct, frozen=True, kw_only=True):
    """Somebody looks into it, since when; without a contact, it is the staff on these pages."""

    at: Micros
    contact: ThingId | None
    kind: str


class Glance(Struct, frozen=True, kw_only=True):
    """A home at one moment. `urgency` is what it is ordered by, and `faults` devices in trouble.

    `at` is the moment of which it is said; None where nothing watches the home.
    """

    home: Home
    state: State
    urgency: str
    at: Micros | None = None
    since: Micros | None = None
    last: Micros | None = None
    notice: str = ""
    opened: NoticeOpened | None = None
    taken: Taken | None = None
    told: tuple[tuple[Micros, Told], ...] = ()
    faults: tuple[ThingId, ...] = ()

    @property
    def id(self) -> HomeId:
        """The pseudonym of the home."""
        return self.home.id

    @property
    def order(self) -> tuple[int, Micros, str]:
        """Return what homes are sorted by: the most harm first, then the longest."""
        return (_RANK[self.urgency], self.since or 0, self.id)


def state_of(home: Home, standing: Standing | None, now: Micros) -> State:
    """Return how a home is. Usual is said only while all that it rests on is heard, just now.

    A deviation that was seen stays one, whatever has been heard since: what is newest is no news.
    """
    if not home.agreed(now):
        return "off"
    if standing is None:
        return "no-contact"
    if abs(now - standing.at) > FRESH and standing.state not in {"deviation", "away"}:
        return "no-contact"
    if standing.state == "usual" and _unheard(home, standing, now):
        return "no-contact"
    return standing.state


def glance(home: Home, standing: Standing | None, now: Micros, *, changes: bool = False) -> Glance:
    """Return a home as staff see it; `changes` says that something changes slowly there."""
    state = state_of(home, standing, now)
    notice = _notice(home, standing, state)
    since = standing.since if standing is not None else None
    if state == "no-contact" and standing is not None and standing.state != "no-contact":
        since = standing.last or standing.at if standing.state == "usual" else standing.at
    faults = () if standing is None else _faults(standing)
    return Glance(
        home=home,
        state=state,
        urgency=_urgency(home, state, notice, changes=changes, faults=bool(faults)),
        at=None if standing is None else standing.at,
        since=since,
        last=None if standing is None else standing.last,
        notice=notice,
        opened=home.notices.get(notice),
        taken=_taken(home, notice),
        told=home.told.get(notice, ()),
        faults=faults,
    )


def for_contact(seen: Glance) -> Glance:
    """Return a home as those outside the staff see it: nothing is said before it may tell."""
    if seen.home.stage != "telling" and seen.state in {"usual", "deviation", "habit"}:
        return Glance(home=seen.home, state="learning", urgency="learning", at=seen.at)
    return seen


def contact_name(home: Home, contact: ThingId | None, me: ThingId | None) -> str:
    """Return the role of whoever did something: me, a client, a relative or staff."""
    if contact is None:
        return "staff"
    if contact == me:
        return "me"
    known: Contact | None = home.contacts.get(contact)
    return known.kind if known is not None else "gone"


def acknowledged_by(history: Sequence[SaidAt], notice: str) -> list[tuple[Micros, Acknowledged]]:
    """Return who has said that they look into a notice, in the order in which they said it."""
    return [
        (one.at, one.said)
        for one in history
        if isinstance(one.said, Acknowledged) and one.said.notice == notice
    ]


def _notice(home: Home, standing: Standing | None, state: State) -> str:
    """Return the notice that a state rests on, else the open one that matters most."""
    if state in {"off", "away"}:
        return ""
    if standing is not None and standing.notice in home.notices:
        return standing.notice or ""
    found = sorted(home.notices.values(), key=lambda one: (_KINDS.index(one.kind), one.since))
    return found[0].notice if found else ""


def _urgency(home: Home, state: State, notice: str, *, changes: bool, faults: bool) -> str:
    if state in {"off", "away", "no-contact"}:
        return state
    kind = home.notices[notice].kind if notice else ""
    if "deviation" in {state, kind}:
        return "taken" if notice in home.acknowledged else "deviation"
    if "habit" in {state, kind}:
        return "habit"
    if kind == "activity":
        return "activity"
    calm = "learning" if state == "learning" else "usual"
    return "sensor" if faults or kind else "slow" if changes else calm


def _taken(home: Home, notice: str) -> Taken | None:
    if notice not in home.acknowledged:
        return None
    contact = home.looking.get(notice)
    return Taken(
        at=home.acknowledged[notice], contact=contact, kind=contact_name(home, contact, None)
    )


def _unheard(home: Home, standing: Standing, now: Micros) -> bool:
    """Tell whether something that the home as a whole rests on is not heard."""
    heard = {one.device: one.state for one in standing.devices}
    needed = {
        series.partition("/")[0] for series, one in home.watched(now).items() if one.essential
    }
    return any(heard.get(device, "never") in _UNHEARD for device in needed)


def _faults(standing: Standing) -> tuple[ThingId, ...]:
    return tuple(one.device for one in standing.devices if one.state != "ok")
