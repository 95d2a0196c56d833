"""What every kind of source keeps to. Adding a folder adds its tests: this file never changes."""

import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.mapping import Context
from byalag.model import Delivery, Rejected
from byalag.sources import Admit, AnyKind, Garbled, Listen, Poll, Receive, settle
from byalag.testkit import every_source, heard, sample_settings, samples

RULES = {"recorded-samples", "broken-sample", "licence-stated", "limits-known", "personal-data"}
DAMAGE = [b"", b"\x00", b"\xff", b'"', b"<", b"{", b"]", b"-1", b"NaN", b"9" * 400, b"&x;", b"\n"]
KINDS = [pytest.param(home, kind, id=kind.name) for home, kind in every_source()]
CASES = [
    pytest.param(case, kind, id=f"{kind.name}/{case.name}")
    for home, kind in every_source()
    for case in samples(home)
]


def card_of(home: Path) -> dict[str, str]:
    card: dict[str, str] = tomllib.loads((home / "card.toml").read_text())["card"]
    return card


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_sample_settings_work_as_they_stand(home: Path, kind: AnyKind) -> None:
    table = tomllib.loads((home / "sample.toml").read_text())
    found, settings = settle(table, name="sample")
    assert found is kind
    assert kind.reach(settings)
    assert callable(kind.prepare(sample_settings(home, kind)))


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_the_name_is_the_folder_and_the_title_is_in_both_languages(
    home: Path, kind: AnyKind
) -> None:
    assert kind.name.replace("-", "_") == home.name
    assert set(kind.title) >= {"sv", "en"}


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_says_how_the_data_may_be_used(home: Path, kind: AnyKind) -> None:
    settings = sample_settings(home, kind)
    assert settings.owner
    assert settings.licence


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_readme_shows_the_sample_settings(home: Path, kind: AnyKind) -> None:
    assert (home / "sample.toml").read_text() in (home / "README.md").read_text()


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_card_answers_every_rule(home: Path, kind: AnyKind) -> None:
    card = card_of(home)
    assert card.keys() == RULES
    assert all(card.values())


@pytest.mark.parametrize(("case", "kind"), CASES)
def test_recorded_delivery_means_what_we_expect(case: Path, kind: AnyKind) -> None:
    assert heard(case, kind) == (case / "expected.jsonl").read_text().splitlines()


@pytest.mark.parametrize(("case", "kind"), CASES)
def test_the_same_delivery_says_the_same_again(case: Path, kind: AnyKind) -> None:
    assert heard(case, kind) == heard(case, kind)


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_a_broken_record_is_among_the_recorded(home: Path, kind: AnyKind) -> None:
    if card_of(home)["broken-sample"] != "done":
        pytest.skip(card_of(home)["broken-sample"])
    texts = [(case / "expected.jsonl").read_text() for case in samples(home)]
    facts = [msgspec.json.decode(line) for text in texts for line in text.splitlines()]
    assert any(fact.get("fact") == "Rejected" and fact["why"] for fact in facts)


@pytest.mark.parametrize(("home", "kind"), KINDS)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "closed"}', b"\xff\x00\xfe"])
def test_an_unreadable_delivery_is_an_error_not_silence(
    home: Path, kind: AnyKind, body: bytes
) -> None:
    settings = sample_settings(home, kind)
    if isinstance(kind.reach(settings), Receive):
        pytest.skip("what is pushed is judged at the door")
    delivery = Delivery(source="sample", received=0, bodies=(body,))
    context = Context(
        source="sample", municipality="2482", dataset=settings.dataset, received=delivery.received
    )
    try:
        heard = list(kind.prepare(settings)(delivery, context))
    except Garbled:
        return
    assert isinstance(kind.reach(settings), Admit | Listen), "an answer was asked for"
    assert all(isinstance(one, Rejected) for one in heard), "others may send us what they like"
    assert heard or body == b"[]", "a list of nothing says nothing"


@pytest.mark.parametrize(("case", "kind"), CASES)
@given(data=st.data())
@limits(deadline=None, max_examples=15)
def test_a_damaged_delivery_is_never_a_crash(
    case: Path, kind: AnyKind, data: st.DataObject
) -> None:
    body = bytearray(next(case.glob("delivery.*")).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        length = data.draw(st.sampled_from([0, 1, 1, 4, 40, 4000]))
        body[at : at + length] = data.draw(st.sampled_from(DAMAGE))
    try:
        assert all(heard(case, kind, bytes(body)))
    except Garbled as told:
        assert str(told)  # noqa: PT017 - either is right: damage may leave it readable


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_is_asked_over_http_with_limits_or_is_pushed(home: Path, kind: AnyKind) -> None:
    match kind.reach(sample_settings(home, kind)):
        case Poll(asks=asks):
            assert len({ask.part for ask in asks}) == len(asks)
            assert all(ask.timeout and ask.max_bytes and ask.every for ask in asks)
        case Receive(series=series):
            assert series


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_a_misspelt_setting_is_answered_with_the_right_one(home: Path, kind: AnyKind) -> None:
    table = tomllib.loads((home / "sample.toml").read_text())
    with pytest.raises(Misconfigured, match=r"datset is not a setting here; did you mean dataset"):
        settle({**table, "datset": "parking"}, name="sample")
