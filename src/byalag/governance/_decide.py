"""The one decision: may this actor do this to that, now, and why."""

from typing import ClassVar, Literal, TypeAlias, get_args

from msgspec import Struct, structs

from byalag import ByalagError
from byalag.governance._key import Key, Scope
from byalag.governance._person import Grant, Person, Role
from byalag.model import Micros, MunicipalityCode

Action: TypeAlias = Literal["read", "write"]
Matter: TypeAlias = Literal[
    "commons",
    "description",
    "health",
    "metrics",
    "observations",
    "deliveries",
    "door",
    "token",
    "usage",
    "facts",
    "files",
    "operations",
    "account",
    "applications",
    "access",
    "stewardship",
    "personal",
    "audit",
    "terms",
    "board",
    "care",
    "link",
    "notice",
    "hub",
]


class NotAllowed(ByalagError):
    """The decision function said no.

    The message says why, and what would be needed.
    """

    exit_code: ClassVar[int] = 6


class Actor(Struct, frozen=True, kw_only=True):
    """Who is asking: nobody in particular, whoever holds a key, or a person who has logged in.

    `near` says that the question comes from the machine itself (loopback). `proof` is what a
    sender has proved at a door: that its signature or its token is right, by the proof's name.
    """

    key: Key | None = None
    near: bool = False
    proof: str = ""
    person: Person | None = None

    @property
    def name(self) -> str:
        """The name to write in a log: a pseudonym, never a person's own name."""
        if self.proof:
            return f"whoever proved {self.proof}"
        if self.person is not None and self.key is None:
            return f"person {self.person.id}"
        return f"key {self.key.prefix}" if self.key else "anyone"


ANYONE = Actor()


class Resource(Struct, frozen=True, kw_only=True):
    """What is asked about. Without a municipality it is the hub's own, or of the actor's choice.

    `proof` is what a door wants to see instead of a key. `near` says that whoever asks from the
    machine itself needs none: the hub runs for tests. `purpose` is what it is asked for, and
    `purposes` what it may be asked for: data about people is given for a declared purpose only.
    `within` names the unit and the home that it is about: a role that is given for one unit or one
    home counts there only, and a relative's never counts but for a home.
    """

    matter: Matter
    municipality: MunicipalityCode | None = None
    proof: str = ""
    near: bool = False
    purpose: str = ""
    purposes: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


class Decision(Struct, frozen=True):
    """Allowed or not, and why.

    `challenge` says that showing a (better) key, or logging in, could help. `audited` says that it
    is about people, so that the decision is written down whichever it is.
    """

    allowed: bool
    why: str
    challenge: bool = False
    audited: bool = False


