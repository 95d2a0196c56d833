from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app._cabinet import Cabinet
from byalag.app._face import Face
from byalag.app._http import Application, application
from byalag.engine import Connected, Engine, Receipt
from byalag.governance import Keyring, Scope, issue
from byalag.model import Contact, Dataset, Municipality
from byalag.sources import settle
from byalag.store import Blobs, Store
from byalag.testkit import StoppedClock, fill_small_commons

SCOPES: tuple[Scope, ...] = ("observations:write", "deliveries:write", "files:write")
KEY = issue("2482", SCOPES, random=bytes(range(40)))
SOURCE = {
    "kind": "webhook",
    "dataset": "parking",
    "thing": {"type": "OffStreetParking", "id": "{lot}", "name": "lot"},
}
PARKING = Dataset(id="parking", title={"sv": "Parkering"}, open=True)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("commons") / "commons.sqlite"
    with Store(path) as store:
        fill_small_commons(store, StoppedClock().now())
        yield store


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("own") / "2482.sqlite") as store:
        store.publish({"parking": PARKING}).result()
        yield store


@pytest.fixture(scope="session")
def engine(own: Store, store: Store) -> Engine:
    kind, settings = settle(SOURCE, name="lots")
    skelleftea = Municipality(code="2482", name="Skellefteå")
    source = Connected(name="lots", municipality=skelleftea, kind=kind, settings=settings)
    return Engine({"2482": own}, store, [source], clock=StoppedClock(), secret=str)


@pytest.fixture(scope="session")
def files(own: Store, store: Store, engine: Engine) -> Cabinet:
    return Cabinet(
        datasets={"2482": {"parking": PARKING}},
        own={"2482": own},
        blobs={"2482": Blobs(own.path.parent / "files")},
        commons=store,
        wake=engine.wake,
        now=StoppedClock().now,
    )


@pytest.fixture(scope="session")
def app(store: Store, engine: Engine, files: Cabinet) -> Application:
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
            doors=engine,
            files=files,
        )
    )


@pytest.fixture(scope="session")
def client(app: Application) -> TestClient:
    return TestClient(app)
