"""Messages from LoRaWAN devices, by way of a network server, read by the makers' own codecs."""

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from msgspec.structs import replace

from byalag import Misconfigured
from byalag.mapping import Context, Heard
from byalag.model import Delivery, span
from byalag.sources import Admit, Files, Kind, Listen, Translate
from byalag.sources._brokers import listen
from byalag.sources._doors import checked
from byalag.sources.lorawan._devices import Devices, compile_devices
from byalag.sources.lorawan._networks import TOPICS
from byalag.sources.lorawan._settings import DeviceType, Settings
from byalag.sources.lorawan._telling import Telling


def reach(settings: Settings) -> Listen | Admit:
    """Say which broker is listened to, or what opens the door."""
    mqtt, door = settings.mqtt, settings.door
    if mqtt is not None and door is not None:
        message = "door: [mqtt] and [door] are two sources; give each a file of its own"
        raise Misconfigured(message)
    if door is not None:
        return Admit(door=checked(door))
    if mqtt is None:
        message = "network: say where its messages come from, in [mqtt] or in [door]"
        raise Misconfigured(message)
    topics = mqtt.topics or TOPICS[settings.network]
    if not topics:
        message = f"mqtt.topics: say them; {settings.network} has none that are usual"
        raise Misconfigured(message)
    return listen(replace(mqtt, topics=topics))


def gather(settings: Settings, files: Files) -> Settings:
    """Read the codecs that the types name from the hub folder."""

    def read(number: int, declared: DeviceType) -> DeviceType:
        if not declared.codec or declared.script:
            return declared
        try:
            text = files(f"codecs/{declared.codec}.js").decode("utf-8-sig")
        except (Misconfigured, UnicodeDecodeError) as error:
            message = f"type[{number}].codec: {error}"
            raise Misconfigured(message) from error
        return replace(declared, script=text)

    return replace(settings, type=tuple(read(*one) for one in enumerate(settings.type)))


def prepare(settings: Settings) -> Translate:
    """Compile the codecs and the mappings."""
    reach(settings)
    repeats = span(settings.repeats) // timedelta(microseconds=1)

    @lru_cache(maxsize=16)
    def devices(source: str) -> Devices:
        return compile_devices(settings, settings.operator or source)

    devices(settings.kind)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        telling = Telling(settings, devices(context.source), repeats, context)
        yield from telling.tell(delivery)

    return translate


kind = Kind(
    name="lorawan",
    title={"sv": "LoRaWAN-givare", "en": "LoRaWAN devices"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
    gather=gather,
)
