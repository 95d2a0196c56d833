"""Nobody gets more than a plan gives, nor less, whichever process answers, killed or not."""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from byalag.app import open_hub
from byalag.app._metered import month_of
from byalag.governance import Issued, issue
from byalag.store import ApiKeys, Register, Usage
from byalag.testkit import RunningHub

pytestmark = pytest.mark.promise

QUOTA = 60
BATHS = "/baths/v1/bathing-places"
FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
    "ange/datasets/sensors.toml": 'title = { sv = "Givare" }\nopen = true\n',
    "products/bad.toml": (
        'title = { sv = "Bad" }\napis = ["baths"]\n\n'
        f"[plans.anybody]\nquota = {QUOTA}\n\n[plans.stor]\nquota = {QUOTA}\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def asked(hub: RunningHub, many: int, **headers: str) -> Counter[int]:
    """Ask many times at once, each over a connection of its own."""
    with ThreadPoolExecutor(8) as threads:
        pages = threads.map(lambda _: hub.get(BATHS, **headers), range(many))
        return Counter(page.status for page in pages)


def application(folder: Path) -> Issued:
    new = issue("", (), random=os.urandom(40), application="walks")
    store = open_hub(folder).store
    with Register(store / "hub.sqlite") as register:
        wish = ("walks", "bad", "stor", "let-in", 1, 1)
        register.change(lambda session: session.write("put_wish", wish)).result()
        ApiKeys(register).put(new.key, at=1, who="person a").result()
    return new


@pytest.mark.parametrize("workers", [0, 2])
def test_workers_together_give_exactly_the_quota(folder: Path, workers: int) -> None:
    with RunningHub("serve", folder, *(("--workers", workers) if workers else ())) as hub:
        assert asked(hub, 2 * QUOTA) == {200: QUOTA, 429: QUOTA}
        other = {"x-forwarded-for": "192.0.2.7"}
        assert asked(hub, QUOTA, **other) == {200: QUOTA}


def test_a_hub_that_is_killed_gives_no_more_when_it_is_back(folder: Path) -> None:
    with RunningHub("serve", folder):
        key = application(folder)
    headers = {"authorization": f"Bearer {key.text}", "x-forwarded-for": "192.0.2.7"}
    with RunningHub("serve", folder) as hub:
        assert asked(hub, QUOTA // 2, **headers) == {200: QUOTA // 2}
        hub.stop(signal.SIGKILL)
    with RunningHub("serve", folder) as hub:
        assert asked(hub, QUOTA, **headers) == {200: QUOTA // 2, 429: QUOTA // 2}
        hub.stop()
    with Register(open_hub(folder).store / "hub.sqlite") as register:
        (count,) = register.ask("quotas_used", ("walks", _month(register)))
        assert count[1] == QUOTA
        used = Usage(register).between(0, 2**60, application="walks")
        assert sum(one.counted.good for one in used) >= QUOTA // 2


def _month(register: Register) -> str:
    """Return the month that was counted in."""
    return month_of(max(one.at for one in Usage(register).between(0, 2**60))).name
