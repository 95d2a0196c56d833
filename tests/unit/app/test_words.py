"""The dictionary: what each means is shown side by side, proposed, voted on, and published."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS
from starlette.testclient import TestClient

from byalag.app import open_hub
from byalag.app._catalogues import catalogues
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._standards import standards
from byalag.app._stores import Stores
from byalag.app._words import words
from byalag.governance import Grant, Person
from byalag.pages import View
from byalag.store import Register, Store
from byalag.testkit import StoppedClock

STEWARD = Person(id="p-steward", grants=(Grant("steward", "2482"),))
TOWNS = {"2482": "Skellefteå", "2513": "Överkalix", "2260": "Ånge"}
MEANT = {"2482": "också timanställda", "2513": "inte timanställda"}
URI = "https://hub.example.se/terms/employee"


class Visit(Struct):
    client: TestClient
    who: list[Person | None]

    def vote(self, municipality: str, said: str) -> int:
        self.who[0] = Person(id=f"p-{municipality}", grants=(Grant("board_member", municipality),))
        body = f"municipality={municipality}&vote={said}&why="
        return self.client.post("/ordlista/forslag/1", content=body).status_code

    def graph(self, path: str) -> Graph:
        answer = self.client.get(path, headers={"accept": "text/turtle"})
        assert answer.status_code == 200, answer.text
        return Graph().parse(data=answer.text, format="turtle")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.toml").write_text('name = "Nav"\naddress = "https://hub.example.se"\n')
    for code, name in TOWNS.items():
        home = tmp_path / name.lower()
        (home / "terms").mkdir(parents=True)
        (home / "municipality.toml").write_text(f'code = "{code}"\nname = "{name}"\n')
        if code in MEANT:
            (home / "terms" / "hr.toml").write_text(
                f'[[term]]\nid = "employee"\nlabel = {{ sv = "anställd" }}\nowner = "HR-chef"\n'
                f'definition = {{ sv = "Den som har anställning, {MEANT[code]}." }}\n'
                'status = "adopted"\n'
            )
    return tmp_path


@pytest.fixture
def visit(face: Callable[..., Face], store: Store, folder: Path) -> Iterator[Visit]:
    now, hub = StoppedClock().now, open_hub(folder)
    with ExitStack() as stack:
        register = stack.enter_context(Register(folder / "hub.sqlite"))
        stores = Stores({}, store, register)
        view = View(
            reader=store,
            now=now,
            name="Nav",
            base_url="https://hub.example.se",
            municipalities=[tenant.municipality for tenant in hub.tenants],
        )
        who: list[Person | None] = [STEWARD]
        otherwise: dict[str, Any] = {
            "person": lambda _: who[0],
            "parts": [words(hub, view, stores)],
            "catalogues": catalogues(hub, stores, standards(), now),
        }
        client = TestClient(
            application(face(**otherwise)),
            base_url="https://hub.example.se",
            follow_redirects=False,
            headers={"sec-fetch-site": "same-origin", "accept": "text/html"},
        )
        yield Visit(client, who)


def proposed(visit: Visit) -> int:
    body = "municipality=2482&word=employee&label=anst%C3%A4lld&definition=Alla&owner=HR"
    return visit.client.post("/ordlista/forslag", content=body).status_code


def test_what_each_municipality_means_is_shown_side_by_side_to_anyone(visit: Visit) -> None:
    visit.who[0] = None
    page = visit.client.get("/ordlista/ord/employee")
    assert page.status_code == 200
    for code, meant in MEANT.items():
        assert meant in page.text
        assert TOWNS[code] in page.text
    assert "menar olika saker" in page.text
    assert visit.client.get("/ordlista/ord/nothing").status_code == 404


def test_a_word_is_found_by_what_it_means(visit: Visit) -> None:
    found = visit.client.get("/ordlista", params={"q": "timanställda"}).text
    assert "/ordlista/ord/employee" in found
    assert "/ordlista/ord/BathingPlace" not in found
    assert "/en/dictionary/word/BathingPlace" in visit.client.get("/en/dictionary?q=bathing").text


def test_a_platform_word_says_where_it_is_used(visit: Visit) -> None:
    assert "/features/v1/collections/" in visit.client.get("/ordlista/ord/BathingPlace").text


def test_a_word_is_proposed_voted_on_and_then_holds_for_all(visit: Visit) -> None:
    assert proposed(visit) == 303
    assert visit.vote("2482", "yes") == 303
    assert visit.vote("2482", "no") == 409
    assert "Omröstning pågår" in visit.client.get("/ordlista/forslag").text
    assert visit.vote("2513", "yes") == 303
    assert "Antaget" in visit.client.get("/ordlista/forslag").text
    assert "Alla kommuner i navet" in visit.client.get("/ordlista/ord/employee").text
    graph = visit.graph("/terms/employee")
    shared = URIRef(URI)
    assert str(graph.value(shared, SKOS.definition)) == "Alla"
    assert set(graph.objects(shared, SKOS.closeMatch)) == {
        URIRef(f"{URI}@2482"), URIRef(f"{URI}@2513"),
    }  # fmt: skip


def test_nobody_speaks_for_another_municipality(visit: Visit) -> None:
    visit.who[0] = Person(id="p", grants=(Grant("steward", "2513"),))
    assert proposed(visit) == 403
    visit.who[0] = STEWARD
    assert proposed(visit) == 303
    visit.who[0] = Person(id="p", grants=(Grant("board_member", "2513"),))
    body = "municipality=2260&vote=yes"
    assert visit.client.post("/ordlista/forslag/1", content=body).status_code == 403
    visit.who[0] = None
    assert visit.client.get("/ordlista/forslag").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "municipality=2482",
        "municipality=2482&word=ej+s%C3%A5&label=a&definition=b&owner=c",
        "municipality=2482&word=employee&label=a&definition=b",
    ],
)
def test_a_proposal_that_lacks_something_is_sent_back_with_what_was_written(
    visit: Visit, body: str
) -> None:
    answer = visit.client.post("/ordlista/forslag", content=body)
    assert answer.status_code == 400
    assert "Förslaget saknar något" in answer.text


def test_the_dictionary_is_published_whole_as_skos(visit: Visit) -> None:
    graph = visit.graph("/terms")
    assert (URIRef(f"{URI}@2482"), SKOS.closeMatch, URIRef(f"{URI}@2513")) in graph
    assert (URIRef("https://hub.example.se/terms/BathingPlace"), None, None) in graph


def test_every_property_of_an_api_that_is_a_word_points_to_what_it_means(visit: Visit) -> None:
    document = visit.client.get("/baths/v1/openapi.json", headers={"accept": "*/*"}).json()
    place = document["components"]["schemas"]["BathingPlace"]
    assert place["externalDocs"]["url"].endswith("/terms/BathingPlace")
    pointed = place["properties"]["waterTemperature"]["externalDocs"]["url"]
    assert visit.graph(pointed.removeprefix("https://hub.example.se"))
