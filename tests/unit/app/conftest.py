from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from byalag.app._face import Face
from byalag.engine import Receipt
from byalag.governance import Keyring, issue
from byalag.model import Contact
from byalag.store import Store
from byalag.testkit import StoppedClock, fill_small_commons

PUSH = issue("2482", ("observations:write",), random=bytes(range(40)))
MEASURE = issue("2482", ("metrics:read",), random=bytes(range(40, 80)))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("commons") / "commons.sqlite"
    with Store(path) as store:
        fill_small_commons(store, StoppedClock().now())
        yield store


@pytest.fixture(scope="session")
def face(store: Store) -> Callable[..., Face]:
    """Return what makes a face over the small commons, with what a test wants otherwise."""

    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        return Receipt(accepted=1, refused=[], delivery=1)

    def make(**otherwise: Any) -> Face:  # noqa: ANN401 -- any field of a face
        usual: dict[str, Any] = {
            "name": "Bygdens öppna data",
            "base_url": "https://hub.example.se",
            "reader": store,
            "now": StoppedClock().now,
            "receive": receive,
            "key": Keyring([PUSH.key, MEASURE.key]).recognise,
            "contact": Contact(email="oppnadata@example.se"),
        }
        return Face(**usual | otherwise)

    return make


@pytest.fixture(scope="session")
def push_key() -> dict[str, str]:
    return {"authorization": f"Bearer {PUSH.text}"}


@pytest.fixture(scope="session")
def measure_key() -> dict[str, str]:
    return {"authorization": f"Bearer {MEASURE.text}"}
