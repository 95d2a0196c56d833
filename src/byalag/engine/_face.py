"""What the engine is given, and what it answers. Pure data."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct, field

from byalag import ByalagError
from byalag.model import Fact, Micros, Municipality, Rejected, Words
from byalag.sources import AnyKind, Common


class Unreachable(ByalagError):
    """The source did not answer.

    Tried again after a while, sooner or later as `wait` says if the source named a time; the last
    good facts stay in force.
    """

    exit_code: ClassVar[int] = 5

    def __init__(
        self, message: str = "", *, wait: timedelta | None = None, status: int | None = None
    ) -> None:
        """Say what happened, how long the source itself asked us to wait, and its HTTP status."""
        super().__init__(message)
        self.wait = wait
        self.status = status


class NotAdmitted(ByalagError):
    """There is no such door here, or what was shown does not open it.

    Which of the two is not told. Check the address, and the secret, the signature's time or the
    key that was shown.
    """

    exit_code: ClassVar[int] = 6


class NoSuchDoor(ByalagError):
    """Whoever asks may deliver here, but no source of that name takes deliveries."""


class Connected(Struct, frozen=True, kw_only=True):
    """One source of one municipality, as its settings say.

    `allowed` holds CIDR ranges that this source may reach although they are not public, beside
    those of its municipality (`on_premises`). `door` is the address at which others deliver to
    the source, as they reach it from outside; "" where there is none.
    """

    name: str
    municipality: Municipality
    kind: AnyKind
    settings: Common
    allowed: tuple[str, ...] = ()
    door: str = ""


class Refusal(Struct, frozen=True):
    """One pushed record that was not taken in: its place in the body, from 0, and why."""

    position: int
    why: str


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of one push. `delivery` is its number in the ledger."""

    accepted: int
    refused: list[Refusal]
    delivery: int


class Delivered(Struct, frozen=True, kw_only=True):
    """A delivery is on disk: its number in the ledger. Not `fresh`: it had come before."""

    delivery: int
    fresh: bool


class AsideRecord(Struct, frozen=True, kw_only=True):
    """A record of a delivery that was set aside: where in it, and why."""

    where: str
    why: str


class Became(Struct, frozen=True, kw_only=True, rename="camel"):
    """What has become of a delivery so far. Counts are of its records; `aside` are the first."""

    delivery: int
    source: str
    received: datetime
    bytes: int
    state: Literal["waiting", "translated"]
    records: int = 0
    things: int = 0
    observations: int = 0
    skipped: int = 0
    set_aside: int = 0
    aside: list[AsideRecord] = field(default_factory=list[AsideRecord])


State: TypeAlias = Literal[
    "waiting",  # nothing has been heard yet, and it is too early to worry
    "ok",
    "late",  # it answers, but nothing new has come for longer than `expect.fresh`
    "silent",  # nothing at all has been heard for too long
    "low",  # fewer records than usual
    "failing",  # the last try failed
    "open",  # it failed so often that it is left alone for a while
    "set-aside-rising",  # more than usual could not be translated
]


class SourceStatus(Struct, frozen=True, kw_only=True):
    """How one source is doing, and what to do about it.

    `last_heard` is when it last answered at all, `last_delivery` when it last gave something new.
    `usual` and `last` are numbers of records a delivery; `set_aside` is of the last delivery.
    `gap` tells what may have been missed in the last week, by a source that is listened to.
    """

    municipality: str
    source: str
    kind: str
    title: Words
    simulated: bool = False
    state: State
    since: Micros
    last_heard: Micros | None = None
    last_delivery: Micros | None = None
    next_ask: Micros | None = None
    usual: float | None = None
    last: int | None = None
    set_aside: int = 0
    error: str = ""
    gap: str = ""
    to_do: Words = field(default_factory=dict[str, str])


class Tried(Struct, frozen=True, kw_only=True):
    """What a source gives when it is tried once; nothing has been written.

    `samples` holds the beginning of each answer, by part. `error` is empty when all went well.
    """

    source: str
    answers: dict[str, int] = field(default_factory=dict[str, int])  # bytes, by part
    samples: dict[str, str] = field(default_factory=dict[str, str])
    records: int = 0
    things: int = 0
    series: int = 0
    observations: int = 0
    skipped: dict[str, int] = field(default_factory=dict[str, int])  # why, and how many
    facts: list[Fact] = field(default_factory=list[Fact])
    set_aside: list[Rejected] = field(default_factory=list[Rejected])
    error: str = ""


class Loaded(Struct, frozen=True, kw_only=True):
    """What became of recorded answers. `reasons` counts what was set aside, by why.

    `repeated` answers were in the ledger already, read by the same settings: nothing was written
    for them. `garbled` answers could not be read at all.
    """

    deliveries: int = 0
    records: int = 0
    things: int = 0
    observations: int = 0
    set_aside: int = 0
    skipped: int = 0
    repeated: int = 0
    garbled: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])
