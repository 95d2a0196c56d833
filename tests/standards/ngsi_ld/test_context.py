"""What names mean in a context, and what they are called in it."""

from string import ascii_letters

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Json
from byalag.standards.ngsi_ld._context import Context, addresses, compiled
from byalag.standards.ngsi_ld._core import CORE, DEFAULT_VOCABULARY, VERSIONS, address, document
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._request import link

NAMES = st.text(ascii_letters + "åäö", min_size=1, max_size=12)
IRIS = st.builds("https://words.example/{}#{}".format, NAMES, NAMES)
CONTEXTS = st.dictionaries(NAMES, IRIS, max_size=6)


def made(given: Json) -> Context:
    return compiled(given, {})


@settings(deadline=None, max_examples=200)
@given(context=CONTEXTS, name=NAMES)
def test_a_name_that_has_been_expanded_and_compacted_means_the_same(
    context: dict[str, str], name: str
) -> None:
    names = made(context)
    iri = names.expand_name(name)
    assert names.expand_name(names.compact_name(iri)) == iri


@settings(deadline=None, max_examples=200)
@given(context=CONTEXTS, other=CONTEXTS, iri=IRIS)
def test_an_iri_is_never_called_what_means_another(
    context: dict[str, str], other: dict[str, str], iri: str
) -> None:
    names = compiled([context, other], {})
    assert names.expand_name(names.compact_name(iri)) == iri


def test_what_nobody_has_defined_is_in_the_default_vocabulary() -> None:
    assert made(None).expand_name("speed") == f"{DEFAULT_VOCABULARY}speed"
    assert made(None).compact_name(f"{DEFAULT_VOCABULARY}speed") == "speed"


def test_the_core_s_words_cannot_be_given_another_meaning() -> None:
    names = made({"location": "https://words.example/place", "speed": "https://words.example/s"})
    assert names.expand_name("location") == "https://uri.etsi.org/ngsi-ld/location"
    assert names.expand_name("speed") == "https://words.example/s"
    assert names.compact_name(f"{DEFAULT_VOCABULARY}speed") == "ngsi-ld:default-context/speed"


def test_prefixes_vocabularies_and_later_contexts_are_followed() -> None:
    names = compiled(
        [
            {"@vocab": "https://one.example/", "ex": "https://ex.example/#", "a": "b"},
            {"c": "ex:d", "e": {"@id": "https://e.example/", "@type": "@vocab"}, "f": None},
        ],
        {},
    )
    assert names.expand_name("a") == "https://one.example/b"
    assert names.expand_name("c") == "https://ex.example/#d"
    assert names.expand_name("ex:z") == "https://ex.example/#z"
    assert names.compact_name("https://ex.example/#z") == "ex:z"
    assert names.expand_name("e") == "https://e.example/"
    assert names.expand_name("urn:a:b") == "urn:a:b"


def test_an_answer_s_context_ends_with_the_core_unless_it_leads_there() -> None:
    assert made(None).whole == CORE
    assert made({"a": "urn:a"}).whole == [{"a": "urn:a"}, CORE]
    there = {"http://c.example/": {"@context": [{"a": "urn:a"}, CORE]}, CORE: document("1.8")}
    assert compiled("http://c.example/", there).whole == "http://c.example/"


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        [7],
        {"a": 7},
        {"a": {"@id": 7}},
        {"a": "b:c", "b": "a:d"},
        {f"t{n}": f"t{n + 1}:x" for n in range(200)},
        {f"t{n}": "urn:x" for n in range(30_000)},
    ],
)
def test_what_is_no_context_is_refused(wrong: Json) -> None:
    with pytest.raises(Refused) as refused:
        list(addresses(wrong)), made(wrong)
    assert refused.value.status == 400


def test_contexts_that_name_each_other_are_refused() -> None:
    round_and_round = {"http://a.example/": {"@context": "http://a.example/"}}
    with pytest.raises(Refused, match="deep"):
        compiled("http://a.example/", round_and_round)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_core_context_says_what_an_entity_needs(version: str) -> None:
    terms = document(version)["@context"]
    assert {"id": "@id", "type": "@type", "@vocab": DEFAULT_VOCABULARY}.items() <= terms.items()
    assert terms["observedAt"] == {"@id": "ngsi-ld:observedAt", "@type": "DateTime"}
    assert ("JsonProperty" in terms) == (version >= "1.8")
    assert address(version).endswith(f"v{version}.jsonld")


def test_a_version_that_is_not_there_is_not_made_up() -> None:
    with pytest.raises(KeyError):
        document("2.0")


def test_the_context_is_found_in_a_link_header() -> None:
    rel = 'rel="http://www.w3.org/ns/json-ld#context"'
    assert link(f'<http://a.example/>; {rel}; type="application/ld+json"') == "http://a.example/"
    assert link('<http://a.example/>; rel="next"') is None
    with pytest.raises(Refused):
        link(f"<http://a.example/>; {rel}, <http://b.example/>; {rel}")
