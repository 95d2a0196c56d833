"""A hub that is killed in the middle of its work knows what it would have known."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from msgspec.structs import replace

from byalag.services.care import NoticeOpened
from byalag.store import Store, Unfit
from byalag.testkit import StoppedClock

from ._house import DAY, HOUR, House, in_order, world

pytestmark = pytest.mark.promise
ROOT = Path(__file__).parents[2]
FAULT = ("collapse", 9.0, 72.0, "")


def work(folder: str) -> None:
    """Watch a home for a day, until killed."""
    house, home, first = world(Path(folder), FAULT)  # type: ignore[arg-type]  # one of its kinds
    house.live(in_order(home, first + 4 * HOUR, first + DAY), first + DAY, every=10)


@pytest.mark.parametrize("looks", [2, 25, 60])
def test_a_hub_that_is_killed_knows_what_it_would_have_known(tmp_path: Path, looks: int) -> None:
    right, home, first = world(tmp_path / "right", FAULT)  # type: ignore[arg-type]  # as above
    given = in_order(home, first + 4 * HOUR, first + DAY)
    right.live(given, first + DAY, every=10)
    code = "import sys; from tests.watching.test_killed import work; work(sys.argv[1])"
    folder = tmp_path / "killed"
    file = folder / "store.sqlite"
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=ROOT) as process:
        while process.poll() is None and not _has_looked(file, looks):
            sleep(0.02)
        process.kill()
    clock = StoppedClock()
    clock.advance(timedelta(microseconds=first + DAY - clock.now()))
    again = House(Store(file), clock)
    again.tell(one.observation for one in given)
    again.look()
    again.look()
    now, then = again.standing(home.id), right.standing(home.id)
    assert replace(now, reason=None) == replace(then, reason=None)  # how rare: when it was told
    told = [one for one in again.said(home.id, "NoticeOpened") if isinstance(one, NoticeOpened)]
    assert [one.kind for one in told] == ["deviation"]


def _has_looked(file: Path, looks: int) -> bool:
    if not file.exists():
        return False
    try:
        with Store(file, beside=True) as store:
            return store.queue.cursor("care/watch") >= looks
    except Unfit:  # it is being made
        return False
