"""How each device of a home is, so that a broken sensor is never taken for a silent person."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from msgspec import Struct

from byalag.model import Series, ThingId
from byalag.services.care._home import Channel
from byalag.services.care._signs import LATE, MINUTE, Times, cadence_of, device_of
from byalag.services.care._standing import Device, DeviceState

LOW: Final = 0.15  # of a battery
BATTERY: Final = frozenset({"battery", "batteryLevel"})
_PERCENT: Final = frozenset({"%", "P1"})
_TOGETHER: Final = 2  # devices that are silent at once before their gateway is thought to be
_OVERDUE: Final = 1.2  # cadences


class Contacted(Struct, frozen=True, kw_only=True):
    """Which devices of a home are heard, and which are not.

    `unheard` are late or were never heard; `gateways` are those behind which nothing is heard, ""
    for a home whose devices name none. `carrying` are the unheard or stuck ones without which
    nothing can be said of the home. `awaited` are unheard, but may just not have had the time yet
    since everything was silent.
    """

    devices: tuple[Device, ...]
    unheard: frozenset[ThingId]
    stuck: frozenset[ThingId]
    gateways: frozenset[str]
    behind: frozenset[ThingId]  # those behind a gateway that is out
    carrying: frozenset[ThingId]
    awaited: frozenset[ThingId] = frozenset()

    @property
    def out(self) -> bool:
        """Whether nothing at all is heard from the home."""
        return bool(self.devices) and all(one.device in self.behind for one in self.devices)


def contacted(  # noqa: PLR0913 -- what is known of devices
    channels: Iterable[Channel],
    beats: Mapping[ThingId, int],
    *,
    minute: int,
    since: int = 0,
    stuck: frozenset[ThingId] = frozenset(),
    batteries: Mapping[ThingId, float] | None = None,
) -> Contacted:
    """Return how the devices of a home are at a minute, from when each was heard last.

    A device is late when three heartbeats have not come. A gateway is out when one device behind it
    is late and all the others have missed their last heartbeat too; one device alone is a device.
    `since` is the minute from which something has been heard of the home without a pause.
    """
    every = list(channels)
    cadences, share = cadence_of(every), batteries or {}
    behind: dict[str, set[ThingId]] = {}
    gateways: dict[ThingId, str] = {}
    for one in every:
        device = device_of(one.series)
        gateways[device] = one.gateway or gateways.get(device, "")
    for device, gateway in gateways.items():
        behind.setdefault(gateway, set()).add(device)
    unheard = frozenset(
        one for one, each in cadences.items() if _missed(beats.get(one), minute, each, LATE)
    )
    out = frozenset(
        gateway
        for gateway, those in behind.items()
        if len(those) >= _TOGETHER
        and those & unheard
        and all(_missed(beats.get(one), minute, cadences[one], _OVERDUE) for one in those)
    )
    lost = frozenset(one for gateway in out for one in behind[gateway])
    vital = {device_of(one.series) for one in every if one.essential}
    return Contacted(
        devices=tuple(
            Device(
                device=one,
                state=_state(one, beats, unheard | lost, stuck, share),
                last=beats[one] * MINUTE if one in beats else None,
                battery=share.get(one),
                gateway=gateways[one],
            )
            for one in sorted(cadences)
        ),
        unheard=unheard | lost,
        stuck=stuck - unheard - lost,
        gateways=out,
        behind=lost,
        carrying=frozenset(vital & (unheard | lost | stuck)),
        awaited=frozenset(
            one for one in unheard - lost if not _missed(since, minute, cadences[one], LATE)
        ),
    )


def heard_since(beats: Iterable[Times], cadence: int) -> int:
    """Return the minute from which something has been heard without a pause; 0 if ever since."""
    every = np.unique(np.concatenate([np.empty(0, np.int64), *beats]))
    gaps = np.flatnonzero(np.diff(every) > _OVERDUE * cadence)
    return int(every[gaps[-1] + 1]) if len(gaps) else 0


def battery_of(series: Series, value: float) -> float | None:
    """Return the share of a battery that is left, if that is what a series tells."""
    if series.property not in BATTERY:
        return None
    return min(1.0, max(0.0, value / 100 if series.unit in _PERCENT else value))


def _missed(beat: int | None, minute: int, cadence: int, times: float) -> bool:
    return beat is None or minute - beat > times * cadence


def _state(
    device: ThingId,
    beats: Mapping[ThingId, int],
    unheard: frozenset[ThingId],
    stuck: frozenset[ThingId],
    batteries: Mapping[ThingId, float],
) -> DeviceState:
    if device not in beats:
        return "never"
    if device in unheard:
        return "late"
    if device in stuck:
        return "stuck"
    return "low-battery" if batteries.get(device, 1.0) <= LOW else "ok"
