"""What the engine is given of outlets, and what it answers about them. Pure data."""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal, Protocol, TypeAlias

from msgspec import Struct, field

from byalag import ByalagError
from byalag.model import Micros, Municipality, MunicipalityCode, Words
from byalag.outlets import AnyKind, Common, Message

OutletState: TypeAlias = Literal[
    "waiting",  # nothing has been sent yet
    "ok",
    "failing",  # the last try failed
    "open",  # it failed so often that it is left alone for a while
]


class NotTaken(ByalagError):
    """The receiver did not take the message.

    Tried again, no sooner than `wait` says if the receiver named a time. When it is `final` the
    receiver will not take it however often it is sent, and it is set aside. `gone` says that the
    address takes nothing any more.
    """

    exit_code: ClassVar[int] = 5

    def __init__(
        self,
        message: str = "",
        *,
        wait: timedelta | None = None,
        final: bool = False,
        gone: bool = False,
    ) -> None:
        """Say what happened, how long the receiver asked us to wait, and whether to try again."""
        super().__init__(message)
        self.wait = wait
        self.final = final
        self.gone = gone


class Withdrawn(ByalagError):
    """A message is not to be sent any more: it is dropped, with the reason."""


class Addressed(Struct, frozen=True, kw_only=True):
    """Where somebody is told at this moment, in which language, and what is said."""

    addresses: tuple[str, ...]
    language: str
    message: Message


class Directory(Protocol):
    """Knows whom a service means by a pseudonym, and whether they may still be told."""

    async def addressed(self, kind: str, message: Message, receiver: str, /) -> Addressed:
        """Return where a message goes, at the moment of sending, by a kind of outlet.

        Raises:
            Withdrawn: It is not to be sent: what allowed it is no more.
        """
        ...

    async def gone(
        self, municipality: MunicipalityCode, kind: str, receiver: str, address: str, /
    ) -> None:
        """Take in that an address takes nothing any more."""
        ...

    def settled(self, municipality: MunicipalityCode, /) -> None:
        """Take in that something has become of a message; `Engine.became` tells what."""
        ...


class ConnectedOutlet(Struct, frozen=True, kw_only=True):
    """One outlet of one municipality, as its settings say.

    `home` is the folder that paths in settings begin from. `allowed` holds CIDR ranges that this
    outlet may reach although they are not public, beside those of its municipality.
    """

    name: str
    municipality: Municipality
    kind: AnyKind
    settings: Common
    home: Path
    allowed: tuple[str, ...] = ()


class OutletStatus(Struct, frozen=True, kw_only=True):
    """How one outlet is doing, and what to do about it.

    `waiting` and `aside` count messages. `oldest` is when the oldest waiting message was put in
    the queue, `error` why the last one that failed did. `missed` counts the commits whose news were
    dropped before the outlet had read them.
    """

    municipality: str
    outlet: str
    kind: str
    title: Words
    state: OutletState
    waiting: int = 0
    oldest: Micros | None = None
    aside: int = 0
    last_sent: Micros | None = None
    missed: int = 0
    error: str = ""
    to_do: Words = field(default_factory=dict[str, str])


class TriedOutlet(Struct, frozen=True, kw_only=True):
    """What came of one test message to one receiver. `error` is empty when it was taken."""

    receiver: str
    error: str = ""
