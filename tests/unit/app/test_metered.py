"""The meter: exact over processes, kept over restarts, told in every answer."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._metered import Meter, month_of
from byalag.app._metered_slots import APPLICATIONS, FILE, NETWORKS, Slots
from byalag.governance import Keyring, Limit, Plan, Product, issue, limit
from byalag.store import Register, Usage
from byalag.testkit import StoppedClock

NANOS = 1_000_000_000
NOW = StoppedClock().now()
MONTH = month_of(NOW).number
OWN = issue("2482", ("facts:read",), random=bytes(range(40)))
APP = issue("", (), random=bytes(range(40, 80)), application="walks")
BATHS = "/baths/v1/bathing-places"


def product(**plans: Plan) -> dict[str, Product]:
    return {"bad": Product(id="bad", title={"sv": "Bad"}, apis=("baths",), plans=plans)}


GRAB = """
import sys
from pathlib import Path
from byalag.app._metered_slots import APPLICATIONS, Slots
from byalag.governance import Plan, limit
file, quota, tries, month = sys.argv[1], *map(int, sys.argv[2:])
slots, bound, passed = Slots(Path(file)), limit(Plan(quota=quota)), 0
sys.stdin.readline()
for _ in range(tries):
    taken = slots.take(APPLICATIONS, b"w" * 16, bound, now=1, month=month)
    passed += taken.passes
print(passed)
"""
HOLD = """
import sys
from pathlib import Path
from byalag.app._metered_slots import APPLICATIONS, Slots
with Slots(Path(sys.argv[1]))._held(APPLICATIONS.begins) as held:
    print(held, flush=True)
    sys.stdin.readline()
