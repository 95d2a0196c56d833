"""What is written to do harm is refused with a sentence, and what is odd but true is kept."""

from collections.abc import Callable

import msgspec
import pytest
from httpx2 import Response

from byalag.model import Json
from byalag.store import Store

Ask = Callable[..., Response]
URI = "urn:ngsi-ld:Room:1"
AT = f"/entities/{URI}"
EPOCH = "1970-01-01T00:00:00Z"


def room(**more: Json) -> dict[str, Json]:
    return {"id": URI, "type": "Room", **more}


@pytest.mark.parametrize("number", ["9" * 19, "9" * 400, "-9223372036854775809"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/entities"),
        ("PATCH", AT),
        ("PUT", AT),
        ("POST", f"{AT}/attrs"),
        ("PATCH", f"{AT}/attrs/size"),
        ("POST", "/entityOperations/upsert"),
        ("POST", "/temporal/entities"),
    ],
)
def test_a_whole_number_that_cannot_be_written_back_is_refused(
    ask: Ask, method: str, path: str, number: str
) -> None:
    ask("POST", "/entities", room(size={"type": "Property", "value": 1}))
    size = {"type": "Property", "value": msgspec.Raw(number.encode()), "observedAt": EPOCH}
    body = size if path.endswith("/size") else room(size=size)
    answer = ask(method, path, [body] if "Operations" in path else body)
    assert answer.status_code == 400, answer.text
    assert ask("GET", AT).json()["size"]["value"] == 1


def test_a_history_of_places_may_hold_what_is_no_place(ask: Ask, own: Store) -> None:
    nowhere: list[dict[str, Json]] = [
        {"type": "Property", "value": 5, "observedAt": EPOCH},
        {"type": "GeoProperty", "value": "urn:ngsi-ld:null", "observedAt": EPOCH},
    ]
    for number, one in enumerate(nowhere):
        said = {**room(location=[one]), "id": f"{URI}{number}"}
        assert ask("POST", "/temporal/entities", said).status_code < 500
    assert own.check() == []


def test_an_entity_is_not_given_more_attributes_than_can_be_read_again(ask: Ask) -> None:
    ask("POST", "/entities", room())
    many = {f"a{number}": {"type": "Property", "value": 1} for number in range(2_001)}
    for path in (f"{AT}/attrs", f"/temporal{AT}/attrs"):
        answer = ask("POST", path, many)
        assert answer.status_code == 400
        assert "2000 attributes" in answer.text
    sized = [{"type": "Property", "value": n, "datasetId": f"urn:d:{n}"} for n in range(1_001)]
    assert ask("POST", f"{AT}/attrs", {"size": sized}).status_code == 400


def test_the_first_moment_of_1970_is_a_moment(ask: Ask) -> None:
    warm = {"type": "Property", "value": 7, "observedAt": EPOCH}
    assert ask("POST", "/entities", room(warmth=warm)).status_code == 201
    assert ask("GET", AT).json()["warmth"]["observedAt"] == EPOCH
    history = ask("GET", f"/temporal{AT}").json()["warmth"]
    told = history if isinstance(history, list) else [history]
    assert [(each["value"], each["observedAt"]) for each in told] == [(7, EPOCH)]


def test_a_question_is_short(ask: Ask) -> None:
    long: list[dict[str, str]] = [{}] * 200_000
    answer = ask("POST", "/entityOperations/query", long)
    assert answer.status_code == 413
