"""Sessions: that a browser is a person's, for a while.

The browser holds 256 random bits in a cookie that no script can read; the register holds their
SHA-256. Each request asks the register, or what was read of it since it last changed, so that a
session which is ended is ended for every process with the next request.
"""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from secrets import token_urlsafe

from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from byalag.engine import durable
from byalag.governance import Claimed, Grant, Person
from byalag.model import Micros
from byalag.store import KnownPerson, OpenSession, People

_MINUTE = 60_000_000
_HELD = 10_000  # sessions that a process remembers; the oldest go first
_LONGEST = 128  # characters of a cookie that can be ours


class Cookies:
    """The cookies of a hub: bound to its very host, wherever it is reached by https.

    `SameSite=Lax`: a log-in ends with a provider sending the browser back here, and a link in an
    e-mail shall lead to a page and not to a log-in. What changes anything is a POST, which a
    browser sends no such cookie with from another site, and which the gate refuses from there.
    """

    def __init__(self, *, secure: bool) -> None:
        """Decide what they are called; the prefix makes browsers refuse any weaker cookie."""
        self._secure = secure
        begin = "__Host-" if secure else ""
        self.session, self.login = f"{begin}byalag_session", f"{begin}byalag_login"

    def read(self, scope: Scope, name: str) -> str:
        """Return what a browser holds, or nothing."""
        said = scope["said"].get(b"cookie")
        if said is None or name.encode() not in said:
            return ""
        held = cookie_parser(said.decode("latin-1")).get(name, "")
        return held if len(held) <= _LONGEST else ""

    def give(self, answer: Response, name: str, held: str, *, seconds: int | None = None) -> None:
        """Let a browser hold something, until it is closed if nothing is said."""
        answer.set_cookie(
            name,
            held,
            max_age=seconds,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def take(self, answer: Response, name: str) -> None:
        """Let a browser forget."""
        answer.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="lax")


class Sessions:
    """The sessions of a hub. `idle` and `longest` are how long one lasts, microseconds."""

    def __init__(
        self,
        people: People,
        cookies: Cookies,
        now: Callable[[], Micros],
        *,
        idle: Micros,
        longest: Micros,
    ) -> None:
        """Read and write the sessions of the register."""
        self.cookies, self.idle, self.longest = cookies, idle, longest
        self._people, self._now = people, now
        self._version = -1
        self._read: OrderedDict[bytes, tuple[OpenSession, tuple[Grant, ...]] | None] = OrderedDict()

    def person(self, scope: Scope) -> Person | None:
        """Return who has logged in, if the browser says so and it still holds."""
        held = self.cookies.read(scope, self.cookies.session)
        if not held:
            return None
        digest, now = digest_of(held), self._now()
        found = self._find(digest)
        if found is None:
            return None
        session, assigned = found
        until = min(session.seen + self.idle, session.until)
        if now >= until:
            return None
        if now - session.seen >= _MINUTE:
            self._people.touch(digest, now)
        scope["session"] = digest
        return Person(
            id=session.person,
            name=session.name,
            grants=tuple(dict.fromkeys((*session.claimed, *assigned))),
            assurance=session.assurance,
            until=until,
        )

    async def open(self, known: KnownPerson, claimed: Claimed, answer: Response) -> None:
        """Begin a session, under an id that nobody has seen before, and let the browser hold it."""
        held, now = token_urlsafe(32), self._now()
        session = OpenSession(
            person=known.id,
            provider=known.provider,
            name=claimed.name,
            assurance=claimed.assurance,
            claimed=claimed.grants,
            begun=now,
            seen=now,
            until=now + self.longest,
        )
        await durable(self._people.log_in(digest_of(held), known, session))
        self._people.tidy(now=now, idle=now - self.idle)
        self.cookies.give(answer, self.cookies.session, held)

    async def close(self, scope: Scope) -> OpenSession | None:
        """End the browser's session, and return what it was."""
        held = self.cookies.read(scope, self.cookies.session)
        if not held:
            return None
        session = self._people.session(digest_of(held))
        await durable(self._people.log_out(digest_of(held)))
        return session

    def _find(self, digest: bytes) -> tuple[OpenSession, tuple[Grant, ...]] | None:
        """Return a session and its person's roles, as the register has them now."""
        version = self._people.version()
        if version != self._version:
            self._read.clear()
            self._version = version
        if digest in self._read:
            return self._read[digest]
        session = self._people.session(digest)
        found = None if session is None else (session, self._people.roles(session.person))
        if len(self._read) >= _HELD:
            self._read.popitem(last=False)
        self._read[digest] = found
        return found


def digest_of(held: str) -> bytes:
    """Return what is kept of something that a browser holds."""
    return sha256(held.encode()).digest()
