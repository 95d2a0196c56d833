import pytest

from byalag import Misconfigured
from byalag.mapping import MISSING, compile_path
from byalag.model import Json

RECORD = {
    "id": 7,
    "free": None,
    "place": {"lat": 1.5, "deep": {"er": [10, 20, 30]}},
    "name": [
        {"context": "NAME", "name": "Parkplatz Aalen"},
        {"context": "DISPLAY", "name": "Aalen", "rank": 2, "ok": True},
    ],
    "one": {"lang": "sv", "text": "Hej"},
    "Anzahl der Stellplätze": 12,
    "total:disabled": 3,
    "a.b": {"c]": "odd"},
    "@id": "x1",
    "7": "seven",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("free", None),
        ("place.lat", 1.5),
        ("place.deep.er.1", 20),
        ("place.deep.er.-1", 30),
        ("place.deep.er.3", MISSING),
        ("place.lon", MISSING),
        ("place.lat.more", MISSING),
        ("id.more.and.more", MISSING),
        ("nothing", MISSING),
        ("nothing.more", MISSING),
        ("name[context=DISPLAY].name", "Aalen"),
        ("name[context='DISPLAY'].name", "Aalen"),
        ("name[rank=2].name", "Aalen"),
        ("name[ok=true].name", "Aalen"),
        ("name[context=LABEL].name", MISSING),
        ("one[lang=sv].text", "Hej"),
        ("name.*.name", ["Parkplatz Aalen", "Aalen"]),
        ("name.*.rank", [2]),
        ("place.*.x", MISSING),
        ("Anzahl der Stellplätze", 12),
        ('"Anzahl der Stellplätze"', 12),
        ("total:disabled", 3),
        ("'a.b'.'c]'", "odd"),
        ("@id", "x1"),
        ("7", "seven"),
        ("@", RECORD),
    ],
)
def test_a_path_names_a_value(path: str, value: Json) -> None:
    found = compile_path(path)(RECORD)
    assert found is value or found == value


@pytest.mark.parametrize("record", [None, 3, "text", [], [1], True, 1.5])
@pytest.mark.parametrize("path", ["a", "a.b", "a.b.c", "0.a", "a[b=c]", "a.*.b"])
def test_what_is_no_object_has_no_keys(path: str, record: Json) -> None:
    assert compile_path(path)(record) is MISSING


@pytest.mark.parametrize(
    "path", ["", "a..b", ".a", "a.", "a[b", "a[b=c", 'a"b', "a]b", "a{b}", "a" * 400]
)
def test_a_path_that_cannot_be_read_says_where(path: str) -> None:
    with pytest.raises(Misconfigured, match="cannot be read from character"):
        compile_path(path)


def test_a_misspelt_variable_lists_the_known_ones() -> None:
    with pytest.raises(Misconfigured, match=r"\$recieved.*\$received, \$municipality, \$source"):
        compile_path("$recieved")


def test_missing_counts_as_false_and_shows_its_name() -> None:
    assert not MISSING
    assert repr(MISSING) == "MISSING"
