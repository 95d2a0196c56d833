"""What a hub folder's files may say: the types behind them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from byalag.app._login_settings import LoginSettings
from byalag.model import Contact, Json, Language, Latitude, Longitude, SeriesId, ThingId

Address = Annotated[str, Meta(pattern=r"^https?://[^/\s]+(/[^\s]*)?$")]
Listen = Annotated[str, Meta(pattern=r"^\S+:\d{1,5}$")]
PAGE = 10_000  # values of a history in one answer, where the hub says nothing else


class SensorThingsSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The broker that SensorThings speaks MQTT through. `password` and `ca` are by reference."""

    broker: Annotated[
        str,
        Meta(pattern=r"^mqtts?://[^/\s]+/?$", description="Address of the hub's MQTT broker."),
    ]
    version: Literal["3.1.1", "5"] = "5"
    user: str = ""
    password: str = ""
    ca: str = ""
    publish: Annotated[bool, Meta(description="Publish what is open when it is new.")] = True
    takes: Annotated[
        str,
        Meta(
            pattern=r"^(\d{4})?$",
            description="Code of the municipality that takes Observations from the broker.",
        ),
    ] = ""


class NgsiLdSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How NGSI-LD is spoken."""

    page: Annotated[
        int, Meta(ge=1, le=100_000, description="Most values of a history in one answer.")
    ] = PAGE


class SealingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept sealed, and by which master key: named here, kept elsewhere."""

    master: Annotated[
        str,
        Meta(
            pattern=r"^(env|file|credential):\S+$",
            description="Where the master key is kept: env:NAME, file:PATH or credential:NAME.",
        ),
    ]
    former: tuple[str, ...] = ()  # master keys before this one, until `byalag secret rotate`
    all: Annotated[bool, Meta(description="Seal what every source delivers.")] = False
    keys: Annotated[
        str, Meta(description="Folder for the municipalities' keys; keys in the store's if empty.")
    ] = ""


class HubSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`hub.toml`: the installation itself."""

    name: Annotated[str, Meta(min_length=1, description="Shown at the top of every page.")]
    address: Annotated[Address, Meta(description="Where people reach the hub from outside.")] = (
        "http://127.0.0.1:8080"
    )
    listen: Annotated[Listen, Meta(description="Network address and port to answer on.")] = (
        "127.0.0.1:8080"
    )
    store: Annotated[
        str, Meta(min_length=1, description="Folder for the stores, relative to the hub folder.")
    ] = "store"
    workers: Annotated[
        int,
        Meta(ge=0, le=64, description="Processes that answer readers beside the main one."),
    ] = 0
    languages: tuple[Language, ...] = ("sv", "en")
    contact: Contact = field(default_factory=Contact)
    sensorthings: SensorThingsSettings | None = None
    sealing: SealingSettings | None = None
    ngsi_ld: NgsiLdSettings = field(default_factory=NgsiLdSettings, name="ngsi-ld")
    login: LoginSettings | None = None
    proxies: Annotated[
        tuple[str, ...], Meta(description="Networks of the proxies before the hub.")
    ] = ()


class Measured(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision that a sensor's series measures a property of this place."""

    property: Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
    series: SeriesId


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that the municipality itself registers."""

    id: ThingId
    type: str
    name: Annotated[str, Meta(min_length=1)]
    lat: Latitude | None = None
    lon: Longitude | None = None
    properties: dict[str, Json] = field(default_factory=dict[str, Json])
    same_as: tuple[str, ...] = field(default=(), name="sameAs")
    measured: tuple[Measured, ...] = ()


class Tie(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision that a series measures a property of a place that another source describes."""

    thing: ThingId
    property: Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
    series: SeriesId


class PlacesFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`places/*.toml`: own places, and links from sensors to places."""

    dataset: str
    place: tuple[Place, ...] = ()
    link: tuple[Tie, ...] = ()
