"""What every outlet's file may say, whatever its kind: above all what it tells of."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from byalag.model import Duration, Supplier, Words


class Threshold(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell when a value passes a limit, once, until it has been well on the other side again.

    `clear` is where it counts as back: below it for `above`, above it for `below`; the limit
    itself if left out. `wait` is the shortest time between two tellings of one series, by the
    observations' own time. `back` tells of the return too. `subject` and `text` may say
    {name}, {property}, {value}, {unit}, {limit}, {time}.
    """

    property: str
    above: float | None = None
    below: float | None = None
    clear: float | None = None
    wait: Duration = "1h"
    back: bool = True
    subject: Words = field(default_factory=dict[str, str])
    text: Words = field(default_factory=dict[str, str])


class On(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an outlet tells of. Nothing that is not named here; a service may put notices in too.

    `types` and `properties`, where given, narrow down what of `datasets` is told. `within` leaves
    out what was observed longer ago than that when it came. `lasting` left out: a source that
    fails is told of after five minutes, as most that fail once work the next time; other states
    at once, as they have lasted already.
    """

    datasets: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    observations: Literal["none", "every", "changes"] = "none"
    things: bool = False
    threshold: tuple[Threshold, ...] = ()
    within: Duration | None = None
    at_once: Annotated[int, Meta(ge=1, le=1000)] = 1  # observations a message, of those of a commit
    states: tuple[Literal["silent", "failing", "open", "late", "low", "set-aside-rising"], ...] = ()
    sources: tuple[str, ...] = ()  # whose states; left out: every source
    lasting: Duration | None = None  # how long a state has lasted when it is told


Served: TypeAlias = Literal["own", "care"]  # whom an outlet is for: its own `to`, or a service's


class Common(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every outlet's file may say.

    `ordered`: a message waits until the one before it has been taken or set aside. `supplier`
    is who delivers what it sends to, or through.
    """

    kind: str
    title: Words = field(default_factory=dict[str, str])
    on: On = field(default_factory=On)
    ordered: bool = False
    supplier: Supplier | None = None


class Serving(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file of an outlet may say that can reach people whom a service names.

    With `receivers = "care"` it serves a unit of care: its receivers are pseudonyms of contacts.
    """

    receivers: Served = "own"


def serves_unit(settings: Common) -> bool:
    """Tell whether the receivers of an outlet are the contacts of a unit."""
    return isinstance(settings, Serving) and settings.receivers != "own"
