"""What a file with `kind = "lorawan"` may say: the network, the door, device types and devices."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from byalag.mapping import Path, SeriesSpec, TimeSpec
from byalag.model import Duration, Json, Point, ThingId
from byalag.sources import Common, Door
from byalag.sources._brokers import Mqtt, TopicFilter


class Broker(Mqtt, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The network's MQTT broker. `topics` left out: the usual ones of the network."""

    topics: tuple[TopicFilter, ...] = ()


class DecodedSeries(SeriesSpec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a field that a codec finds is called with us. `at` left out: the network's time.

    Paths are followed in the fields. A field that a message lacks says nothing.
    """

    at: Path | TimeSpec | None = None  # type: ignore[assignment]  # a series elsewhere must say it


class DeviceType(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of device: how its bytes are read, and what its fields mean.

    `codec` names a file of the hub folder, codecs/NAME.js; left out, the fields that the network's
    own codec found are used. `script` holds that file's text; it is read in by itself.
    """

    name: Annotated[str, Meta(min_length=1)]
    codec: Annotated[
        str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*$|^$")
    ] = ""
    script: str = ""
    thing: str = "Device"  # the type of the things
    ports: tuple[Annotated[int, Meta(ge=0, le=255)], ...] = ()  # others are passed over
    variables: dict[str, str] = field(default_factory=dict[str, str])
    series: tuple[DecodedSeries, ...] = ()


class Device(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device of ours. `thing` is what it measures; left out, it is the device itself."""

    eui: Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){7}$")]
    type: str
    name: str | None = None
    point: Point | None = None
    thing: ThingId | None = None
    sensor: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]*$")] = ""
    properties: dict[str, Json] = field(default_factory=dict[str, Json])
    variables: dict[str, str] = field(default_factory=dict[str, str])


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "lorawan"` may say."""

    network: Literal["chirpstack", "ttn", "netmore", "actility"]
    mqtt: Broker | None = None
    door: Door | None = None
    operator: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")] | None = None  # default: source's name
    unknown: Literal["aside", "pass"] = "aside"
    radio: bool = True  # signal, frame counter and battery are series too
    alive: bool = False  # every message says that the device and its gateways are alive
    repeats: Duration = "10m"
    type: tuple[DeviceType, ...] = ()
    device: tuple[Device, ...] = ()
