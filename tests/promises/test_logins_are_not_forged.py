"""Forged or replayed log-ins are refused: against a real provider, and against one that lies."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from byalag.testkit import RunningHub, byalag
from tests.promises._issuer import (
    Issuer,
    Token,
    by_a_key_at,
    by_a_key_of_its_own,
    by_another,
    issuer,
    saying,
    signed,
    unsigned,
    with_the_public_key_as_secret,
)
from tests.promises._people import (
    AFFILIATION,
    SUBJECT,
    Answer,
    Browser,
    approve,
    asked_for,
    begin,
    hub_folder,
    log_in,
    provider,
)

pytestmark = [pytest.mark.promise, pytest.mark.proves(21)]
HOUR = 3600


class Beside(NamedTuple):
    """A hub and its provider."""

    hub: str
    folder: Path


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """A hub whose people log in at a provider that others have written."""
    folder = tmp_path_factory.mktemp("real") / "hub"
    with provider({AFFILIATION: SUBJECT, "groups": ["drift"]}) as address:
        hub = RunningHub("serve", folder)
        hub_folder(folder, address, hub.port)
        with hub:
            yield Beside(f"http://127.0.0.1:{hub.port}", folder)


@pytest.fixture(scope="module")
def lying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Issuer]]:
    """A hub whose provider signs whatever a test wants."""
    folder = tmp_path_factory.mktemp("lying") / "hub"
    with issuer(time.time) as liar:
        hub = RunningHub("serve", folder)
        hub_folder(folder, liar.address, hub.port)
        with hub:
            yield f"http://127.0.0.1:{hub.port}", liar


def answered(hub: str, state: str, code: str = "a-code") -> str:
    return f"{hub}/konto/svar/personal?{urlencode({'code': code, 'state': state})}"


def attempt(hub: str, liar: Issuer, token: Token) -> tuple[Browser, Answer]:
    """Log in where the provider gives such a token."""
    browser = Browser()
    asked = asked_for(begin(browser, hub).location)
    liar.nonce, liar.token = asked["nonce"], token
    return browser, browser.get(answered(hub, asked["state"]))


def is_out(browser: Browser, hub: str) -> bool:
    """Tell whether a browser is sent away from the own account."""
    return browser.get(f"{hub}/konto").status == 303


def test_whoever_logs_in_is_let_in_where_they_were_going_and_no_other_browser(real: Beside) -> None:
    browser = Browser()
    answer = log_in(browser, real.hub, "/drift?x=1")
    assert (answer.status, answer.location) == (303, "/drift?x=1")
    page = browser.get(f"{real.hub}/konto")
    assert page.status == 200
    assert "Anna Ek" in page.text
    assert "Sköter källor" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert is_out(Browser(), real.hub)


def test_the_question_to_the_provider_is_as_the_profile_demands(real: Beside) -> None:
    answer = begin(Browser(), real.hub)
    asked = asked_for(answer.location)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{real.hub}/konto/svar/personal"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_a_code_that_has_been_used_opens_nothing(real: Beside) -> None:
    first = Browser()
    back = approve(first, begin(first, real.hub).location)
    code = asked_for(back)["code"]
    assert first.get(back).status == 303
    thief = Browser()
    state = asked_for(begin(thief, real.hub).location)["state"]
    answer = thief.get(answered(real.hub, state, code))
    assert answer.status == 403
    assert is_out(thief, real.hub)


def test_an_answer_that_has_been_used_is_not_taken_again(real: Beside) -> None:
    browser = Browser()
    back = approve(browser, begin(browser, real.hub).location)
    assert browser.get(back).status == 303
    browser.cookies.clear()
    assert browser.get(back).status == 403
    assert is_out(browser, real.hub)


def test_an_answer_to_what_another_browser_began_is_refused(real: Beside) -> None:
    attacker, victim = Browser(), Browser()
    back = approve(attacker, begin(attacker, real.hub).location)
    begin(victim, real.hub)
    assert victim.get(back).status == 403
    assert is_out(victim, real.hub)
    assert attacker.get(back).status == 403  # it has been used up


def test_a_session_that_was_there_before_is_not_taken_over(real: Beside) -> None:
    browser = Browser()
    log_in(browser, real.hub)
    host = real.hub.removeprefix("http://")
    before = browser.cookies[host]["byalag_session"]
    log_in(browser, real.hub)
    assert browser.cookies[host]["byalag_session"] != before
    fixed = Browser()
    fixed.cookies[host] = {"byalag_session": before}
    assert is_out(fixed, real.hub)


def test_a_session_that_is_ended_is_dead_in_the_next_request_everywhere(real: Beside) -> None:
    one, other = Browser(), Browser()
    log_in(one, real.hub)
    log_in(other, real.hub)
    assert one.get(f"{real.hub}/konto").status == 200
    assert one.post(f"{real.hub}/konto/logga-ut-overallt").status == 303
    assert is_out(one, real.hub)
    assert is_out(other, real.hub)


def test_a_role_from_the_terminal_counts_at_once_and_so_does_being_forgotten(real: Beside) -> None:
    browser = Browser()
    log_in(browser, real.hub)
    (one,) = byalag("person", "list", real.folder, "--json").json["people"]
    assert one["municipality"] == "2482"
    who = one["person"]
    assert browser.get(f"{real.hub}/konto/roller").status == 403
    grant = ("person", "grant", real.folder, who, "hub_administrator", "--municipality", "2482")
    assert byalag(*grant).code == 0
    assert browser.get(f"{real.hub}/konto/roller").status == 200
    form = {"act": "grant", "municipality": "2482", "person": who, "role": "care_staff"}
    answer = browser.post(f"{real.hub}/konto/roller", form)
    assert answer.status == 422  # nobody gives themselves a role
    assert byalag("person", "forget", real.folder, who).code == 0
    assert is_out(browser, real.hub)


def test_an_administrator_gives_roles_in_their_own_municipality_only_and_it_is_noted(
    real: Beside,
) -> None:
    anna, bo = Browser(), Browser()
    log_in(anna, real.hub)
    log_in(bo, real.hub, sub="bo")
    known = byalag("person", "list", real.folder, "--json").json["people"]
    ids = {one["municipality"]: one["person"] for one in known}
    admin = ("hub_administrator", "--municipality", "2482")
    assert byalag("person", "grant", real.folder, ids["2482"], *admin).code == 0
    roles, form = f"{real.hub}/konto/roller", {"act": "grant", "person": ids[""], "role": "steward"}
    assert bo.post(roles, {**form, "municipality": "2482"}).status == 403
    for elsewhere in ("2260", "", "hub"):
        assert anna.post(roles, {**form, "municipality": elsewhere}).status in {400, 403}
    assert anna.post(f"{roles}/navet", form).status == 403
    assert anna.post(roles, {**form, "municipality": "2482", "role": "king"}).status == 422
    assert anna.post(roles, {**form, "municipality": "2482", "person": "p-x"}).status == 422
    assert anna.post(roles, {**form, "municipality": "2482"}).location.endswith("said=done_granted")
    assert "Informationsansvarig" in bo.get(f"{real.hub}/konto").text
    assert ids[""] in anna.get(roles).text
    for place in ((), ("--municipality", "2482")):
        lines = byalag("audit", "list", real.folder, *place, "--json")
        assert lines.code == 0, lines.err
        assert "grant role" in lines.out
        assert ids[""] in lines.out
    back = {**form, "municipality": "2482", "act": "revoke"}
    assert anna.post(roles, back).location.endswith("said=done_revoked")
    assert "Informationsansvarig" not in bo.get(f"{real.hub}/konto").text


def test_a_form_from_another_site_changes_nothing(real: Beside) -> None:
    browser = Browser()
    log_in(browser, real.hub)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = browser.post(f"{real.hub}/konto/logga-ut-overallt", None, **headers)
        assert answer.status == 403
    assert browser.get(f"{real.hub}/konto").status == 200


def test_a_session_opens_no_machines_address(real: Beside) -> None:
    browser = Browser()
    log_in(browser, real.hub)
    push = f"{real.hub}/observations/v1/observations"
    assert browser.post(push, None, **{"content-type": "application/json"}).status == 401
    for path in ("/ngsi-ld/v1/entities?local=true", "/sensorthings/v1.1/Things"):
        answer = browser.ask("POST", real.hub + path, headers={"origin": real.hub}, body=b"{}")
        assert answer.status in {401, 403}


def test_a_token_that_is_right_lets_in(lying: tuple[str, Issuer]) -> None:
    hub, liar = lying
    browser, answer = attempt(hub, liar, signed)
    assert answer.status == 303
    assert browser.get(f"{hub}/konto").status == 200
    assert {"code", "code_verifier", "redirect_uri"} <= liar.asked[-1].keys()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(unsigned, id="alg none"),
        pytest.param(with_the_public_key_as_secret, id="RS256 to HS256"),
        pytest.param(by_another, id="another key of the same name"),
        pytest.param(by_a_key_of_its_own, id="a key that the token brings"),
        pytest.param(by_a_key_at("../../../../dev/null"), id="kid leads out of the set"),
        pytest.param(by_a_key_at("https://evil.example/keys"), id="kid is an address"),
        pytest.param(by_a_key_at("one' OR '1'='1"), id="kid is a statement"),
        pytest.param(saying(iss="https://evil.example"), id="another issuer"),
        pytest.param(saying(aud="another"), id="for another"),
        pytest.param(saying(aud=["byalag", "another"]), id="for several, by nobody"),
        pytest.param(saying(azp="another"), id="asked for by another"),
        pytest.param(saying(nonce="another"), id="of another log-in"),
        pytest.param(saying(nonce=None), id="of no log-in"),
        pytest.param(saying(exp=int(time.time()) - HOUR), id="expired"),
        pytest.param(saying(exp=None), id="never expires"),
        pytest.param(saying(exp=True), id="expires at true"),
        pytest.param(saying(iat=int(time.time()) - HOUR), id="issued long ago"),
        pytest.param(saying(iat=int(time.time()) + HOUR), id="issued in time to come"),
        pytest.param(saying(sub=None), id="about nobody"),
        pytest.param(saying(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), id="with another access token"),
    ],
)
def test_a_token_that_is_forged_lets_nobody_in(lying: tuple[str, Issuer], token: Token) -> None:
    hub, liar = lying
    browser, answer = attempt(hub, liar, token)
    assert answer.status == 403
    assert "Inloggningen gick inte igenom" in answer.text
    assert is_out(browser, hub)


def test_an_answer_that_nobody_asked_for_is_refused_and_then_held_up(
    lying: tuple[str, Issuer],
) -> None:
    hub, liar = lying
    stranger = Browser()
    statuses = [stranger.get(answered(hub, f"guessed-{number}")).status for number in range(30)]
    assert statuses[-1] == 429
    assert set(statuses) <= {403, 429}
    _, honest = attempt(hub, liar, signed)
    assert honest.status == 303  # whoever began here is not held up by it


def test_an_answer_of_another_provider_is_refused(lying: tuple[str, Issuer]) -> None:
    hub, liar = lying
    browser = Browser()
    asked = asked_for(begin(browser, hub).location)
    liar.nonce, liar.token = asked["nonce"], signed
    mixed = urlencode({"code": "c", "state": asked["state"], "iss": "https://evil.example"})
    assert browser.get(f"{hub}/konto/svar/personal?{mixed}").status == 403


@pytest.mark.parametrize(
    "onward",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\nb", "javascript:1"],
)
def test_nobody_is_sent_to_another_site_after_a_log_in(
    lying: tuple[str, Issuer], onward: str
) -> None:
    hub, liar = lying
    browser = Browser()
    asked = asked_for(begin(browser, hub, onward).location)
    liar.nonce, liar.token = asked["nonce"], signed
    assert browser.get(answered(hub, asked["state"])).location == "/konto"
