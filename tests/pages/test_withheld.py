"""A page never leads a visitor to an API that does not answer visitors."""

from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from msgspec import structs
from starlette.testclient import TestClient

from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._portal import withheld
from byalag.governance import Keyring, Product, ProductState
from byalag.pages import error_page, routes
from byalag.store import Store
from tests.pages import _hub, _portal, _serve
from tests.pages._addresses import LAKE
from tests.pages._tree import HTML, find, tree_of

PAGES = ("/", "/om/data", "/bad", f"/bad/{LAKE}", "/parkering", "/utvecklare")


def product(name: str, state: ProductState, *apis: str) -> Product:
    return Product(id=name, title={"sv": name}, apis=apis, state=state, deprecated=date(2026, 1, 1))


DRAFTS = {
    one.id: one
    for one in (
        product("a", "draft", "baths", "sensorthings/v1.1"),
        product("b", "retired", "features"),
        product("c", "deprecated", "datex"),
    )
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with _hub.filled(tmp_path_factory.mktemp("hub")) as made:
        yield made


def links(store: Store, products: Mapping[str, Product]) -> set[str]:
    """Return the first two segments of every address that the pages lead to."""
    usual = _hub.view(store, "http://testserver", _hub.NOW)
    view = structs.replace(usual, withheld=withheld(products))
    face = Face(
        name=view.name,
        base_url=view.base_url,
        reader=store,
        now=view.now,
        receive=_serve.refuse,
        key=Keyring().recognise,
        municipalities=view.municipalities,
        contact=view.contact,
        windows=_serve.windows(store, view),
        pages=routes(view),
        error_page=error_page(view),
        products=products,
        parts=[_portal.part(store.path.parent, view)],
    )
    asking = TestClient(application(face))
    trees = [tree_of(asking.get(page, headers=HTML).text) for page in PAGES]
    found = {str(link.get("href")) for tree in trees for link in find(tree, "//a[@href]")}
    return {"/".join(link.partition("?")[0].split("/")[:3]) for link in found}


def test_drafts_and_what_is_retired_are_led_to_from_nowhere(store: Store) -> None:
    hidden = {"/baths/v1", "/sensorthings/v1.1", "/features/v1"}
    assert withheld(DRAFTS) == hidden
    assert withheld({}) == frozenset()
    led = links(store, DRAFTS)
    assert not led & hidden
    assert {"/parking/v1", "/datex/v1"} <= led
    assert hidden <= links(store, {})
