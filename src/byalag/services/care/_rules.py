"""What may be said of a home, as it is: every fact is asked here before it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import singledispatch
from typing import Final

from msgspec import Struct

from byalag.model import Micros, SeriesId, ThingId, Words, span
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
_LONGEST: Final = timedelta(days=1)  # that somebody is waited for, and a device not heard
CENTURY: Final[Micros] = 36_525 * 86_400 * 1_000_000  # no agreement is for longer
_CHANNEL: Final = ("kanalen", "channel")
_CONTACT: Final = ("kontakten", "contact")
_CONSENT: Final = ("samtycket", "consent")
_NOTICE: Final = ("det öppna larmet", "open notice")
_OF_OPEN: Final = frozenset({"notice", "reminder", "looking"})  # said of what is not over
_OF_NO_NOTICE: Final = frozenset({"test", "link"})
_ENDS: Final = (ConsentWithdrawn, ContactGone, ChannelGone, NoticeClosed, Told)  # also when closed


class Unsayable(Refused):
    """What is said of a home cannot be, as the home is now. `words` say why in each language."""

    def __init__(self, words: Words) -> None:
        """Say why."""
        super().__init__(words["en"])
        self.words = words


class Around(Struct, frozen=True, kw_only=True):
    """What else must be known to judge what is said of one home.

    `dataset` answers which dataset a series is in, None if it has never been heard of; `holder`
    which home has a series among its channels, if any has; `elsewhere` whether a contact is one of
    a home in another unit than the one that is named.
    """

    units: Mapping[str, Unit]
    dataset: Callable[[SeriesId], str | None]
    holder: Callable[[SeriesId], HomeId | None]
    elsewhere: Callable[[ThingId, str], bool] = lambda _contact, _unit: False


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
        raise Unsayable({"sv": f"inget sägs om {id_}", "en": f"nothing is said of {id_}"})
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
        raise Unsayable(why)


def _faults(
    home: Home | None, id_: HomeId, said: Said, now: Micros, around: Around
) -> Iterator[Words]:
    if isinstance(said, Opened):
        if home is not None:
            yield {"sv": f"{id_} finns redan", "en": f"{id_} is there already"}
        if said.unit not in around.units:
            yield _unknown("enheten", "unit", said.unit, around.units)
    elif home is None:
        yield {"sv": f"hemmet {id_} finns inte", "en": f"there is no home {id_}"}
    elif not home.open and not isinstance(said, _ENDS):
        yield {
            "sv": f"{id_} är avslutat: inget mer sägs om det",
            "en": f"{id_} is closed: nothing more is said of it",
        }
    else:
        yield from _judge(said, home, now, around)


@singledispatch
def _judge(_said: Said, _home: Home, _now: Micros, _around: Around) -> Iterator[Words]:
    """Yield why a fact may not be said; nothing of one that has no rule of its own."""
    yield from ()


@_judge.register
def _(said: ChannelSet, home: Home, _now: Micros, around: Around) -> Iterator[Words]:
    channel, unit = said.channel, _unit(home, around)
    if len({*home.channels, channel.series}) > MOST_CHANNELS:
        yield {
            "sv": f"ett hem har högst {MOST_CHANNELS} kanaler",
            "en": f"a home has {MOST_CHANNELS} channels at most",
        }
    dataset = around.dataset(channel.series)
    if dataset not in unit.datasets:
        known = ", ".join(unit.datasets)
        yield (
            {
                "sv": f"{channel.series} finns i {dataset}, som inte är enhetens; "
                f"dess givare finns i {known}",
                "en": f"{channel.series} is in {dataset}, which is not the unit's; its sensors are "
                f"in {known}",
            }
            if dataset
            else {
                "sv": f"{channel.series} har aldrig hörts: vänta tills givaren har hörts, eller "
                f"ange serien i en källa till {known}",
                "en": f"{channel.series} has never been heard of: wait until the sensor has been "
                f"heard, or declare the series in a source of {known}",
            }
        )
    if span(channel.heartbeat) > _LONGEST:
        yield {
            "sv": "en givare ska höras av minst en gång om dygnet (heartbeat)",
            "en": "a sensor is heard at least once a day (heartbeat)",
        }
    holder = around.holder(channel.series)
    if holder is not None and holder != home.id:
        yield {
            "sv": f"{channel.series} är en kanal i {holder}; ta bort den där först",
            "en": f"{channel.series} is a channel of {holder}; take it away there first",
        }


@_judge.register
def _(said: ChannelGone, home: Home, _now: Micros, _around: Around) -> Iterator[Words]:
    yield from _known(said.series, home.channels, _CHANNEL)


@_judge.register
def _(said: ContactSet, home: Home, _now: Micros, around: Around) -> Iterator[Words]:
    contact, unit = said.contact, _unit(home, around)
    if not contact.id.startswith("contact:"):
        yield {
            "sv": f"{contact.id} är ingen kontakts pseudonym",
            "en": f"{contact.id} is no contact's pseudonym",
        }
    if around.elsewhere(contact.id, home.unit):  # who they are is for their own unit to see
        yield {
            "sv": f"{contact.id} hör till en annan enhet; lägg till kontakten som en ny",
            "en": f"{contact.id} belongs to another unit; add the contact as a new one",
        }
    if len({*home.contacts, contact.id}) > MOST_CONTACTS:
        yield {
            "sv": f"ett hem har högst {MOST_CONTACTS} kontakter",
            "en": f"a home has {MOST_CONTACTS} contacts at most",
        }
    if not contact.ways or not contact.may:
        yield {
            "sv": "ange hur kontakten får veta (sms, email eller push) och vad den får se",
            "en": "say how the contact is told (ways), and what they may see (may)",
        }
    if not 1 <= contact.step <= MOST_STEPS:
        yield {
            "sv": f"en kontakts steg är från 1 till {MOST_STEPS}",
            "en": f"a contact's step is from 1 to {MOST_STEPS}",
        }
    if span(contact.wait) > _LONGEST:
        yield {
            "sv": "en kontakt har högst ett dygn på sig att svara (wait)",
            "en": "a contact has a day to answer at most (wait)",
        }
    for way in contact.ways:
        if way not in unit.ways:
            known = ", ".join(unit.ways)
            yield {
                "sv": f"enheten har ingen utgång för {way}; den har: {known or 'ingen'}",
                "en": f"the unit has no outlet for {way}; it has: {known or 'none'}",
            }


@_judge.register
def _(said: ContactGone, home: Home, _now: Micros, _around: Around) -> Iterator[Words]:
    yield from _known(said.contact, home.contacts, _CONTACT)


@_judge.register
def _(said: ConsentGiven, home: Home, now: Micros, _around: Around) -> Iterator[Words]:
    consent = said.consent
    if consent.id in home.consents:
        yield {
            "sv": f"{consent.id} finns redan; ett samtycke ändras aldrig, det tas bara tillbaka",
            "en": f"{consent.id} is there already; a consent is never changed, only withdrawn",
        }
    if not consent.meanings:
        yield {
            "sv": "ange vad samtycket gäller",
            "en": "say what may be watched (meanings): consent to nothing watches nothing",
        }
    if not consent.text:
        yield {
            "sv": "ange vilken version av texten som samtycket gäller",
            "en": "say which version of the words was agreed to (text)",
        }
    for contact in consent.contacts:
        yield from _known(contact, home.contacts, _CONTACT)
    if consent.until is not None and not max(now, consent.since) < consent.until:
        yield {
            "sv": "ett samtycke slutar efter att det börjat, och senare än nu",
            "en": "a consent ends after it begins, and later than now",
        }
    if max(consent.since, consent.until or 0) > now + CENTURY:
        yield {
            "sv": "ett samtycke börjar och slutar inom hundra år",
            "en": "a consent begins and ends within a hundred years",
        }


@_judge.register
def _(said: ConsentWithdrawn, home: Home, _now: Micros, _around: Around) -> Iterator[Words]:
    yield from _known(said.consent, home.consents, _CONSENT)


@_judge.register
def _(said: StageSet, home: Home, now: Micros, _around: Around) -> Iterator[Words]:
    steps = STAGES.index(said.stage) - STAGES.index(home.stage)
    if steps > 1:
        yield {
            "sv": f"{home.id} är i läget {home.stage}; nästa läge är {STAGES[1]}",
            "en": f"{home.id} is {home.stage}; the next stage is {STAGES[1]}",
        }
    if steps == 1 and not home.agreed(now):
        yield {
            "sv": f"inget samtycke gäller för {home.id}",
            "en": f"no consent of {home.id} is in force",
        }
    if steps == 1 and said.stage == "telling" and not home.told_to(now):
        yield {
            "sv": f"ingen får veta något om {home.id}: inget samtycke som gäller nämner en kontakt",
            "en": f"nobody may be told of {home.id}: no consent in force names a contact",
        }


@_judge.register
def _(said: Household, _home: Home, _now: Micros, _around: Around) -> Iterator[Words]:
    if said.residents < 1:
        yield {
            "sv": "någon bor i ett hem: ange minst 1 boende",
            "en": "somebody lives in a home: residents is 1 at least",
        }


@_judge.register
def _(said: Away, home: Home, now: Micros, around: Around) -> Iterator[Words]:
    yield from _soon(said.until, now, _unit(home, around).away)


@_judge.register
def _(said: Visiting, home: Home, now: Micros, around: Around) -> Iterator[Words]:
    leaving = home.visiting is not None and said.until == now < home.visiting
    if not leaving:
        yield from _soon(said.until, now, _unit(home, around).visit)
    if said.contact is not None:
        yield from _known(said.contact, home.contacts, _CONTACT)


@_judge.register
def _(said: NoticeOpened, home: Home, now: Micros, _around: Around) -> Iterator[Words]:
    if said.notice in home.notices:
        yield {
            "sv": f"larmet {said.notice} är redan öppet",
            "en": f"the notice {said.notice} is open already",
        }
    watched = home.watched(now)
    channel = said.reason.channel
    if not watched or (channel != "home" and channel not in watched):
        yield {
            "sv": f"inget samtycke som gäller för {home.id} bär det här larmet",
            "en": f"no consent of {home.id} in force carries this notice",
        }


@_judge.register
def _(said: NoticeClosed, home: Home, _now: Micros, _around: Around) -> Iterator[Words]:
    yield from _known(said.notice, home.notices, _NOTICE)


@_judge.register
def _(said: Told, home: Home, now: Micros, _around: Around) -> Iterator[Words]:
    if said.outcome != "sent":
        return  # what has become of a message is a fact, whatever has been agreed since
    contact = home.told_to(now).get(said.contact)
    if contact is None:
        yield {
            "sv": f"inget samtycke som gäller för {home.id} nämner {said.contact}",
            "en": f"no consent of {home.id} in force names {said.contact}",
        }
        return
    if said.about in _OF_NO_NOTICE:
        return
    if said.about in _OF_OPEN:
        yield from _known(said.notice, home.notices, _NOTICE)
    if home.stage != "telling" and contact.kind != "staff":
        yield {
            "sv": f"{home.id} är i läget {home.stage}: bara personalen får veta",
            "en": f"{home.id} is {home.stage}: only staff are told",
        }


@_judge.register
def _(said: Acknowledged, home: Home, _now: Micros, _around: Around) -> Iterator[Words]:
    yield from _known(said.notice, home.notices, _NOTICE)
    if said.contact is not None:
        yield from _known(said.contact, home.contacts, _CONTACT)


def _unit(home: Home, around: Around) -> Unit:
    unit = around.units.get(home.unit)
    if unit is None:
        raise Unsayable(
            {
                "sv": f"enheten {home.unit!r} som {home.id} hör till har ingen fil längre",
                "en": f"the unit {home.unit!r} of {home.id} has no file any more",
            }
        )
    return unit


def _known(id_: str, known: Mapping[str, object], what: tuple[str, str]) -> Iterator[Words]:
    if id_ not in known:
        yield _unknown(*what, id_, known)


def _unknown(swedish: str, english: str, given: str, known: Iterable[str]) -> Words:
    listed = ", ".join(known)
    return {
        "sv": f"{swedish} {given!r} finns inte; det här finns: {listed or 'ingenting'}",
        "en": f"there is no {english} {given!r}; there is {listed or 'none'}",
    }


def _soon(until: Micros, now: Micros, most: str) -> Iterator[Words]:
    days = span(most).days
    if until <= now:
        yield {"sv": "ange en tid som inte har varit", "en": "give a time that has not been yet"}
    if until > now + span(most) // timedelta(microseconds=1):
        yield {
            "sv": f"högst {days} dygn framåt; säg till igen då",
            "en": f"{days} days ahead at most; say it again then",
        }


_LAPSING: Final = (ConsentWithdrawn, Closed, ChannelGone, ChannelSet)
