"""From claims to a person: the pseudonym tells nobody who it is, and roles follow from rules."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.governance import (
    ORGANISATION,
    PERSONAL_NUMBER,
    ClaimNames,
    ClaimsReading,
    Grant,
    RoleRule,
    Unidentified,
    pseudonym,
    read_claims,
)
from byalag.governance._claims import AFFILIATION, COORDINATION_LEVEL, COORDINATION_NUMBER

NUMBER = "196911292032"  # printed in public specifications, as a test number
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
KEY = b"k" * 32
CITIZENS = ClaimsReading(
    names=ClaimNames(id=(PERSONAL_NUMBER, COORDINATION_NUMBER)), acr={LOA3: "loa3"}
)
STAFF = ClaimsReading(
    names=ClaimNames(id=(AFFILIATION,)),
    rules=(
        RoleRule(claim="groups", value="drift", role="operator"),
        RoleRule(claim="groups", value="hemtjänst", role="care_staff", unit="norr"),
        RoleRule(claim="title", value="förvaltare", role="steward", municipality="2260"),
        RoleRule(claim="groups", value="navet", role="hub_administrator", municipality="hub"),
    ),
    tenants={"2120002643": "2482", "2120002395": "2260"},
)
ANNA = {AFFILIATION: "anna@2120002643", "name": "Anna Ek"}
words = st.text(min_size=1, max_size=40)


def test_a_citizen_is_told_by_the_number_which_stands_nowhere_in_the_pseudonym() -> None:
    claimed = read_claims(CITIZENS, {PERSONAL_NUMBER: NUMBER, "acr": LOA3, "name": "Anna\nEk"})
    assert (claimed.subject, claimed.assurance, claimed.name) == (NUMBER, "loa3", "Anna Ek")
    assert claimed.grants == ()
    assert claimed.municipality == ""
    called = pseudonym(KEY, "https://id.example.se", claimed.claim, claimed.subject)
    assert called.startswith("p-")
    assert NUMBER not in called


@settings(deadline=None, max_examples=50)
@given(st.lists(words, min_size=2, max_size=2, unique=True), words, words)
def test_a_pseudonym_is_another_for_another_key_issuer_claim_or_person(
    two: list[str], issuer: str, subject: str
) -> None:
    one, other = two
    assert pseudonym(KEY, issuer, one, subject) == pseudonym(KEY, issuer, one, subject)
    assert pseudonym(KEY, issuer, one, subject) != pseudonym(KEY, issuer, other, subject)
    assert pseudonym(KEY, one, issuer, subject) != pseudonym(KEY, other, issuer, subject)
    assert pseudonym(KEY, issuer, "sub", one) != pseudonym(KEY, issuer, "sub", other)
    keys = [(text + KEY.decode()).encode() for text in two]
    assert pseudonym(keys[0], issuer, "sub", subject) != pseudonym(keys[1], issuer, "sub", subject)


def test_a_hyphen_in_a_number_makes_nobody_else() -> None:
    with_hyphen = read_claims(CITIZENS, {PERSONAL_NUMBER: "19691129-2032"})
    assert with_hyphen.subject == NUMBER


@pytest.mark.parametrize("level", [None, "probable", "uncertain", 3])
def test_a_coordination_number_that_is_not_confirmed_is_not_sure(level: object) -> None:
    claims: dict[str, Any] = {COORDINATION_NUMBER: "197010632391", "acr": LOA3}
    claims[COORDINATION_LEVEL] = level
    assert read_claims(CITIZENS, claims).assurance == ""
    claims[COORDINATION_LEVEL] = "confirmed"
    assert read_claims(CITIZENS, claims).assurance == "loa3"


def test_an_acr_that_the_settings_do_not_name_is_worth_nothing() -> None:
    for acr in ("loa4", "http://id.elegnamnden.se/loa/1.0/loa4", None, ["x"], LOA3.upper()):
        assert read_claims(CITIZENS, {PERSONAL_NUMBER: NUMBER, "acr": acr}).assurance == ""


@pytest.mark.parametrize("said", [None, "", "  ", 7, ["a"], {"a": 1}, "x" * 256])
def test_whoever_is_not_named_is_not_let_in(said: object) -> None:
    with pytest.raises(Unidentified, match="personalIdentityNumber"):
        read_claims(CITIZENS, {PERSONAL_NUMBER: said, "sub": "anna"})


def test_staff_have_their_roles_in_the_municipality_of_their_organisation() -> None:
    claimed = read_claims(STAFF, {**ANNA, "groups": ["drift", "hemtjänst", "annat"]})
    assert claimed.municipality == "2482"
    assert claimed.grants == (Grant("operator", "2482"), Grant("care_staff", "2482", "norr"))


def test_a_claim_may_be_one_word_or_a_list_and_nothing_else() -> None:
    for groups in ("drift", ["drift"], ["drift", 7, None]):
        assert read_claims(STAFF, {**ANNA, "groups": groups}).grants == (Grant("operator", "2482"),)
    for other in (None, 7, {"drift": True}, "drift annat", ["Drift"]):
        assert read_claims(STAFF, {**ANNA, "groups": other}).grants == ()


def test_an_organisation_that_the_hub_does_not_know_gives_no_role_of_its_own() -> None:
    stranger = {AFFILIATION: "eva@5566778899", "groups": "drift", "title": "förvaltare"}
    claimed = read_claims(STAFF, stranger)
    assert claimed.municipality == ""
    assert claimed.grants == (Grant("steward", "2260"),)  # as a rule says in so many words


def test_a_role_in_the_hub_needs_a_rule_that_says_so() -> None:
    assert read_claims(STAFF, {**ANNA, "groups": "navet"}).grants == (
        Grant("hub_administrator", ""),
    )


def test_a_provider_gives_roles_only_where_it_may_speak() -> None:
    kept = ClaimsReading(
        names=STAFF.names, rules=STAFF.rules, tenants=STAFF.tenants, spoken_for=("2482",)
    )
    asked = {"groups": ["drift"], "title": "förvaltare"}
    assert read_claims(kept, {**ANNA, **asked}).grants == (Grant("operator", "2482"),)
    other = {AFFILIATION: "bo@2120002395", **asked}
    assert read_claims(kept, other).grants == ()
    assert read_claims(kept, other).municipality == ""


def test_a_directory_of_one_municipality_need_not_say_which() -> None:
    kept = ClaimsReading(names=ClaimNames(id=("sub",)), rules=STAFF.rules, spoken_for=("2482",))
    claimed = read_claims(kept, {"sub": "anna", "groups": "drift"})
    assert (claimed.municipality, claimed.grants) == ("2482", (Grant("operator", "2482"),))
    named = read_claims(kept, {"sub": "anna", "groups": "drift", ORGANISATION: "5566778899"})
    assert (named.municipality, named.grants) == ("", ())


@settings(deadline=None, max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from([AFFILIATION, "groups", "title", "name", "acr", ORGANISATION]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda each: st.lists(each) | st.dictionaries(st.text(), each),
            max_leaves=8,
        ),
    )
)
def test_whatever_a_provider_says_no_role_comes_of_it_that_no_rule_gives(
    claims: dict[str, Any],
) -> None:
    try:
        claimed = read_claims(STAFF, claims)
    except Unidentified:
        return
    codes = ("2482", "2260")
    possible = {
        *itertools.starmap(Grant, itertools.product(("operator",), codes)),
        *(Grant("care_staff", code, "norr") for code in codes),
        Grant("steward", "2260"),
        Grant("hub_administrator"),
    }
    assert set(claimed.grants) <= possible
