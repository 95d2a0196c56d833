"""What a hub answers in the standards' own languages, with a million observations stored.

One server process, asked by this one. Every question has a header of its own, so that none is
answered by what was kept; what a kept answer costs has a row of its own. The floor is the same
server answering a body of the same length, and for writes one that keeps a row of each request on
disk.
"""

import json
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from benchmarks._load import Load, ask, asked_once, server
from benchmarks._standards_server import THINGS
from benchmarks._table import Row
from byalag.model import Json

SECONDS = 3.0
CONNECTIONS = 8
BATCH = 1_000
POSTED = 100  # Datastreams that observations are posted to
STA, NGSI, FEATURES = "/sensorthings/v1.1", "/ngsi-ld/v1", "/features/v1"
_SERVER = "benchmarks._standards_server"
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


class Question(Struct, frozen=True):
    """What is asked, how it is put each time, and how often at most."""

    name: str
    put: Callable[[int], bytes]
    most: int
    connections: int = CONNECTIONS
    writes: bool = False


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    with server(_SERVER, "hub", "0") as port:
        for question in _questions(port):
            asks = [question.put(number) for number in range(question.most)]
            length = asked_once(port, asks[0])
            load = _asked(port, question, asks[1:])
            yield _row(question, load, _floor(question, asks, length))


def _row(question: Question, load: Load, least: Load) -> Row:
    floor = "one row kept" if question.writes else "fixed body"
    note = f"{load.times}; {question.connections} connections"
    return Row(question.name, load.rate, "answers/s", floor, load.rate / least.rate, note)


def _asked(port: int, question: Question, asks: Sequence[bytes]) -> Load:
    return ask(port, asks, connections=question.connections, seconds=SECONDS)


def _floor(question: Question, asks: Sequence[bytes], length: int) -> Load:
    with server(_SERVER, "durable" if question.writes else "fixed", str(length)) as port:
        return _asked(port, question, list(asks) * 8)


def _questions(port: int) -> Iterator[Question]:
    series = _series(port)

    def newest(number: int) -> str:
        newest = "$orderby=phenomenonTime%20desc&$top=100"
        return f"{STA}/Datastreams({series[number % len(series)]})/Observations?{newest}"

    def bbox(number: int) -> str:
        west, south = 20 + number % 50 / 100, 64 + number % 50 / 100
        box = f"{west},{south},{west + 0.45},{south + 0.45}"
        return f"{FEATURES}/collections/lamps/items?limit=100&bbox={box}"

    expanded = f"{STA}/Things?$expand=Datastreams&$top=20&$skip="
    yield Question("POST one Observation", _observation(_posted(port)), 80_000, writes=True)
    yield _reads("GET 100 observations, newest first", newest)
    yield _reads(
        "GET 100 of all observations, newest first",
        lambda _: f"{STA}/Observations?$orderby=phenomenonTime%20desc&$top=100",
    )
    yield _reads("GET 20 Things with their Datastreams", lambda n: f"{expanded}{n % 900}")
    yield Question(f"upsert {BATCH:,} entities", _upsert, 1_000, 2, writes=True)
    yield _reads("GET an entity by id", lambda n: f"{NGSI}/entities/{_name(n % BATCH)}")
    yield _reads(
        "GET 20 entities by q on an attribute", lambda n: f"{NGSI}/entities?q=power=={n % 50}"
    )
    yield _reads("GET 100 features in a bbox", bbox)
    kept = _request("GET", newest(1))
    yield Question("GET the same 100 observations again", lambda _: kept, 150_000)


def _reads(name: str, path: Callable[[int], str]) -> Question:
    return Question(
        name, lambda number: _request("GET", path(number), f"X-Number: {number}\r\n"), 40_000
    )


def _posted(port: int) -> list[int]:
    """Post Things with a Location and a Datastream, and return the numbers of these."""
    for number in range(POSTED):
        asked_once(port, _request("POST", f"{STA}/Things", body=_thing(number)))
    address = f"http://127.0.0.1:{port}{STA}/Datastreams?$orderby=id%20desc&$top={POSTED}"
    with urllib.request.urlopen(address) as answer:
        return [each["@iot.id"] for each in json.load(answer)["value"]]


def _thing(number: int) -> Json:
    said = {"name": f"Room {number}", "description": "A room"}
    place = {"type": "Point", "coordinates": [20.95, 64.75]}
    location = {**said, "encodingType": "application/geo+json", "location": place}
    datastream = {
        **said,
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "unitOfMeasurement": {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"},
        "ObservedProperty": {
            **said,
            "definition": "http://qudt.org/vocab/quantitykind/Temperature",
        },
        "Sensor": {**said, "encodingType": "text/html", "metadata": "https://example.org/sensor"},
    }
    return {**said, "Locations": [location], "Datastreams": [datastream]}


def _series(port: int) -> list[int]:
    """Return the numbers of the series that are there."""
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}{STA}/Datastreams?$select=id&$top={THINGS}"
    ) as answer:
        return [each["@iot.id"] for each in json.load(answer)["value"]]


def _observation(series: Sequence[int]) -> Callable[[int], bytes]:
    def put(number: int) -> bytes:
        at = (_BEGAN + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
        body = {
            "result": number / 10,
            "phenomenonTime": at,
            "Datastream": {"@iot.id": series[number % len(series)]},
        }
        return _request("POST", f"{STA}/Observations", body=body)

    return put


def _name(number: int) -> str:
    return f"urn:ngsi-ld:Lamp:bench:{number}"


def _upsert(number: int) -> bytes:
    entities = [
        {
            "id": _name(each),
            "type": "Lamp",
            "power": {"type": "Property", "value": each % 50},
            "temperature": {
                "type": "Property",
                "value": number + each / 10,
                "observedAt": f"2026-01-01T00:00:{number % 60:02}Z",
                "unitCode": "CEL",
            },
        }
        for each in range(BATCH)
    ]
    return _request("POST", f"{NGSI}/entityOperations/upsert", body=entities)


def _request(method: str, path: str, more: str = "", *, body: Json = None) -> bytes:
    sent = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    if body is not None:
        more += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode() + sent
