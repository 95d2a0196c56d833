"""How the municipalities of a hub stand: there, paused, or gone."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Literal, TypeAlias

from msgspec import Struct

from byalag.model import Micros, MunicipalityCode
from byalag.store._register import Register
from byalag.store._session import Session

StandingState: TypeAlias = Literal["active", "paused", "left"]


class TenantStanding(Struct, frozen=True):
    """How one municipality stands, why, and since when.

    `renewed` is another number each time its store has been put back from a backup.
    """

    code: MunicipalityCode
    state: StandingState = "active"
    why: str = ""
    since: Micros = 0
    renewed: int = 0


class Tenancy:
    """The standings of a hub's municipalities, kept in its register."""

    def __init__(self, register: Register) -> None:
        """Keep them in this register."""
        self._register = register

    def all(self) -> Mapping[MunicipalityCode, TenantStanding]:
        """Return those that anything has been said of, by code."""
        return {row[0]: TenantStanding(*row) for row in self._register.ask("standings")}

    def put(
        self, code: MunicipalityCode, state: StandingState, why: str, at: Micros
    ) -> "Future[None]":
        """Say how a municipality stands from now on."""

        def work(session: Session) -> None:
            session.write("put_standing", (code, state, why, at))

        return self._register.change(work)

    def renew(self, code: MunicipalityCode, at: Micros) -> "Future[None]":
        """Say that a municipality's store is another than it was."""

        def work(session: Session) -> None:
            session.write("renew_standing", (code, at))

        return self._register.change(work)
