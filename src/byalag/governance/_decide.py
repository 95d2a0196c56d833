"""The one decision: may this actor do this to that, now, and why."""

from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct

from byalag import ByalagError
from byalag.governance._key import Key, Scope
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
    "facts",
    "files",
    "operations",
]


class NotAllowed(ByalagError):
    """The decision function said no.

    The message says why, and what would be needed.
    """

    exit_code: ClassVar[int] = 6


class Actor(Struct, frozen=True, kw_only=True):
    """Who is asking: nobody in particular, or whoever holds a key.

    `near` says that the question comes from the machine itself (loopback). `proof` is what a
    sender has proved at a door: that its signature or its token is right, by the proof's name.
    """

    key: Key | None = None
    near: bool = False
    proof: str = ""

    @property
    def name(self) -> str:
        """The name to write in a log."""
        if self.proof:
            return f"whoever proved {self.proof}"
        return f"key {self.key.prefix}" if self.key else "anyone"


ANYONE = Actor()


class Resource(Struct, frozen=True, kw_only=True):
    """What is asked about. Without a municipality it is the hub's own, or of the actor's choice.

    `proof` is what a door wants to see instead of a key. `near` says that whoever asks from the
    machine itself needs none: the hub runs for tests.
    """

    matter: Matter
    municipality: MunicipalityCode | None = None
    proof: str = ""
    near: bool = False


class Decision(Struct, frozen=True):
    """Allowed or not, and why. `challenge` says that showing a (better) key could help."""

    allowed: bool
    why: str
    challenge: bool = False


_OWNED: frozenset[Matter] = frozenset(
    {"observations", "deliveries", "facts", "files", "operations"}
)
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
}


def decide(actor: Actor, action: Action, resource: Resource, now: Micros) -> Decision:
    """Decide whether the actor may do the action to the resource now. What is not said is no."""
    if action == "read" and resource.matter in _PUBLIC:
        return Decision(allowed=True, why=f"{resource.matter} is open to everyone")
    if action == "write" and resource.matter == "door":
        return Decision(allowed=True, why="anyone may knock; what a delivery proves decides")
    if resource.matter == "deliveries" and resource.proof:
        return _by_proof(actor, resource.proof)
    scope = _SCOPES.get((action, resource.matter))
    if scope is None:
        return Decision(allowed=False, why=f"nobody may {action} {resource.matter}")
    if resource.near or (actor.near and resource.matter in _NEAR):
        return _by_place(actor, resource)
    return _by_key(actor.key, scope, resource, now)


def _by_proof(actor: Actor, wanted: str) -> Decision:
    if actor.proof == wanted:
        return Decision(allowed=True, why=f"the sender has proved {wanted}")
    return Decision(
        allowed=False, why=f"this door is opened by {wanted}, and that is not shown", challenge=True
    )


def _by_place(actor: Actor, resource: Resource) -> Decision:
    if actor.near:
        return Decision(allowed=True, why=f"{resource.matter} are open to the machine itself")
    return Decision(allowed=False, why="the hub is open only to the machine that it runs on")


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
