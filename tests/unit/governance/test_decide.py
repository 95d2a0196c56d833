"""The one decision: what is open, what needs a key, and that the answer says why."""

import itertools

import pytest
from msgspec import structs

from byalag import Misconfigured
from byalag.governance import (
    ANYONE,
    Actor,
    Grant,
    Key,
    Person,
    Resource,
    decide,
    issue,
    require_lawful,
)
from byalag.model import Dataset

NOW = 1_783_000_000_000_000
KEY = issue("2482", ("observations:write",), random=bytes(40)).key
PUSH = Resource(matter="observations")


def holder(key: Key) -> Actor:
    return Actor(key=key)


def test_anyone_may_read_the_commons() -> None:
    assert decide(ANYONE, "read", Resource(matter="commons"), NOW).allowed


def test_nobody_may_write_the_commons() -> None:
    for actor in (ANYONE, holder(KEY), Actor(key=KEY, near=True)):
        assert not decide(actor, "write", Resource(matter="commons"), NOW).allowed


def test_a_push_needs_a_key_with_the_scope() -> None:
    without = decide(ANYONE, "write", PUSH, NOW)
    assert (without.allowed, without.challenge) == (False, True)
    assert decide(holder(KEY), "write", PUSH, NOW).allowed
    lacking = decide(holder(structs.replace(KEY, scopes=("metrics:read",))), "write", PUSH, NOW)
    assert not lacking.allowed
    assert "it has: metrics:read" in lacking.why


def test_a_revoked_key_is_dead_at_once() -> None:
    decision = decide(holder(structs.replace(KEY, revoked=True)), "write", PUSH, NOW)
    assert not decision.allowed
    assert "revoked" in decision.why


def test_a_key_opens_only_its_own_municipality() -> None:
    assert decide(holder(KEY), "write", structs.replace(PUSH, municipality="2482"), NOW).allowed
    assert not decide(holder(KEY), "write", structs.replace(PUSH, municipality="2260"), NOW).allowed


def test_a_key_of_no_municipality_pushes_nowhere() -> None:
    assert not decide(holder(structs.replace(KEY, municipality="")), "write", PUSH, NOW).allowed


def test_measures_are_read_from_the_machine_itself_or_with_a_key() -> None:
    metrics = Resource(matter="metrics")
    assert not decide(ANYONE, "read", metrics, NOW).allowed
    assert decide(Actor(near=True), "read", metrics, NOW).allowed
    assert decide(
        holder(structs.replace(KEY, scopes=("metrics:read",))), "read", metrics, NOW
    ).allowed


def test_every_decision_says_why() -> None:
    matters = ("commons", "description", "health", "metrics", "observations")
    for action, matter in itertools.product(("read", "write"), matters):
        assert decide(ANYONE, action, Resource(matter=matter), NOW).why  # type: ignore[arg-type]  # words of the Literal types


def test_a_dataset_with_personal_data_can_never_be_open() -> None:
    dataset = Dataset(id="alarms", title={"sv": "Larm"}, open=True, personal_data=True)
    with pytest.raises(Misconfigured, match="can never be open"):
        require_lawful(dataset)
    closed = structs.replace(dataset, open=False)
    assert require_lawful(closed) == closed


def test_anyone_may_knock_and_only_a_proof_or_a_key_lets_a_delivery_in() -> None:
    assert decide(ANYONE, "write", Resource(matter="door"), NOW).allowed
    assert not decide(ANYONE, "read", Resource(matter="door"), NOW).allowed
    signed = Resource(matter="deliveries", municipality="2482", proof="hmac")
    assert decide(Actor(proof="hmac"), "write", signed, NOW).allowed
    for actor in (ANYONE, Actor(proof="token")):
        refused = decide(actor, "write", signed, NOW)
        assert not refused.allowed
        assert "hmac" in refused.why
    keyed = Resource(matter="deliveries", municipality="2482")
    assert not decide(Actor(proof="hmac"), "write", keyed, NOW).allowed


SURE = Person(id="p1", grants=(Grant("care_staff", "2482"),), assurance="loa3", until=NOW + 1)
CARE = Resource(
    matter="personal", municipality="2482", purpose="home-care", purposes=("home-care",)
)


def test_a_person_does_what_a_role_in_the_municipality_lets_them_do() -> None:
    steward = Actor(person=Person(id="p2", grants=(Grant("steward", "2482"),)))
    own = Resource(matter="stewardship", municipality="2482")
    assert decide(steward, "write", own, NOW).allowed
    other = decide(steward, "write", structs.replace(own, municipality="2260"), NOW)
    assert not other.allowed
    assert "the role steward in municipality 2260" in other.why
    assert not decide(ANYONE, "write", own, NOW).allowed
    assert decide(ANYONE, "write", own, NOW).challenge


def test_the_host_operates_and_owns_nobodys_data() -> None:
    host = Actor(person=Person(id="p3", grants=(Grant("hub_administrator"),)))
    assert decide(host, "write", Resource(matter="hub"), NOW).allowed
    for matter in ("facts", "stewardship", "personal", "operations", "audit"):
        resource = Resource(matter=matter, municipality="2482")
        assert not decide(host, "read", resource, NOW).allowed


def test_what_is_about_people_needs_a_role_a_purpose_and_certainty_and_is_written_down() -> None:
    allowed = decide(Actor(person=SURE), "read", CARE, NOW)
    assert (allowed.allowed, allowed.audited) == (True, True)
    for person, resource, why in (
        (structs.replace(SURE, assurance="loa2"), CARE, "loa3"),
        (SURE, structs.replace(CARE, purpose="curiosity"), "'curiosity'"),
        (SURE, structs.replace(CARE, purpose=""), "no purpose"),
        (structs.replace(SURE, grants=()), CARE, "care_staff or steward"),
        (structs.replace(SURE, until=NOW), CARE, "log in again"),
    ):
        refused = decide(Actor(person=person), "read", resource, NOW)
        assert (refused.allowed, refused.audited) == (False, True)
        assert why in refused.why


def test_everyone_who_is_logged_in_has_their_own_account_and_no_key_has() -> None:
    account = Resource(matter="account")
    assert decide(Actor(person=Person(id="p4")), "write", account, NOW).allowed
    assert not decide(holder(KEY), "write", account, NOW).allowed
