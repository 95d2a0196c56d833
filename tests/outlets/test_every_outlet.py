"""What every kind of outlet keeps to. Adding a folder adds its tests: this file never changes."""

import json
import re
import string
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from byalag.outlets import (
    AnyKind,
    FileSending,
    HttpSending,
    MailSending,
    Message,
    MqttSending,
    Unsendable,
)
from byalag.testkit import composed, every_outlet, sample_outlet, samples

DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = [DOCS / "sv" / "utgangar", DOCS / "en" / "outlets"]
KINDS = [pytest.param(home, kind, id=kind.name) for home, kind in every_outlet()]
CASES = [
    pytest.param(case, kind, id=f"{kind.name}/{case.name}")
    for home, kind in every_outlet()
    for case in samples(home)
]
TEXT = st.text(st.sampled_from([*string.printable, *"åÄ😀\u2028\x00{}<>"]), max_size=60)
FACT = st.fixed_dictionaries(
    {"thing": TEXT, "property": TEXT, "series": TEXT, "value": st.floats()}
)
MESSAGES = st.builds(
    Message,
    id=st.just("msg_1"),
    at=st.integers(0, 4_000_000_000_000_000),
    municipality=st.just("2482"),
    matter=st.sampled_from(["observation", "thing", "state", "notice", "test"]),
    subject=st.dictionaries(st.sampled_from(["sv", "en"]), TEXT),
    text=st.dictionaries(st.sampled_from(["sv", "en"]), TEXT),
    dataset=TEXT,
    facts=st.lists(FACT, max_size=2).map(tuple),
)


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_sample_settings_work_as_they_stand(home: Path, kind: AnyKind) -> None:
    settings = sample_outlet(home, kind)
    kind.check(settings)
    assert kind.receivers(settings)
    assert tomllib.loads((home / "sample.toml").read_text())["kind"] == kind.name


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_the_name_is_the_folder_and_the_title_is_in_both_languages(
    home: Path, kind: AnyKind
) -> None:
    assert kind.name.replace("-", "_") == home.name
    assert set(kind.title) >= {"sv", "en"}


@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_readme_shows_the_sample_settings(home: Path, kind: AnyKind) -> None:
    assert (home / "sample.toml").read_text() in (home / "README.md").read_text()


@pytest.mark.parametrize(("case", "kind"), CASES)
def test_a_message_becomes_what_we_expect(case: Path, kind: AnyKind) -> None:
    assert composed(case, kind) == json.loads((case / "expected.json").read_text())


@pytest.mark.parametrize("folder", FOLDERS, ids=["sv", "en"])
@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_every_kind_has_a_page_with_its_sample_and_a_line_for_every_setting(
    home: Path, kind: AnyKind, folder: Path
) -> None:
    page = (folder / f"{kind.name}.md").read_text()
    assert (home / "sample.toml").read_text() in page
    assert f"({kind.name}.md)" in (folder / "README.md").read_text()
    told = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert told == [field.encode_name for field in msgspec.structs.fields(kind.settings)]


@pytest.mark.parametrize(("home", "kind"), KINDS)
@given(message=MESSAGES)
@limits(deadline=None, max_examples=60)
def test_nothing_that_a_message_says_reaches_beyond_its_place(
    home: Path, kind: AnyKind, message: Message
) -> None:
    settings = sample_outlet(home, kind)
    for receiver in kind.receivers(settings):
        try:
            sending = kind.compose(settings, message, receiver)
        except Unsendable:
            continue
        match sending:
            case HttpSending():
                assert all(
                    "\n" not in text and "\r" not in text for text in sending.headers.values()
                )
                assert sending.url.template == getattr(settings, "url", "")
            case MailSending():
                head = sending.letter.partition(b"\r\n\r\n")[0].split(b"\r\n")
                names = [line.partition(b":")[0] for line in head if not line.startswith(b" ")]
                assert len(names) == len(set(names))
                assert set(names) <= LETTER
                assert b"\n" not in sending.letter.replace(b"\r\n", b"")
                assert b"\x00" not in sending.letter
            case MqttSending():
                assert not set(sending.topic) & set("+#\x00")
                assert sending.topic.count("/") == 3
            case FileSending():
                assert "/" not in sending.name
                assert not sending.name.startswith(".")
                assert sending.content.count(b"\n") == 1


LETTER = {
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"Auto-Submitted",
    b"X-Auto-Response-Suppress",
    b"Reply-To",
    b"Content-Language",
    b"Content-Type",
    b"Content-Transfer-Encoding",
    b"MIME-Version",
}
