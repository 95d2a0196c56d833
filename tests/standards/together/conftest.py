"""A hub's own application over real stores, open to its own machine."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from byalag.app._beside import Beside
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._window import Windows
from byalag.engine import Receipt
from byalag.model import Dataset, Municipality
from byalag.store import Store
from byalag.testkit import StoppedClock

WRITTEN = Dataset(id="written", title={"sv": "Skrivet"}, open=True, written=True)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("own") / "own.sqlite") as store:
        store.publish({"written": WRITTEN}).result()
        yield store


@pytest.fixture(scope="module")
def client(own: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a hub that is open to its own machine."""
    clock = StoppedClock()

    async def receive(_code: str, body: bytes, _media: str, _key: str | None) -> Receipt:
        return Receipt(accepted=len(body), refused=[], delivery=1)

    async def fetch(address: str, _accept: str) -> bytes:
        raise AssertionError(address)

    with Store(tmp_path_factory.mktemp("commons") / "commons.sqlite") as commons:
        skelleftea = Municipality(code="2482", name="Skellefteå")
        windows = Windows(
            commons=commons,
            own={"2482": own},
            municipalities=[skelleftea],
            written={"2482": WRITTEN},
            wake=lambda _code: None,
            fetch=fetch,
            now=clock.now,
            beside=Beside(),
            near="2482",
        )
        face = Face(
            name="Prov",
            base_url="http://127.0.0.1:8080",
            reader=commons,
            now=clock.now,
            receive=receive,
            key=lambda _shown: None,
            windows=windows,
        )
        with TestClient(
            application(face), base_url="http://127.0.0.1:8080", client=("127.0.0.1", 50000)
        ) as found:
            yield found
