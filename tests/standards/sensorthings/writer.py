"""A municipality's own store as whoever writes by SensorThings sees it."""

import asyncio
from typing import Any
from urllib.parse import unquote

import msgspec

from byalag.app._beside import Beside
from byalag.app._window import Windows
from byalag.model import Dataset, Json, Municipality
from byalag.standards import Reply, Spoken
from byalag.standards.sensorthings import STANDARD
from byalag.store import Store

HUB = "https://hub.example.se"
ROOT = f"{HUB}/sensorthings/v1.1"
NOW = 1_767_225_600_123_456  # 2026-01-01T00:00:00.123456Z
WRITTEN = Dataset(id="written", title={"sv": "Skrivet"}, open=True, written=True)
POINT = {"type": "Point", "coordinates": [20.95, 64.75]}
LOCATION = {
    "name": "Ån", "description": "Vid bron", "encodingType": "application/geo+json",
    "location": POINT,
}  # fmt: skip
SENSOR = {
    "name": "Termometer", "description": "Pt100", "encodingType": "text/html",
    "metadata": "https://example.se/pt100",
}  # fmt: skip
PROPERTY = {
    "name": "Water temperature", "definition": "https://example.se/t", "description": "I vatten",
}  # fmt: skip
UNIT = {"name": "Celsius", "symbol": "degC", "definition": None}
DATASTREAM = {
    "name": "Vattentemperatur", "description": "Under bron", "observationType": "OM_Measurement",
    "unitOfMeasurement": UNIT, "Sensor": SENSOR, "ObservedProperty": PROPERTY,
}  # fmt: skip
THING = {"name": "Station 1", "description": "Vid ån"}
TREE = {**THING, "Locations": [LOCATION], "Datastreams": [DATASTREAM]}
FEATURE = {
    "name": "Lagunen", "description": "Nedströms", "encodingType": "application/geo+json",
    "feature": {"type": "Point", "coordinates": [21.0, 64.8]},
}  # fmt: skip


class Answer:
    """What a request was answered."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self.text = reply.body.decode()

    @property
    def body(self) -> Any:  # noqa: ANN401 -- any JSON
        return msgspec.json.decode(self.text)

    @property
    def no(self) -> int:
        """The number in the Location header."""
        return int(self.headers["Location"].rpartition("(")[2][:-1])


class Writer:
    """Somebody who may write."""

    def __init__(self, store: Store, *, now: int = NOW, writes: bool = True) -> None:
        self.store = store
        self.now = now
        self._windows = Windows(
            commons=store,
            own={"2482": store},
            municipalities=(Municipality(code="2482", name="Skellefteå"),),
            written={"2482": WRITTEN} if writes else {},
            wake=lambda _: None,
            fetch=self._fetch,
            now=lambda: self.now,
            beside=Beside(),
        )

    @staticmethod
    async def _fetch(_address: str, _accept: str) -> bytes:
        raise AssertionError

    async def asks(
        self, method: str, address: str, body: Json = None, media: str = "application/json"
    ) -> Answer:
        path, _, query = address.partition("?")
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        )
        spoken = Spoken(
            method=method, path=unquote(path), query=query, headers={"content-type": media},
            body=raw, root=ROOT, hub=HUB,
        )  # fmt: skip
        return Answer(await STANDARD.answer(spoken, self._windows.open("2482", writes=True)))

    def ask(
        self, method: str, address: str, body: Json = None, media: str = "application/json"
    ) -> Answer:
        return asyncio.run(self.asks(method, address, body, media))

    def post(self, address: str, body: Json) -> int:
        """Make something, and return its number."""
        made = self.ask("POST", address, body)
        assert made.status == 201, made.text
        return made.no

    def get(self, address: str) -> Any:  # noqa: ANN401 -- any JSON
        found = self.ask("GET", address)
        assert found.status == 200, found.text
        return found.body

    def count(self, collection: str) -> int:
        found: int = self.get(f"{collection}?$count=true&$top=0")["@iot.count"]
        return found
