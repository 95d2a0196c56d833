"""One delivery on its way to facts: read, looked up, decoded, said."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Raw, Struct

from byalag.codecs import Decoded, Undecoded, Uplink
from byalag.mapping import Context, Heard, Skipped
from byalag.model import Delivery, Json, Micros, Rejected
from byalag.sources import Garbled
from byalag.sources._json import decoded, raw_records
from byalag.sources.lorawan._devices import Devices, Known, recorded
from byalag.sources.lorawan._gateways import Gateways
from byalag.sources.lorawan._heard import Memory, earlier, was_said
from byalag.sources.lorawan._message import Message, Passed, Unread
from byalag.sources.lorawan._networks import NETWORKS
from byalag.sources.lorawan._settings import Settings

_REPEATED: Final = "heard before: the same device, frame counter and bytes"
_STRANGERS: Final = "from devices that are not declared here"
_OTHER_PORT: Final = "on a port that the device's type does not name"


class Ours(Struct, frozen=True):
    """A message of a device of ours: where it is, its own bytes, whose it is, what it says."""

    where: str
    record: Raw
    device: Known
    message: Message


class Telling:
    """What one delivery says, put together."""

    def __init__(
        self, settings: Settings, devices: Devices, repeats: Micros, context: Context
    ) -> None:
        """Begin with nothing said."""
        self._read = NETWORKS[settings.network]
        self._aside = settings.unknown == "aside"
        self._devices = devices
        self._repeats = repeats
        self._context = context
        self._memory = Memory(repeats)
        self._passed: Counter[str] = Counter()
        self._rejected: list[Rejected] = []
        self._strangers: set[str] = set()
        self._events = 0  # that are the network's, whatever became of them
        self._alive = settings.alive
        self._gateways = Gateways(settings.operator or context.source, context.dataset)

    def tell(self, delivery: Delivery) -> Iterator[Heard]:
        """Say a delivery.

        Raises:
            Garbled: If there is not one event of the network in it.

        """
        ours = [one for one in self._ours(delivery) if not self._is_passed(one)]
        if not self._events:
            why = self._rejected[0].why if self._rejected else "there are no messages in it"
            raise Garbled(why)
        yield from self._facts(self._with_fields(ours))
        if self._alive:
            yield from self._gateways.facts()
        yield from self._rejected
        yield from (Skipped(count, why) for why, count in self._passed.items())

    def _ours(self, delivery: Delivery) -> Iterator[Ours]:
        """Yield the messages of our devices, in the order they came."""
        several = len(delivery.bodies) > 1
        for number, body in enumerate(delivery.bodies, 1):
            start = f"message {number}: " if several else ""
            try:
                for where, raw in raw_records(body, ()):
                    found = self._one(f"{start}{where}", raw)
                    if found is not None:
                        yield found
            except Garbled as error:
                where = f"message {number}"
                self._rejected.append(Rejected(where=where, why=str(error), record=body))

    def _one(self, where: str, raw: Raw) -> Ours | None:
        event = decoded(where, raw)
        if isinstance(event, Rejected):
            self._rejected.append(event)
            return None
        try:
            told = self._read(event)
        except Unread as error:
            self._reject(where, raw, str(error))
            return None
        self._events += 1
        if isinstance(told, Passed):
            self._passed[told.why] += 1
            return None
        device = self._devices.known.get(told.eui)
        if device is None:
            self._meet(where, raw, told.eui)
            return None
        self._gateways.hear(told)
        return Ours(where, raw, device, told)

    def _meet(self, where: str, raw: Raw, eui: str) -> None:
        """Tell of a device that is not declared once, and count it after that."""
        if self._aside and eui not in self._strangers:
            self._strangers.add(eui)
            self._reject(where, raw, f"the device {eui.upper()} is not declared in this file")
        else:
            self._passed[_STRANGERS] += 1

    def _is_passed(self, one: Ours) -> bool:
        if not self._alive and self._is_elsewhere(one):
            self._passed[_OTHER_PORT] += 1
            return True
        if self._memory.is_repeat(one.message):
            self._passed[_REPEATED] += 1
            return True
        return False

    def _is_elsewhere(self, one: Ours) -> bool:
        """Tell whether a message is on a port that the device's type does not name."""
        ports = self._devices.ports[one.device.type]
        return bool(ports) and one.message.data is not None and one.message.port not in ports

    def _with_fields(self, ours: Sequence[Ours]) -> list[tuple[Ours, Json]]:
        """Decode the messages, all of one type at once; one that fails is set aside."""
        fields: dict[int, Json] = {}
        by_type: dict[int, list[int]] = {}
        for number, one in enumerate(ours):
            if one.message.data and not self._is_elsewhere(one):
                by_type.setdefault(one.device.type, []).append(number)
            else:
                fields[number] = {}
        for kind, numbers in by_type.items():
            codec = self._devices.codecs[kind]
            if codec is None:
                fields |= {number: ours[number].message.fields or {} for number in numbers}
                continue
            outcomes = codec.decode([_uplink(ours[number]) for number in numbers])
            for number, outcome in zip(numbers, outcomes, strict=True):
                match outcome:
                    case Decoded(data=data):
                        fields[number] = data
                    case Undecoded(why=why):
                        one = ours[number]
                        self._reject(one.where, one.record, f"{_named(one)}: {why}")
                        if self._alive:
                            fields[number] = {}
        return [(ours[number], fields[number]) for number in sorted(fields)]

    def _facts(self, said: Sequence[tuple[Ours, Json]]) -> Iterator[Heard]:
        near = earlier([(one.device, one.message) for one, _ in said], self._context, self._repeats)
        groups: dict[int, list[tuple[str, Json]]] = {}
        for number, (one, fields) in enumerate(said):
            record = (one.where, recorded(one.device, one.message, fields))
            if number in near:
                facts = self._devices.mappers[one.device.say]([record], self._context)
                if was_said(facts, one.message.at, near[number], self._context):
                    self._passed[_REPEATED] += 1
                    continue
            groups.setdefault(one.device.say, []).append(record)
        for say, records in groups.items():
            yield from self._devices.mappers[say](records, self._context)

    def _reject(self, where: str, raw: Raw, why: str) -> None:
        self._rejected.append(Rejected(where=where, why=why, record=bytes(raw)))


def _uplink(one: Ours) -> Uplink:
    message = one.message
    return Uplink(
        data=message.data or b"",
        port=message.port,
        at=message.at,
        variables=one.device.variables,
    )


def _named(one: Ours) -> str:
    return f"the device {one.message.eui.upper()}"
