"""Keys and access tokens in the hub's register: those that are made while the hub runs.

Neither a key's secret nor a token is ever here, only their SHA-256.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec
from msgspec import Struct

from byalag import ByalagError
from byalag.governance import Key, Scope
from byalag.model import Micros
from byalag.store import _aside
from byalag.store._register import Register
from byalag.store._results import Note
from byalag.store._session import Session
from byalag.store._sqlite import Row

T = TypeVar("T")
MOST_TOKENS = 1_000  # good tokens of one client
_SCOPES = msgspec.json.Decoder(tuple[Scope, ...])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TooManyTokens(ByalagError):
    """A client has asked for more tokens than it can use.

    A token is good for several minutes and for any number of requests: keep it until it ends.
    """


class KeyFacts(Struct, frozen=True, kw_only=True):
    """What is known of a key beside what it may do: when it was made, by whom, last shown when."""

    made: Micros
    made_by: str
    last_used: Micros | None


class Token(Struct, frozen=True, kw_only=True):
    """An access token: whose it is, by the prefix of the client's key, and what it may do."""

    prefix: str
    scopes: tuple[Scope, ...]
    made: Micros
    until: Micros


class ApiKeys:
    """The keys and tokens of a register. Each write is on disk when its future is done."""

    def __init__(self, register: Register) -> None:
        """Read and write in this register."""
        self._register = register
        self.version = register.version

    def changes(self) -> int:
        """Return a number that has grown when a key was changed or a token taken back."""
        return int(self._register.ask("api_key_changes")[0][0])

    def every(self) -> Sequence[Key]:
        """Return every key, good and no longer good, the oldest first."""
        return [_key(row) for row in self._register.ask("api_keys")]

    def of(self, application: str) -> Sequence[Key]:
        """Return an application's keys, the oldest first."""
        return [key for key in self.every() if key.application == application]

    def facts(self) -> Mapping[str, KeyFacts]:
        """Return what is known of each key, by prefix."""
        rows = self._register.ask("api_key_facts")
        return {row[0]: KeyFacts(made=row[1], made_by=row[2], last_used=row[3]) for row in rows}

    def uses(self) -> Mapping[str, Micros]:
        """Return when each key was last shown, to the minute; of keys in files, too."""
        return dict(self._register.ask("api_key_uses"))

    def put(self, key: Key, *, at: Micros, who: str) -> Future[None]:
        """Keep a new key, and note who made it."""
        scopes = msgspec.json.encode(key.scopes).decode()
        told = (key.prefix, key.sha256, key.municipality, scopes, _micros(key.expires))

        def work(session: Session) -> None:
            session.write("put_api_key", (*told, key.application, key.note, at, who))
            more = {"scopes": " ".join(key.scopes), "municipality": key.municipality}
            _note(session, Note(at=at, who=who, what="make key", about="", details=more), key)

        return self._register.change(work)

    def revoke(self, prefix: str, *, at: Micros, who: str) -> Future[bool]:
        """Revoke a key, and note who did; False if there is no such key that is good."""

        def work(session: Session) -> bool:
            return bool(_revoked(session, session.run("revoke_api_key", (prefix, at)), at, who))

        return self._register.change(work)

    def revoke_all(self, application: str, *, at: Micros, who: str) -> Future[int]:
        """Revoke every key of an application, and note who did; answers how many."""

        def work(session: Session) -> int:
            return _revoked(session, session.run("revoke_api_keys_of", (application, at)), at, who)

        return self._register.change(work)

    def rotate(self, key: Key, *, at: Micros, who: str) -> Future[bool]:
        """Keep a key's new secret (`governance.rotate`), and note who gave it.

        False if it has been revoked, or been given another new secret, meanwhile.
        """
        told = (key.prefix, key.sha256, key.former, _micros(key.former_until))

        def work(session: Session) -> bool:
            done = bool(session.run("rotate_api_key", told))
            if done:
                _note(session, Note(at=at, who=who, what="rotate key", about="", details={}), key)
            return done

        return self._register.change(work)

    def used(self, uses: Mapping[str, Micros]) -> Future[None]:
        """Keep when keys were last shown."""

        def work(session: Session) -> None:
            for use in uses.items():
                session.write("note_api_key_use", use)

        return self._register.change(work)

    def token(self, digest: bytes) -> Token | None:
        """Return a token by its SHA-256, good or ended."""
        rows = self._register.ask("find_token", (digest,))
        if not rows:
            return None
        prefix, scopes, made, until = rows[0]
        return Token(prefix=prefix, scopes=_SCOPES.decode(scopes), made=made, until=until)

    def put_token(self, digest: bytes, token: Token) -> Future[None]:
        """Keep a new token, and drop all that have ended.

        Raises:
            TooManyTokens: its client has a thousand (when the future is asked).
        """
        scopes = msgspec.json.encode(token.scopes).decode()

        def work(session: Session) -> None:
            session.write("drop_old_tokens", (token.made,))
            if session.run("count_tokens", (token.prefix, token.made))[0][0] >= MOST_TOKENS:
                message = f"There are {MOST_TOKENS:,} good tokens already; use one of them."
                raise TooManyTokens(message)
            session.write("put_token", (digest, token.prefix, scopes, token.made, token.until))

        return self._register.change(work)

    def drop_token(self, digest: bytes, prefix: str) -> Future[bool]:
        """Take back a token of a client; False if it has none such."""

        def work(session: Session) -> bool:
            done = bool(session.run("drop_token", (digest, prefix)))
            if done:
                session.write("tell_api_keys_changed", ())
            return done

        return self._register.change(work)


def _revoked(session: Session, rows: Sequence[Row], at: Micros, who: str) -> int:
    for (prefix,) in rows:
        line = Note(at=at, who=who, what="revoke key", about=f"key {prefix}", details={})
        _aside.note(session, line)
    return len(rows)


def _note(session: Session, line: Note, key: Key) -> None:
    details = {**line.details, "application": key.application} if key.application else line.details
    line = msgspec.structs.replace(line, about=f"key {key.prefix}", details=details)
    _aside.note(session, line)


def _key(row: Row) -> Key:
    prefix, digest, municipality, scopes, expires, revoked, application, note, former, until = row
    return Key(
        prefix=prefix,
        sha256=digest,
        municipality=municipality,
        scopes=_SCOPES.decode(scopes),
        expires=_moment(expires),
        revoked=revoked is not None,
        note=note,
        application=application,
        former=former,
        former_until=_moment(until),
    )


def _moment(at: Micros | None) -> datetime | None:
    return None if at is None else _EPOCH + timedelta(microseconds=at)


def _micros(at: datetime | None) -> Micros | None:
    return None if at is None else (at - _EPOCH) // timedelta(microseconds=1)
