"""From a push over HTTP, through the real engine, to a municipality's own store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._http import application
from byalag.engine import Connected, Engine
from byalag.model import Municipality
from byalag.sources import kinds
from byalag.store import Store
from byalag.testkit import StoppedClock

PATH = "/observations/v1/observations"
SERIES = "sensor:skelleftea:a84041/temperature"
Faces = Callable[..., Face]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "own.sqlite") as store:
        yield store


@pytest.fixture
def client(face: Faces, own: Store, store: Store, push_key: dict[str, str]) -> TestClient:
    kind = kinds()["push"]
    settings = msgspec.convert(
        {"kind": "push", "dataset": "sensors", "series": [{"id": SERIES, "unit": "Cel"}]},
        kind.settings,
    )
    source = Connected(
        name="gateway",
        municipality=Municipality(code="2482", name="Skellefteå"),
        kind=kind,
        settings=settings,
    )
    engine = Engine({"2482": own}, store, [source], clock=StoppedClock(), secret=str)
    headers = {"content-type": "application/json"} | push_key
    return TestClient(application(face(receive=engine.receive)), headers=headers)


def row(series: str = SERIES, time: str = "2026-07-01T11:59:00Z", value: object = 18.4) -> bytes:
    return msgspec.json.encode({"series": series, "time": time, "value": value})


def test_what_is_answered_as_taken_is_in_the_store(client: TestClient, own: Store) -> None:
    answer = client.post(PATH, content=row())
    assert (answer.status_code, answer.json()["accepted"]) == (201, 1)
    assert own.latest([SERIES])[SERIES].value == 18.4
    assert own.delivery(answer.json()["delivery"]) is not None


def test_what_is_refused_is_listed_by_position_and_the_rest_is_kept(
    client: TestClient, own: Store
) -> None:
    rows = [row(), row(series="sensor:skelleftea:other/temperature"), row(value="warm"), row()]
    answer = client.post(PATH, content=b"[" + b",".join(rows) + b"]")
    assert answer.status_code == 201
    assert [each["position"] for each in answer.json()["refused"]] == [1, 2]
    assert all(each["why"] for each in answer.json()["refused"])
    assert SERIES in own.latest([SERIES])


def test_a_repeated_push_is_counted_once_and_answered_alike(client: TestClient, own: Store) -> None:
    key = {"idempotency-key": "batch-7"}
    first, again = (client.post(PATH, content=row(), headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert len(own.deliveries("gateway", 10)) == 1
    other = client.post(PATH, content=row(time="2026-07-01T11:58:00Z"), headers=key)
    assert other.json()["delivery"] != first.json()["delivery"]


def test_what_is_not_json_is_a_422_and_nothing_is_kept(client: TestClient, own: Store) -> None:
    answer = client.post(PATH, content=b"{series: x")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert own.deliveries("gateway", 10) == []


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
def test_a_byte_order_mark_before_the_body_is_passed_over(
    client: TestClient, own: Store, media: str
) -> None:
    body = b"\xef\xbb\xbf" + (b"[" + row() + b"]" if media == "application/json" else row())
    answer = client.post(PATH, content=body, headers={"content-type": media})
    assert (answer.status_code, answer.json()["accepted"]) == (201, 1)
    assert own.latest([SERIES])[SERIES].value == 18.4


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (row(value="warm"), "value: write a number without quotes"),
        (row(time="2026-07-01 12:00"), "time: write a time with its time zone, as 2026-07-01T"),
        (row(time="2026-07-01T12:00:00"), "time: write a time with its time zone"),
        (b'{"series": 7, "time": "2026-07-01T11:59:00Z", "value": 1}', "series: write the id"),
        (b'{"series": "a", "value": 1}', "time: is missing; write a time"),
        (row()[:-1] + b',"flag":7}', "flag: write 1 (good)"),
        (b"[1]", "the record is not an object"),
    ],
)
def test_what_is_wrong_with_a_record_is_said_in_plain_words(
    client: TestClient, sent: bytes, why: str
) -> None:
    answer = client.post(PATH, content=b"[" + sent + b"]")
    assert answer.status_code == 422
    (refused,) = answer.json()["refused"]
    assert refused["why"].startswith(why)
    assert why in answer.json()["detail"]
