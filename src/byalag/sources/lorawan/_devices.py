"""Devices as the settings declare them, compiled: what decodes, and what says the fields."""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict, replace

from byalag import Misconfigured
from byalag.codecs import Codec, NotACodec
from byalag.mapping import (
    Mapper,
    MappingSpec,
    PointSpec,
    SeriesSpec,
    ThingSpec,
    compile_mapping,
)
from byalag.model import Json
from byalag.sources.lorawan._message import Message
from byalag.sources.lorawan._settings import DecodedSeries, Device, DeviceType, Settings

COUNTER: Final = "frameCounter"
_RADIO: Final = tuple(
    SeriesSpec(name=name, value=path, at="time", unit=unit, when={path: {"present": True}})
    for name, path, unit in (
        ("rssi", "radio.rssi", "dBm"),
        ("snr", "radio.snr", "dB"),
        (COUNTER, "radio.counter", "1"),
        ("batteryLevel", "radio.battery", "%"),
    )
)
_Group: TypeAlias = tuple[int, str, str, str]  # type, prefix and operator of the ids, sensor
_OURS: Final = ("$received", "$record", "$municipality", "$source")


class Known(Struct, frozen=True, kw_only=True):
    """A device that is ours. `described` is what a mapping reads of it."""

    type: int
    say: int
    thing: str
    sensor: str
    described: Json
    variables: dict[str, str]


class Devices(Struct, frozen=True, kw_only=True):
    """All devices of a source by EUI, the codec of each type, and the mappings by number."""

    known: dict[str, Known]
    codecs: tuple[Codec | None, ...]
    ports: tuple[frozenset[int], ...]
    mappers: tuple[Mapper, ...]


def compile_devices(settings: Settings, operator: str) -> Devices:
    """Compile every type's codec and mapping, and look every device up.

    Raises:
        Misconfigured: A codec or a mapping cannot work, or a device is declared wrongly.

    """
    types = _types(settings)
    groups: dict[_Group, int] = {}
    members: list[list[Device]] = []
    known: dict[str, Known] = {}
    for number, device in enumerate(settings.device):
        eui, kind = _eui(device, number, known), _type(device, number, types)
        thing = device.thing or f"sensor:{operator}:{eui}"
        prefix, owner, _local = thing.split(":")
        say = groups.setdefault((kind, prefix, owner, device.sensor), len(groups))
        members += [[]] * (len(groups) - len(members))
        members[say] = [*members[say], device]
        known[eui] = Known(
            type=kind,
            say=say,
            thing=thing,
            sensor=device.sensor,
            described=_described(device, thing),
            variables={**settings.type[kind].variables, **device.variables},
        )
    for kind in types.values():  # one that no device has yet is checked all the same
        _compiled(settings, (kind, "sensor", operator, ""), ())
    return Devices(
        known=known,
        codecs=tuple(_codec(one, number) for number, one in enumerate(settings.type)),
        ports=tuple(frozenset(one.ports) for one in settings.type),
        mappers=tuple(_compiled(settings, group, members[say]) for group, say in groups.items()),
    )


def _types(settings: Settings) -> dict[str, int]:
    types = {one.name: number for number, one in enumerate(settings.type)}
    if len(types) < len(settings.type):
        names = [one.name for one in settings.type]
        twice = sorted({name for name in names if names.count(name) > 1})
        message = f"type: {', '.join(twice)} is declared more than once"
        raise Misconfigured(message)
    return types


def _type(device: Device, number: int, types: Mapping[str, int]) -> int:
    if device.type in types:
        return types[device.type]
    there = ", ".join(types) or "none"
    message = f"device[{number}].type: {device.type!r} is no [[type]] here; there is {there}"
    raise Misconfigured(message)


def _eui(device: Device, number: int, known: Container[str]) -> str:
    eui = device.eui.replace("-", "").replace(":", "").lower()
    if eui not in known:
        return eui
    message = f"device[{number}].eui: {device.eui} is declared more than once"
    raise Misconfigured(message)


def recorded(device: Known, message: Message, fields: Json) -> Json:
    """Return what a mapping reads: the device, the time, the radio and the fields."""
    radio = {
        "rssi": message.rssi,
        "snr": message.snr,
        "counter": message.counter,
        "battery": message.battery,
    }
    said: dict[str, Json] = {name: value for name, value in radio.items() if value is not None}
    if message.gateways:
        said["gateway"] = message.gateways[0]
    return {"device": device.described, "time": message.when, "radio": said, "data": fields}


def _described(device: Device, thing: str) -> Json:
    where = {} if device.point is None else asdict(device.point)
    named = {} if device.name is None else {"name": device.name}
    return {"id": thing.split(":")[2], **named, **where, "properties": device.properties}


def _codec(declared: DeviceType, number: int) -> Codec | None:
    if not declared.codec and not declared.script:
        return None
    if not declared.script:
        message = f"type[{number}].codec: the file codecs/{declared.codec}.js has not been read"
        raise Misconfigured(message)
    name = f"the codec {declared.codec}" if declared.codec else "the codec"
    try:
        return Codec(declared.script, name=name)
    except NotACodec as error:
        message = f"type[{number}].codec: {error}"
        raise Misconfigured(message) from error


def _compiled(settings: Settings, group: _Group, devices: Sequence[Device]) -> Mapper:
    """Compile the mapping of devices of one type whose things have the same kind of id."""
    number, prefix, operator, sensor = group
    declared = settings.type[number]
    properties = sorted({name for device in devices for name in device.properties})
    named = {one.name for one in declared.series}
    radio = [one for one in _RADIO if settings.radio and one.name not in named]
    spec = MappingSpec(
        thing=ThingSpec(
            type=declared.thing,
            id="{device.id}",
            prefix=prefix,
            operator=operator,
            name="device.name",
            point=PointSpec(lat="device.latitude", lon="device.longitude"),
            properties={
                **({"gateway": "radio.gateway"} if settings.alive else {}),
                **{name: f"device.properties.'{name}'" for name in properties},
            },
        ),
        series=tuple(
            _placed(one, sensor) for one in (*map(_read_in_data, declared.series), *radio)
        ),
    )
    try:
        return compile_mapping(spec, source=operator)
    except Misconfigured as error:
        message = f"type[{number}].{error}"
        raise Misconfigured(message) from error


def _placed(series: SeriesSpec, sensor: str) -> SeriesSpec:
    return replace(series, sensor=sensor) if sensor and not series.sensor else series


def _read_in_data(series: DecodedSeries) -> SeriesSpec:
    """Return a series whose paths begin where a codec's fields are."""
    given = asdict(series)
    each = series.each
    inner: Callable[[str], str] = _in_data if each is None else lambda path: path
    given["value"] = inner(series.value)
    given["minus"] = series.minus and inner(series.minus)
    given["each"] = each and _in_data(each)
    given["at"] = _at(series, inner)
    when = {inner(path): wanted for path, wanted in series.when.items()}
    given["when"] = {inner(series.value): {"present": True}, **when}
    return SeriesSpec(**given)


def _at(series: DecodedSeries, inner: Callable[[str], str]) -> Json:
    match series.at:
        case None:
            return "time" if series.each is None else "$record.time"
        case str() as path:
            return inner(path)
        case spec:
            return replace(spec, path=inner(spec.path))


def _in_data(path: str) -> str:
    if path.startswith(_OURS):
        return path
    return "data" if path == "@" else f"data.{path}"
