"""Shared development data, read through the example hub's declared sources."""

from collections.abc import Callable
from pathlib import Path

import pytest

from byalag.testkit import Reading, reading, shared

HUB = Path(__file__).parents[2] / "examples" / "hub" / "skelleftea" / "sources"


@pytest.fixture
def read() -> Callable[[str, str, str], Reading]:
    """Return what reads one shared file through the example source of a name."""
    folder = shared()
    if folder is None:
        pytest.skip("the shared development data is not here (BYALAG_SHARED)")

    def read_shared(source: str, file: str, received: str) -> Reading:
        body = (folder / "data" / file).read_bytes()
        if body.startswith(b"HTTP/"):  # recorded with its head, which `byalag load` takes off
            body = body.partition(b"\n\n")[2]
        return reading(HUB / f"{source}.toml", body, received=received, municipality="2482")

    return read_shared
