"""Proposals of words that all share, and the municipalities' votes, in the hub's register."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from byalag import ByalagError
from byalag.governance import outcome
from byalag.model import Micros, MunicipalityCode
from byalag.store import _aside
from byalag.store._register import Register
from byalag.store._results import Note
from byalag.store._session import Session
from byalag.store._sqlite import Row
from byalag.terms import Definition

ProposalState: TypeAlias = Literal["open", "adopted", "rejected", "superseded"]


class Voted(ByalagError):
    """The municipality has already voted, or the matter has been decided.

    One vote a municipality, and it stands.
    """

    exit_code = 6


class Vote(Struct, frozen=True, kw_only=True):
    """How one municipality has voted, who cast the vote, and why."""

    municipality: MunicipalityCode
    yes: bool
    who: str
    at: Micros
    why: str = ""


class Proposal(Struct, frozen=True, kw_only=True):
    """A definition that somebody in a municipality proposes that all share."""

    no: int
    word: str
    municipality: MunicipalityCode
    definition: Definition
    who: str
    at: Micros
    state: ProposalState
    decided: Micros | None
    votes: tuple[Vote, ...] = ()


class Proposals:
    """The proposals of a hub. `members` are the municipalities that have a vote."""

    def __init__(self, register: Register, members: Sequence[MunicipalityCode]) -> None:
        """Keep proposals in the hub's register."""
        self._register, self._members = register, frozenset(members)

    def propose(
        self, definition: Definition, *, municipality: MunicipalityCode, who: str, at: Micros
    ) -> int:
        """Put a definition before the board; return the proposal's number, when it is on disk."""
        document = msgspec.json.encode(definition)

        def write(session: Session) -> int:
            told = (definition.id, municipality, document, who, at)
            no = int(session.run("insert_proposal", told)[0][0])
            _note(session, at, who, "propose", f"term/{definition.id}", proposal=no)
            return no

        return self._register.change(write).result()

    def vote(  # noqa: PLR0913 -- these are the parts of a vote
        self, no: int, *, municipality: MunicipalityCode, yes: bool, who: str, at: Micros, why: str
    ) -> Proposal:
        """Cast a municipality's one vote; return the proposal as it then is.

        Raises:
            Voted: The municipality has voted, has no vote, or all is decided.
        """

        def write(session: Session) -> None:
            found = session.run("one_proposal", (no,))
            if not found or found[0][6] != "open" or municipality not in self._members:
                message = f"There is no open proposal {no} that {municipality} has a vote on."
                raise Voted(message)
            told = (no, municipality, yes, who, at, why)
            if not session.run("insert_vote", told):
                message = f"{municipality} has already voted on proposal {no}; its vote stands."
                raise Voted(message)
            votes = {code: bool(said) for code, said, *_ in session.run("votes_on", (no,))}
            decided = outcome(votes, len(self._members))
            about = f"term/{found[0][1]}"
            _note(session, at, who, "vote", about, proposal=no, municipality=municipality, yes=yes)
            if decided != "open":
                session.run("decide_proposal", (no, decided, at))
                _note(session, at, who, decided, about, proposal=no)
            if decided == "adopted":
                session.run("supersede_proposals", (found[0][1], no))

        self._register.change(write).result()
        return self.one(no)

    def one(self, no: int) -> Proposal:
        """Return one proposal with its votes.

        Raises:
            KeyError: There is none.
        """
        found = self._register.ask("one_proposal", (no,))
        if not found:
            raise KeyError(no)
        return self._proposal(found[0])

    def every(self, state: ProposalState | Literal[""] = "") -> list[Proposal]:
        """Return the proposals in a state, or all, newest first."""
        return [self._proposal(row) for row in self._register.ask("proposals", (state,))]

    def adopted(self) -> list[Definition]:
        """Return the definitions that the hub's municipalities have adopted."""
        return [one.definition for one in self.every("adopted")]

    def _proposal(self, row: Row) -> Proposal:
        no, word, municipality, document, who, at, state, decided = row
        definition = msgspec.json.decode(document, type=Definition)
        status = "adopted" if state == "adopted" else "proposed"
        return Proposal(
            no=no,
            word=word,
            municipality=municipality,
            definition=msgspec.structs.replace(definition, status=status, municipality=""),
            who=who,
            at=at,
            state=state,
            decided=decided,
            votes=tuple(
                Vote(municipality=code, yes=bool(yes), who=by, at=when, why=why)
                for code, yes, by, when, why in self._register.ask("votes_on", (no,))
            ),
        )


def _note(session: Session, at: Micros, who: str, what: str, about: str, **details: object) -> None:
    _aside.note(session, Note(at=at, who=who, what=what, about=about, details=details))
