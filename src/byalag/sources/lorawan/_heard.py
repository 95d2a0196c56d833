"""What was heard before: the same message by several ways, and one sent once more.

A message is heard again when the same device said the same bytes with the same frame counter a
short while ago. A counter that has begun again, or gone round, comes with other bytes or later.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isnan

from byalag.mapping import Context, Heard
from byalag.model import Micros, Observation
from byalag.sources.lorawan._devices import COUNTER, Known
from byalag.sources.lorawan._message import Message

_RADIO = frozenset({"rssi", "snr", COUNTER, "batteryLevel"})


class Memory:
    """The messages of one delivery, so far."""

    def __init__(self, repeats: Micros) -> None:
        """Begin with nothing heard."""
        self._repeats = repeats
        self._heard: dict[tuple[str, int | None, int, bytes], list[Micros]] = {}

    def is_repeat(self, message: Message) -> bool:
        """Tell whether the delivery has said this before, and remember it if not."""
        if message.data is None:
            return False
        key = (message.eui, message.counter, message.port, message.data)
        times = self._heard.setdefault(key, [])
        within = 0 if message.counter is None else self._repeats
        if any(abs(message.at - at) <= within for at in times):
            return True
        times.append(message.at)
        return False


def earlier(
    messages: Sequence[tuple[Known, Message]], context: Context, repeats: Micros
) -> Mapping[int, tuple[Micros, ...]]:
    """Return, by a message's number, when the store holds its counter near it, at another time."""
    devices: dict[str, list[int]] = {}
    for number, (_, message) in enumerate(messages):
        if message.counter is not None and message.data is not None:
            devices.setdefault(message.eui, []).append(number)
    found: dict[int, tuple[Micros, ...]] = {}
    for numbers in devices.values():
        times = [messages[number][1].at for number in numbers]
        series = _series(messages[numbers[0]][0], COUNTER)
        held = context.past(series, min(times) - repeats, max(times) + repeats + 1)
        pairs = list(zip(held.times.tolist(), held.values.tolist(), strict=True))
        for number in numbers:
            message = messages[number][1]
            near = tuple(
                at
                for at, counter in pairs
                if counter == message.counter and 0 < abs(at - message.at) <= repeats
            )
            if near:
                found[number] = near
    return found


def was_said(facts: Iterable[Heard], at: Micros, times: Iterable[Micros], context: Context) -> bool:
    """Tell whether the store holds the same values at one of the times as these facts at theirs."""
    values = [
        fact
        for fact in facts
        if isinstance(fact, Observation) and fact.at == at and _property(fact.series) not in _RADIO
    ]
    return any(all(_is_held(one, then, context) for one in values) for then in times)


def _is_held(one: Observation, then: Micros, context: Context) -> bool:
    held = context.past(one.series, then, then + 1).values.tolist()
    return len(held) == 1 and (held[0] == one.value or (isnan(held[0]) and isnan(one.value)))


def _series(device: Known, name: str) -> str:
    return f"{device.thing}/{name}@{device.sensor}" if device.sensor else f"{device.thing}/{name}"


def _property(series: str) -> str:
    return series.partition("/")[2].partition("@")[0]
