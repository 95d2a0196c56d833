"""Where data comes from. A kind of source says how it is reached and what its words mean.

A kind declares; the engine performs. Nothing here opens a socket, reads a clock or keeps state.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

from msgspec import Meta, Struct, field

from byalag import ByalagError
from byalag.mapping import Context, Heard, Skipped
from byalag.model import (
    Delivery,
    Duration,
    Micros,
    MunicipalityCode,
    Series,
    SeriesId,
    SourceGovernance,
    Words,
)
from byalag.sources._find import kinds, settle

S = TypeVar("S")


class Garbled(ByalagError):
    """The source answered something that cannot be read.

    The delivery is kept and set aside whole. The source is asked again next time; the last good
    facts stay in force.
    """


class Paging(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the next page is found: a path to its address, or a counted query parameter.

    `total` names a header in which the answer says how many records there are on all pages; fewer
    than that is no whole answer.
    """

    next: str | None = None  # path in the answer to the address of the next page
    offset: str | None = None  # name of a query parameter that counts records
    page: str | None = None  # name of a query parameter that counts pages from `first`
    first: int = 1
    size: int = 100  # records a page; a shorter page is the last
    limit: str | None = None  # name of the query parameter that carries `size`
    at_most: int = 1000  # pages
    total: str | None = None


class Follow(Struct, frozen=True, kw_only=True):
    """Ask one address for each record found in this answer, for instance a detail page.

    `addresses` is given the bodies and the municipality, and says which to ask. Each answer
    becomes a delivery of its own with the part `part`.
    """

    part: str
    addresses: Callable[[tuple[bytes, ...], MunicipalityCode], list[str]]
    every: timedelta
    per_minute: int = 60


class Ask(Struct, frozen=True, kw_only=True):
    """One address asked again and again. Header values may be secrets by reference.

    The same bytes as last time are no news, unless `undated`: then the answer's values have no
    time of their own (a mapping says `$received`), and each answer is a delivery. `reasons` says
    what a status of HTTP means here, where that is more than everywhere.
    """

    url: str
    every: timedelta
    part: str = "main"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    method: str = "GET"
    body: str = ""
    paging: Paging | None = None
    records: Callable[[bytes], tuple[int, str | None]] | None = None  # records and next address
    follow: Follow | None = None
    timeout: timedelta = timedelta(seconds=20)
    max_bytes: int = 64 * 1024 * 1024
    undated: bool = False
    reasons: Mapping[int, str] = field(default_factory=dict[int, str])


