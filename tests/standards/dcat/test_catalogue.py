"""The catalogue: by the shapes of the EU and of Sweden, in three forms that say the same."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rdflib import DCAT, RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from byalag.model import Contact, Dataset, Municipality
from byalag.standards.dcat import (
    FORMATS,
    Catalogue,
    Entry,
    Node,
    Service,
    catalogue,
    dictionary,
    missing,
)
from byalag.standards.dcat._rdf import Iri, Text, Typed
from byalag.store import Overview
from byalag.terms import Vocabulary, terms
from byalag.testkit import shared

HUB = "https://api.exempel.se"
NOW = 1_763_800_000_000_000
HOME = Municipality(
    code="2482",
    name="Skellefteå",
    organisation_number="212000-2643",
    contact=Contact(
        name="Skellefteå kommun",
        email="data@exempel.se",
        url="https://exempel.se/",
        phone="0910-73 50 00",
        address="Trädgårdsgatan 6, 931 85 Skellefteå",
    ),
)
BATHS = Dataset(
    id="baths",
    title={"sv": "Badplatser", "en": "Bathing places"},
    description={"sv": "Hur varmt vattnet är & mer <nu>", "en": "How warm the water is"},
    licence="CC-BY-4.0",
    open=True,
    keywords={"sv": ("bad",), "en": ("bathing",)},
    theme=("ENVI",),
    hvd=("environment",),
    frequency="HOURLY",
    conforms_to=("https://www.dataportal.se/specifications/badplatser",),
    issued=date(2026, 11, 1),
)
HELD = Overview(
    types={"BathingPlace": 3},
    complete=2,
    series=4,
    observed=3,
    timely=1,
    usable=3,
    oldest=NOW - 86_400_000_000,
    newest=NOW,
)
API = Service(
    name="baths",
    title={"sv": "Badplatser API", "en": "Bathing places API"},
    description={"sv": "Vattnets temperatur", "en": "The temperature of the water"},
    url=f"{HUB}/baths/v1",
    openapi=f"{HUB}/baths/v1/openapi.json",
    page=f"{HUB}/conditions",
    reads=HUB + "/baths/v1/bathing-places?municipality={municipality}",
    kinds=("BathingPlace",),
)
ENTRY = Entry(
    dataset=BATHS,
    municipality=HOME,
    overview=HELD,
    files={f"{HUB}/files/v1/datasets/baths/files/prover.csv": "text/csv"},
)
GIVEN = Catalogue(
    hub=HUB,
    name="Navet",
    contact=Contact(name="Navet", email="nav@exempel.se"),
    now=NOW,
    entries=[ENTRY],
    services=[API],
    municipality=HOME,
)
PARSED = {"application/rdf+xml": "xml", "text/turtle": "turtle", "application/ld+json": "json-ld"}


def _graph(nodes: list[Node], media: str = "application/rdf+xml") -> Graph:
    return Graph().parse(data=FORMATS[media](nodes), format=PARSED[media])


def test_the_three_forms_say_the_same_and_have_no_blank_node() -> None:
    nodes = catalogue(GIVEN)
    first = _graph(nodes)
    assert not any(isinstance(part, BNode) for triple in first for part in triple)
    for media in FORMATS:
        assert isomorphic(first, _graph(nodes, media)), media


def test_a_dataset_has_a_way_through_each_api_that_speaks_of_it_and_its_files() -> None:
    graph = _graph(catalogue(GIVEN))
    ways = set(graph.objects(URIRef(f"{HUB}/datasets/baths"), DCAT.distribution))
    assert {str(way).rpartition("#")[2] for way in ways} == {"baths", "file-prover.csv"}
    [service] = graph.subjects(RDF.type, DCAT.DataService)
    read = f"{HUB}/baths/v1/bathing-places?municipality=2482"
    assert (URIRef(f"{HUB}/datasets/baths#baths"), DCAT.accessURL, URIRef(read)) in graph
    assert (service, DCAT.servesDataset, URIRef(f"{HUB}/datasets/baths")) in graph


def test_what_lacks_something_that_must_be_said_is_left_out_and_we_know_why() -> None:
    bare = Entry(
        dataset=Dataset(id="bare", title={"en": "Bare"}, open=True),
        municipality=Municipality(code="2513", name="Överkalix"),
        overview=Overview(),
    )
    assert [words["en"] for words in missing(bare)] == [
        "the municipality's organisation number",
        "a contact: name and email",
        "a title in Swedish",
        "a description in Swedish",
    ]
    graph = _graph(catalogue(replace(GIVEN, entries=[bare, ENTRY])))
    assert list(graph.subjects(RDF.type, DCAT.Dataset)) == [URIRef(f"{HUB}/datasets/baths")]
    assert missing(ENTRY) == []


@pytest.mark.parametrize(
    "shapes",
    [
        "eu/shapes",
        "eu/range",
        "eu/deprecateduris",
        "eu/dcat-ap-SHACL.patched",
        "hvd/hvd-SHACL",
        "hvd/hvd-SHACL-base",
        "hvd/hvd-SHACL-full",
        "se/dcat-ap-se-3.0.1.generated.shacl",
    ],
)
@pytest.mark.parametrize("home", [HOME, None], ids=["municipality", "hub"])
def test_the_catalogue_conforms(shapes: str, home: Municipality | None) -> None:
    validate = pytest.importorskip("pyshacl").validate
    folder = _shapes()
    given_ = replace(GIVEN, municipality=home)
    graph = _graph(catalogue(given_)) + Graph().parse(folder / "types.ttl")
    graph += Graph().parse(data=_TYPES, format="turtle")
    conforms, report, told = validate(
        graph, shacl_graph=Graph().parse(folder / f"{shapes}.ttl"), inference="rdfs"
    )
    lacking = {str(path) for path in report.objects(None, SH.resultPath)}
    assert conforms or lacking == EXPLAINED, told


def _shapes() -> Path:
    folder = shared()
    if folder is None:
        pytest.skip("the shapes are in the shared folder, which is not here")
    return folder / "standards" / "dcat"


# the Swedish profile recommends a class of organisations, and names no list of such classes
EXPLAINED = {"https://www.w3.org/ns/org#classification"}
_TYPES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> .
<http://publications.europa.eu/resource/authority/language/ENG> a dct:LinguisticSystem .
<http://publications.europa.eu/resource/authority/planned-availability/AVAILABLE> a skos:Concept ;
  skos:prefLabel "available"@en .
<http://creativecommons.org/licenses/by/4.0/> a dct:LicenseDocument .
<https://www.dataportal.se/specifications/badplatser> a dct:Standard .
<https://api.exempel.se/> a foaf:Document .
<https://api.exempel.se/conditions> a foaf:Document .
<https://api.exempel.se/baths/v1/openapi.json> a dct:Standard .
"""


