"""What waits to be sent, and what outlets have to tell of. Pure data."""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.model import Fact, Micros

ParcelState: TypeAlias = Literal["waiting", "aside", "sent", "dropped"]
STATES: Final[tuple[ParcelState, ...]] = ("waiting", "aside", "sent", "dropped")


class News(Struct, frozen=True, kw_only=True):
    """What one commit said that was new in one dataset that outlets ask for."""

    seq: int
    dataset: str
    facts: Sequence[Fact]


class Parcel(Struct, frozen=True, kw_only=True):
    """One message for one receiver, in an outlet's queue.

    `put` is when it was put there, `due` when it is tried next and `wait` how long that is from
    the last try; of one that is no longer waiting, `due` is when that ended. `why` is what went
    wrong the last time. `message` is empty once it has been sent, or dropped: nobody is to have it
    any more.
    """

    seq: int
    outlet: str
    id: str
    receiver: str
    put: Micros
    due: Micros
    wait: Micros = 0
    tries: int = 0
    why: str = ""
    state: ParcelState = "waiting"
    message: bytes = b""


class Outgoing(Struct, frozen=True, kw_only=True):
    """A message that is to be put in a queue."""

    id: str
    receiver: str
    message: bytes


class QueueCounts(Struct, frozen=True, kw_only=True):
    """How an outlet's queue stands.

    `oldest` is when the oldest waiting message was put, `error` why it was not sent. `missed`
    counts the commits whose news were dropped before the outlet had read them.
    """

    waiting: int
    aside: int
    oldest: Micros | None
    last_sent: Micros | None
    error: str
    missed: int
