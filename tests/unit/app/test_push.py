"""The push door: who may, what is taken, and what a repeat is."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._http import application
from byalag.engine import Receipt, Refusal
from byalag.sources import Garbled
from byalag.store import Full, Unwritable

PATH = "/observations/v1/observations"
ONE = b'{"series":"sensor:a:b/temperature","time":"2026-07-01T12:00:00Z","value":18.4}'
Faces = Callable[..., Face]


class Heard:
    """Remembers what came through the door, and answers what a test wants."""

    def __init__(self, answer: Receipt | Exception) -> None:
        self.answer = answer
        self.calls: list[tuple[str, bytes, str, str | None]] = []

    async def receive(self, code: str, body: bytes, media: str, key: str | None) -> Receipt:
        self.calls.append((code, body, media, key))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def heard() -> Heard:
    return Heard(Receipt(accepted=1, refused=[Refusal(1, "series: not declared")], delivery=7))


@pytest.fixture
def client(face: Faces, heard: Heard, push_key: dict[str, str]) -> TestClient:
    app = application(face(receive=heard.receive))
    return TestClient(app, headers={"content-type": "application/json"} | push_key)


def test_what_is_taken_is_answered_with_what_was_refused(client: TestClient, heard: Heard) -> None:
    answer = client.post(PATH, content=ONE)
    assert answer.status_code == 201
    assert answer.json() == {
        "accepted": 1,
        "refused": [{"position": 1, "why": "series: not declared"}],
        "delivery": 7,
    }
    assert heard.calls == [("2482", ONE, "application/json", None)]


def test_a_push_in_which_everything_was_refused_is_a_problem_with_the_receipt(
    client: TestClient, heard: Heard
) -> None:
    refused = [Refusal(0, "value: write a number"), Refusal(1, "time: has not been yet")]
    heard.answer = Receipt(accepted=0, refused=refused, delivery=8)
    answer = client.post(PATH, content=ONE)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"].endswith("/problems/nothing-taken")
    assert told["detail"].startswith("None of the 2 observations could be taken.")
    assert (told["accepted"], told["delivery"]) == (0, 8)
    assert told["refused"] == [
        {"position": 0, "why": "value: write a number"},
        {"position": 1, "why": "time: has not been yet"},
    ]


def test_when_there_was_nothing_to_take_nothing_was_created(
    client: TestClient, heard: Heard
) -> None:
    heard.answer = Receipt(accepted=0, refused=[], delivery=8)
    assert client.post(PATH, content=b"[]").status_code == 200


@pytest.mark.parametrize("media", ["application/x-ndjson", "application/jsonl"])
def test_one_object_a_line_is_taken(client: TestClient, heard: Heard, media: str) -> None:
    client.post(PATH, content=ONE + b"\n" + ONE, headers={"content-type": media})
    assert heard.calls[0][2] == "application/x-ndjson"


def test_the_key_decides_the_municipality_and_may_be_in_either_header(
    face: Faces, heard: Heard, push_key: dict[str, str]
) -> None:
    client = TestClient(application(face(receive=heard.receive)))
    shown = {"x-api-key": push_key["authorization"].removeprefix("Bearer ")}
    media = {"content-type": "application/json"}
    assert client.post(PATH, content=ONE, headers=shown | media).status_code == 201
    assert heard.calls[0][0] == "2482"
    in_query = client.post(f"{PATH}?key={shown['x-api-key']}", content=ONE, headers=media)
    assert in_query.status_code == 401


def test_a_key_for_something_else_is_refused_and_says_what_is_missing(
    client: TestClient, heard: Heard, measure_key: dict[str, str]
) -> None:
    answer = client.post(PATH, content=ONE, headers=measure_key)
    assert answer.status_code == 403
    assert "observations:write" in answer.json()["detail"]
    assert not heard.calls


def test_an_unknown_key_is_challenged(client: TestClient, heard: Heard) -> None:
    answer = client.post(PATH, content=ONE, headers={"authorization": "Bearer x.y"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert not heard.calls


def test_a_repeat_is_known_by_sender_key_and_body(client: TestClient, heard: Heard) -> None:
    for body in (ONE, ONE, b"[]"):
        client.post(PATH, content=body, headers={"idempotency-key": "a1"})
    keys = [call[3] for call in heard.calls]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0] is not None
    assert keys[0].endswith(":a1")


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_an_idempotency_key_that_cannot_be_used_is_refused(client: TestClient, key: str) -> None:
    assert client.post(PATH, content=ONE, headers={"idempotency-key": key}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{"content-type": "text/csv"}, {"content-type": ""}, {"content-encoding": "gzip"}],
)
def test_a_body_of_another_type_is_a_415(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(PATH, content=ONE, headers=headers).status_code == 415


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Garbled("not JSON"), 422),
        (Full("the disk is full"), 507),
        (Unwritable("the file is gone"), 503),
    ],
)
def test_what_cannot_be_kept_is_never_answered_as_taken(
    client: TestClient, heard: Heard, error: Exception, status: int
) -> None:
    heard.answer = error
    answer = client.post(PATH, content=ONE)
    assert answer.status_code == status
    assert answer.json()["detail"] == str(error)