"""


def other(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run a program in a process of its own, that waits for a line."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.mark.parametrize(("quota", "tries"), [(1, 50), (700, 400), (5_000, 300)])
def test_processes_together_let_through_exactly_the_quota(
    tmp_path: Path, quota: int, tries: int
) -> None:
    works = [other(GRAB, tmp_path / FILE, quota, tries, MONTH) for _ in range(3)]
    for work in works:
        assert work.stdin is not None
        work.stdin.write("\n")
        work.stdin.flush()
    passed = [int(work.communicate(timeout=60)[0]) for work in works]
    assert sum(passed) == min(quota, 3 * tries)


def test_a_process_that_is_gone_leaves_its_counts_and_no_lock(tmp_path: Path) -> None:
    first, bound = Slots(tmp_path / FILE), limit(Plan(quota=2))
    first.take(APPLICATIONS, b"w" * 16, bound, now=1, month=1)
    second = Slots(tmp_path / FILE)
    again = second.take(APPLICATIONS, b"w" * 16, bound, now=1, month=1)
    assert again is not None
    assert again.used.count == 2


def test_after_a_start_of_the_machine_counts_go_on_from_the_register(tmp_path: Path) -> None:
    bound = limit(Plan(quota=9))
    before = Slots(tmp_path / FILE, boot=lambda: b"one")
    before.take(APPLICATIONS, b"w" * 16, bound, now=1, month=1)
    before.close()
    after = Slots(tmp_path / FILE, boot=lambda: b"two")
    taken = after.take(APPLICATIONS, b"w" * 16, bound, now=1, month=1, begun=lambda: 7)
    assert taken is not None
    assert taken.used.count == 8


def test_a_network_is_forgotten_when_it_need_wait_no_longer(tmp_path: Path) -> None:
    slots, bound = Slots(tmp_path / FILE), limit(Plan(rate=1, burst=2))
    whose = slots.network("192.0.2.0/24", "bad")
    slots.take(NETWORKS, whose, bound, now=NANOS, month=0)
    assert whose in (tmp_path / FILE).read_bytes()
    assert slots.forget_networks(NANOS + NANOS // 2, MONTH) == 0
    assert slots.forget_networks(2 * NANOS, MONTH) == 1
    assert whose not in (tmp_path / FILE).read_bytes()
    assert b"192.0.2" not in (tmp_path / FILE).read_bytes()


def test_many_networks_take_no_slot_of_an_application(tmp_path: Path) -> None:
    slots, bound = Slots(tmp_path / FILE), Limit(every=NANOS, burst=1)
    known = [
        slots.take(NETWORKS, b"same" + number.to_bytes(12, "little"), bound, now=1, month=0)
        for number in range(1, 12)
    ]
    assert [one is not None for one in known] == [True] * 8 + [False] * 3
    assert slots.take(APPLICATIONS, b"same" + bytes(12), bound, now=1, month=0) is not None


def test_a_lock_that_is_never_given_is_not_waited_for_again_and_again(tmp_path: Path) -> None:
    holder = other(HOLD, tmp_path / FILE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    slots, bound = Slots(tmp_path / FILE), limit(Plan(quota=2))
    for _ in range(5):
        assert slots.take(APPLICATIONS, bytes(16), bound, now=1, month=1) is None
    holder.communicate("\n", timeout=60)
    slots._trusted = 0.0  # noqa: SLF001 -- as after a second
    assert slots.take(APPLICATIONS, bytes(16), bound, now=1, month=1) is not None


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "hub.sqlite") as register:
        yield register


Ask = Callable[..., TestClient]


@pytest.fixture
def hub(face: Callable[..., Face], register: Register, tmp_path: Path) -> Ask:
    """Return what makes a client of a hub with products."""

    def make(products: dict[str, Product], **otherwise: Any) -> TestClient:  # noqa: ANN401 -- any field
        slots = otherwise.pop("slots", None) or Slots(tmp_path / FILE)
        meter = Meter(products, Usage(register), slots, StoppedClock().now)
        keys = Keyring([OWN.key, APP.key]).recognise
        made = face(meter=meter, products=products, key=keys, **otherwise)
        return TestClient(application(made), client=("192.0.2.7", 4711))

    return make


def let_in(register: Register, plan: str) -> None:
    values = ("walks", "bad", plan, "let-in", 1, 1)
    register.change(lambda session: session.write("put_wish", values)).result()


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def test_answers_tell_what_may_be_asked_and_what_is_left(hub: Ask) -> None:
    asking = hub(product(anybody=Plan(rate=2, burst=4)))
    answer = asking.get(BATHS)
    assert answer.status_code == 200
    assert answer.headers["ratelimit-policy"] == '"rate";q=4;w=2'
    assert answer.headers["ratelimit"] == '"rate";r=3;t=1'
    assert "RateLimit" in answer.headers["access-control-expose-headers"]


def test_whoever_asks_too_soon_is_told_when_to_ask_again(hub: Ask) -> None:
    asking = hub(product(anybody=Plan(rate=0.1, burst=1)))
    assert asking.get(BATHS).status_code == 200
    answer = asking.get(BATHS)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "10"
    assert answer.headers["ratelimit"] == '"rate";r=0;t=10'
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"].endswith("/problems/too-many")
    assert told["violated-policies"] == ["rate"]
    assert re.search(
        r"in 10 seconds, from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d Swedish time", told["detail"]
    )


def test_what_describes_an_api_is_not_metered(hub: Ask) -> None:
    asking = hub(product(anybody=Plan(rate=0.1, burst=1)))
    for _ in range(3):
        assert asking.get("/baths/v1/openapi.json").status_code == 200
    assert "ratelimit" not in asking.get("/parking/v1/lots").headers


def test_an_application_has_the_plan_that_it_was_let_into(hub: Ask, register: Register) -> None:
    let_in(register, "stor")
    asking = hub(product(anybody=Plan(rate=0.1, burst=1), stor=Plan(quota=2)))
    assert asking.get(BATHS).status_code == 200
    answers = [asking.get(BATHS, headers=bearer(APP.text)) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit"].startswith('"month";r=1;t=')
    assert answers[2].json()["violated-policies"] == ["month"]
    assert asking.get(BATHS).status_code == 429


def test_an_application_without_a_plan_is_anybody(hub: Ask) -> None:
    asking = hub(product(anybody=Plan(rate=0.1, burst=1), stor=Plan()))
    assert asking.get(BATHS, headers=bearer(APP.text)).status_code == 200
    assert asking.get(BATHS, headers=bearer(APP.text)).status_code == 429


def test_a_key_of_a_municipality_s_own_is_not_metered(hub: Ask) -> None:
    asking = hub(product(anybody=Plan(rate=0.1, burst=1)))
    for _ in range(3):
        answer = asking.get(BATHS, headers=bearer(OWN.text))
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers


def test_a_key_that_is_not_good_is_refused_where_keys_count(hub: Ask) -> None:
    asking = hub(product(anybody=Plan(rate=1)))
    answer = asking.get(BATHS, headers=bearer("nobody.secret"))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


class Lost(Slots):
    """Slots of which nothing can be known."""

    def take(self, *_: object, **__: object) -> None:
        """Know nothing."""


def test_what_is_open_is_given_when_the_meter_knows_nothing(hub: Ask, tmp_path: Path) -> None:
    asking = hub(product(anybody=Plan(rate=0.1)), slots=Lost(tmp_path / "lost"))
    for _ in range(3):
        assert asking.get(BATHS).status_code == 200
    assert asking.post(BATHS).status_code == 503


def test_what_is_given_to_some_is_not_given_when_the_meter_knows_nothing(
    hub: Ask, tmp_path: Path
) -> None:
    plans = {"anybody": Plan(rate=0.1)}
    closed = Product(
        id="bad", title={"sv": "Bad"}, apis=("baths",), plans=plans, municipality="2482"
    )
    asking = hub({"bad": closed}, slots=Lost(tmp_path / "lost"))
    answer = asking.get(BATHS)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


def test_the_month_s_count_outlives_the_file(register: Register, tmp_path: Path) -> None:
    let_in(register, "stor")
    usage, products = Usage(register), product(stor=Plan(quota=3))
    first = Meter(products, usage, Slots(tmp_path / "one"), StoppedClock().now)
    for _ in range(2):
        first.of_application("walks", "baths", "v1")
    first.close()
    register.change(lambda _: None).result()
    second = Meter(products, usage, Slots(tmp_path / "two"), StoppedClock().now)
    passes = []
    for _ in range(2):
        verdict = second.of_application("walks", "baths", "v1")
        assert verdict is not None
        assert verdict.taken is not None
        passes.append(verdict.taken.passes)
    assert passes == [True, False]


def test_a_hub_without_products_has_no_meter(face: Callable[..., Face]) -> None:
    assert "ratelimit" not in TestClient(application(face())).get(BATHS).headers


def test_months_are_those_of_sweden() -> None:
    december = month_of(1_796_079_600_000_000)  # 2026-12-01 00:00 in Sweden
    assert december.name == "2026-12"
    assert month_of(december.begins - 1).name == "2026-11"
    assert december.ends - december.begins == 31 * 86_400_000_000
