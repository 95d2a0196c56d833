"""How a home is, and what there is to tell of it: one function of what is known.

What is not known is never filled in. A home of which a device that carries the verdict is not heard
is one we have no contact with; a person is judged only by silence in which every such device was
known to be alive.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from math import inf
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from byalag.model import Micros, SeriesId, ThingId
from byalag.services.care._devices import Contacted
from byalag.services.care._home import ROOMS, Channel
from byalag.services.care._life import Home
from byalag.services.care._said import Back, NoticeClosed, NoticeOpened, Said
from byalag.services.care._signs import MINUTE
from byalag.services.care._standing import Kind, Reason, Standing, State

HOME: Final = "home"
NEVER: Final[Micros] = 24 * 60 * MINUTE  # after which a device that was never heard is told of
AFRAID: Final = (
    2.0  # times the limit, where a device is left out, or somebody may have moved unseen
)
By: TypeAlias = Literal["sign", "heard", "late-data", "away", "withdrawn", "mended"]


class Score(Struct, frozen=True, kw_only=True):
    """How unusual a silence is that goes on: of the home, or of one channel.

    `limit` is the score to tell of; None while too little is known. `last` is the last sign in it
    and `row` its room. `passed` is the minute in which the limit was passed, if it was. `before` is
    what of the score was there when something could be seen again after a downtime: in a downtime
    somebody may have moved, so only what has come since counts, and it must be twice the limit.
    """

    channel: SeriesId | Literal["home"] = HOME
    score: float = 0.0
    limit: float | None = None
    weeks: float | None = None
    usual: tuple[float, float] | None = None
    last: Micros | None = None
    row: int | None = None
    passed: Micros | None = None
    before: float = 0.0

    @property
    def beyond(self) -> bool:
        """Whether it is to be told of."""
        return self.limit is not None and self.score - self.before > self.limit

    def reason(self) -> Reason:
        """Return what a notice of it rests on."""
        room = None if self.row is None or not 0 <= self.row < len(ROOMS) else ROOMS[self.row]
        return Reason(
            channel=self.channel, last=self.last, room=room, weeks=self.weeks, usual=self.usual
        )


class Much(Struct, frozen=True, kw_only=True):
    """That there is far more going on tonight than there ever is, and since when."""

    since: Micros
    weeks: float


class Known(Struct, frozen=True, kw_only=True):
    """All that a home is judged by at a moment.

    `scores` holds that of the home under "home" and those of watched channels. `last` are the last
    signs by channel. `over` are notices of this home that are closed: of the same silence nothing
    is told again. `back` says that somebody lives there again although the home is away.
    """

    home: Home
    now: Micros
    contacted: Contacted
    scores: Mapping[str, Score]
    last: Mapping[SeriesId, Micros]
    over: Collection[str] = ()
    much: Much | None = None
    back: bool = False


class Verdict(Struct, frozen=True, kw_only=True):
    """How a home is, and what is to be said of it now."""

    standing: Standing
    said: tuple[Said, ...] = ()


def as_watched(home: Home, now: Micros) -> dict[SeriesId, Channel]:
    """Return the channels that may be watched now, as signs of the client.

    Where there is a pet, what a sensor of motion sees is no sign of anybody: it only tells that the
    sensor is alive.
    """
    found = home.watched(now)
    if not home.household.pets:
        return found
    return {
        id_: replace(one, counts="each", above=inf) if one.meaning == "motion" else one
        for id_, one in found.items()
    }


def judge(known: Known) -> Verdict:
    """Return how a home is now, and which notices are opened and closed."""
    home, now = known.home, known.now
    closed = list(_closed(known))
    kept = {id_: one for id_, one in home.notices.items() if id_ not in {c.notice for c in closed}}
    opened = [one for one in _opened(known, kept) if one.notice not in kept]
    said: list[Said] = [*closed, *opened]
    if known.back and _is_away(home, now):
        said.insert(0, Back())
    notices = {**kept, **{one.notice: one for one in opened}}
    return Verdict(standing=_standing(known, notices), said=tuple(said))


def named(home: str, kind: Kind, what: str, since: Micros | None) -> str:
    """Return the name of a notice: the same for the same silence, and saying nothing of it."""
    told = f"{home} {kind} {what} {since}"
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def _is_off(known: Known) -> bool:
    return not known.home.open or not known.home.watched(known.now)


def _is_away(home: Home, now: Micros) -> bool:
    return home.away is not None and now < home.away


def _standing(known: Known, notices: Mapping[str, NoticeOpened]) -> Standing:
    state = _state(known, notices)
    notice = _carrying(state, notices)
    reason = _by_now(known, notices[notice]) if notice else None
    since = notices[notice].since if notice else None
    if state == "no-contact" and notice is None:
        lasts = [one.last for one in known.contacted.devices if one.device in _unsure(known)]
        since = None if None in lasts else min((one for one in lasts if one), default=None)
        reason = Reason(
            devices=tuple(sorted(_unsure(known))), gateway=bool(known.contacted.gateways)
        )
    return Standing(
        home=known.home.id,
        at=known.now,
        state=state,
        since=since,
        notice=notice,
        reason=reason,
        last=max(known.last.values(), default=None),
        devices=known.contacted.devices,
    )


def _by_now(known: Known, notice: NoticeOpened) -> Reason:
    """Return what a notice rests on, with how unusual its silence has become by now."""
    told, score = notice.reason, known.scores.get(notice.reason.channel)
    if notice.kind not in {"deviation", "habit"} or told.weeks is None:
        return told
    if score is None or score.weeks is None or score.last != told.last:
        return told
    return replace(told, weeks=max(told.weeks, score.weeks))


def _unsure(known: Known) -> frozenset[ThingId]:
    """Return the devices without which nothing can be said: all, where none is essential."""
    return known.contacted.carrying


def _state(known: Known, notices: Mapping[str, NoticeOpened]) -> State:
    if _is_off(known):
        return "off"
    if _is_away(known.home, known.now) and not known.back:
        return "away"
    kinds = {one.kind for one in notices.values()}
    if "deviation" in kinds:
        return "deviation"
    if known.contacted.carrying or not _heard_at_all(known):
        return "no-contact"
    if known.scores.get(HOME, Score()).limit is None:
        return "learning"
    return "habit" if kinds & {"habit", "activity"} else "usual"


def _heard_at_all(known: Known) -> bool:
    """Return whether there is any essential device: without one nothing carries the verdict."""
    return bool(known.contacted.devices) and any(
        one.essential for one in known.home.watched(known.now).values()
    )


def _carrying(state: State, notices: Mapping[str, NoticeOpened]) -> str | None:
    """Return the notice that a state rests on: the oldest of its kind."""
    kinds = _KINDS.get(state, ())
    fitting = [(one.since, id_) for id_, one in notices.items() if one.kind in kinds]
    return min(fitting)[1] if fitting else None


_KINDS: Final[Mapping[State, tuple[Kind, ...]]] = {
    "deviation": ("deviation",),
    "habit": ("habit", "activity"),
    "no-contact": ("no-contact", "sensor"),
}


def _opened(known: Known, kept: Mapping[str, NoticeOpened]) -> Iterator[NoticeOpened]:
    if _is_off(known):
        return
    yield from _technical(known, kept)
    if _is_away(known.home, known.now) and not known.back:
        return
    if known.contacted.carrying - known.contacted.stuck:
        return
    yield from _personal(known, kept)


def _personal(known: Known, kept: Mapping[str, NoticeOpened]) -> Iterator[NoticeOpened]:
    """Yield what is out of the ordinary for the person; one notice for one silence."""
    home = known.scores.get(HOME, Score())
    if home.beyond and "deviation" not in {one.kind for one in kept.values()}:
        yield from _new(known, "deviation", HOME, home.passed, home.reason(), home.last)
    if home.beyond or _visited(known) or known.contacted.stuck:
        return
    held = {one.reason.channel for one in kept.values() if one.kind == "habit"}
    for id_, one in known.scores.items():
        if id_ != HOME and one.beyond and id_ not in held:
            yield from _new(known, "habit", id_, one.passed, one.reason(), one.last)
    if known.much is not None and "activity" not in {one.kind for one in kept.values()}:
        reason = Reason(last=max(known.last.values(), default=None), weeks=known.much.weeks)
        yield from _new(known, "activity", HOME, known.much.since, reason, known.much.since)


def _visited(known: Known) -> bool:
    return known.home.visiting is not None and known.now < known.home.visiting


def _technical(known: Known, kept: Mapping[str, NoticeOpened]) -> Iterator[NoticeOpened]:
    """Yield what cannot be heard: all devices behind a gateway as one, else each device."""
    told = {one.device: one for one in known.contacted.devices}
    held = {device for one in kept.values() for device in one.reason.devices}
    for gateway in sorted(known.contacted.gateways):
        those = [one for one in known.contacted.devices if one.gateway == gateway]
        lasts = [one.last for one in those if one.last is not None]
        since = max(lasts, default=None)
        if since is None and known.now - known.home.opened < NEVER:
            continue
        if any(one.kind == "no-contact" and set(one.reason.devices) & {t.device for t in those}
               for one in kept.values()):  # fmt: skip
            continue
        reason = Reason(
            last=since, devices=tuple(sorted(one.device for one in those)), gateway=True
        )
        yield from _new(known, "no-contact", gateway, since or known.home.opened, reason, since)
        held |= {one.device for one in those}
    wrong = (known.contacted.unheard | known.contacted.stuck) - known.contacted.behind - held
    wrong -= known.contacted.awaited
    for device in sorted(wrong):
        last = told[device].last
        if last is None and known.now - known.home.opened < NEVER:
            continue
        since = last or known.home.opened
        key = known.now // NEVER if device in known.contacted.stuck else last
        reason = Reason(last=last, devices=(device,))
        yield from _new(known, "sensor", device, since, reason, key)


def _new(  # noqa: PLR0913, PLR0917 -- what a notice is made of
    known: Known,
    kind: Kind,
    what: str,
    since: Micros | None,
    reason: Reason,
    key: Micros | None,
) -> Iterator[NoticeOpened]:
    """Yield a notice, unless one of the same silence has been closed before."""
    name = named(known.home.id, kind, what, key)
    if name not in known.over:
        begun = known.now if since is None else since
        yield NoticeOpened(notice=name, kind=kind, since=begun, reason=reason)


def _closed(known: Known) -> Iterator[NoticeClosed]:
    for id_, one in known.home.notices.items():
        by = _ended(known, id_, one)
        if by is not None:
            yield NoticeClosed(notice=id_, by=by)


def _ended(known: Known, id_: str, one: NoticeOpened) -> By | None:
    if _is_off(known):
        return "withdrawn"
    if one.kind in {"no-contact", "sensor"}:
        return _heard_again(known, one)
    if _is_away(known.home, known.now) and not known.back:
        return "away"
    if one.kind == "activity":
        return "sign" if known.much is None else None
    channel = one.reason.channel
    last = max(known.last.values(), default=None) if channel == HOME else known.last.get(channel)
    if last is None or (one.reason.last is not None and last <= one.reason.last):
        return None
    return "late-data" if last < known.home.raised.get(id_, known.now) - MINUTE else "sign"


def _heard_again(known: Known, one: NoticeOpened) -> By | None:
    """Return what ended a technical notice: all its devices are heard, or are no longer there."""
    there = {each.device for each in known.contacted.devices}
    wrong = known.contacted.unheard | known.contacted.stuck
    if not set(one.reason.devices) & there:
        return "mended"
    if one.kind == "no-contact":
        return None if set(one.reason.devices) & there <= wrong else "heard"
    return None if set(one.reason.devices) & wrong else "heard"
