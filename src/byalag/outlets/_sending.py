"""What the engine is asked to do for one message and one receiver. Pure data.

Secrets are named here, never held: the engine fills them in where a template says
`{secret:env:NAME}`, and nowhere in what a message says.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

Escape: TypeAlias = Literal["json", "form", "url", "none"]


class Filled(Struct, frozen=True, kw_only=True):
    """A template of the settings and what goes into it: filled in once, so that no value is read.

    `values` are by the name in braces, and are escaped as `escape` says: inside a JSON string, in
    a form, in an address, or not at all.
    """

    template: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    escape: Escape = "none"


class Signing(Struct, frozen=True, kw_only=True):
    """How a request proves who sent it.

    `standard-webhooks` signs id, time and body with every secret (standardwebhooks.com), so that
    one can be changed for another. `hmac` signs the body with the first, in `header`.
    """

    style: Literal["standard-webhooks", "hmac"] = "standard-webhooks"
    secrets: tuple[str, ...] = ()  # by reference
    header: str = "x-signature"
    hash: Literal["sha256", "sha384", "sha512", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""


class Success(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an answer must also say to count as taken: `field`, a dotted path in its JSON."""

    field: str
    among: tuple[str, ...]


class HttpSending(Struct, frozen=True, kw_only=True):
    """One request. 2xx means taken, if `success` holds too. Redirects are not followed."""

    url: Filled
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Filled = Filled(template="")
    id: str = ""
    signing: Signing | None = None
    success: Success | None = None


class MailSending(Struct, frozen=True, kw_only=True):
    """One letter to one receiver, written out as it goes over the wire (RFC 5322)."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    sender: str
    receiver: str
    letter: bytes
    user: str = ""
    password: str = ""  # by reference
    ca: str = ""  # by reference: who signed the server's certificate, where not a public one


class PushSending(Struct, frozen=True, kw_only=True):
    """One message to one browser, by its push service (RFC 8030).

    `payload` is encrypted for the browser's keys (RFC 8291) when it is sent, and the request is
    signed by `key`, named by reference (RFC 8292). `topic` lets a newer message take the place of
    one that has not been fetched. `hosts` are those inside
    that may be reached.
    """

    endpoint: str
    p256dh: str
    auth: str
    payload: bytes
    key: str  # by reference
    subject: str
    id: str = ""
    ttl: int = 3600  # seconds
    urgency: Literal["very-low", "low", "normal", "high"] = "high"
    topic: str = ""
    hosts: tuple[str, ...] = ()
    ca: str = ""  # by reference


class MqttSending(Struct, frozen=True, kw_only=True):
    """One message published to a broker with QoS 1."""

    url: str
    topic: str
    payload: bytes
    retain: bool = False
    version: Literal["3.1.1", "5"] = "5"
    user: str = ""
    password: str = ""  # by reference
    ca: str = ""  # by reference


class FileSending(Struct, frozen=True, kw_only=True):
    """One file, or lines at the end of one. `id` tells whether the lines are there already."""

    folder: str
    name: str
    content: bytes
    append: bool = False
    id: str = ""


Sending: TypeAlias = HttpSending | MailSending | MqttSending | FileSending | PushSending
