"""Who owns, who may, for what purpose, how long. Pure decisions.

One function decides: `decide`. It answers allowed or not, and why, so that a refusal can be
explained and a permission can be written down.
"""

from byalag.governance._ballot import Outcome, outcome
from byalag.governance._claims import (
    ORGANISATION,
    PERSONAL_NUMBER,
    Claimed,
    ClaimNames,
    ClaimsReading,
    RoleRule,
    Unidentified,
    pseudonym,
    read_claims,
)
from byalag.governance._classify import Heir, Said, Standing, highest, inherited, standing
from byalag.governance._dataset import require_lawful
from byalag.governance._decide import (
    ANYONE,
    Action,
    Actor,
    Decision,
    NotAllowed,
    Resource,
    decide,
)
from byalag.governance._key import Issued, Key, Keyring, Scope, issue, rotate
from byalag.governance._latency import added, quantile, step
from byalag.governance._meter import Limit, Taken, Used, limit, take
from byalag.governance._person import Assurance, Grant, Person, Role
from byalag.governance._policy import (
    SENSITIVE,
    Rule,
    Shortfall,
    may_be_exported,
    may_be_open,
    may_leave,
    may_open,
    shortfalls,
)
from byalag.governance._product import (
    ANYBODY,
    Life,
    Plan,
    Product,
    ProductChange,
    ProductState,
    life_of,
)
from byalag.governance._retention import Due, due, holds_at, things_held

__all__ = [
    "ANYBODY",
    "ANYONE",
    "ORGANISATION",
    "PERSONAL_NUMBER",
    "SENSITIVE",
    "Action",
    "Actor",
    "Assurance",
    "ClaimNames",
    "Claimed",
    "ClaimsReading",
    "Decision",
    "Due",
    "Grant",
    "Heir",
    "Issued",
    "Key",
    "Keyring",
    "Life",
    "Limit",
    "NotAllowed",
    "Outcome",
    "Person",
    "Plan",
    "Product",
    "ProductChange",
    "ProductState",
    "Resource",
    "Role",
    "RoleRule",
    "Rule",
    "Said",
    "Scope",
    "Shortfall",
    "Standing",
    "Taken",
    "Unidentified",
    "Used",
    "added",
    "decide",
    "due",
    "highest",
    "holds_at",
    "inherited",
    "issue",
    "life_of",
    "limit",
    "may_be_exported",
    "may_be_open",
    "may_leave",
    "may_open",
    "outcome",
    "pseudonym",
    "quantile",
    "read_claims",
    "require_lawful",
    "rotate",
    "shortfalls",
    "standing",
    "step",
    "take",
    "things_held",
]
