from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


@pytest.fixture
def commons(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "commons.sqlite") as opened:
        yield opened
