"""People in the hub's register: who has logged in, which roles they have, which sessions are open.

What a browser holds is never here, only its SHA-256: whoever reads the file cannot log in with it.
"""

from collections.abc import Sequence
from concurrent.futures import Future

import msgspec
from msgspec import Struct

from byalag.governance import Assurance, Grant
from byalag.model import Micros
from byalag.store import _aside
from byalag.store._register import Register
from byalag.store._results import Note
from byalag.store._session import Session as Writing

_GRANTS = msgspec.json.Decoder(tuple[Grant, ...])


class KnownPerson(Struct, frozen=True, kw_only=True):
    """Someone who has logged in, as the register knows them.

    `municipality` is that of the organisation that vouches for them, and `name` is kept for those
    only. `last` is their latest log-in, and `before` the one before it.
    """

    id: str
    provider: str
    name: str
    municipality: str
    first: Micros
    last: Micros
    before: Micros | None = None


class LoginBegun(Struct, frozen=True, kw_only=True):
    """A log-in that has begun: what must come back, and where the person was going."""

    provider: str
    browser: bytes
    nonce: str
    verifier: str
    onward: str
    language: str
    at: Micros


class OpenSession(Struct, frozen=True, kw_only=True):
    """A session: whose it is, how surely, which roles the log-in gave, and until when at most."""

    person: str
    provider: str
    name: str
    assurance: Assurance
    claimed: tuple[Grant, ...]
    begun: Micros
    seen: Micros
    until: Micros


class ListedSession(Struct, frozen=True, kw_only=True):
    """One of a person's sessions, as it is listed for them."""

    digest: bytes
    provider: str
    begun: Micros
    seen: Micros
    until: Micros


