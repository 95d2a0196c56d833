from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "2482.sqlite") as store:
        yield store


@pytest.fixture
def commons(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "commons.sqlite") as store:
        yield store
