"""What a network server says of one radio message, whichever server it is."""

import binascii
import math
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeAlias

from msgspec import Struct

from byalag.model import Json, Micros

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EUI: Final = 16  # hexadecimal digits
_PORTS: Final = 255
_NAME: Final = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_LONGEST: Final = 64  # characters of a time


class Unread(Exception):
    """A message that cannot be read, and why."""


class Message(Struct, frozen=True, kw_only=True):
    """One message from a device. `when` is the network server's time as it writes it.

    `counter` is None where the server gives none. `fields` are what the server's own codec found.
    Of several gateways, `rssi` (dBm) and `snr` (dB) are the one's that heard it best. `battery` is
    the state of the device's battery as the network asked it for, percent. Without `data` it is no
    uplink: only the battery is told. `gateways` are those that heard it, the best first.
    """

    eui: str
    when: str
    at: Micros
    data: bytes | None = None
    port: int = 0
    counter: int | None = None
    fields: Json = None
    rssi: float | None = None
    snr: float | None = None
    battery: float | None = None
    gateways: tuple[str, ...] = ()


class Passed(Struct, frozen=True):
    """An event that is no uplink, and what it is."""

    why: str


Told: TypeAlias = Message | Passed
ReadEvent: TypeAlias = Callable[[Json], Told]


def inside(record: Json, *names: str) -> Json:
    """Return what stands at the names, one in the other; None if it does not."""
    found: Json = record
    for name in names:
        found = _member(found, name)
    return found


def _member(record: Json, name: str) -> Json:
    """Return a member of an object; None if it is no object, or has no such member."""
    return record.get(name) if record.__class__ is dict else None


def normal_eui(given: Json, where: str) -> str:
    """Return a device's EUI as 16 small hexadecimal digits, however it is written."""
    text = given.replace("-", "").replace(":", "").lower() if isinstance(given, str) else ""
    if len(text) != _EUI or not all(digit in "0123456789abcdef" for digit in text):
        reason = f"{where} is no EUI of 16 hexadecimal digits: {given!r:.40}"
        raise Unread(reason)
    return text


def moment(given: Json, where: str) -> tuple[str, Micros]:
    """Return a time as it is written, and in microseconds; smaller parts are left out."""
    try:
        found = datetime.fromisoformat(given if len(given) <= _LONGEST else "")
        since = found - _EPOCH
    except (TypeError, ValueError, OverflowError):
        reason = f"{where} is no time with a zone: {given!r:.40}"
        raise Unread(reason) from None
    return given, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def base64(given: Json, where: str) -> bytes:
    """Return bytes written in base64; left out means that there are none."""
    try:
        if given is None:
            return b""
        return b64decode(given, validate=True)
    except (TypeError, ValueError, binascii.Error):
        reason = f"{where} is not base64: {given!r:.40}"
        raise Unread(reason) from None


def hexadecimal(given: Json, where: str) -> bytes:
    """Return bytes written in hexadecimal; left out means that there are none."""
    try:
        return b"" if given is None else bytes.fromhex(given)
    except (TypeError, ValueError):
        reason = f"{where} is not hexadecimal: {given!r:.40}"
        raise Unread(reason) from None


def whole(given: Json, where: str, *, default: int | None = 0, most: int = 2**32 - 1) -> int | None:
    """Return a whole number, also from a server that writes numbers as text."""
    if given is None:
        return default
    text = str(given).strip() if isinstance(given, str | int) else ""
    if isinstance(given, bool) or not (text.isascii() and text.isdecimal()) or int(text) > most:
        reason = f"{where} is no whole number up to {most}: {given!r:.40}"
        raise Unread(reason)
    return int(text)


def port(given: Json, where: str) -> int:
    """Return a port; left out means 0."""
    return whole(given, where, most=_PORTS) or 0


def number(given: Json) -> float | None:
    """Return a number, also from text; None where there is none that can be used."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        found = float(given)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def best(
    gateways: Json, rssi: str, snr: str, *, default: float | None = None
) -> tuple[float | None, float | None]:
    """Return the signal at the gateway that heard it best: its strength, dBm, and its ratio, dB.

    `default` is what a left-out ratio means where the server leaves out what is 0.
    """
    heard = [
        (strength, number(inside(one, snr)))
        for one in (gateways if isinstance(gateways, list) else [])  # pyright: ignore[reportUnknownVariableType]  # what it is is asked for next
        if (strength := number(inside(one, rssi))) is not None
    ]
    if not heard:
        return None, None
    strength, ratio = max(heard, key=lambda one: one[0])
    return strength, default if ratio is None else ratio


def heard_by(gateways: Json, rssi: str, *names: str) -> tuple[str, ...]:
    """Return the gateways that heard a message, the best first; their name stands at `names`.

    One whose name cannot stand in an id is left out.
    """
    found: list[tuple[float, str]] = []
    for one in gateways if isinstance(gateways, list) else []:  # pyright: ignore[reportUnknownVariableType]  # what it is is asked for next
        name = inside(one, *names)
        if isinstance(name, str) and _NAME.fullmatch(name):
            strength = number(inside(one, rssi))
            found.append((-math.inf if strength is None else strength, name.lower()))
    return tuple(dict.fromkeys(name for _, name in sorted(found, reverse=True)))
