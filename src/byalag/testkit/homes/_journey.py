"""How what a home's sensors measured reaches a hub: lost, again, late, and in what order."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct

from byalag.model import Json, Micros, Observation, ThingId
from byalag.testkit.homes._calendar import SECOND

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RESENT: Final = (4, 90)  # seconds until a device sends again what was not acknowledged
_USUAL: Final = 0.8  # seconds on the way, on average


class Journey(Struct, frozen=True, kw_only=True):
    """What happens on the way. Shares are from 0 to 1, times microseconds UTC.

    `lost` never comes; `resent` comes again, with the same frame counter. `held` are periods in
    which a gateway keeps all it hears, and gives it when they end. `shuffled`: what comes within
    a minute comes in any order. `skew` is how far ahead the clock is that dates what is heard.
    """

    lost: float = 0.0
    resent: float = 0.0
    held: tuple[tuple[Micros, Micros], ...] = ()
    shuffled: bool = False
    skew: timedelta = timedelta(0)


class Arrival(Struct, frozen=True, kw_only=True):
    """One message from one device as the hub gets it, with the device's counter of frames."""

    received: Micros
    device: ThingId
    frame: int
    observations: tuple[Observation, ...]


STRAIGHT: Final = Journey()


def arrivals(
    observations: Sequence[Observation], journey: Journey = STRAIGHT, *, seed: int = 0
) -> list[Arrival]:
    """Send observations on a journey, and return what arrives, in order of arrival.

    What a device measured at one time is one message.
    """
    rng = np.random.default_rng(seed)
    skew = journey.skew // timedelta(microseconds=1)
    come: list[Arrival] = []
    frames: dict[ThingId, int] = {}
    for (at, device), given in _messages(observations):
        frame = frames[device] = frames.get(device, 0) + 1
        if rng.random() < journey.lost:
            continue
        dated = tuple(msgspec.structs.replace(one, at=one.at + skew) for one in given)
        wait = int(rng.exponential(_USUAL) * SECOND)
        first = Arrival(
            received=_given(journey, at, wait), device=device, frame=frame, observations=dated
        )
        come.append(first)
        if rng.random() < journey.resent:
            later = first.received + int(rng.integers(*_RESENT)) * SECOND
            come.append(msgspec.structs.replace(first, received=later))
    if journey.shuffled:
        jumbled = rng.random(len(come))
        order = sorted(
            range(len(come)), key=lambda one: (come[one].received // (60 * SECOND), jumbled[one])
        )
        return [come[one] for one in order]
    return sorted(come, key=lambda one: (one.received, one.device, one.frame))


def pushes(come: Sequence[Arrival], *, most: int = 1_000) -> Iterator[bytes]:
    """Yield arrivals as bodies for the push door, JSON lines of at most so many observations."""
    lines = [_pushed(one) for arrival in come for one in arrival.observations]
    for first in range(0, len(lines), most):
        yield b"\n".join(lines[first : first + most]) + b"\n"


def uplinks(come: Sequence[Arrival]) -> Iterator[tuple[str, bytes]]:
    """Yield arrivals as uplinks of ChirpStack v4, each with its topic; its own codec has run."""
    for arrival in come:
        dev = eui(arrival.device)
        fields = {one.series.rpartition("/")[2]: one.value for one in arrival.observations}
        body: Json = {
            "deduplicationId": f"00000000-0000-4000-8000-{arrival.frame:012d}",
            "time": _moment(arrival.observations[0].at),
            "deviceInfo": {"applicationId": "1", "devEui": dev, "deviceName": arrival.device},
            "fCnt": arrival.frame,
            "fPort": 2,
            "data": "AA==",
            "object": fields,
            "rxInfo": [{"gatewayId": "02000000000000f1", "rssi": -97, "snr": 7.5}],
        }
        yield f"application/1/device/{dev}/event/up", msgspec.json.encode(body)


def eui(device: ThingId) -> str:
    """Return the EUI of a simulated device: 16 hexadecimal digits, of those kept for local use."""
    return "02" + sha256(device.encode()).hexdigest()[:14]


def _messages(
    observations: Sequence[Observation],
) -> Iterator[tuple[tuple[Micros, ThingId], list[Observation]]]:
    together: dict[tuple[Micros, ThingId], list[Observation]] = {}
    for one in observations:
        together.setdefault((one.at, one.series.partition("/")[0]), []).append(one)
    yield from sorted(together.items(), key=lambda each: each[0])


def _given(journey: Journey, at: Micros, wait: int) -> Micros:
    held = next((ends for begins, ends in journey.held if begins <= at < ends), at)
    return held + wait


def _pushed(one: Observation) -> bytes:
    return msgspec.json.encode({"series": one.series, "time": _moment(one.at), "value": one.value})


def _moment(at: Micros) -> str:
    return (_EPOCH + timedelta(microseconds=at)).isoformat()