def test_every_word_of_the_dictionary_is_a_concept_with_swedish_and_english() -> None:
    graph = _graph(dictionary(HUB, Vocabulary(terms(), ())))
    skos = "http://www.w3.org/2004/02/skos/core#"
    concepts = set(graph.subjects(RDF.type, URIRef(f"{skos}Concept")))
    assert len(concepts) == len(terms())
    for concept in concepts:
        told = graph.objects(concept, URIRef(f"{skos}prefLabel"))
        labels = {label.language for label in told if isinstance(label, Literal)}
        assert {"sv", "en"} <= labels, concept


_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
_iris = _words.map(lambda word: f"https://exempel.se/{word}")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["dct:title", "dcat:keyword", "skos:prefLabel"]),
            st.one_of(
                st.builds(Text, _words, st.sampled_from(["", "sv", "en"])),
                st.builds(Iri, _iris),
                st.builds(Typed, st.dates().map(str), st.just("xsd:date")),
            ),
        ),
        max_size=8,
    ),
    _iris,
)
def test_any_text_and_any_address_comes_out_as_it_went_in(
    said: list[tuple[str, Text | Iri | Typed]], iri: str
) -> None:
    nodes = [Node(iri, ("dcat:Dataset",), said)]
    xml = _graph(nodes)
    assert len(xml) <= len(said) + 1
    for media in FORMATS:
        assert isomorphic(xml, _graph(nodes, media)), media