class People:
    """What the register knows of people. Each write is on disk when its future is done."""

    def __init__(self, register: Register) -> None:
        """Read and write in this register."""
        self._register = register
        self.version = register.version

    def person(self, id_: str) -> KnownPerson | None:
        """Return someone who has logged in."""
        found = self._register.ask("person_by_id", (id_,))
        return _person(found[0]) if found else None

    def everyone(self) -> Sequence[KnownPerson]:
        """Return everyone who has logged in, the latest first."""
        return [_person(row) for row in self._register.ask("people_all")]

    def in_municipality(self, code: str) -> Sequence[KnownPerson]:
        """Return those whom a municipality vouches for or has given a role; "" is the hub."""
        return [_person(row) for row in self._register.ask("people_in", (code,))]

    def roles(self, person: str) -> tuple[Grant, ...]:
        """Return the roles that somebody has assigned to a person."""
        rows = self._register.ask("roles_of", (person,))
        return tuple(Grant(role, municipality, unit) for role, municipality, unit in rows)

    def grant(self, person: str, role: Grant, *, who: str, at: Micros) -> Future[bool]:
        """Assign a role, and note it; tells whether the person did not have it."""

        def work(session: Writing) -> bool:
            told = (person, role.role, role.municipality, role.unit, at, who)
            added = bool(session.run("put_role", told))
            if added:
                _aside.note(session, _note("grant role", person, role, who, at))
            return added

        return self._register.change(work)

    def revoke(self, person: str, role: Grant, *, who: str, at: Micros) -> Future[bool]:
        """Take a role back, and note it; tells whether the person had it."""

        def work(session: Writing) -> bool:
            told = (person, role.role, role.municipality, role.unit)
            gone = bool(session.run("delete_role", told))
            if gone:
                _aside.note(session, _note("revoke role", person, role, who, at))
            return gone

        return self._register.change(work)

    def forget(self, person: str, *, who: str, at: Micros) -> Future[bool]:
        """Forget a person: roles, sessions, name; note it. Tells whether they were known."""

        def work(session: Writing) -> bool:
            session.write("delete_sessions_of", (person,))
            session.write("delete_roles_of", (person,))
            gone = bool(session.run("delete_person", (person,)))
            if gone:
                _aside.note(session, Note(at=at, who=who, what="forget person", about=person))
            return gone

        return self._register.change(work)

    def log_in(self, digest: bytes, known: KnownPerson, session: OpenSession) -> Future[None]:
        """Open a session, and note it."""

        def work(writing: Writing) -> None:
            told = (known.id, known.provider, known.name, known.municipality, known.last)
            writing.write("put_person", told)
            claimed = msgspec.json.encode(session.claimed).decode()
            whose = (session.person, session.provider, session.name, session.assurance, claimed)
            writing.write("put_session", (digest, *whose, session.begun, session.until))
            details = {"provider": session.provider, "assurance": session.assurance}
            who = f"person {known.id}"
            line = Note(at=session.begun, who=who, what="log in", about=known.id, details=details)
            _aside.note(writing, line)

        return self._register.change(work)

    def session(self, digest: bytes) -> OpenSession | None:
        """Return a session that has not been ended; it may have grown old."""
        found = self._register.ask("session_by_digest", (digest,))
        if not found:
            return None
        person, provider, name, assurance, claimed, begun, seen, until = found[0]
        return OpenSession(
            person=person,
            provider=provider,
            name=name,
            assurance=assurance,
            claimed=_GRANTS.decode(claimed),
            begun=begun,
            seen=seen,
            until=until,
        )

    def sessions(self, person: str, now: Micros) -> Sequence[ListedSession]:
        """Return a person's sessions, the one that was used last first."""
        return [
            ListedSession(digest=digest, provider=provider, begun=begun, seen=seen, until=until)
            for digest, provider, begun, seen, until in self._register.ask(
                "sessions_of", (person, now)
            )
        ]

    def touch(self, digest: bytes, now: Micros) -> Future[None]:
        """Say that a session is in use."""
        return self._register.change(lambda session: session.write("touch_session", (digest, now)))

    def log_out(self, digest: bytes) -> Future[None]:
        """End one session."""
        return self._register.change(lambda session: session.write("delete_session", (digest,)))

    def log_out_everywhere(self, person: str) -> Future[None]:
        """End every session of a person."""
        return self._register.change(lambda each: each.write("delete_sessions_of", (person,)))

    def begin(
        self, state: bytes, begun: LoginBegun, place: bytes, *, most: int, before: Micros
    ) -> Future[bool]:
        """Remember a log-in that begins; tells whether there was room for one more from its place.

        What began `before` is forgotten.
        """

        def work(session: Writing) -> bool:
            session.write("delete_old_logins", (before,))
            if session.run("logins_from", (place, before))[0][0] >= most:
                return False
            told = (state, begun.provider, begun.browser, begun.nonce, begun.verifier)
            session.write("put_login", (*told, begun.onward, begun.language, place, begun.at))
            return True

        return self._register.change(work)

    def take(self, state: bytes) -> Future[LoginBegun | None]:
        """Return a log-in that has begun, once: it is forgotten in the same breath."""

        def work(session: Writing) -> LoginBegun | None:
            found = session.run("take_login", (state,))
            if not found:
                return None
            provider, browser, nonce, verifier, onward, language, at = found[0]
            return LoginBegun(
                provider=provider,
                browser=browser,
                nonce=nonce,
                verifier=verifier,
                onward=onward,
                language=language,
                at=at,
            )

        return self._register.change(work)

    def tidy(self, *, now: Micros, idle: Micros) -> Future[None]:
        """Forget sessions that have ended by themselves: too old, or not used since `idle`."""
        return self._register.change(
            lambda session: session.write("delete_old_sessions", (now, idle))
        )


class Failures:
    """Failed tries in the register, by a digest of who or where; shared by every process."""

    def __init__(self, register: Register) -> None:
        """Read and write in this register."""
        self._register = register
        self.version = register.version

    def add(self, what: Sequence[bytes], at: Micros, forget: Micros) -> Future[None]:
        """Count a failed try for each; what was last counted before `forget` begins again."""

        def work(session: Writing) -> None:
            session.write("delete_old_guesses", (forget,))
            for each in what:
                session.write("put_guess", (each, at, forget))

        return self._register.change(work)

    def clear(self, what: bytes) -> Future[None]:
        """Forget what has been counted of one."""
        return self._register.change(lambda session: session.write("delete_guess", (what,)))

    def since(self, at: Micros) -> Sequence[tuple[bytes, int, Micros]]:
        """Return what has been counted since a time: of whom, how many, when last."""
        return [
            (what, fails, last) for what, fails, last in self._register.ask("guesses_since", (at,))
        ]


def _person(row: Sequence[object]) -> KnownPerson:
    names = ("id", "provider", "name", "municipality", "first", "last", "before")
    return msgspec.convert(dict(zip(names, row, strict=True)), KnownPerson)


def _note(what: str, person: str, role: Grant, who: str, at: Micros) -> Note:
    """Return the line of the audit that tells of a role."""
    details = {"role": role.role, "municipality": role.municipality, "unit": role.unit}
    return Note(at=at, who=who, what=what, about=person, details=details)