_OWNED: frozenset[Matter] = frozenset(
    {
        "observations", "deliveries", "facts", "files", "operations", "stewardship", "personal",
        "audit", "care",
    }
)  # fmt: skip
_NEAR: frozenset[Matter] = frozenset({"metrics", "operations"})
_MORE: dict[Scope, Scope] = {"facts:read": "facts:write"}  # what a scope is also given by
_PUBLIC: frozenset[Matter] = frozenset({"commons", "description", "health"})
_SCOPES: dict[tuple[Action, Matter], Scope] = {
    ("read", "facts"): "facts:read",
    ("write", "facts"): "facts:write",
    ("write", "observations"): "observations:write",
    ("write", "deliveries"): "deliveries:write",
    ("write", "files"): "files:write",
    ("read", "operations"): "operations:read",
    ("write", "operations"): "operations:write",
    ("read", "metrics"): "metrics:read",
    ("read", "stewardship"): "stewardship:read",
    ("read", "personal"): "personal:read",
    ("read", "audit"): "audit:read",
}
_ABOUT_PEOPLE: frozenset[Matter] = frozenset({"personal", "care"})
_SURE = frozenset({"loa3", "loa4"})  # how sure it must be who asks about people
_EVERYONE: frozenset[Role] = frozenset(get_args(Role))
_ROLES: dict[tuple[Action, Matter], frozenset[Role]] = {
    ("read", "account"): _EVERYONE,
    ("write", "account"): _EVERYONE,
    ("read", "applications"): _EVERYONE,
    ("write", "applications"): _EVERYONE,
    ("read", "facts"): frozenset({"operator", "steward"}),
    ("write", "facts"): frozenset({"operator"}),
    ("write", "files"): frozenset({"operator", "steward"}),
    ("read", "operations"): frozenset({"operator", "steward"}),
    ("write", "operations"): frozenset({"operator"}),
    ("read", "metrics"): frozenset({"operator"}),
    ("read", "stewardship"): frozenset({"steward", "operator", "board_member"}),
    ("write", "stewardship"): frozenset({"steward"}),
    ("read", "personal"): frozenset({"care_staff", "steward"}),
    ("write", "personal"): frozenset({"steward"}),
    ("read", "care"): frozenset({"care_staff", "relative"}),
    ("write", "care"): frozenset({"care_staff", "relative"}),
    ("read", "audit"): frozenset({"steward", "hub_administrator"}),
    ("write", "audit"): frozenset({"steward"}),
    ("read", "terms"): frozenset({"steward", "board_member", "operator"}),
    ("write", "terms"): frozenset({"steward"}),
    ("read", "board"): frozenset({"board_member", "steward", "hub_administrator"}),
    ("write", "board"): frozenset({"board_member"}),
    ("read", "access"): frozenset({"hub_administrator"}),
    ("write", "access"): frozenset({"hub_administrator"}),
    ("read", "hub"): frozenset({"hub_administrator"}),
    ("write", "hub"): frozenset({"hub_administrator"}),
}
_KNOWN = _SCOPES.keys() | _ROLES.keys()
_OF_THE_HUB: frozenset[Matter] = frozenset({"hub", "metrics"})  # matters of no municipality
_OF_ONESELF: frozenset[Matter] = frozenset({"account", "applications"})


def decide(actor: Actor, action: Action, resource: Resource, now: Micros) -> Decision:
    """Decide whether the actor may do the action to the resource now. What is not said is no."""
    if action == "read" and resource.matter in _PUBLIC:
        return Decision(allowed=True, why=f"{resource.matter} is open to everyone")
    if resource.matter == "notice" or (resource.matter == "deliveries" and resource.proof):
        return _by_proof(actor, resource)
    if (action, resource.matter) not in _KNOWN:
        return _at_the_door(actor, action, resource, now)
    if resource.near or (actor.near and resource.matter in _NEAR):
        return _by_place(actor, resource)
    if resource.matter in _ABOUT_PEOPLE:
        return _about_people(actor, action, resource, now)
    return _by_holder(actor, action, resource, now)


def _at_the_door(actor: Actor, action: Action, resource: Resource, now: Micros) -> Decision:
    if action == "read" and resource.matter == "usage":
        return _of_own_key(actor.key, now)
    if action == "write" and resource.matter == "door":
        return Decision(allowed=True, why="anyone may knock; what a delivery proves decides")
    if action == "write" and resource.matter == "token":
        return Decision(allowed=True, why="anyone may knock; the client's secret decides")
    if resource.matter == "link":
        return Decision(allowed=True, why="anyone may follow a link; what it proves decides")
    return Decision(allowed=False, why=f"nobody may {action} {resource.matter}")


def _by_holder(actor: Actor, action: Action, resource: Resource, now: Micros) -> Decision:
    """Decide by the key that is shown, else by the person who has logged in."""
    scope, roles = _SCOPES.get((action, resource.matter)), _ROLES.get((action, resource.matter))
    if roles is not None and actor.person is not None and actor.key is None:
        return _by_person(actor.person, roles, resource, now)
    if scope is not None:
        return _by_key(actor.key, scope, resource, now)
    if actor.key is not None:
        return Decision(
            allowed=False,
            why=f"a key may not {action} {resource.matter}; a person logs in to do it",
        )
    return Decision(allowed=False, why="you need to log in", challenge=True)


def _about_people(actor: Actor, action: Action, resource: Resource, now: Micros) -> Decision:
    """Decide what is about people: for a declared purpose, and only when it is sure who asks."""
    decision = _by_holder(actor, action, resource, now)
    if decision.allowed:
        decision = _for_purpose(resource) or decision
    person = actor.person if actor.key is None else None
    if decision.allowed and person is not None and person.assurance not in _SURE:
        decision = Decision(
            allowed=False,
            why="what is about people needs a log-in at level loa3, with an e-identity",
            challenge=True,
        )
    return structs.replace(decision, audited=True)


