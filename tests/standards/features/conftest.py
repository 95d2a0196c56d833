from collections.abc import Callable, Iterator

import msgspec
import pytest
from starlette.testclient import TestClient

from byalag.app._beside import Beside
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._window import Windows
from byalag.engine import Receipt
from byalag.model import Dataset, Fact, Json, Municipality, Observation, Point, Series, Thing
from byalag.store import Store
from byalag.testkit import StoppedClock, fill_small_commons
from byalag.testkit._small import DATASETS

Get = Callable[..., Json]
TOWNS = (Municipality(code="2482", name="Skellefteå"), Municipality(code="2260", name="Ånge"))
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[20.0, 64.0], [20.2, 64.0], [20.2, 64.1], [20.0, 64.1], [20.0, 64.0]]],
}
TRAILS = Dataset(id="trails", title={"sv": "Leder", "en": "Trails"}, licence="CC0-1.0", open=True)
CALENDAR = Dataset(id="calendar", title={"sv": "Händelser", "en": "Events"}, open=True)


def trails() -> Iterator[Fact]:
    said = {"length": 5.5, "lit": True, "openedAt": "2020-06-01", "level": 3, "ref": "A%1"}
    yield Thing(
        id="trail:x:1", type="Trail", dataset="trails", name="Elljusspåret", properties=said,
        point=Point(64.05, 20.1), shape=SQUARE, description="Runt sjön",
    )  # fmt: skip
    yield Thing(
        id="trail:x:2", type="Trail", dataset="trails", name="Åsleden",
        properties={"length": 12.0, "lit": False, "level": 12, "ref": "B1"},
        point=Point(64.5, 179.5),
    )  # fmt: skip
    yield Thing(
        id="trail:x:3", type="Trail", dataset="trails", name="Utan plats",
        properties={"length": 1.0, "level": 3, "ref": "AB1"},
    )  # fmt: skip
    yield Thing(id="location:x:1", type="Location", dataset="trails", point=Point(10, 10))
    yield Thing(id="event:x:1", type="Event", dataset="calendar", name="Ingenstans")


@pytest.fixture(scope="session")
def commons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("features") / "commons.sqlite") as store:
        now = StoppedClock().now()
        fill_small_commons(store, now)
        store.publish({**DATASETS, "trails": TRAILS, "calendar": CALENDAR}).result()
        store.commit([*trails()], at=now).result()
        series = Series(id="trail:x:1/snow", thing="trail:x:1", property="snow", dataset="trails")
        old = [Observation("trail:x:1/snow", 1_600_000_000_000_000, 0.25)]
        store.commit([series, *old], at=now).result()
        yield store


@pytest.fixture(scope="session")
def client(commons: Store) -> TestClient:
    return client_of(commons)


def client_of(commons: Store) -> TestClient:
    async def fetch(_address: str, _accept: str) -> bytes:
        raise AssertionError

    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        raise AssertionError

    windows = Windows(
        commons=commons,
        own={},
        municipalities=TOWNS,
        written={},
        wake=lambda _: None,
        fetch=fetch,
        now=StoppedClock().now,
        beside=Beside(),
    )
    face = Face(
        name="Bygden",
        base_url="https://hub.example.se",
        reader=commons,
        now=StoppedClock().now,
        receive=receive,
        key=lambda _: None,
        municipalities=TOWNS,
        windows=windows,
    )
    return TestClient(application(face))


@pytest.fixture(scope="session")
def get(client: TestClient) -> Get:
    """Ask for an address below the root; the answer's JSON, unless another status is wanted."""

    def ask(
        path: str, status: int = 200, headers: dict[str, str] | None = None, **query: Json
    ) -> Json:
        asked = {name.replace("_", "-"): value for name, value in query.items()}
        answer = client.get(f"/features/v1{path}", params=asked, headers=headers)
        assert answer.status_code == status, answer.text
        return msgspec.json.decode(answer.content)

    return ask