class Door(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may deliver to a source over HTTP, as its file says under `[door]`.

    `proof` is what the sender shows. `key`: a key of the municipality. `standard-webhooks`: a
    signature as standardwebhooks.com describes. `hmac`: an HMAC of the body in `header`, written
    in `encoding` after `prefix`. `token`: a fixed secret in `header`. `secrets` are by reference;
    any of them is good, so that one can be changed for another.
    """

    proof: Literal["key", "standard-webhooks", "hmac", "token"] = "key"
    secrets: tuple[str, ...] = ()
    header: str = ""
    hash: Literal["sha256", "sha384", "sha512", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    tolerance: Duration = "5m"  # how old a signed time may be
    max_bytes: Annotated[int, Meta(ge=1, le=1024 * 1024 * 1024)] = 32 * 1024 * 1024


class Admit(Struct, frozen=True, kw_only=True):
    """Not reached: others deliver whole payloads at our door. Thanked for when on disk."""

    door: Door
    part: str = "main"


class Subscribe(Struct, frozen=True, kw_only=True):
    """Ask a broker to deliver to our door, and see to it that it goes on doing so.

    `body` is given the address of our door and a token, and says what is POSTed to `url` to
    subscribe. The broker must send the token with everything it delivers, as
    `Authorization: Bearer TOKEN` (`receiverInfo` in NGSI-LD, `httpCustom.headers` in NGSIv2): the
    door takes it as proof, whatever `[door]` says. The token is letters, digits, "-" and "_".

    The last part of the answer's `Location` names the subscription, which is looked after under
    `url` with GET, every `every`. One that is gone, or that by `lives` (given what the broker
    answers) delivers no more, is made again. One whose `body` or `url` has changed is withdrawn
    with DELETE first.
    """

    url: str
    body: Callable[[str, str], bytes]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    every: timedelta = timedelta(minutes=10)
    lives: Callable[[bytes], bool] | None = None


class Poll(Struct, frozen=True):
    """Reached by asking over HTTP; may also be delivered to, and may subscribe.

    With `subscribe` there is a door, also without `admit`: the subscription's token opens it.
    """

    asks: tuple[Ask, ...]
    admit: Admit | None = None
    subscribe: Subscribe | None = None


class Listen(Struct, frozen=True, kw_only=True):
    """Reached by listening to a broker. Each message is acknowledged when it is on disk.

    `url` is mqtt://, mqtts://, nats:// or tls:// and a host. `topics` are MQTT topic filters or
    NATS subjects. `client` names us to the broker, so that it keeps what we have not heard; left
    out, it is made from the hub, the municipality and the source. `session` is how long it is asked
    to keep that. `ca` is the certificate of who signed the broker's, where that is not a public
    one. `stream` is a JetStream stream. Messages that come within `gather` of one another are one
    delivery.
    """

    url: str
    topics: tuple[str, ...]
    version: Literal["3.1.1", "5", "jetstream"] = "5"
    client: str = ""
    user: str = ""
    password: str = ""  # by reference
    token: str = ""  # by reference; NATS only
    ca: str = ""  # by reference; PEM
    session: timedelta = timedelta(days=7)
    stream: str = ""
    part: str = "main"
    gather: timedelta = timedelta(milliseconds=50)
    at_most: int = 1000  # messages a delivery
    max_bytes: int = 1024 * 1024  # a message


class Folder(Struct, frozen=True, kw_only=True):
    """A folder of the machine that the hub runs on."""

    path: str


class Sftp(Struct, frozen=True, kw_only=True):
    """A folder on another machine, reached by SFTP. The server must show the key we know."""

    host: str
    path: str
    user: str
    host_key: str  # a line as in known_hosts: "ssh-ed25519 AAAA..."
    port: int = 22
    password: str = ""  # by reference
    private_key: str = ""  # by reference


class Bucket(Struct, frozen=True, kw_only=True):
    """A bucket in S3-compatible storage, reached over HTTP."""

    endpoint: str
    bucket: str
    prefix: str = ""
    region: str = "us-east-1"
    access_key: str = ""  # by reference
    secret_key: str = ""  # by reference


class Watch(Struct, frozen=True, kw_only=True):
    """Reached by looking for new files. A file is taken when it is complete, and only once.

    Complete: its size and time have been the same for `settled`. `after`: a taken file is moved
    to a folder `taken` beside it, or is left and remembered ("mark").
    """

    place: Folder | Sftp | Bucket
    pattern: str = "*"
    every: timedelta = timedelta(seconds=30)
    settled: timedelta = timedelta(seconds=10)
    after: Literal["move", "mark"] = "mark"
    part: str = "main"
    max_bytes: int = 256 * 1024 * 1024


class Query(Struct, frozen=True, kw_only=True):
    """Reached by reading a SQL database, read-only. Each delivery is rows as JSON lines.

    `url` is a SQLAlchemy address; secrets in it by reference. What is read is `columns` of `table`
    (all of them, if none are named), or what `statement` selects. `watermark` is a column that
    grows: only rows at or after the highest seen are read, in its order. Rows that share a value
    of it are told apart by `keys`, or by all they hold. `overlap` is how far behind the highest
    seen is looked again, where the watermark is a time, for what was written late.
    """

    url: str
    statement: str = ""
    table: str = ""
    columns: tuple[str, ...] = ()
    watermark: str = ""
    keys: tuple[str, ...] = ()
    overlap: timedelta = timedelta()
    every: timedelta = timedelta(minutes=1)
    at_most: int = 10_000  # rows a delivery
    timeout: timedelta = timedelta(seconds=30)
    part: str = "main"


class Receive(Struct, frozen=True):
    """Not reached: others push observations of these series to us.

    `ranges`: the lowest and highest value that a series can have, inclusive; one outside is kept
    and flagged FAIL.
    """

    series: tuple[Series, ...]
    ranges: Mapping[SeriesId, tuple[float, float]] = field(
        default_factory=dict[SeriesId, tuple[float, float]]
    )


Reach: TypeAlias = Poll | Receive | Admit | Listen | Watch | Query


Translate: TypeAlias = Callable[[Delivery, Context], Iterator[Heard]]


class Expect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the source usually does; less than that is reported, not shrugged at.

    `fresh` is how old the newest delivery may be (default: three times `every`). `volume` is the
    smallest share of the usual number of records (median of the last deliveries).
    """

    fresh: Duration | None = None
    volume: float = 0.5


class Common(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every source's file may say, whatever its kind."""

    kind: str
    dataset: str
    title: Words = field(default_factory=dict[str, str])
    owner: str = ""
    licence: str = ""
    expect: Expect = field(default_factory=Expect)
    simulated: bool = False  # shown to people wherever the data is shown
    governance: SourceGovernance = field(default_factory=SourceGovernance)


Files: TypeAlias = Callable[[str], bytes]  # a file of the hub folder by its path there


class Kind(Struct, Generic[S], frozen=True, kw_only=True):
    """A kind of source, chosen by `kind = "..."` in a source's file.

    `gather`, where settings name files of the hub folder (a device's codec), returns the settings
    with what those files hold; it is given what reads them. Misconfigured if one is not there.
    """

    name: str
    title: Words
    settings: type[S]  # a subclass of Common
    reach: Callable[[S], Reach]
    prepare: Callable[[S], Translate]  # compiles once; Misconfigured if the settings cannot work
    gather: Callable[[S, Files], S] | None = None


AnyKind: TypeAlias = Kind[Any]

__all__ = [
    "Admit",
    "AnyKind",
    "Ask",
    "Bucket",
    "Common",
    "Context",
    "Door",
    "Expect",
    "Files",
    "Folder",
    "Follow",
    "Garbled",
    "Heard",
    "Kind",
    "Listen",
    "Micros",
    "Paging",
    "Poll",
    "Query",
    "Reach",
    "Receive",
    "Sftp",
    "Skipped",
    "Subscribe",
    "Translate",
    "Watch",
    "kinds",
    "settle",
]
