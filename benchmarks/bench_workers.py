"""How many readers a hub answers with 0, 1 and 2 workers, as a ratio of one process alone.

The three hubs are measured in turns, so that a busy machine is as busy for all. Whoever asks has a
core too: on two cores, two processes that answer and one that asks share them.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks._load import ask
from benchmarks._table import Row
from byalag.engine import SystemClock
from byalag.store import Store
from byalag.testkit import RunningHub, fill_small_commons

CONNECTIONS = 64
SECONDS = 1.5
ROUNDS = 3
ENOUGH = 100_000  # questions, more than can be answered in a round
COUNTS = (0, 1, 2)


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    near = [_get(f"/baths/v1/bathing-places?near={55 + n % 139 / 10},{12 + n % 11}&limit=10")
            for n in range(1000)]  # fmt: skip
    kept = [_get("/sensorthings/v1.1/Things?$top=20")]
    for name, asks in (("GET nearest 10", near), ("GET 20 things, an answer that is kept", kept)):
        with ExitStack() as stack:
            hubs = [stack.enter_context(_hub(count)) for count in COUNTS]
            rounds = [
                [
                    ask(
                        hub.port,
                        asks * (ENOUGH // len(asks)),
                        connections=CONNECTIONS,
                        seconds=SECONDS,
                    ).rate
                    for hub in hubs
                ]
                for _ in range(ROUNDS)
            ]
        for place, count in enumerate(COUNTS):
            yield Row(
                f"{name}, {count} workers",
                statistics.median(one[place] for one in rounds),
                "answers/s",
                "no worker",
                statistics.median(one[place] / one[0] for one in rounds),
                f"{CONNECTIONS} connections",
            )


@contextmanager
def _hub(workers: int) -> Iterator[RunningHub]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "kommun").mkdir()
        (folder / "store").mkdir()
        (folder / "hub.toml").write_text('name = "Bench"\n', "utf-8")
        (folder / "kommun" / "municipality.toml").write_text(
            'code = "2482"\nname = "Skellefteå"\n', "utf-8"
        )
        with Store(folder / "store" / "commons.sqlite") as commons:
            fill_small_commons(commons, SystemClock().now())
        with RunningHub("serve", folder, "--workers", workers) as hub:
            yield hub


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
