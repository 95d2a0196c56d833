"""How far a store has come, in a few numbers that cost nothing to ask for."""

from msgspec import Struct

from byalag.model import Micros
from byalag.store._register import Register


class Pulse(Struct, frozen=True, kw_only=True):
    """How far a municipality's store has come.

    `ledger` is the number of its newest delivery, of which `untranslated` have not been said yet.
    `outbox` is its newest change for the commons that is still kept, `audit` its newest line.
    """

    ledger: int
    untranslated: int
    outbox: int
    audit: int


class RegisterPulse(Struct, frozen=True, kw_only=True):
    """How far the hub's register has come: its newest line of audit, and sessions that are good."""

    audit: int
    sessions: int


def register_pulse(register: Register, now: Micros) -> RegisterPulse:
    """Return how far the register has come."""
    audit, sessions = register.ask("register_pulse", (now,))[0]
    return RegisterPulse(audit=audit, sessions=sessions)
