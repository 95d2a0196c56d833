"""A hub that is open to its own machine, spoken to in NGSI-LD over HTTP."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from queue import Queue

import anyio
import msgspec
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from byalag.app._beside import Beside
from byalag.app._face import Face, Limits
from byalag.app._http import application
from byalag.app._window import Windows, fetching
from byalag.engine import Notified, Receipt, SystemClock
from byalag.engine._notices import Notifier
from byalag.engine._stopping import Stopping
from byalag.governance import Keyring
from byalag.model import Dataset, Json, Municipality
from byalag.standards.ngsi_ld import Noticer
from byalag.standards.ngsi_ld._find import forget
from byalag.store import Store
from byalag.testkit import StoppedClock

OURS = "2482"
WRITTEN = Dataset(id="written", title={"sv": "Skrivet"}, open=True, written=True)
JSON, LD_JSON = "application/json", "application/ld+json"
Ask = Callable[..., Response]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    forget()
    with Store(tmp_path / f"{OURS}.sqlite") as store:
        store.publish({"written": WRITTEN}).result()
        yield store


@pytest.fixture
def page() -> int:
    """Return how many values of a history one answer holds."""
    return 10_000


@pytest.fixture
def client(own: Store, tmp_path: Path, page: int) -> Iterator[TestClient]:
    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        return Receipt(accepted=0, refused=[], delivery=1)

    with Store(tmp_path / "commons.sqlite") as commons:
        windows = Windows(
            commons=commons,
            own={OURS: own},
            municipalities=[Municipality(code=OURS, name="Skellefteå")],
            written={OURS: WRITTEN},
            wake=lambda _: None,
            fetch=fetching(near=True),
            now=count(StoppedClock().now(), 1_000_000).__next__,
            beside=Beside(),
            near=OURS,
            page=page,
        )
        face = Face(
            name="Prov",
            base_url="http://127.0.0.1:8080",
            reader=commons,
            now=StoppedClock().now,
            receive=receive,
            key=Keyring([]).recognise,
            limits=Limits(body=4_000_000),
            windows=windows,
        )
        yield TestClient(
            application(face),
            base_url="http://127.0.0.1:8080",
            client=("127.0.0.1", 1),
            raise_server_exceptions=False,
        )


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """Return what asks the hub: a method, a path below the root, and perhaps a body."""

    def ask(
        method: str,
        path: str,
        body: Json = None,
        media: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        told = dict(headers or {})
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        if body is not None:
            told["content-type"] = media
        return client.request(
            method,
            f"/ngsi-ld/v1{path}",
            content=content if body is not None else None,
            headers=told,
        )

    return ask


@pytest.fixture
def wake(own: Store) -> Iterator[Callable[[], None]]:
    """Run a notifier of the store; return what wakes it."""
    stopping, started = Stopping(), Queue[Notifier]()

    async def main() -> None:
        notified = Notified(noticer=Noticer(), near=True)
        notifier = Notifier(own, notified, SystemClock(), stopping)
        started.put(notifier)
        await notifier.run()

    async def stop() -> None:
        stopping.stop()

    with anyio.from_thread.start_blocking_portal() as portal:
        running = portal.start_task_soon(main)
        notifier = started.get(timeout=5)
        yield lambda: portal.call(notifier.wake)
        portal.call(stop)
        running.result(timeout=10)
