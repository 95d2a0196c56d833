import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from byalag.engine import Connected
from byalag.model import Dataset, Municipality
from byalag.sources import AnyKind, Common, Poll, settle
from byalag.store import Store

SKELLEFTEA = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8",))
ANGE = Municipality(code="2260", name="Ånge", on_premises=("127.0.0.0/8",))
DATASETS = {
    "parking": Dataset(id="parking", title={"sv": "Parkering"}, open=True),
    "sensors": Dataset(id="sensors", title={"sv": "Givare"}, open=True),
    "staff": Dataset(id="staff", title={"sv": "Personal"}),
}
LOTS: dict[str, Any] = {
    "kind": "http-json",
    "dataset": "parking",
    "every": "1s",
    "records": "lots",
    "thing": {"type": "OffStreetParking", "id": "{id}", "name": "name"},
    "series": [{"name": "availableSpotNumber", "value": "free", "at": "at"}],
}


def lots(*free: int, at: str = "2026-07-01T11:59:00Z") -> bytes:
    """Return an operator's answer with as many car parks as there are numbers."""
    said = [{"id": f"p{n}", "name": f"P{n}", "free": f, "at": at} for n, f in enumerate(free)]
    return json.dumps({"lots": said}).encode()


Connect = Callable[..., Connected]


def connect(name: str, url: str, *, of: Municipality = SKELLEFTEA, **said: object) -> Connected:
    kind, settings = settle({**LOTS, "url": url, **said}, name=name)
    kind = structs.replace(kind, reach=hurried(kind))
    return Connected(name=name, municipality=of, kind=kind, settings=settings)


def hurried(kind: AnyKind) -> Callable[[Common], Poll]:
    """Return what reaches a source ten times as often as its settings say."""

    def reach(settings: Common) -> Poll:
        reach = kind.reach(settings)
        assert isinstance(reach, Poll)
        return Poll(tuple(structs.replace(ask, every=ask.every / 10) for ask in reach.asks))

    return reach


def pushes(name: str, *series: str, of: Municipality = SKELLEFTEA, **said: object) -> Connected:
    table = {"kind": "push", "dataset": "sensors", "series": [{"id": one} for one in series]}
    kind, settings = settle({**table, **said}, name=name)
    return Connected(name=name, municipality=of, kind=kind, settings=settings)


def no_secret(reference: str) -> str:
    raise AssertionError(reference)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "2482.sqlite") as opened:
        opened.publish(DATASETS).result()
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "2260.sqlite") as opened:
        opened.publish(DATASETS).result()
        yield opened


@pytest.fixture
def commons(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "commons.sqlite") as opened:
        yield opened
