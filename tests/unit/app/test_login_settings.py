"""What is wrong with the settings of a log-in is said with its line, before anything starts."""

import re
from pathlib import Path

import pytest

from byalag.testkit import byalag

GOOD = """
[login]
pseudonyms = "file:pseudonyms.key"

[[login.provider]]
name = "bankid"
issuer = "https://id.example.se"
client_id = "byalag"
client_secret = "env:BYALAG_NOT_SET"
acr = { "http://id.elegnamnden.se/loa/1.0/loa3" = "loa3" }
acr_values = ["http://id.elegnamnden.se/loa/1.0/loa3"]

[[login.provider.role]]
claim = "groups"
value = "drift"
role = "operator"
municipality = "2482"
"""


def said(folder: Path, settings: str) -> str:
    assert byalag("init", folder, "--municipality", "2482").code == 0
    file = folder / "hub.toml"
    file.write_text(file.read_text("utf-8") + settings, "utf-8")
    (folder / "pseudonyms.key").write_text("k" * 44, "utf-8")
    answer = byalag("check", folder)
    return answer.out + answer.err


def test_settings_that_are_right_are_not_blamed(tmp_path: Path) -> None:
    assert "login" not in said(tmp_path / "hub", GOOD)


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ('"https://id.example.se"', '"http://id.example.se"', "by https"),
        ('"https://id.example.se"', '"id.example.se"', "begins with https"),
        ('client_id = "byalag"', 'client_id = "byalag"\nscopes = ["profile"]', "openid"),
        ('"env:BYALAG_NOT_SET"', '"hunter2"', "never stands in the settings"),
        ('municipality = "2482"', 'municipality = "2481x"', '"hub" for the hub'),
        ('municipality = "2482"', 'municipality = "9999"', "no Swedish municipality"),
        ('role = "operator"', 'role = "king"', "hub_administrator"),
        ('name = "bankid"', 'name = "Bank ID"', "a-z"),
        ('client_id = "byalag"', 'client_id = "byalag"\non_premises = ["x"]', "no network"),
        ('["http://id.elegnamnden.se/loa/1.0/loa3"]', '["loa9"]', "worth nothing"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, right: str, wrong: str, why: str) -> None:
    assert right in GOOD
    told = said(tmp_path / "hub", GOOD.replace(right, wrong, 1))
    assert re.search(rf"hub\.toml:\d+: login.*{re.escape(why)}", told), told
    assert "hunter2" not in told or "client_secret" not in wrong


def test_two_ways_in_cannot_have_one_name(tmp_path: Path) -> None:
    twice = GOOD + GOOD.partition("\n\n")[2].replace("file:pseudonyms.key", "")
    assert "is the name of another" in said(tmp_path / "hub", twice)
