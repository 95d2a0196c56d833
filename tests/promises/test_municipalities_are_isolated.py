"""Every address of a hub is asked for everything of municipality B: by B, by A and by nobody.

The addresses are those of the running application: every operation of every OpenAPI document that
it serves, and every other route. B has a canary in each place where something can be said. B asks
first, so that what is kept for it is there to be given to the wrong one.
"""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from byalag.app._http import Application
from byalag.app._login_session import digest_of
from byalag.governance import Grant, Role, Scope
from byalag.model import Delivery, Observation, Rejected, Series, Thing
from byalag.pages import COOKIE
from byalag.store import KnownPerson, Note, OpenSession, People, Register, Store
from byalag.testkit import StoppedClock
from tests.promises._people import AFFILIATION, LOGIN, NUMBER
from tests.promises._tenants import HOMES, A, B, new_key, write_hub
from tests.promises._whole import whole

pytestmark = [pytest.mark.promise, pytest.mark.proves(18)]

CANARY = "Kanariehemmet"  # in every text of B's that is in no address
THING, SERIES = "bath:ange:ange-closed", "sensor:ange:ange-closed/waterTemperature"
CLOSED = {"thing": THING, "dataset": "ange-closed", "written": "Device:ange:kanarie"}
IDS = (  # what names something of B's, in every form that some address takes
    THING,
    SERIES,
    "sensor:ange:ange-closed",
    "ange-closed",
    "kanarie.txt",
    f"urn:ngsi-ld:BathingPlace:{THING}",
    B,
    "1",
    "canary-hook",
)
MOST = 20  # requests for one operation
UNENDING = ("handelser", "news", "events", "stream", "subscribe")
REFUSED = frozenset({400, 401, 403, 404, 405, 406, 409, 411, 413, 414, 415, 422, 428, 429, 503})
ELSEWHERE = frozenset({302, 303, 307, 308})


