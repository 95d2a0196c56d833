import re

import pytest

from byalag import terms
from byalag.mapping._unit import unit_of
from byalag.terms import NoSuchTerm, Wording, coded, definition, label, languages, term, unit

ALL = terms.terms()
PUBLISHED = [
    *("BathingPlace", "OffStreetParking", "OnStreetParking", "ParkingSpot", "Device"),
    *("waterTemperature", "availableSpotNumber", "occupiedSpotNumber", "totalSpotNumber"),
    *("status", "operatorName", "address", "maximumHeight", "accessibleSpotNumber", "fee", "url"),
    *("description", "waterType", "euBathingWater", "adviceAgainstBathing", "abnormalSituations"),
    *("waterQuality", "latestSample", "bathingSeason", "contact", "origin", "simulated"),
    *("parkingStatus/open", "parkingStatus/closed", "parkingStatus/unknown"),
]


@pytest.mark.parametrize("word", PUBLISHED)
def test_every_published_word_is_in_the_dictionary(word: str) -> None:
    assert term(word).label("sv").language == "sv"


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.id)
def test_every_word_is_named_and_explained_in_swedish_and_english(known: terms.Term) -> None:
    for language in ("sv", "en"):
        assert known.label(language).language == language
        sentence = known.definition(language)
        assert sentence.language == language
        assert re.fullmatch(r"[A-ZÅÄÖ].*\.", sentence.text), sentence
        assert len(sentence.text) < 120
    assert not set(known.labels) - set(languages())
    assert set(known.labels) == set(known.definitions)


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.id)
def test_a_word_s_unit_and_code_list_exist(known: terms.Term) -> None:
    if known.unit:
        assert unit_of(known.unit, known.id)
        assert unit(known.unit).name("sv").text
    if known.scheme:
        assert terms.terms("code", scheme=known.scheme)


@pytest.mark.parametrize(
    ("scheme", "notation", "swedish"),
    [
        ("waterQualityClass", 0, "Ej klassificerad"),
        ("waterQualityClass", 1, "Utmärkt"),
        ("waterQualityClass", 2, "Bra"),
        ("waterQualityClass", 3, "Tillfredsställande"),
        ("waterQualityClass", 4, "Dålig"),
        ("waterQualityClass", 6, "Ny"),
        ("sampleAssessment", 1, "Tjänligt"),
        ("sampleAssessment", "2", "Tjänligt med anmärkning"),
        ("sampleAssessment", 3, "Otjänligt"),
        ("sampleAssessment", 4, "Uppgift saknas"),
        ("algae", 3, "Blomning"),
        ("algae", 4, "Ingen blomning"),
        ("algae", 5, "Ingen uppgift"),
        ("waterType", 1, "Hav"),
        ("waterType", 3, "Sjö"),
        ("adviceAgainstBathing", 2, "Algblomning"),
        ("flag", 9, "Saknas"),
    ],
)
def test_a_source_s_number_stands_for_a_word(
    scheme: str, notation: int | str, swedish: str
) -> None:
    found = coded(scheme, notation)
    assert found is not None
    assert found.label("sv").text == swedish


def test_a_number_that_is_not_in_the_list_stands_for_nothing() -> None:
    assert coded("waterType", 99) is None
    assert coded("nothing", 1) is None


def test_a_word_is_looked_up_and_said() -> None:
    assert label("waterTemperature", "sv") == "Vattentemperatur"
    assert label("parkingStatus/open", "en") == "Open"
    assert definition("parkingStatus/closed", "sv") == "Man kan inte köra in nu."
    assert term("parkingStatus/open").word == "open"
    assert term("waterTemperature").uri("https://hub.example/") == (
        "https://hub.example/terms/waterTemperature"
    )


def test_what_is_not_translated_is_said_in_swedish_and_says_so() -> None:
    assert term("waterType/sea").label("fi") == Wording("Hav", "sv")
    assert unit("Cel").name("se") == Wording("grader Celsius", "sv")


def test_an_unknown_word_lists_near_ones() -> None:
    with pytest.raises(NoSuchTerm, match=r"'waterTemp' is not in the dictionary; near .*waterTemp"):
        term("waterTemp")
    with pytest.raises(NoSuchTerm, match=r"see terms\.toml"):
        term("xyzzy")


def test_languages_are_named_in_their_own_language() -> None:
    assert languages()["sv"] == "Svenska"
    assert languages()["fi"] == "suomi"
    assert languages()["fit"] == "meänkieli"
    assert languages()["se"] == "davvisámegiella"


@pytest.mark.parametrize(
    ("code", "symbol"), [("Cel", "°C"), ("kW.h", "kWh"), ("1", ""), ("m2", "m²"), ("odd", "odd")]
)
def test_a_unit_is_shown_as_people_write_it(code: str, symbol: str) -> None:
    assert unit(code).symbol == symbol


def test_words_elsewhere_are_addresses() -> None:
    addresses = [address for known in ALL for address in known.exact]
    assert addresses
    assert all(address.startswith("https://") for address in addresses)
