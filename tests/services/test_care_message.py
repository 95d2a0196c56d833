"""What a message says: nothing that whoever happens to read it should not know."""

from itertools import product
from typing import get_args

import pytest

from byalag.services.care import LANGUAGES, About, Way, worded

LINK = "https://oppnadata.exempelstad.example/en/l/" + "a" * 43
WORDS = """
namn name adress address gata street personnummer mamma pappa mor far mother father parent
son daughter kund klient client brukare patient anhörig relative
hälsa health sjuk ill sick frisk well fall fallit fallen fell ramlat olycka accident nöd emergency
död dead larm alarm ambulans ambulance läkare doctor sjuksköterska nurse vård omsorg care
hemtjänst homecare boende hem home lägenhet apartment kök kitchen kylskåp fridge säng bed
badrum bathroom toalett toilet dörr door kaffe coffee rörelse motion
sensor sensorn givare avvikelse deviation kontakt contact övervakning surveillance monitor
konto account inloggning login lösenord password användare user
kommun municipality byalag
varför why fel fault wrong borde should glömt forgot försenad
"""
FORBIDDEN = frozenset(WORDS.split())
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)  # 3GPP TS 23.038, the basic set: seven bits each
EVERY = [*product(get_args(About), get_args(Way), LANGUAGES)]


@pytest.mark.parametrize(("about", "way", "language"), EVERY)
def test_no_text_says_whose_what_where_or_that_there_is_an_account(
    about: About, way: Way, language: str
) -> None:
    said = worded(about, way, language, "")
    words = {
        "".join(each for each in word if each.isalpha())
        for word in f"{said.subject} {said.text}".casefold().split()
    }
    assert not words & FORBIDDEN


@pytest.mark.parametrize(("about", "language"), [*product(get_args(About), LANGUAGES)])
def test_a_text_message_is_one_of_160_gsm_characters(about: About, language: str) -> None:
    said = worded(about, "sms", language, LINK)
    assert len(said.text) <= 160
    assert set(said.text) <= GSM
    assert said.text.endswith(LINK)


@pytest.mark.parametrize(("way", "language"), [*product(get_args(Way), LANGUAGES)])
def test_each_message_says_something_of_its_own(way: Way, language: str) -> None:
    every = [worded(about, way, language, LINK) for about in get_args(About)]
    assert len({one.text for one in every}) == len(every)
    assert len({one.subject for one in every}) == len(every)


def test_a_language_that_is_not_spoken_is_told_in_swedish() -> None:
    assert worded("over", "sms", "fi", LINK) == worded("over", "sms", "sv", LINK)
