"""Where messages leave. A kind of outlet says what is sent; the engine sends it.

Nothing here opens a socket, reads a clock or keeps state: a kind makes a message and a receiver
into a `Sending`, which is data.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct

from byalag import ByalagError
from byalag.model import Words
from byalag.outlets._find import kinds
from byalag.outlets._message import Matter, Message, identify, in_language
from byalag.outlets._sending import (
    FileSending,
    Filled,
    HttpSending,
    MailSending,
    MqttSending,
    PushSending,
    Sending,
    Signing,
    Success,
)
from byalag.outlets._settings import Common, On, Served, Serving, Threshold, serves_unit
from byalag.outlets._states import SourceState, of_state, of_test
from byalag.outlets._tell import Described, Observed, Teller, Whose, memories
from byalag.outlets._words import PLACES, unfilled

S = TypeVar("S")


class Unsendable(ByalagError):
    """The message cannot be written for this receiver.

    It is set aside with the reason; the others go on. Change the outlet's file and put it back.
    """


class Kind(Struct, Generic[S], frozen=True, kw_only=True):
    """A kind of outlet, chosen by `kind = "..."` in an outlet's file.

    `receivers` names whom a message goes to, each with its own place in the queue. `compose` says
    what is sent to one of them. `check` raises Misconfigured if the settings cannot work.
    `towards`, of a kind whose settings are `Serving`, gives its settings with one address and
    language in place of the receivers, and raises Unsendable if the address cannot be one.
    """

    name: str
    title: Words
    settings: type[S]  # a subclass of Common
    receivers: Callable[[S], tuple[str, ...]]
    compose: Callable[[S, Message, str], Sending]
    check: Callable[[S], None]
    towards: Callable[[S, str, str], S] | None = None


AnyKind: TypeAlias = Kind[Any]

__all__ = [
    "PLACES",
    "AnyKind",
    "Common",
    "Described",
    "FileSending",
    "Filled",
    "HttpSending",
    "Kind",
    "MailSending",
    "Matter",
    "Message",
    "MqttSending",
    "Observed",
    "On",
    "PushSending",
    "Sending",
    "Served",
    "Serving",
    "Signing",
    "SourceState",
    "Success",
    "Teller",
    "Threshold",
    "Unsendable",
    "Whose",
    "identify",
    "in_language",
    "kinds",
    "memories",
    "of_state",
    "of_test",
    "serves_unit",
    "unfilled",
]
