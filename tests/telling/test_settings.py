"""An outlet that serves a unit, in a hub folder: checked, and tried."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from byalag import Misconfigured
from byalag.outlets import kinds
from byalag.testkit import byalag

SMS = 'kind = "sms"\nreceivers = "care"\nurl = "https://sms.example/"\nbody = "{to} {text}"\n'
PUSH = (
    'kind = "push"\nreceivers = "care"\nkey = "file:push.pem"\n'
    'subject = "mailto:drift@exempelstad.example"\n'
)


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = tmp_path / "nav"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    (folder / "skelleftea" / "outlets").mkdir()
    return folder


def write(hub: Path, name: str, text: str) -> None:
    (hub / "skelleftea" / "outlets" / f"{name}.toml").write_text(text)


def test_an_outlet_that_serves_a_unit_needs_no_receivers_and_warns_of_nothing(hub: Path) -> None:
    write(hub, "sms", SMS)
    checked = byalag("check", hub)
    assert "outlets/sms.toml" not in checked.out + checked.err


def test_what_such_an_outlet_could_never_tell_of_is_told_with_the_line(hub: Path) -> None:
    write(hub, "sms", f'{SMS}[on]\nstates = ["silent"]\n')
    checked = byalag("check", hub)
    assert checked.code != 0
    assert "outlets/sms.toml:5: on" in checked.out + checked.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMS.replace("care", "all"), "receivers"),
        (PUSH.replace("file:push.pem", "hemligt"), "key"),
        (PUSH.replace("mailto:", ""), "subject"),
        (PUSH.replace('receivers = "care"\n', ""), "to"),
    ],
)
def test_what_is_wrong_is_told(text: str, said: str) -> None:
    kind = kinds()[tomllib.loads(text)["kind"]]
    with pytest.raises((Misconfigured, msgspec.ValidationError), match=said):
        kind.check(msgspec.toml.decode(text, type=kind.settings))


def test_trying_one_without_receivers_of_its_own_says_how_its_contacts_are_tried(
    hub: Path,
) -> None:
    write(hub, "sms", SMS)
    tried = byalag("outlet", "try", hub, "sms")
    assert tried.code != 0
    assert "byalag care rehearse" in tried.err
