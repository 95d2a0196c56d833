"""Harvesting another portal: names, limits, and nothing else fetched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.mapping import Context
from byalag.model import Delivery, Thing
from byalag.sources import Garbled, Poll, settle
from byalag.sources._catalogue import LONGEST, local_of
from byalag.sources.dcat._read import next_page, read

CONTEXT = Context(source="granne", municipality="2482", dataset="other", received=0)
BASE = {"dataset": "other", "url": "https://data.example/katalog"}


def heard(table: dict[str, object], *bodies: bytes) -> list[object]:
    kind, found = settle({**BASE, **table}, name="granne")
    return list(kind.prepare(found)(Delivery(source="granne", received=0, bodies=bodies), CONTEXT))


@settings(deadline=None, max_examples=200)
@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_two_datasets_never_share_an_id(one: str, other: str) -> None:
    assert len(local_of(one)) <= LONGEST
    assert (local_of(one) == local_of(other)) == (one == other)
    if one.isprintable():
        Thing(id=f"dataset:granne:{local_of(one)}", type="Dataset", dataset="other")


def test_a_context_elsewhere_is_never_fetched() -> None:
    for context in (
        '"https://elsewhere.example/c.jsonld"', '[{}, "c.jsonld"]', '{"@import": "c"}',
        '[{}, [[], ["https://elsewhere.example/c.jsonld"]]]', '[[{"@import": "c"}]]',
    ):  # fmt: skip
        body = f'{{"@graph": [{{"@context": {context}, "@id": "x"}}]}}'.encode()
        with pytest.raises(Garbled, match="never fetched"):
            read(body)


@pytest.mark.proves(13)
def test_a_doctype_is_never_read() -> None:
    body = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rdf:RDF>&a;</rdf:RDF>'
    with pytest.raises(Garbled, match="DOCTYPE"):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<d/1> a <http://www.w3.org/ns/dcat#Dataset> .",
        b'{"@id": "d/1", "@type": "http://www.w3.org/ns/dcat#Dataset"}',
    ],
)
@pytest.mark.proves(14)
def test_what_is_relative_names_no_folder_of_the_hubs(body: bytes) -> None:
    assert [where for where, _ in read(body).entries] == ["d/1"]


def test_what_is_sent_is_not_quoted_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Garbled):
        read(b'<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>')
    assert not caplog.records


def test_an_empty_catalogue_is_a_catalogue() -> None:
    body = b"<https://data.example/k> a <http://www.w3.org/ns/dcat#Catalog> ."
    assert heard({"kind": "dcat"}, body) == []


def test_a_catalogue_in_pages_is_followed() -> None:
    page = (
        b"@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
        b"<https://data.example/k?page=1> hydra:next <https://data.example/k?page=2> ."
    )
    assert next_page(page) == "https://data.example/k?page=2"
    assert next_page(page.replace(b"next", b"last")) is None


def test_ckan_is_asked_page_by_page() -> None:
    table = {**BASE, "kind": "ckan", "filter": "organization:granne", "size": 50}
    kind, found = settle(table, name="granne")
    reach = kind.reach(found)
    assert isinstance(reach, Poll)
    (ask,) = reach.asks
    assert ask.url.endswith("/api/3/action/package_search?fq=organization%3Agranne")
    assert ask.paging is not None
    assert (ask.paging.offset, ask.paging.limit, ask.paging.size) == ("start", "rows", 50)


def test_ckan_says_itself_what_went_wrong() -> None:
    body = b'{"success": false, "error": {"__type": "Validation Error", "fq": ["Parse error"]}}'
    with pytest.raises(Garbled, match="Parse error"):
        heard({"kind": "ckan"}, body)
