"""What is said of a home, one fact after another: nothing is changed, only said anew.

A home is what its facts come to. They are kept in order with who said them and when, so that the
history is the audit.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from byalag.model import Micros, SeriesId, ThingId
from byalag.services.care._home import Channel, Consent, Contact, Stage, Way
from byalag.services.care._standing import Kind, Reason

About: TypeAlias = Literal["notice", "reminder", "looking", "over", "test", "link"]


class Opened(Struct, frozen=True, kw_only=True, tag=True):
    """A home is entered in a unit; nothing is watched before there is consent."""

    unit: str


class Closed(Struct, frozen=True, kw_only=True, tag=True):
    """The home is watched no more."""


class ChannelSet(Struct, frozen=True, kw_only=True, tag=True):
    """A sensor is where it is and means what it means."""

    channel: Channel


class ChannelGone(Struct, frozen=True, kw_only=True, tag=True):
    """A sensor has been taken away."""

    series: SeriesId


class ContactSet(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody may be told, if the consent says so."""

    contact: Contact


class ContactGone(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody is told no more."""

    contact: ThingId


class ConsentGiven(Struct, frozen=True, kw_only=True, tag=True):
    """The client agrees."""

    consent: Consent


class ConsentWithdrawn(Struct, frozen=True, kw_only=True, tag=True):
    """The client agrees no more: from this moment nothing is watched or told by it."""

    consent: str


class StageSet(Struct, frozen=True, kw_only=True, tag=True):
    """From learning, by silent (only staff see), to telling."""

    stage: Stage


class Household(Struct, frozen=True, kw_only=True, tag=True):
    """How many live there and whether a pet may be what a sensor sees."""

    residents: int = 1
    pets: bool = False


class Away(Struct, frozen=True, kw_only=True, tag=True):
    """Nobody is at home until a time, as agreed."""

    until: Micros


class Back(Struct, frozen=True, kw_only=True, tag=True):
    """Home again, before the time or at it."""


class Visiting(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody else is there until a time: what is seen is not only the client.

    A visit that ends sooner is said to last until the moment when that is said.
    """

    until: Micros
    contact: ThingId | None = None


class NoticeOpened(Struct, frozen=True, kw_only=True, tag=True):
    """Something is out of the ordinary, or the home cannot be heard."""

    notice: str
    kind: Kind
    since: Micros
    reason: Reason


class NoticeClosed(Struct, frozen=True, kw_only=True, tag=True):
    """A notice is over. `by` is what ended it."""

    notice: str
    by: Literal["sign", "heard", "late-data", "away", "withdrawn", "staff", "mended"]


class Told(Struct, frozen=True, kw_only=True, tag=True):
    """A message was put on its way to somebody, was taken, or could not be sent.

    `about` is what it said: that there is something to look at, the same once more, that somebody
    looks into it, that it is over, a test of the chain, or a link that was asked for.
    """

    notice: str
    contact: ThingId
    way: Way
    outcome: Literal["sent", "taken", "failed", "dropped"]
    why: str = ""
    about: About = "notice"


class Acknowledged(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody looks into it: the chain goes no further."""

    notice: str
    contact: ThingId | None = None


Said: TypeAlias = (
    Opened
    | Closed
    | ChannelSet
    | ChannelGone
    | ContactSet
    | ContactGone
    | ConsentGiven
    | ConsentWithdrawn
    | StageSet
    | Household
    | Away
    | Back
    | Visiting
    | NoticeOpened
    | NoticeClosed
    | Told
    | Acknowledged
)