class Request(NamedTuple):
    """One request that names something of B's, or of everybody's."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""


class Place(NamedTuple):
    """A hub that answers, who may be what in it, and what B has there."""

    app: Application
    client: TestClient
    stores: Mapping[str, Store]
    who: Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("isolated") / "hub"
    write_hub(folder, {"ange-closed": CANARY})
    _write_outlet(folder / HOMES[B])
    _let_people_in(folder)
    keys = {code: new_key(folder, code, *get_args(Scope)) for code in (A, B)}
    kanarie = folder.parent / "kanarie.txt"
    kanarie.write_text(CANARY, "utf-8")
    with whole(folder) as (app, client, stores):
        _fill(stores[B])
        _publish(client, keys[B])
        who: dict[str, Mapping[str, str]] = {
            "B": {"authorization": f"Bearer {keys[B]}"},
            "A": {"authorization": f"Bearer {keys[A]}"},
            "A by X-API-Key": {"x-api-key": keys[A]},
            "A's operator": {"cookie": f"{COOKIE}={keys[A]}"},
            "A's steward": _logged_in(folder, "steward"),
            "A's manager": _logged_in(folder, "operator", "hub_administrator"),
            "nobody": {},
        }
        yield Place(app, client, stores, who)


def _write_outlet(home: Path) -> None:
    (home / "outlets").mkdir(exist_ok=True)
    (home / "outlets" / "canary-hook.toml").write_text(
        f'kind = "file"\ntitle = {{ sv = "{CANARY} utlopp" }}\nfolder = "ut"\nwrite = "lines"\n'
        f'name = "{{date}}.jsonl"\n\n[on]\ndatasets = ["ange-closed"]\nthings = true\n',
        "utf-8",
    )


def _let_people_in(folder: Path) -> None:
    """Let people log in at the hub; the provider itself is never asked."""
    said = LOGIN.format(issuer="http://127.0.0.1:9", affiliation=AFFILIATION, number=NUMBER)
    with (folder / "hub.toml").open("a", encoding="utf-8") as settings:
        settings.write(said)
    for name in ("pseudonyms", "client"):
        (folder / f"{name}.key").write_text(name * 8, "utf-8")
        (folder / f"{name}.key").chmod(0o600)


def _logged_in(folder: Path, *roles: Role) -> Mapping[str, str]:
    """Return what the browser of somebody at A sends, who has these roles there."""
    now, name = StoppedClock().now(), roles[0]
    known = KnownPerson(
        id=f"p-{name}", provider="personal", name=name, municipality=A, first=now, last=now
    )
    session = OpenSession(
        person=known.id,
        provider="personal",
        name=name,
        assurance="loa3",
        claimed=tuple(Grant(role, A) for role in roles),
        begun=now,
        seen=now,
        until=now + 3_600_000_000,
    )
    (path,) = folder.rglob("hub.sqlite")
    with Register(path) as register:
        People(register).log_in(digest_of(f"held-by-{name}"), known, session).result()
    return {"cookie": f"byalag_session=held-by-{name}; __Host-byalag_session=held-by-{name}"}


def _fill(store: Store) -> None:
    """Say the canary in every place that a store has for words."""
    thing = Thing(
        id=THING,
        type="BathingPlace",
        dataset="ange-closed",
        name=CANARY,
        municipality=B,
        description=f"{CANARY} beskrivet",
        properties={"note": CANARY},
    )
    series = Series(
        id=SERIES,
        thing="sensor:ange:ange-closed",
        property="waterTemperature",
        dataset="ange-closed",
        unit="Cel",
        name=f"{CANARY} serie",
    )
    seen = Observation(SERIES, 1, 12.5, extra={"note": CANARY})
    refused = Rejected(where="[0]", why=CANARY, record=CANARY.encode())
    delivery = Delivery(source="ange-closed", received=1, bodies=(CANARY.encode(),))
    store.record(delivery, [thing, series, seen], set_aside=[refused]).result()
    store.note(Note(at=1, who="someone", what=CANARY, about="ange-closed")).result()


def _publish(client: TestClient, key: str) -> None:
    headers = {"authorization": f"Bearer {key}", "content-type": "text/plain"}
    said = client.put("/files/v1/ange-closed/kanarie.txt", content=CANARY, headers=headers)
    assert said.status_code in {200, 201, 404, 405}, said.text


def test_b_itself_is_told_so_that_the_canary_is_there_to_be_found(place: Place) -> None:
    told = [
        one.path
        for one in _everything(place)
        if one.method == "GET" and CANARY in _ask(place, one, "B").text
    ]
    assert len(told) >= 10, told


def test_people_at_a_have_logged_in(place: Place) -> None:
    for who in ("A's steward", "A's manager"):
        said = place.client.get("/konto", headers={"accept": "text/html", **place.who[who]})
        assert said.status_code == 200, (who, said.status_code)
        assert who.removeprefix("A's ").replace("manager", "operator") in said.text


def test_no_address_tells_anyone_else_anything_of_b(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    faults: list[str] = []
    before = place.stores[B].counts(), len(place.stores[B].notes(1000))
    count = 0
    for one in _everything(place):
        first = _ask(place, one, "B") if one.method in {"GET", "HEAD"} else None
        for who in place.who.keys() - {"B"}:
            count += 1
            answer = _ask(place, one, who)
            told = answer.text + json.dumps(dict(answer.headers))
            if CANARY in told:
                faults.append(f"{who} is told the canary: {one} {answer.status_code}")
            good = {404} if who in {"A", "A by X-API-Key"} else {401, 403, 404}
            names, status = _names_closed(one), answer.status_code
            shown = first is not None and CANARY in first.text
            if names and shown and status not in good | ELSEWHERE:
                faults.append(f"{who}, not 404: {one} {status}")
            changes = one.method not in {"GET", "HEAD", "OPTIONS"}
            if names and changes and status not in REFUSED | ELSEWHERE:
                faults.append(f"{who} may change it: {one} {status}")
            faults += [
                f"{who} learns of {id_}: {one}"
                for id_ in (THING, SERIES, "ange-closed", "canary-hook")
                if answer.is_success and id_ in told and id_ not in f"{one.path}?{one.query}"
            ]
    assert not faults, "\n".join(faults[:60])
    assert count > 1500
    assert (place.stores[B].counts(), len(place.stores[B].notes(1000))) == before
    logged = capsys.readouterr()
    assert CANARY not in logged.out + logged.err


def _ask(place: Place, one: Request, who: str) -> Any:  # noqa: ANN401 -- the client's own answer
    headers = {"accept": "*/*", **place.who[who]}
    if one.body:
        headers["content-type"] = "application/json"
    address = f"{one.path}?{one.query}" if one.query else one.path
    return place.client.request(
        one.method, address, headers=headers, content=one.body, follow_redirects=False
    )


def _names_closed(one: Request) -> bool:
    said = f"{one.path}?{one.query}"
    return any(id_ in said for id_ in (THING, SERIES, "ange-closed", "kanarie.txt", "canary-hook"))


def _everything(place: Place) -> list[Request]:
    """Return every request, generated from what the application itself serves."""
    found: dict[Request, None] = {}
    for route in place.app.routes:
        if isinstance(route, Route):
            methods = sorted((route.methods or {"GET"}) - {"HEAD"})
            for method in methods:
                found |= dict.fromkeys(_filled(method, route.path, ()))
    for document in _documents(place):
        root = re.sub(r"^https?://[^/]+", "", document["servers"][0]["url"]).rstrip("/")
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if method in {"get", "post", "put", "patch", "delete"}:
                    parameters = [
                        *operations.get("parameters", ()),
                        *operation.get("parameters", ()),
                    ]
                    names = [p["name"] for p in parameters if p.get("in") == "query"]
                    found |= dict.fromkeys(_filled(method.upper(), root + path, names))
    return list(found)


def _documents(place: Place) -> Iterator[dict[str, Any]]:
    """Yield every OpenAPI document that the application serves."""
    served = [one.path for one in place.app.routes if isinstance(one, Route)]
    roots = [one.path for one in place.app.routes if isinstance(one, Mount)]
    addresses = [path for path in served if path.endswith("/openapi.json")]
    addresses += [f"{root}{path}" for root in roots for path in ("/openapi.json", "/api")]
    seen = 0
    for address in addresses:
        headers = {"accept": "application/json, application/vnd.oai.openapi+json;version=3.0"}
        answer = place.client.get(address, headers=headers)
        if answer.status_code == 200 and "paths" in answer.text:
            document = answer.json()
            if "paths" in document:
                document.setdefault("servers", [{"url": address.rpartition("/")[0]}])
                seen += 1
                yield document
    assert seen >= 8, (seen, addresses)


def _filled(method: str, path: str, query: Any) -> list[Request]:  # noqa: ANN401 -- names of parameters
    """Return requests for a path with B's ids in place of its parameters, and in its query."""
    if any(word in path for word in UNENDING):
        return []
    names = re.findall(r"\{([^}]+)\}", path)
    body = b"" if method in {"GET", "DELETE", "OPTIONS"} else b"{}"
    requests: list[Request] = []
    for values in itertools.islice(itertools.product(IDS, repeat=len(names)), MOST * len(IDS)):
        filled = path
        for name, value in zip(names, values, strict=True):
            filled = filled.replace(f"{{{name}}}", value)
        requests.append(Request(method, filled, "", body))
    if len(requests) > MOST:  # one parameter at a time is enough where there are many
        step = len(requests) // MOST + 1
        told = [one for one in requests if "ange-closed" in one.path and B in one.path]
        requests = [*told, *requests[::step]]
    wide = requests[:1] if names else [Request(method, path, "", body)]
    for name in query:
        wide += [one._replace(query=f"{name}={id_}") for one in wide[:1] for id_ in IDS[:4:3]]
    return list(dict.fromkeys([*requests, *wide]))
