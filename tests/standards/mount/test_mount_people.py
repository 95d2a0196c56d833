"""What is about people is not there without a purpose; with one, who saw whom is written down."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec import Struct
from starlette.testclient import TestClient

from byalag import ByalagError
from byalag.app._about_people import noting
from byalag.app._anchoring import NotAnchored
from byalag.app._beside import Beside
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._stores import Stores
from byalag.app._window import Windows, fetching
from byalag.engine import Receipt
from byalag.governance import Key, Keyring, Scope, issue
from byalag.model import Dataset, Municipality, Observation, Series, Thing
from byalag.store import Register, Store, Wanted
from byalag.testkit import StoppedClock

CANARY = "Kanariefågel"
HOME = Thing(id="home:skelleftea:12", type="Home", dataset="homes", name=CANARY)
FRIDGE = Series(id=f"{HOME.id}/opened", thing=HOME.id, property="opened", dataset="homes")
BATH = Thing(id="bath:skelleftea:lake", type="BathingPlace", dataset="baths", name="Sjön")
WRITTEN = Dataset(id="written", title={"sv": "Skrivet"}, written=True)
HOMES = Dataset(
    id="homes",
    title={"sv": "Hem"},
    personal_data=True,
    purposes={"home-care": {"sv": "Trygghet hemma"}},
)
PURPOSE = {"byalag_purpose": "home-care"}


def key(number: int, *scopes: Scope) -> tuple[str, Key]:
    made = issue("2482", scopes, random=bytes(range(number, number + 40)))
    return made.text, made.key


READS, READS_KEY = key(0, "facts:read")
CARES, CARES_KEY = key(40, "facts:read", "personal:read")
WRITES, WRITES_KEY = key(80, "facts:write")
ASKED = [
    "/sensorthings/v1.1/Things?$expand=Datastreams/Observations",
    "/sensorthings/v1.1/Datastreams",
    "/sensorthings/v1.1/Observations",
    "/ngsi-ld/v1/entities?type=Home",
    "/ngsi-ld/v1/entities?local=true",
    "/ngsi-ld/v1/types",
    "/features/v1/collections",
    "/features/v1/collections/homes/items",
]


class Hub(Struct):
    client: TestClient
    store: Store
    fault: list[ByalagError]

    def get(self, path: str, shown: str, **more: str) -> tuple[int, str]:
        headers = {"authorization": f"Bearer {shown}"}
        headers |= {name.replace("_", "-"): said for name, said in more.items()}
        answer = self.client.get(path, headers=headers)
        return answer.status_code, answer.text

    def read(self) -> list[tuple[str, str]]:
        return [(one.who, one.about) for one in self.store.audit.notes(Wanted(what="read"))]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    clock = StoppedClock()
    with ExitStack() as stack:
        store = stack.enter_context(Store(tmp_path / "2482.sqlite"))
        commons = stack.enter_context(Store(tmp_path / "commons.sqlite"))
        register = stack.enter_context(Register(tmp_path / "hub.sqlite"))
        baths = Dataset(id="baths", title={"sv": "Bad"})
        store.publish({"homes": HOMES, "baths": baths, "written": WRITTEN}).result()
        at = clock.now()
        store.commit([HOME, FRIDGE, BATH, Observation(FRIDGE.id, at, 1.0)], at=at).result()
        fault: list[ByalagError] = []

        def anchored() -> None:
            if fault:
                raise fault[0]

        async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
            return Receipt(accepted=0, refused=[], delivery=0)

        windows = Windows(
            commons=commons,
            own={"2482": store},
            municipalities=[Municipality(code="2482", name="Skellefteå")],
            written={"2482": WRITTEN},
            wake=lambda _: None,
            fetch=fetching(near=False),
            now=clock.now,
            beside=Beside(),
            anchored=anchored,
        )
        face = Face(
            name="Nav",
            base_url="https://hub.example.se",
            reader=commons,
            now=clock.now,
            receive=receive,
            key=Keyring([READS_KEY, CARES_KEY, WRITES_KEY]).recognise,
            windows=windows,
            noted=noting(Stores({"2482": store}, commons, register), clock.now),
        )
        client = TestClient(application(face), base_url="https://hub.example.se")
        yield Hub(client, store, fault)


@pytest.mark.parametrize("path", ASKED)
def test_without_a_purpose_it_is_not_there_whatever_is_asked(hub: Hub, path: str) -> None:
    for shown in (READS, CARES, WRITES):
        _, told = hub.get(path, shown)
        assert CANARY not in told
        assert "home:skelleftea:12" not in told
        assert path.endswith("homes/items") or "homes" not in told
    assert hub.read() == []


def test_what_is_not_about_people_is_there_all_the_same(hub: Hub) -> None:
    status, told = hub.get("/sensorthings/v1.1/Things", READS)
    assert (status, "Sjön" in told) == (200, True)


def test_with_a_purpose_it_is_answered_and_written_down_about_whom(hub: Hub) -> None:
    status, told = hub.get("/sensorthings/v1.1/Things", CARES, **PURPOSE)
    assert (status, CANARY in told) == (200, True)
    assert [about for _, about in hub.read()] == [HOME.id]
    (line,) = hub.store.audit.notes(Wanted(about=HOME.id))
    assert line.details == {"purpose": "home-care", "address": "/sensorthings/v1.1/Things"}
    assert CANARY not in str(line)


def test_a_value_of_someone_is_about_them_too(hub: Hub) -> None:
    status, told = hub.get("/sensorthings/v1.1/Observations", CARES, **PURPOSE)
    assert (status, '"result":1' in told.replace(" ", "")) == (200, True)
    assert [about for _, about in hub.read()] == [HOME.id]


def test_an_answer_about_people_is_kept_for_nobody_else(hub: Hub) -> None:
    path = "/ngsi-ld/v1/entities?type=Home"
    assert CANARY in hub.get(path, CARES, **PURPOSE)[1]
    for _ in range(2):
        assert CANARY not in hub.get(path, CARES)[1]
        assert CANARY not in hub.get(path, READS)[1]
    assert hub.get(path, CARES, **PURPOSE)[0] == 200
    assert len(hub.read()) == 2


@pytest.mark.parametrize(
    ("shown", "purpose", "why"),
    [
        (READS, "home-care", "personal:read"),
        (CARES, "curiosity", "curiosity"),
    ],
)
def test_whoever_may_not_is_told_why_and_that_is_written_down(
    hub: Hub, shown: str, purpose: str, why: str
) -> None:
    status, told = hub.get("/sensorthings/v1.1/Things", shown, byalag_purpose=purpose)
    assert (status, why in told, CANARY in told) == (403, True, False)
    hub.store.remember("after", value=True).result()
    (line,) = hub.store.audit.notes(Wanted(what="refused"))
    assert (line.about, line.details["purpose"]) == ("personal", purpose)


@pytest.mark.parametrize("path", ASKED)
def test_what_was_kept_is_not_given_when_it_has_become_about_people(hub: Hub, path: str) -> None:
    every = {"baths": Dataset(id="baths", title={"sv": "Bad"}), "written": WRITTEN}
    plain = Dataset(id="homes", title={"sv": "Hem"}, purposes=HOMES.purposes)
    hub.store.publish({**every, "homes": plain}).result()
    before = hub.get(path, READS)
    assert hub.get(path, READS)[0] == before[0]
    hub.store.publish({**every, "homes": HOMES}).result()
    for _ in range(30):  # the walled reading counts anew what was written
        _, told = hub.get(path, READS)
        assert CANARY not in told
        assert "home:skelleftea:12" not in told
        hub.store.commit([BATH], at=1).result()


def test_nothing_is_answered_about_people_when_it_could_not_be_proved_afterwards(hub: Hub) -> None:
    hub.fault.append(NotAnchored())
    status, told = hub.get("/sensorthings/v1.1/Things", CARES, **PURPOSE)
    assert (status, CANARY in told) == (503, False)
    assert hub.get("/sensorthings/v1.1/Things", READS)[0] == 200


def test_whoever_writes_can_neither_change_nor_delete_what_is_about_people(hub: Hub) -> None:
    shown = {"authorization": f"Bearer {WRITES}"}
    number = hub.store.number(HOME.id)
    thing = f"/sensorthings/v1.1/Things({number})"
    told = [
        hub.client.patch(thing, headers=shown, json={"name": "Annat"}),
        hub.client.delete(thing, headers=shown),
        hub.client.delete(
            f"/sensorthings/v1.1/Datastreams({hub.store.series_number(FRIDGE.id)})", headers=shown
        ),
    ]
    assert [answer.status_code for answer in told] == [404, 404, 404]  # as if it were not there
    assert not any(CANARY in answer.text for answer in told)
    assert hub.store.thing(HOME.id) is not None
    assert hub.store.series(FRIDGE.id) is not None
