"""A home is what has been said of it."""

from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from byalag.model import Micros, SeriesId, ThingId
from byalag.services.care._home import Channel, Consent, Contact, HomeId, Meaning, Stage
from byalag.services.care._said import (
    Acknowledged,
    Away,
    Back,
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

K = TypeVar("K")
V = TypeVar("V")


class SaidAt(Protocol):
    """One fact of a home with when it was said and by whom."""

    @property
    def at(self) -> Micros:
        """When it was said."""
        ...

    @property
    def who(self) -> str:
        """By whom."""
        ...

    @property
    def said(self) -> Said:
        """What was said."""
        ...


_SINGLES: Final = 64  # tests and links that were asked for
_REMEMBERED: Final = 8  # notices that are over, of which somebody was told


class Ended(Struct, frozen=True, kw_only=True):
    """A notice that is over, and who was told of it, so that they can be told that too."""

    at: Micros
    by: str
    notice: NoticeOpened
    told: tuple[tuple[Micros, Told], ...]


class Home(Struct, frozen=True, kw_only=True):
    """A home as it is agreed now. `notices` are those that are open, with what was done of each.

    `raised` is when each was opened, `looking` who said last that they look into it. `ended` are
    the latest that are over and that somebody was told of, `singles` the latest messages that were
    of no notice.
    """

    id: HomeId
    unit: str
    opened: Micros
    open: bool = True
    stage: Stage = "learning"
    staged: Micros | None = None  # when it came to its stage, if anybody has said so
    channels: dict[SeriesId, Channel] = field(default_factory=dict[SeriesId, Channel])
    contacts: dict[ThingId, Contact] = field(default_factory=dict[ThingId, Contact])
    consents: dict[str, Consent] = field(default_factory=dict[str, Consent])
    household: Household = field(default_factory=Household)
    away: Micros | None = None  # until when
    visiting: Micros | None = None  # until when
    notices: dict[str, NoticeOpened] = field(default_factory=dict[str, NoticeOpened])
    acknowledged: dict[str, Micros] = field(default_factory=dict[str, Micros])
    told: dict[str, tuple[tuple[Micros, Told], ...]] = field(
        default_factory=dict[str, tuple[tuple[Micros, Told], ...]]
    )
    raised: dict[str, Micros] = field(default_factory=dict[str, Micros])
    looking: dict[str, ThingId | None] = field(default_factory=dict[str, ThingId | None])
    ended: dict[str, Ended] = field(default_factory=dict[str, Ended])
    singles: tuple[tuple[Micros, Told], ...] = ()

    def agreed(self, now: Micros) -> tuple[Consent, ...]:
        """Return the consents in force."""
        if not self.open:
            return ()
        return tuple(
            one
            for one in self.consents.values()
            if one.since <= now and (one.until is None or now < one.until)
        )

    def watched(self, now: Micros) -> dict[SeriesId, Channel]:
        """Return the channels that may be watched now: those that a consent in force names."""
        meanings: set[Meaning] = {each for one in self.agreed(now) for each in one.meanings}
        return {id_: one for id_, one in self.channels.items() if one.meaning in meanings}

    def told_to(self, now: Micros) -> dict[ThingId, Contact]:
        """Return the contacts who may be told now: those that a consent in force names."""
        named = {each for one in self.agreed(now) for each in one.contacts}
        return {id_: one for id_, one in self.contacts.items() if id_ in named}


def home_of(id_: HomeId, entries: Iterable[SaidAt]) -> Home | None:
    """Return a home as its facts make it, in the order they were said; None without any."""
    home: Home | None = None
    for entry in entries:
        home = after(home, id_, entry.said, entry.at)
    return home


def after(  # noqa: PLR0911 -- one way out for each fact
    home: Home | None, id_: HomeId, said: Said, at: Micros
) -> Home | None:
    """Return a home as it is when one more fact has been said of it."""
    if isinstance(said, Opened):
        return Home(id=id_, unit=said.unit, opened=at)
    if home is None:
        return None
    match said:
        case Closed():
            return replace(home, open=False)
        case ChannelSet(channel=channel):
            return replace(home, channels={**home.channels, channel.series: channel})
        case ChannelGone(series=series):
            return replace(home, channels=_without(home.channels, series))
        case ContactSet(contact=contact):
            return replace(home, contacts={**home.contacts, contact.id: contact})
        case ContactGone(contact=contact):
            return replace(home, contacts=_without(home.contacts, contact))
        case ConsentGiven(consent=consent):
            return replace(home, consents={**home.consents, consent.id: consent})
        case ConsentWithdrawn(consent=consent):
            return replace(home, consents=_without(home.consents, consent))
        case _:
            return _meanwhile(home, said, at)


def _meanwhile(home: Home, said: Said, at: Micros) -> Home:  # noqa: PLR0911 -- as above
    match said:
        case StageSet(stage=stage):
            return replace(home, stage=stage, staged=at)
        case Household():
            return replace(home, household=said)
        case Away(until=until):
            return replace(home, away=until)
        case Back():
            return replace(home, away=None)
        case Visiting(until=until):
            return replace(home, visiting=until)
        case NoticeOpened(notice=notice):
            raised = {**home.raised, notice: at}
            return replace(home, notices={**home.notices, notice: said}, raised=raised)
        case NoticeClosed():
            return _over(home, said, at)
        case Told():
            return _told(home, said, at)
        case Acknowledged(notice=notice) if notice in home.notices:
            return replace(
                home,
                acknowledged={**home.acknowledged, notice: at},
                looking={**home.looking, notice: said.contact},
            )
        case _:
            return home


def _told(home: Home, said: Told, at: Micros) -> Home:
    """Remember who was told of a notice that is open or is over, or of none."""
    if said.notice in home.notices:
        before = home.told.get(said.notice, ())
        return replace(home, told={**home.told, said.notice: (*before, (at, said))})
    if said.notice in home.ended:
        ended = home.ended[said.notice]
        ended = replace(ended, told=(*ended.told, (at, said)))
        return replace(home, ended={**home.ended, said.notice: ended})
    if said.about in {"test", "link"}:
        return replace(home, singles=(*home.singles, (at, said))[-_SINGLES:])
    return home


def _over(home: Home, said: NoticeClosed, at: Micros) -> Home:
    """Close a notice; of one that somebody was told of it is remembered who."""
    ended, told = home.ended, home.told.get(said.notice, ())
    if told and said.notice in home.notices:
        one = Ended(at=at, by=said.by, notice=home.notices[said.notice], told=told)
        latest = list(_without(ended, said.notice).items())[1 - _REMEMBERED :]
        ended = {**dict(latest), said.notice: one}
    return replace(
        home,
        notices=_without(home.notices, said.notice),
        acknowledged=_without(home.acknowledged, said.notice),
        told=_without(home.told, said.notice),
        raised=_without(home.raised, said.notice),
        looking=_without(home.looking, said.notice),
        ended=ended,
    )


def _without(given: dict[K, V], key: K) -> dict[K, V]:
    return {each: value for each, value in given.items() if each != key}
