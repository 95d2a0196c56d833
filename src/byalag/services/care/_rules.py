"""What may be said of a home, as it is: every fact is asked here before it is written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import singledispatch
from typing import Final

from msgspec import Struct

from byalag.model import Micros, SeriesId, span
from byalag.services import Refused
from byalag.services.care._home import HomeId, Stage
from byalag.services.care._life import Home, after
from byalag.services.care._said import (
    Acknowledged,
    Away,
    ChannelGone,
    ChannelSet,
    Closed,
    ConsentGiven,
    ConsentWithdrawn,
    ContactGone,
    ContactSet,
    Household,
    NoticeClosed,
    NoticeOpened,
    Opened,
    Said,
    StageSet,
    Told,
    Visiting,
)
from byalag.services.care._unit import Unit

STAGES: Final[tuple[Stage, ...]] = ("learning", "silent", "telling")
MOST_CHANNELS: Final = 64
MOST_CONTACTS: Final = 32
MOST_STEPS: Final = 9
_OF_OPEN: Final = frozenset({"notice", "reminder", "looking"})  # said of what is not over
_OF_NO_NOTICE: Final = frozenset({"test", "link"})
_ENDS: Final = (ConsentWithdrawn, ContactGone, ChannelGone, NoticeClosed, Told)  # also when closed


class Around(Struct, frozen=True, kw_only=True):
    """What else must be known to judge what is said of one home.

    `dataset` answers which dataset a series is in, None if it has never been heard of; `holder`
    which home has a series among its channels, if any has.
    """

    units: Mapping[str, Unit]
    dataset: Callable[[SeriesId], str | None]
    holder: Callable[[SeriesId], HomeId | None]


def becomes(
    home: Home | None, id_: HomeId, said: Sequence[Said], at: Micros, around: Around
) -> tuple[Home, list[Said]]:
    """Return a home when facts have been said of it, and those facts with what follows of them.

    Whoever takes a consent back ends, with the same words, the notices that rested on it.

    Raises:
        Refused: one of them cannot be said, as the home is then.
    """
    every: list[Said] = []
    for one in said:
        allowed(home, id_, one, at, around)
        home = after(home, id_, one, at)
        every.append(one)
        for end in lapsed(home, at) if home is not None and isinstance(one, _LAPSING) else ():
            home = after(home, id_, end, at)
            every.append(end)
    if home is None:
        msg = f"nothing is said of {id_}"
        raise Refused(msg)
    return home, every


def lapsed(home: Home, now: Micros) -> list[NoticeClosed]:
    """Return what ends the open notices that no consent in force carries any more."""
    watched = home.watched(now)
    return [
        NoticeClosed(notice=id_, by="withdrawn")
        for id_, notice in home.notices.items()
        if not watched or (notice.reason.channel not in watched and notice.reason.channel != "home")
    ]


def allowed(home: Home | None, id_: HomeId, said: Said, now: Micros, around: Around) -> None:
    """Do nothing, if a fact may be said of a home as it is now.

    Raises:
        Refused: it may not; the sentence says why, and what would be needed.
    """
    for why in _faults(home, id_, said, now, around):
        raise Refused(why)


def _faults(
    home: Home | None, id_: HomeId, said: Said, now: Micros, around: Around
) -> Iterator[str]:
    if isinstance(said, Opened):
        if home is not None:
            yield f"{id_} is there already"
        if said.unit not in around.units:
            known = ", ".join(around.units) or "none"
            yield f"there is no unit {said.unit!r}; there is {known}"
    elif home is None:
        yield f"there is no home {id_}"
    elif not home.open and not isinstance(said, _ENDS):
        yield f"{id_} is closed: nothing more is said of it"
    else:
        yield from _judge(said, home, now, around)


@singledispatch
def _judge(_said: Said, _home: Home, _now: Micros, _around: Around) -> Iterator[str]:
    """Yield why a fact may not be said; nothing of one that has no rule of its own."""
    yield from ()


@_judge.register
def _(said: ChannelSet, home: Home, _now: Micros, around: Around) -> Iterator[str]:
    channel, unit = said.channel, _unit(home, around)
    if len({*home.channels, channel.series}) > MOST_CHANNELS:
        yield f"a home has {MOST_CHANNELS} channels at most"
    dataset = around.dataset(channel.series)
    if dataset not in unit.datasets:
        known = ", ".join(unit.datasets)
        where = (
            f"is in {dataset}, which is not the unit's"
            if dataset
            else "has never been heard of: let its source declare it, or wait until it is heard"
        )
        yield f"{channel.series} {where}; the unit's sensors are in {known}"
    holder = around.holder(channel.series)
    if holder is not None and holder != home.id:
        yield f"{channel.series} is a channel of {holder}; take it away there first"


@_judge.register
def _(said: ChannelGone, home: Home, _now: Micros, _around: Around) -> Iterator[str]:
    yield from _known(said.series, home.channels, "channel")


@_judge.register
def _(said: ContactSet, home: Home, _now: Micros, around: Around) -> Iterator[str]:
    contact, unit = said.contact, _unit(home, around)
    if not contact.id.startswith("contact:"):
        yield f"{contact.id} is no contact's pseudonym"
    if len({*home.contacts, contact.id}) > MOST_CONTACTS:
        yield f"a home has {MOST_CONTACTS} contacts at most"
    if not contact.ways or not contact.may:
        yield "say how the contact is told (ways), and what they may see (may)"
    if not 1 <= contact.step <= MOST_STEPS:
        yield f"a contact's step is from 1 to {MOST_STEPS}"
    for way in contact.ways:
        if way not in unit.ways:
            known = ", ".join(unit.ways) or "none"
            yield f"the unit has no outlet for {way}; it has: {known}"


@_judge.register
def _(said: ContactGone, home: Home, _now: Micros, _around: Around) -> Iterator[str]:
    yield from _known(said.contact, home.contacts, "contact")


@_judge.register
def _(said: ConsentGiven, home: Home, now: Micros, _around: Around) -> Iterator[str]:
    consent = said.consent
    if consent.id in home.consents:
        yield f"{consent.id} is there already; a consent is never changed, only withdrawn"
    if not consent.meanings:
        yield "say what may be watched (meanings): consent to nothing watches nothing"
    if not consent.text:
        yield "say which version of the words was agreed to (text)"
    for contact in consent.contacts:
        yield from _known(contact, home.contacts, "contact")
    if consent.until is not None and not max(now, consent.since) < consent.until:
        yield "a consent ends after it begins, and later than now"


@_judge.register
def _(said: ConsentWithdrawn, home: Home, _now: Micros, _around: Around) -> Iterator[str]:
    yield from _known(said.consent, home.consents, "consent")


@_judge.register
def _(said: StageSet, home: Home, now: Micros, _around: Around) -> Iterator[str]:
    steps = STAGES.index(said.stage) - STAGES.index(home.stage)
    if steps > 1:
        yield f"{home.id} is {home.stage}; the next stage is {STAGES[1]}"
    if steps == 1 and not home.agreed(now):
        yield f"no consent of {home.id} is in force"
    if steps == 1 and said.stage == "telling" and not home.told_to(now):
        yield f"nobody may be told of {home.id}: no consent in force names a contact"


@_judge.register
def _(said: Household, _home: Home, _now: Micros, _around: Around) -> Iterator[str]:
    if said.residents < 1:
        yield "somebody lives in a home: residents is 1 at least"


@_judge.register
def _(said: Away, home: Home, now: Micros, around: Around) -> Iterator[str]:
    yield from _soon(said.until, now, _unit(home, around).away, "away")


@_judge.register
def _(said: Visiting, home: Home, now: Micros, around: Around) -> Iterator[str]:
    yield from _soon(said.until, now, _unit(home, around).visit, "visiting")
    if said.contact is not None:
        yield from _known(said.contact, home.contacts, "contact")


@_judge.register
def _(said: NoticeOpened, home: Home, now: Micros, _around: Around) -> Iterator[str]:
    if said.notice in home.notices:
        yield f"the notice {said.notice} is open already"
    watched = home.watched(now)
    channel = said.reason.channel
    if not watched or (channel != "home" and channel not in watched):
        yield f"no consent of {home.id} in force carries this notice"


@_judge.register
def _(said: NoticeClosed, home: Home, _now: Micros, _around: Around) -> Iterator[str]:
    yield from _known(said.notice, home.notices, "open notice")


@_judge.register
def _(said: Told, home: Home, now: Micros, _around: Around) -> Iterator[str]:
    if said.outcome != "sent":
        return  # what has become of a message is a fact, whatever has been agreed since
    contact = home.told_to(now).get(said.contact)
    if contact is None:
        yield f"no consent of {home.id} in force names {said.contact}"
        return
    if said.about in _OF_NO_NOTICE:
        return
    if said.about in _OF_OPEN:
        yield from _known(said.notice, home.notices, "open notice")
    if home.stage != "telling" and contact.kind != "staff":
        yield f"{home.id} is {home.stage}: only staff are told"


@_judge.register
def _(said: Acknowledged, home: Home, _now: Micros, _around: Around) -> Iterator[str]:
    yield from _known(said.notice, home.notices, "open notice")
    if said.contact is not None:
        yield from _known(said.contact, home.contacts, "contact")


def _unit(home: Home, around: Around) -> Unit:
    unit = around.units.get(home.unit)
    if unit is None:
        msg = f"the unit {home.unit!r} of {home.id} has no file any more"
        raise Refused(msg)
    return unit


def _known(id_: str, known: Mapping[str, object], what: str) -> Iterator[str]:
    if id_ not in known:
        yield f"there is no {what} {id_}; there is {', '.join(known) or 'none'}"


def _soon(until: Micros, now: Micros, most: str, what: str) -> Iterator[str]:
    if until <= now:
        yield f"{what} is until a time that has not been yet"
    if until > now + span(most).total_seconds() * 1e6:
        yield f"{what} is for {span(most).days} days at most; say it again then"


_LAPSING: Final = (ConsentWithdrawn, Closed, ChannelGone, ChannelSet)
