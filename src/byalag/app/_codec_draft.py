"""Drafts what a codec's fields could be called with us. Each guess is marked, to be looked at."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from byalag.app._codec_collection import Example, is_object
from byalag.model import Json

_STATED: Final = {  # units as codecs write them
    "°C": "Cel", "C": "Cel", "℃": "Cel", "°F": "[degF]", "%": "%", "%RH": "%", "V": "V",
    "mV": "mV", "mA": "mA", "A": "A", "ppm": "[ppm]", "ppb": "[ppb]", "Pa": "Pa", "hPa": "hPa",
    "kPa": "kPa", "mbar": "mbar", "bar": "bar", "lx": "lx", "lux": "lx", "mm": "mm", "cm": "cm",
    "m": "m", "s": "s", "min": "min", "h": "h", "W": "W", "kWh": "kW.h", "Wh": "W.h", "L": "L",
    "l": "L", "m³": "m3", "m3": "m3", "µS⋅cm⁻¹": "uS/cm", "uS/cm": "uS/cm", "°": "deg",
    "m⋅s⁻¹": "m/s", "m/s": "m/s", "µg/m³": "ug/m3", "ug/m3": "ug/m3", "dB": "dB", "dBm": "dBm",
    "W⋅m⁻²": "W/m2", "Hz": "Hz",
}  # fmt: skip
_WORDS: Final = (  # words of a field's name, what we call it, and the unit that it usually has
    (r"soil.*temp", "soilTemperature", "Cel"),
    (r"(ext|probe).*temp", "externalTemperature", "Cel"),
    (r"water.*temp", "waterTemperature", "Cel"),
    (r"temp|^t$", "temperature", "Cel"),
    (r"dew.?point", "dewPoint", "Cel"),
    (r"soil.*(moist|hum)|moisture", "soilMoisture", "%"),
    (r"humid|^rh$|^hum$", "humidity", "%"),
    (r"co2|carbon.?dioxide", "co2", "[ppm]"),
    (r"tvoc|voc", "tvoc", "[ppb]"),
    (r"pm1([._]0)?$", "pm1", "ug/m3"),
    (r"pm2[._]?5", "pm25", "ug/m3"),
    (r"pm10", "pm10", "ug/m3"),
    (r"press|baro", "pressure", "hPa"),
    (r"illum|light|lux", "illuminance", "lx"),
    (r"distance|ultrasonic", "distance", "mm"),
    (r"(water.*)?(level|depth)$", "level", "mm"),
    (r"(bat|battery).*(volt|_v$|mv)|batv$|^vdd$|^vbat", "batteryVoltage", "V"),
    (r"bat", "batteryLevel", "%"),
    (r"wind.*speed", "windSpeed", "m/s"),
    (r"wind.*dir", "windDirection", "deg"),
    (r"rain|precip", "precipitation", "mm"),
    (r"conduct", "conductivity", "uS/cm"),
    (r"sound|noise|laeq", "soundLevel", "dB"),
    (r"pulse|count", "count", "1"),
    (r"motion|pir|activity", "motion", "1"),
    (r"occup|presence", "occupancy", "1"),
    (r"voltage", "voltage", "V"),
    (r"current", "current", "A"),
    (r"energy", "energy", "kW.h"),
    (r"power", "power", "W"),
)
_NOT_OURS: Final = re.compile(
    r"(^|\.)(protocol_?version|device_?id|rssi|snr|sn|.*version)$", re.IGNORECASE
)
_MILLIVOLTS: Final = 100  # a battery of more volts than this is said in millivolts


class Guess(Struct, frozen=True, kw_only=True):
    """A field and what it could be called. `stated`: the codec says the unit itself."""

    value: str
    name: str
    unit: str
    from_unit: str = ""
    codes: bool = False
    stated: bool = False
    known: bool = True  # the name is one that we know


def guesses(examples: Iterable[Example]) -> list[Guess]:
    """Guess from what the examples' answers hold: numbers, and yes or no."""
    found: dict[str, tuple[Json, str]] = {}
    for example in examples:
        data = example.expected.get("data") if is_object(example.expected) else None
        for path, value, unit in _leaves(data, ""):
            found.setdefault(path, (value, unit))
    names: set[str] = set()
    drafted: list[Guess] = []
    for path, (value, unit) in found.items():
        if _NOT_OURS.search(path.removesuffix(".value")):
            continue
        guess = _guess(path, value, unit, names)
        names.add(guess.name)
        drafted.append(guess)
    return drafted


def _guess(path: str, value: Json, stated: str, taken: set[str]) -> Guess:
    last = path.removesuffix(".value").rpartition(".")[2].strip("'")
    own, unit = _own_name(last), "1"
    word = next((one for one in _WORDS if re.search(one[0], last, re.IGNORECASE)), None)
    name = word[1] if word and word[1] not in taken else own
    if name in taken:
        name = _own_name(path.removesuffix(".value").replace("'", ""))
    if isinstance(value, bool):
        return Guess(value=path, name=own, unit="1", codes=True, known=False)
    if stated in _STATED:
        return Guess(value=path, name=name, unit=_STATED[stated], stated=True, known=bool(word))
    if word:
        unit = word[2]
        if unit == "V" and abs(value) > _MILLIVOLTS:
            return Guess(value=path, name=name, unit=unit, from_unit="mV")
    return Guess(value=path, name=name, unit=unit, known=bool(word))


def _leaves(said: Json, path: str) -> Iterator[tuple[str, Any, str]]:
    """Yield each number and each yes or no, its path, and the unit that stands beside it."""
    if not is_object(said):
        return
    unit = said.get("unit")
    for key, value in said.items():
        name = str(key)
        quoted = name if re.fullmatch(r"[^.\[\]\"'{}|$@*]+", name) else f"'{name}'"
        inner = f"{path}.{quoted}" if path else quoted
        if isinstance(value, bool | int | float):
            yield inner, value, unit if isinstance(unit, str) and name == "value" else ""
        elif is_object(value):
            yield from _leaves(value, inner)


def _own_name(text: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", text) or ["value"]
    first, *rest = words
    joined = first[:1].lower() + first[1:] + "".join(one[:1].upper() + one[1:] for one in rest)
    return joined if joined[:1].isalpha() else f"value{joined}"
