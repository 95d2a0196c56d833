"""Where in its life an API is: on every answer of it, in its description, and when it is gone."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._http import Application, application
from byalag.governance import Grant, Keyring, Life, Person, Plan, Product, issue, life_of
from byalag.standards.profile.lint import lint
from byalag.store import Store
from byalag.testkit import RunningHub, byalag
from tests.pages import _hub, _serve

BATHS, PARKING = "/baths/v1", "/parking/v1"
UTC_MIDNIGHT = 1_796_083_200  # 2026-12-01
ISSUED = issue("2482", ("stewardship:read",), random=bytes(range(40)))
STEWARD = Person(id="s", grants=(Grant("steward", "2482"),))
TITLE = {"sv": "P", "en": "P"}
PLANS = {"usual": Plan(rate=10, burst=20)}


def product(name: str, apis: tuple[str, ...], life: Life, **more: object) -> Product:
    told = {name: getattr(life, name) for name in life.__struct_fields__}
    return Product(id=name, title=TITLE, apis=apis, plans=PLANS, **told, **more)  # type: ignore[arg-type]  # as they are named


ENDING = Life(
    state="deprecated",
    deprecated=date(2026, 12, 1),
    sunset=date(2027, 6, 30),
    successor="features",
)
PRODUCTS = (
    product("old", ("baths", "ngsi-ld"), ENDING),
    product("draft", ("parking/v1",), Life(state="draft"), municipality="2482"),
    product("gone", ("sensorthings",), Life(state="retired", successor="old")),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with _hub.filled(tmp_path_factory.mktemp("hub")) as made:
        yield made


def hub_of(
    store: Store, products: Sequence[Product] = PRODUCTS, person: Person | None = None
) -> Application:
    view = _hub.view(store, "https://hub.example", _hub.NOW)
    return application(
        Face(
            name=view.name,
            base_url=view.base_url,
            reader=store,
            now=view.now,
            receive=_serve.refuse,
            key=Keyring([ISSUED.key]).recognise,
            municipalities=view.municipalities,
            contact=view.contact,
            windows=_serve.windows(store, view),
            catalogues=_serve.catalogues(store, view),
            products={one.id: one for one in products},
            guide=lambda kind, name: f"/en/developers/{kind}s/{name}",
            person=(lambda _: person) if person else None,
        )
    )


@pytest.fixture(scope="module")
def hub(store: Store) -> TestClient:
    return TestClient(hub_of(store), base_url="https://hub.example")


def addresses(hub: TestClient, root: str) -> list[str]:
    """Return an address for every GET of an API, and some where there is nothing."""
    document = hub.get(f"{root}/openapi.json").json()
    paths = [path for path, told in document["paths"].items() if "get" in told]
    filled = [root + path.replace("{", "x").replace("}", "") for path in paths]
    return [root, *filled, f"{root}/openapi.json", f"{root}/no/such"]


@pytest.mark.parametrize("root", [BATHS, "/ngsi-ld/v1"])
def test_every_answer_of_a_deprecated_api_says_since_when_until_when_and_what_instead(
    hub: TestClient, root: str
) -> None:
    every = addresses(hub, root)
    assert len(every) > 6
    for address in every:
        for method in ("GET", "HEAD", "POST"):
            answer = hub.request(method, address)
            assert answer.headers["deprecation"] == f"@{UTC_MIDNIGHT}", (method, address)
            assert answer.headers["sunset"] == "Wed, 30 Jun 2027 00:00:00 GMT"
            links = answer.headers["link"]
            assert '<https://hub.example/features/v1>; rel="successor-version"' in links
            assert f'/en/developers/apis/{root.split("/")[1]}>; rel="deprecation"' in links


def test_its_description_says_so_and_still_follows_the_profile(hub: TestClient) -> None:
    for root in (BATHS, "/ngsi-ld/v1"):
        document = hub.get(f"{root}/openapi.json").json()
        assert document["info"]["x-lifecycle"] == {
            "state": "deprecated",
            "deprecated": "2026-12-01",
            "sunset": "2027-06-30",
            "successor": "features",
        }
        told = [one for path in document["paths"].values() for one in path.values()]
        assert all(one["deprecated"] for one in told if "responses" in one)
        assert [one for one in lint(document) if one.rule.binding and one.excepted is None] == []
        assert hub.get(f"{root}/api-info").json()["apiStatus"] == "deprecated"


def test_an_api_that_is_simply_published_says_nothing(hub: TestClient) -> None:
    answer = hub.get("/features/v1/collections")
    assert answer.status_code == 200
    assert "deprecation" not in answer.headers
    assert hub.get("/features/v1/api-info").json()["apiStatus"] == "active"


def test_a_draft_is_not_there_to_anyone_but_those_who_work_with_it(
    hub: TestClient, store: Store
) -> None:
    for address in (PARKING, f"{PARKING}/parking-facilities", f"{PARKING}/openapi.json"):
        hidden, nothing = hub.get(address), hub.get("/nothing/v1/here")
        assert hidden.status_code == 404
        said = {
            key: value for key, value in hidden.json().items() if key not in {"detail", "instance"}
        }
        assert said.items() <= nothing.json().items()
    shown = {"Authorization": f"Bearer {ISSUED.text}"}
    assert hub.get(f"{PARKING}/parking-facilities", headers=shown).status_code == 200
    assert (
        hub.get(f"{PARKING}/parking-facilities", headers={"X-Api-Key": "no.no"}).status_code == 404
    )
    seen = TestClient(hub_of(store, person=STEWARD), base_url="https://hub.example")
    assert seen.get(f"{PARKING}/parking-facilities").status_code == 200
    citizen = Person(id="c", grants=(Grant("citizen"), Grant("steward", "2260")))
    other = TestClient(hub_of(store, person=citizen), base_url="https://hub.example")
    assert other.get(f"{PARKING}/parking-facilities").status_code == 404


def test_a_retired_api_is_gone_and_names_what_took_its_place(hub: TestClient) -> None:
    for address in ("/sensorthings/v1.1", "/sensorthings/v1.1/Things", "/sensorthings/v1.1/x/y"):
        answer = hub.get(address)
        assert answer.status_code == 410
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"] == "https://hub.example/problems/retired"
        assert problem["successor"] == "https://hub.example/en/developers/products/old"
        assert 'rel="successor-version"' in answer.headers["link"]
    assert hub.post("/sensorthings/v1.1/Things", json={}).status_code == 410
    assert hub.get("/sensorthings/v1.1/api-info").json()["apiStatus"] == "retired"
    assert hub.get("/problems/retired").status_code == 200


def test_one_version_may_be_elsewhere_in_its_life_than_its_product() -> None:
    whole = Product(id="a", title=TITLE, apis=("baths", "parking"), versions={"baths/v1": ENDING})
    assert life_of([whole], "baths", "v1") == ENDING
    assert whole.life_of("parking", "v1").state == "published"
    assert life_of([whole], "features", "v1") is None


def test_an_api_is_offered_as_long_as_one_product_offers_it() -> None:
    again = Product(id="b", title=TITLE, apis=("baths",))
    found = life_of([*PRODUCTS, again], "baths", "v1")
    assert found is not None
    assert found.state == "published"


def test_a_hub_whose_apis_are_all_published_has_nothing_in_the_way(store: Store) -> None:
    plain = TestClient(hub_of(store, []), base_url="https://hub.example")
    assert plain.get(f"{BATHS}/bathing-places").status_code == 200
    assert "x-lifecycle" not in plain.get(f"{BATHS}/openapi.json").json()["info"]


def test_a_real_hub_says_the_same_and_counts_what_the_terminal_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "nav"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    (folder / "products").mkdir()
    for name, api, state in (("a", "baths", "published"), ("b", "datex/v1", "draft")):
        text = f'title = {{ sv = "P" }}\napis = ["{api}"]\nstate = "{state}"\n'
        (folder / "products" / f"{name}.toml").write_text(text, "utf-8")
    assert byalag("product", "deprecate", folder, "a", "--from", "2026-12-01").code == 0
    with RunningHub("serve", folder) as running:
        answer = running.get(f"{BATHS}/bathing-places")
        assert answer.headers["deprecation"] == f"@{UTC_MIDNIGHT}"
        assert '/utvecklare/api/baths>; rel="deprecation"' in answer.headers["link"]
        assert running.get("/datex/v1/api-info").status == 404
        page = running.get("/utvecklare", Accept="text/html").text
        assert "/utvecklare/api/baths" in page
        assert "/utvecklare/api/datex" not in page
        assert "/datex/v1" not in running.get("/om/data", Accept="text/html").text
        tried = running.get("/en/developers/apis/baths/findBathingPlaces?go=1", Accept="text/html")
        assert "Status 200" in tried.text
    assert byalag("product", "retire", folder, "a", "--successor", "features").code == 0
    assert byalag("product", "publish", folder, "b").code == 0
    with RunningHub("serve", folder) as running:
        gone = running.get(f"{BATHS}/bathing-places")
        assert gone.status == 410
        assert gone.json["successor"].endswith("/features/v1")
        assert running.get("/datex/v1/api-info").status == 200
