"""Who owns, who may, for what purpose, how long. Pure decisions.

One function decides: `decide`. It answers allowed or not, and why, so that a refusal can be
explained and a permission can be written down.
"""

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
from byalag.governance._key import Issued, Key, Keyring, Scope, issue

__all__ = [
    "ANYONE",
    "Action",
    "Actor",
    "Decision",
    "Issued",
    "Key",
    "Keyring",
    "NotAllowed",
    "Resource",
    "Scope",
    "decide",
    "issue",
    "require_lawful",
]