def _for_purpose(resource: Resource) -> Decision | None:
    """Return why a purpose is not good enough, or None."""
    if resource.purpose and resource.purpose in resource.purposes:
        return None
    declared = ", ".join(resource.purposes) or "none"
    said = f"the purpose {resource.purpose[:100]!r}" if resource.purpose else "no purpose"
    return Decision(
        allowed=False, why=f"{said} is given; what is about people has the purposes: {declared}"
    )


def _by_person(person: Person, roles: frozenset[Role], resource: Resource, now: Micros) -> Decision:
    if person.until is not None and now >= person.until:
        return Decision(allowed=False, why="you have been logged out; log in again", challenge=True)
    if resource.matter in _OF_ONESELF:
        return Decision(allowed=True, why="you are logged in")
    wanted = "" if resource.matter in _OF_THE_HUB else resource.municipality
    for grant in person.grants:
        if grant.role not in roles or not _reaches(grant, resource.within):
            continue
        if grant.municipality == wanted or (wanted is None and grant.municipality):
            return Decision(allowed=True, why=f"{person.id} is {grant.role}")
    where = (
        "the hub" if wanted == "" else f"municipality {wanted}" if wanted else "any municipality"
    )
    needed = " or ".join(sorted(roles))
    return Decision(allowed=False, why=f"this needs the role {needed} in {where}")


def _reaches(grant: Grant, within: tuple[str, ...]) -> bool:
    """Tell whether a role counts in a unit or a home, where one is named."""
    if not within:
        return True
    return grant.unit in within if grant.unit else grant.role != "relative"


def _by_proof(actor: Actor, resource: Resource) -> Decision:
    """Decide by what has been proved: at a door, or by the link of a message about somebody."""
    wanted, audited = resource.proof, resource.matter == "notice"
    if wanted and actor.proof == wanted:
        why = f"the sender has proved {wanted}"
        return Decision(allowed=True, why=why, audited=audited)
    why = f"this door is opened by {wanted or 'nothing'}, and that is not shown"
    return Decision(allowed=False, why=why, challenge=True, audited=audited)


def _by_place(actor: Actor, resource: Resource) -> Decision:
    if actor.near:
        return Decision(allowed=True, why=f"{resource.matter} are open to the machine itself")
    return Decision(allowed=False, why="the hub is open only to the machine that it runs on")


def _of_own_key(key: Key | None, now: Micros) -> Decision:
    """Decide who may see what a key has used: whoever holds it, whatever else it may do."""
    if key is None:
        why = "what has been used is told to the key that used it, as Authorization: Bearer KEY"
        return Decision(allowed=False, why=why, challenge=True)
    spent = key.why_not(now)
    if spent is not None:
        return Decision(allowed=False, why=spent, challenge=True)
    return Decision(allowed=True, why=f"the key {key.prefix} asks about itself")


def _by_key(key: Key | None, scope: Scope, resource: Resource, now: Micros) -> Decision:
    if key is None:
        why = (
            f"a key with the scope {scope} is needed, sent as Authorization: Bearer KEY; "
            "the municipality makes one with byalag key new"
        )
        return Decision(allowed=False, why=why, challenge=True)
    spent = key.why_not(now)
    if spent is not None:
        return Decision(allowed=False, why=spent, challenge=True)
    if scope not in key.scopes and _MORE.get(scope) not in key.scopes:
        held = ", ".join(key.scopes) or "none"
        return Decision(
            allowed=False, why=f"the key {key.prefix} lacks the scope {scope} (it has: {held})"
        )
    if resource.matter in _OWNED and not key.municipality:
        return Decision(allowed=False, why=f"the key {key.prefix} is of no municipality")
    if resource.municipality is not None and resource.municipality != key.municipality:
        return Decision(
            allowed=False, why=f"the key {key.prefix} is of municipality {key.municipality}"
        )
    return Decision(allowed=True, why=f"the key {key.prefix} has the scope {scope}")
