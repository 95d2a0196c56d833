"""What is used is counted by operation and application, added up, and told to whose it is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app import open_hub
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._usage import EVERY, Counting
from byalag.app._usage_api import own_usage, summed
from byalag.governance import Keyring, issue
from byalag.pages import View
from byalag.standards.profile.lint import lint
from byalag.store import Counted, Operated, Register, Usage
from byalag.testkit import StoppedClock, byalag

HOUR, DAY = 3_600_000_000, 86_400_000_000
NOW = StoppedClock().now()
APP = issue("2482", ("metrics:read",), random=bytes(range(40)), application="walks")
BATHS = "/baths/v1/bathing-places"
WHAT = Operated("baths", "v1", "GET /bathing-places", "")


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "hub.sqlite") as register:
        yield register


def seen(face: Callable[..., Face]) -> View:
    made = face()
    return View(
        reader=made.reader,
        now=made.now,
        name=made.name,
        base_url=made.base_url,
        contact=made.contact,
    )


def written(register: Register) -> None:
    """Wait until what has been asked for is written."""
    register.change(lambda _: None).result()


def test_answers_are_counted_by_operation_and_application(
    face: Callable[..., Face], register: Register
) -> None:
    usage, now = Usage(register), StoppedClock().now
    counting = Counting(usage, now)
    keys = Keyring([APP.key]).recognise
    parts = [own_usage(register, seen(face))]
    asking = TestClient(application(face(counting=counting, key=keys, parts=parts)))
    for path in (BATHS, BATHS, f"{BATHS}?limit=x", f"{BATHS}/SE0", "/bad", "/baths/v1/nothing"):
        asking.get(path)
    key = {"authorization": f"Bearer {APP.text}"}
    asking.get("/usage/v1/usage", headers=key)
    counting.flush()
    written(register)
    found = {one.what: one.counted for one in usage.between(0, 2**60)}
    assert (found[WHAT].good, found[WHAT].refused) == (2, 1)
    assert sum(found[WHAT].latency.values()) == 3
    assert found[Operated("baths", "v1", "GET /bathing-places/{id}", "")].refused == 1
    assert found[Operated("baths", "", "(none)", "")].refused == 1
    assert found[Operated("usage", "v1", "GET /usage", "walks")].good == 1
    assert len(found) == 4
    told = asking.get("/usage/v1/usage", headers=key).json()
    assert [(one["operation"], one["answers"]) for one in told["used"]] == [("GET /usage", 1)]


def test_an_application_is_told_of_itself_only(
    face: Callable[..., Face], register: Register
) -> None:
    own = issue("2482", ("facts:read",), random=bytes(range(40, 80)))
    keys = Keyring([APP.key, own.key]).recognise
    parts = [own_usage(register, seen(face))]
    asking = TestClient(application(face(key=keys, parts=parts)))
    assert asking.get("/usage/v1/usage").status_code == 401
    key = {"authorization": f"Bearer {own.text}"}
    assert asking.get("/usage/v1/usage", headers=key).status_code == 403
    key = {"authorization": f"Bearer {APP.text}"}
    for query in ("since=x", "since=2026-01-01T00:00:00", "since=2020-01-01T00:00:00Z", "of=a"):
        assert asking.get(f"/usage/v1/usage?{query}", headers=key).status_code == 400


def test_the_address_is_described_to_machines(
    face: Callable[..., Face], register: Register
) -> None:
    asking = TestClient(application(face(parts=[own_usage(register, seen(face))])))
    assert asking.get("/usage/v1/api-info").json()["apiName"] == "usage"
    told = asking.get("/usage/v1/openapi.json").json()
    assert lint(told) == []
    assert list(told["paths"]) == ["/usage", "/api-info"]
    operation = told["paths"]["/usage"]["get"]
    assert operation["security"]
    assert [one["name"] for one in operation["parameters"]] == ["since", "until"]


def test_what_several_processes_count_is_added_up(register: Register) -> None:
    usage = Usage(register)
    for latency in ({4: 2}, {4: 1, 9: 1}):
        many = sum(latency.values())
        usage.add({(NOW, WHAT): Counted(good=many, latency=latency)}).result()
    for length, size in (("hour", HOUR), ("day", DAY)):
        (one,) = usage.between(0, 2**60, length=length)  # type: ignore[arg-type]  # one of the two
        assert one.at == NOW - NOW % size
        assert (one.counted.good, one.counted.latency) == (4, {4: 3, 9: 1})


def test_hours_are_kept_forty_days_and_days_two_years(register: Register) -> None:
    usage = Usage(register)
    for age in (0, 39, 41, 700, 800):
        usage.add({(NOW - age * DAY, WHAT): Counted(good=1)}).result()
    usage.keep_quotas([("a", "b", "2026-01", 3), ("a", "b", "2026-07", 4)]).result()
    usage.drop_old(NOW, "2026-05").result()
    assert len(usage.between(0, 2**60, length="hour")) == 2
    assert len(usage.between(0, 2**60, length="day")) == 4
    assert usage.quota("a", "b", "2026-01") == 0
    assert usage.quota("a", "b", "2026-07") == 4


def test_counts_are_written_every_few_seconds(register: Register) -> None:
    usage, at = Usage(register), [0.0]
    counting = Counting(usage, StoppedClock().now, steady=lambda: at[0])
    counting.begin({"baths"})
    scope = {"method": "GET", "path": BATHS, "template": BATHS}
    counting.note(scope, 200, 0.001)
    written(register)
    assert usage.between(0, 2**60) == []
    at[0] += EVERY
    counting.note(scope, 503, 0.001)
    written(register)
    (one,) = usage.between(0, 2**60)
    assert (one.counted.good, one.counted.failed) == (1, 1)


def test_what_is_left_is_written_before_the_register_is_closed(tmp_path: Path) -> None:
    with Register(tmp_path / "hub.sqlite") as register:
        counting = Counting(Usage(register), StoppedClock().now)
        register.before_close(counting.flush)
        counting.begin({"baths"})
        counting.note({"method": "GET", "path": BATHS, "template": BATHS}, 200, 0.001)
    with Register(tmp_path / "hub.sqlite") as register:
        assert len(Usage(register).between(0, 2**60)) == 1


def test_the_most_used_is_told_first_with_its_latency() -> None:
    usage = [Operated("a", "v1", "GET /x", ""), Operated("a", "v1", "GET /y", "")]
    from byalag.store import Period  # noqa: PLC0415 -- beside what it is used for

    told = summed(
        [
            Period(0, usage[0], Counted(good=1, latency={8: 1})),
            Period(0, usage[1], Counted(good=1, latency={40: 99})),
            Period(HOUR, usage[1], Counted(good=98, failed=1, latency={60: 1})),
        ]
    )
    assert [one.operation for one in told] == ["GET /y", "GET /x"]
    assert (told[0].answers, told[0].failed) == (100, 1)
    assert told[0].p50 is not None
    assert told[0].p99 is not None
    assert told[0].p50 <= told[0].p99


def test_what_has_been_used_is_told_at_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "ange").mkdir()
    (tmp_path / "hub.toml").write_text('name = "Prov"\n', "utf-8")
    (tmp_path / "ange/municipality.toml").write_text('code = "2260"\nname = "Ånge"\n', "utf-8")
    assert byalag("usage", tmp_path, "--json").json["used"] == []
    folder = open_hub(tmp_path).store
    folder.mkdir()
    with Register(folder / "hub.sqlite") as register:
        usage = Usage(register)
        now = 2 * 10**15
        usage.add({(now, WHAT): Counted(good=3, latency={40: 3})}).result()
    said = byalag("usage", tmp_path, "--api", "parking", "--json")
    assert (said.code, said.json["used"]) == (0, [])
