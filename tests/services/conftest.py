from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.store import Store
from byalag.testkit import StoppedClock, fill_small_commons


@pytest.fixture(scope="module")
def now() -> int:
    return StoppedClock().now()


@pytest.fixture(scope="module")
def commons(tmp_path_factory: pytest.TempPathFactory, now: int) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("commons") / "commons.sqlite"
    with Store(path) as store:
        fill_small_commons(store, now)
        yield store
