"""What a home is made of: its channels, the people who may be told, and what has been agreed.

A home and a contact are pseudonyms everywhere. Who they are is a separate fact, separately guarded.
"""

from typing import Annotated, Final, Literal, TypeAlias, get_args

from msgspec import Meta, Struct

from byalag.model import Duration, Micros, SeriesId, ThingId

HomeId: TypeAlias = Annotated[ThingId, Meta(description='A pseudonym: "home:care:7kq2m9x4".')]
Room: TypeAlias = Literal[
    "bedroom", "bathroom", "living-room", "kitchen", "passage", "other", "outside"
]
ROOMS: Final[tuple[Room, ...]] = get_args(Room)  # a room's place here is its row in the model
Meaning: TypeAlias = Literal[
    "motion", "fridge", "coffee", "bed", "toilet", "front-door", "appliance", "other"
]
Counts: TypeAlias = Literal["each", "rise", "change", "growth"]
Stage: TypeAlias = Literal["learning", "silent", "telling"]
Sight: TypeAlias = Literal["state", "reason", "timeline"]
Way: TypeAlias = Literal["sms", "email", "push"]
Clock: TypeAlias = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Channel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One series of a home: where it is, what it means and when it is a sign of somebody.

    `counts` says what an event is: "each" value above `above`, a "rise" from not above to above, a
    "change" of value, or "growth" of a counter. `heartbeat` is how often the device is heard at
    least; any value of any of its series is a heartbeat. Unless every `essential` device is heard,
    nothing is said of the home as a whole. A `watched` channel is also judged by itself.
    """

    series: SeriesId
    room: Room
    meaning: Meaning
    counts: Counts = "each"
    above: float = 0.5
    heartbeat: Duration = "1h"
    essential: bool = True
    watched: bool = False
    gateway: str = ""


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who may be told, as the client wishes: a pseudonym, never a name or a number.

    Those of `step` 1 are told first. If nobody has said "I am looking into it" within `wait`, those
    of the next step are told too. Between `quiet[0]` and `quiet[1]`, local time, nothing is sent to
    this contact; what is not answered goes on to the next step instead. `technical` says that a
    relative has agreed to be told of sensors that are not heard, too, after the staff. `person` is
    who they are when they log in, by the hub's pseudonym. `away` says that they may say that nobody
    is at home; the client may always.
    """

    id: ThingId
    kind: Literal["client", "relative", "staff"]
    may: tuple[Sight, ...] = ("state",)
    ways: tuple[Way, ...] = ("sms",)
    step: int = 1
    wait: Duration = "30m"
    quiet: tuple[Clock, Clock] | None = None
    language: str = "sv"
    technical: bool = False
    person: str = ""
    away: bool = False


class Consent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the client has agreed to, until when, and how that is known.

    `meanings` are what may be watched, `contacts` who may be told. `text` is the version of the
    words that were agreed to.
    """

    id: str
    meanings: tuple[Meaning, ...]
    contacts: tuple[ThingId, ...]
    since: Micros
    until: Micros | None = None
    by: Literal["client", "representative"] = "client"
    how: Literal["written", "spoken", "e-identity"] = "written"
    text: str = ""
