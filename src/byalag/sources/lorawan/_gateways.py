"""The gateways that heard our devices: things of their own, alive when they were heard from."""

from collections.abc import Iterator
from typing import Final

from byalag.model import Fact, Micros, Observation, Series, Thing
from byalag.sources.lorawan._message import Message

_UPLINKS: Final = "uplinkCount"


class Gateways:
    """What one delivery says of gateways: which there are, and when each passed a message on."""

    def __init__(self, operator: str, dataset: str) -> None:
        """Begin with none; their ids are `gateway:{operator}:{name}`."""
        self._operator = operator
        self._dataset = dataset
        self._heard: dict[str, set[Micros]] = {}

    def hear(self, message: Message) -> None:
        """Note which gateways heard a message."""
        for name in message.gateways:
            self._heard.setdefault(name, set()).add(message.at)

    def facts(self) -> Iterator[Fact]:
        """Yield each gateway, and one message at each time that it passed one on."""
        for name, times in self._heard.items():
            id_ = f"gateway:{self._operator}:{name}"
            series = f"{id_}/{_UPLINKS}"
            yield Thing(id=id_, type="Gateway", dataset=self._dataset)
            yield Series(id=series, thing=id_, property=_UPLINKS, dataset=self._dataset)
            yield from (Observation(series, at, 1.0) for at in sorted(times))
