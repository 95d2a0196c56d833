"""What holds for every page, in both languages, before any browser is asked."""

import re
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import pytest
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from tests.pages._addresses import ENGLISH, SWEDISH, status_of
from tests.pages._tree import HTML, find, tree_of

EVERY = [*SWEDISH, *ENGLISH]


def visit(hub: TestClient, address: str) -> HtmlElement:
    answer = hub.get(address, headers=HTML)
    assert answer.status_code == status_of(address), address
    return tree_of(answer.text)


@pytest.mark.parametrize("address", EVERY)
def test_a_page_answers_in_its_own_language(hub: TestClient, address: str) -> None:
    tree = visit(hub, address)
    wanted = "en" if address.startswith("/en/") else "sv"
    assert tree.get("lang") == wanted
    assert tree.findtext(".//title")


@pytest.mark.parametrize("address", EVERY)
def test_headings_begin_with_one_and_skip_no_level(hub: TestClient, address: str) -> None:
    levels = [int(heading.tag[1]) for heading in visit(hub, address).iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("address", EVERY)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(hub: TestClient, address: str) -> None:
    tree = visit(hub, address)
    assert not find(tree, "//style | //*[@style] | //script[not(@src)]")
    assert not [name for node in tree.iter() for name in node.attrib if str(name).startswith("on")]
    loaded = find(tree, "//script/@src | //link[@rel!='alternate']/@href | //img/@src")
    assert all(str(source).startswith("/s/") for source in loaded)
    scripts = find(tree, "//script | //link[@rel='stylesheet']")
    assert all(part.get("integrity", "").startswith("sha384-") for part in scripts)


@pytest.mark.parametrize("address", EVERY)
def test_a_page_names_itself_in_every_language(hub: TestClient, address: str) -> None:
    tree = visit(hub, address)
    others = {
        str(link.get("hreflang")): str(link.get("href"))
        for link in find(tree, "//link[@rel='alternate']")
    }
    assert set(others) == {"sv", "en", "x-default"}
    if status_of(address) == 200:
        for code, other in others.items():
            assert hub.get(other, headers=HTML).status_code == 200, (code, other)


def test_every_link_leads_somewhere(hub: TestClient) -> None:
    tried = set[str]()
    for address in EVERY:
        for link in find(visit(hub, address), "//a[not(@rel='external')]/@href"):
            target = urljoin(f"http://testserver{address}", str(link))
            parts = urlsplit(target)
            if parts.netloc != "testserver" or target in tried or str(link).startswith("#"):
                continue
            tried.add(target)
            answer = hub.get(target, headers={"Accept": "text/html, */*;q=0.8"})
            assert answer.status_code == 200, f"{address} links to {target}"
            if parts.fragment:
                assert f'id="{parts.fragment}"' in answer.text, target
    assert len(tried) > 60


def test_every_time_states_its_exact_value(hub: TestClient) -> None:
    exact = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?$")
    for address in EVERY:
        for time in visit(hub, address).iter("time"):
            assert exact.match(str(time.get("datetime"))), address


def test_english_pages_mark_what_is_swedish(hub: TestClient) -> None:
    tree = visit(hub, "/en/baths")
    name = find(tree, "//li[@class='place']//h2//span[@lang='sv']")
    assert [str(part.text) for part in name].count("Falmarksträsket") == 1


def test_what_a_source_says_is_never_markup(hub: TestClient) -> None:
    answer = hub.get("/bad?municipality=%3Cscript%3E", headers=HTML)
    assert answer.status_code == 400
    assert "<script>" not in answer.text.partition("<main")[2]
