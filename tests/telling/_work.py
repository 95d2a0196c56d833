"""A process that tells people until it is killed: `python -c`, as a hub would be started."""

from pathlib import Path

import anyio

from byalag.store import Store
from byalag.testkit import StoppedClock
from tests.telling._world import BODY, World, outlet


def main(folder: str, url: str) -> None:
    """Tell whoever is to be told in the store of a folder, through a gateway."""
    anyio.run(_work, Path(folder), url)


async def _work(folder: Path, url: str) -> None:
    with Store(folder / "2482.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        sms = outlet("sms", folder, kind="sms", url=url, body=BODY)
        world = World(store, commons, StoppedClock(), sms)
        async with world.work():
            await anyio.sleep_forever()
