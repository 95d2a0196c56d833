"""What a Swedish operator often meets as a reason is said in Swedish."""

from collections.abc import Iterator

import pytest

from byalag.cli._language import choose, language
from byalag.cli._reasons import reason

ENGLISH = [
    "No source 'nope'; there is givare, hav.",
    "No municipality '9999' in hub; there is 2482 (Skellefteå).",
    "Another Byalag already works with hub/store: stop it first.",
    "places of other municipalities",
    "the answer is not JSON (JSON is malformed: invalid character (byte 0)); it begins: 'sk'",
    "the database answers, but there are no rows",
    "there is no finished file in /srv/in whose name fits '*.csv'",
    "a delivery came with a wrong signature",
    "a delivery came with a wrong token in authorization",
    (
        "a delivery came that was signed 600 s ago; at most 300 s is taken: "
        "is the sender's clock or ours wrong?"
    ),
    "the connection to 127.0.0.1 failed (Connect call failed)",
    "there is no bucket 'export' at https://s3.example; check `bucket`",
    "the answer declares a DOCTYPE, which is never read",
    "id: '{id2}' has no value here, so the thing cannot be told from others",
    "point: 0, 0 is in the sea off Africa; if it means no position, name it in `missing`",
    "point: latitude 90, longitude 15 lies outside of 55 to 69.1 and 10.9 to 24.2",
    "free: 'many' is not a number",
    "free: a list is not a number",
    "published: '2026-13-45' is not a time written as ISO 8601 (2026-11-22T13:45:00Z)",
    "has 4 cells where the header has 5",
    "the broker knows no entities of these types: check types, tenant, q; if that is as it should",
    "'urn:ngsi-ld:Room:1' has no type",
    "there is a value and no time for it; say `at` for it, or `series = false`",
    "the unit 'smoot' is not known; say `from_unit` in the settings",
    "the platform states the unit 'P1', which cannot be said in 'Cel'",
    "it has no Thing: the server did not follow $expand",
    "the server says that there are 40 Datastreams and gave 2",
    "the server says that 250 features match and gave 1",
    "the page says that it holds 2 features and holds 1",
    "it says that there are 7 records and gave 2; ask for fewer a page, or for fewer records",
    "there is no collection 'trees'; https://m.example/collections lists them",
    "the status time 1970-01-01T01:00:00+01:00 is before 1990, so nothing in it is believed",
]


@pytest.fixture
def swedish() -> Iterator[None]:
    before = language()
    choose("sv")
    yield
    choose(before)


@pytest.mark.usefixtures("swedish")
@pytest.mark.parametrize("english", ENGLISH)
def test_a_common_reason_is_said_in_swedish(english: str) -> None:
    said = reason(english)
    assert said != english
    assert not {"the", "is", "not", "there", "has", "of", "was"} & set(
        said.split("(")[0].replace(":", " ").split()
    )


@pytest.mark.usefixtures("swedish")
def test_what_is_not_known_is_shown_as_it_stands() -> None:
    assert reason("något helt annat") == "något helt annat"


@pytest.mark.usefixtures("swedish")
def test_english_is_left_alone() -> None:
    choose("en")
    assert [reason(english) for english in ENGLISH] == ENGLISH
