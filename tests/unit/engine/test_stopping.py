"""A stop waits for one delivery, never for all that are behind it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from byalag.engine import Connected
from byalag.mapping import Context, Heard
from byalag.model import Delivery
from byalag.sources import Common, Translate
from byalag.store import Store
from byalag.testkit import running, soon

from .watching import engine, watched

pytestmark = pytest.mark.anyio
BEHIND = 100
SLOW = 0.1  # seconds for each delivery


def slow(source: Connected) -> Connected:
    """Return a source whose every delivery takes a while to translate."""

    def prepare(settings: Common) -> Translate:
        translate = source.kind.prepare(settings)

        def slowly(delivery: Delivery, about: Context) -> Iterator[Heard]:
            time.sleep(SLOW)
            return translate(delivery, about)

        return slowly

    return structs.replace(source, kind=structs.replace(source.kind, prepare=prepare))


async def test_a_stop_leaves_what_is_behind_for_the_next_start(
    tmp_path: Path, store: Store, commons: Store
) -> None:
    body = b"id;name;free;at\np;P;1;2026-07-01T11:59:00Z\n"
    for number in range(BEHIND):
        kept = Delivery(source="files", received=1_782_900_000_000_000 + number, bodies=(body,))
        store.keep(kept).result()
    hub = engine(store, commons, slow(watched("folder", path=str(tmp_path))))
    async with running(hub):
        await soon(lambda: len([*store.untranslated()]) < BEHIND)
        begun = time.monotonic()
    assert time.monotonic() - begun < BEHIND * SLOW / 2
    assert [*store.untranslated()]
