"""Applications in the hub's register: what people have built, and what it may use.

A person owns an application. It asks to use a product by one of its plans; where the plan says so,
a steward of the product's municipality lets it in, and until then it waits.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Literal, TypeAlias

from msgspec import Struct

from byalag import ByalagError
from byalag.model import Micros
from byalag.store import _aside
from byalag.store._register import Register
from byalag.store._results import Note
from byalag.store._session import Session

MOST: int = 20  # applications of one person

WishState: TypeAlias = Literal["waiting", "let-in", "refused"]


class TooManyApplications(ByalagError):
    """One person has as many applications as one person may have.

    Delete one that is no longer used.
    """


class Registered(Struct, frozen=True, kw_only=True):
    """An application: whose it is, what it is called, whom to ask and what it is for."""

    id: str
    owner: str
    name: str
    organisation: str
    contact: str
    purpose: str
    created: Micros


class Wish(Struct, frozen=True, kw_only=True):
    """What an application has asked to use, by which plan, and whether it may."""

    application: str
    product: str
    plan: str
    state: WishState
    asked: Micros
    decided: Micros | None = None
    why: str = ""


class Applications:
    """What the register knows of applications. Each write is on disk when its future is done."""

    def __init__(self, register: Register) -> None:
        """Read and write in this register."""
        self._register = register

    def find(self, id_: str) -> Registered | None:
        """Return an application."""
        found = self._register.ask("application_by_id", (id_,))
        return _application(found[0]) if found else None

    def owned(self, owner: str) -> Sequence[Registered]:
        """Return a person's applications, the oldest first."""
        return [_application(row) for row in self._register.ask("applications_of", (owner,))]

    def wishes(self, application: str) -> Sequence[Wish]:
        """Return what an application has asked to use."""
        return [_wish(row) for row in self._register.ask("wishes_of", (application,))]

    def waiting(self, state: WishState = "waiting") -> Sequence[Wish]:
        """Return what waits for a steward, or has been answered; 500 at most, the oldest first."""
        return [_wish(row) for row in self._register.ask("wishes_in", (state,))]

    def register(self, new: Registered) -> Future[None]:
        """Register an application, and note it.

        Raises:
            TooManyApplications: its owner has twenty (when the future is asked).
        """

        def work(session: Session) -> None:
            if session.run("count_applications_of", (new.owner,))[0][0] >= MOST:
                message = f"You have {MOST} applications; delete one that is no longer used."
                raise TooManyApplications(message)
            told = (new.id, new.owner, new.name, new.organisation, new.contact, new.purpose)
            session.write("put_application", (*told, new.created))
            _note(session, new.owner, "register application", new.id, new.created)

        return self._register.change(work)

    def alter(self, changed: Registered, *, at: Micros) -> Future[bool]:
        """Write what its owner has changed, and note it; False if it is not theirs."""

        def work(session: Session) -> bool:
            told = (changed.name, changed.organisation, changed.contact, changed.purpose)
            done = bool(session.run("alter_application", (changed.id, changed.owner, *told)))
            if done:
                _note(session, changed.owner, "alter application", changed.id, at)
            return done

        return self._register.change(work)

    def delete(self, id_: str, owner: str, *, at: Micros) -> Future[bool]:
        """Delete an application and all it has asked for, and note it; False if it is not theirs.

        Its keys are somewhere else, and are revoked first.
        """

        def work(session: Session) -> bool:
            done = bool(session.run("delete_application", (id_, owner)))
            if done:
                session.write("end_wishes", (id_,))
                _note(session, owner, "delete application", id_, at)
            return done

        return self._register.change(work)

    def wish(self, wish: Wish, owner: str) -> Future[None]:
        """Ask to use a product, in place of what was asked before of the same; note it."""

        def work(session: Session) -> None:
            told = (wish.application, wish.product, wish.plan, wish.state, wish.asked, wish.decided)
            session.write("put_wish", told)
            more = {"product": wish.product, "plan": wish.plan, "state": wish.state}
            _note(session, owner, "subscribe", wish.application, wish.asked, more)

        return self._register.change(work)

    def answer(self, wish: Wish, *, who: str, was: WishState = "waiting") -> Future[bool]:
        """Let an application in, refuse it or take back what it was let into; note who did.

        False if it was not in the state that was answered.
        """

        def work(session: Session) -> bool:
            told = (wish.application, wish.product, wish.state, wish.decided, wish.why, was)
            done = bool(session.run("decide_wish", told))
            if done:
                more = {"product": wish.product, "plan": wish.plan, "state": wish.state}
                at = wish.decided or wish.asked
                _note(session, who, "answer subscription", wish.application, at, more)
            return done

        return self._register.change(work)

    def end(self, application: str, product: str, owner: str, *, at: Micros) -> Future[bool]:
        """End the use of a product, and note it; False if there was none."""

        def work(session: Session) -> bool:
            done = bool(session.run("end_wish", (application, product)))
            if done:
                _note(session, owner, "unsubscribe", application, at, {"product": product})
            return done

        return self._register.change(work)


def _note(  # noqa: PLR0913, PLR0917 -- these are the parts of a line of the audit
    session: Session,
    who: str,
    what: str,
    application: str,
    at: Micros,
    more: dict[str, str] | None = None,
) -> None:
    told = who if " " in who else f"person {who}"
    line = Note(at=at, who=told, what=what, about=f"application {application}", details=more or {})
    _aside.note(session, line)


def _application(row: tuple[object, ...]) -> Registered:
    names = ("id", "owner", "name", "organisation", "contact", "purpose", "created")
    return Registered(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]  # as the table has them


def _wish(row: tuple[object, ...]) -> Wish:
    names = ("application", "product", "plan", "state", "asked", "decided", "why")
    return Wish(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]  # as the table has them
