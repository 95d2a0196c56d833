import pytest
from hypothesis import given
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.mapping import Context
from byalag.mapping._template import compile_template, slug
from byalag.mapping._value import MISSING, Unfit
from byalag.model import Json

CONTEXT = Context(source="src", municipality="2482", dataset="d", received=5)
RECORD = {
    "id": 7,
    "code": "SE0441273000000001",
    "name": " Östra Torget ",
    "n": 12.0,
    "no": None,
    "yes": True,
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{id}", "7"),
        ("{n}", "12"),
        ("{yes}", "true"),
        ("{code[5:9]}", "1273"),
        ("{code[-4:]}", "0001"),
        ("{code[:2]|lower}", "se"),
        ("{id|pad4}", "0007"),
        ("{name|slug}", "ostra-torget"),
        ("{name|strip|upper}", "ÖSTRA TORGET"),
        ("lot-{id}-{code[7:9]}", "lot-7-73"),
        ("{$municipality}/{$source}/{$received}", "2482/src/5"),
        ("{{{id}}}", "{7}"),
        ("no holes", "no holes"),
        ("{'id'}", "7"),
    ],
)
def test_a_template_puts_values_into_text(template: str, text: str) -> None:
    assert compile_template(template, "thing.id")(RECORD, CONTEXT) == text


@pytest.mark.parametrize("template", ["{no}", "{nothing}", "a{nothing}b", "{id}{no}"])
def test_a_template_with_a_missing_value_is_missing(template: str) -> None:
    assert compile_template(template, "x")(RECORD, CONTEXT) is MISSING


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{id", "not paired"),
        ("id}", "not paired"),
        ("{}", "cannot be read"),
        ("{id|loud}", "filter 'loud' is not known; use one of slug, lower, upper, strip, pad4"),
        ("{id|pad0}", "filter 'pad0' is not known"),
        ("{id|pad999}", "filter 'pad999' is not known"),
        ("{a..b}", "cannot be read"),
    ],
)
def test_a_template_that_cannot_be_read_names_the_setting(template: str, why: str) -> None:
    with pytest.raises(Misconfigured, match=r"^thing\.id: ") as error:
        compile_template(template, "thing.id")
    assert why in str(error.value)


@pytest.mark.parametrize("value", [[1], {"a": 1}, "x" * 20_001])
def test_a_list_or_an_endless_text_is_no_text(value: Json) -> None:
    with pytest.raises(Unfit, match="id: "):
        compile_template("{id}", "x")({"id": value}, CONTEXT)


def test_nothing_to_make_an_address_of_is_refused() -> None:
    with pytest.raises(Unfit, match="no letter or digit"):
        compile_template("{id|slug}", "x")({"id": "?!"}, CONTEXT)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Åäö & Co.", "aao-co"),
        ("Straße 5", "strasse-5"),
        ("Smørrebrød", "smorrebrod"),
        ("P-hus  Älgen", "p-hus-algen"),
        ("Ŋáŋŋá", "nanna"),
    ],
)
def test_a_slug_may_stand_in_an_address(text: str, form: str) -> None:
    assert slug(text) == form


@given(st.text(max_size=60))
def test_a_slug_of_a_slug_is_itself(text: str) -> None:
    once = slug(text)
    assert slug(once) == once
    assert all(c.isascii() and (c.isalnum() or c == "-") for c in once)
