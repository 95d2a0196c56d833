from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._http import Application, application
from byalag.engine import Receipt
from byalag.governance import Keyring, issue
from byalag.model import Contact
from byalag.store import Store
from byalag.testkit import StoppedClock, fill_small_commons

KEY = issue("2482", ("observations:write",), random=bytes(range(40)))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("commons") / "commons.sqlite"
    with Store(path) as store:
        fill_small_commons(store, StoppedClock().now())
        yield store


@pytest.fixture(scope="session")
def app(store: Store) -> Application:
    async def receive(_code: str, body: bytes, _media: str, _key: str | None) -> Receipt:
        return Receipt(accepted=len(body), refused=[], delivery=1)

    return application(
        Face(
            name="Bygdens öppna data",
            base_url="https://hub.example.se",
            reader=store,
            now=StoppedClock().now,
            receive=receive,
            key=Keyring([KEY.key]).recognise,
            contact=Contact(email="oppnadata@example.se"),
        )
    )


@pytest.fixture(scope="session")
def client(app: Application) -> TestClient:
    return TestClient(app)
