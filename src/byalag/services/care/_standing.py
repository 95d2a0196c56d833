"""How a home is just now, and why that is said."""

from typing import Literal, TypeAlias

from msgspec import Struct

from byalag.model import Micros, SeriesId, ThingId
from byalag.services.care._home import HomeId, Room

Kind: TypeAlias = Literal["deviation", "habit", "activity", "no-contact", "sensor"]
State: TypeAlias = Literal[
    "usual",  # every essential device is heard and every channel is below its threshold
    "deviation",  # the person: the home as a whole is silent beyond what is usual here
    "habit",  # the person is up and about, but one channel is silent beyond what is usual
    "no-contact",  # we cannot know: the devices or the gateway are not heard
    "learning",  # too little is known of the home to judge by
    "away",  # as agreed
    "off",  # no consent is in force, or the home is closed
]
DeviceState: TypeAlias = Literal["ok", "late", "low-battery", "stuck", "never"]


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a notice rests on, in numbers that a sentence is made of.

    `channel` is "home" for the home as a whole, else the series. `last` is when the last sign was
    seen, in `room`. A silence as long as this at this hour happens about once in `weeks` in this
    home; None where that is not known. `usual` is how long a silence usually is at this hour:
    half of them are between the two, minutes. `devices` are those that are not heard.
    """

    channel: SeriesId | Literal["home"] = "home"
    last: Micros | None = None
    room: Room | None = None
    weeks: float | None = None
    usual: tuple[float, float] | None = None
    devices: tuple[ThingId, ...] = ()
    gateway: bool = False


class Device(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one device of a home is. `battery` is a share from 0 to 1."""

    device: ThingId
    state: DeviceState
    last: Micros | None = None
    battery: float | None = None
    gateway: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """How a home is, as of `at`. `notice` is the open notice that it rests on, if any."""

    home: HomeId
    at: Micros
    state: State
    since: Micros | None = None
    notice: str | None = None
    reason: Reason | None = None
    last: Micros | None = None  # the last sign of somebody
    devices: tuple[Device, ...] = ()
