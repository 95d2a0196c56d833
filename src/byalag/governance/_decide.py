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

    `near` says that the question comes from the machine itself (loopback).
    """

    key: Key | None = None
    near: bool = False

    @property
    def name(self) -> str:
        """The name to write in a log."""
        return f"key {self.key.prefix}" if self.key else "anyone"


ANYONE = Actor()


class Resource(Struct, frozen=True, kw_only=True):
    """What is asked about. Without a municipality it is the hub's own, or of the actor's choice."""

    matter: Matter
    municipality: MunicipalityCode | None = None


class Decision(Struct, frozen=True):
    """Allowed or not, and why. `challenge` says that showing a (better) key could help."""

    allowed: bool
    why: str
    challenge: bool = False


_OWNED: frozenset[Matter] = frozenset({"observations", "deliveries", "files", "operations"})
_PUBLIC: frozenset[Matter] = frozenset({"commons", "description", "health"})
_SCOPES: dict[tuple[Action, Matter], Scope] = {
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
    scope = _SCOPES.get((action, resource.matter))
    if scope is None:
        return Decision(allowed=False, why=f"nobody may {action} {resource.matter}")
    if actor.near and resource.matter == "metrics":
        return Decision(allowed=True, why="metrics may be read from the machine itself")
    return _by_key(actor.key, scope, resource, now)


def _by_key(key: Key | None, scope: Scope, resource: Resource, now: Micros) -> Decision:
    if key is None:
        return Decision(
            allowed=False, why=f"a key with the scope {scope} is needed", challenge=True
        )
    spent = key.why_not(now)
    if spent is not None:
        return Decision(allowed=False, why=spent, challenge=True)
    if scope not in key.scopes:
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
