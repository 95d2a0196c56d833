"""Logging in: to a provider of identities and back, by the code flow with PKCE and nothing else.

What is sent out (state, nonce, PKCE verifier) is kept in the register, so that whichever process
meets the answer can finish. It is used once, within ten minutes, and by the browser that began.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any, ClassVar
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag import ByalagError
from byalag.app._client import network_of
from byalag.app._guesses import Guesses
from byalag.app._login_session import Sessions, digest_of
from byalag.app._login_settings import ProviderSettings
from byalag.app._login_token import Expected, Forged, UnknownKey, believed
from byalag.engine import IdentityProvider, Registered, Tokens, Unreachable, durable
from byalag.governance import Claimed, ClaimsReading, Unidentified, pseudonym, read_claims
from byalag.model import Micros
from byalag.store import KnownPerson, LoginBegun, People

WITHIN = 600  # seconds in which whoever has begun must come back
_MICROS = 1_000_000
_MOST = 1_000  # log-ins that may have begun from one network at a time
_LONGEST = 4_096  # characters of a code, and of a state
_log = structlog.get_logger("byalag.login")


class NotLoggedIn(ByalagError):
    """The log-in did not succeed; nobody is let in.

    `trouble` is what is told on the page, `wait` how many seconds to wait, if any. `begun` is the
    log-in that it was, if that is known. The message is for the log.
    """

    exit_code: ClassVar[int] = 6

    def __init__(
        self, why: str, *, trouble: str = "failed", wait: int = 0, begun: LoginBegun | None = None
    ) -> None:
        """Say what is told, and why."""
        super().__init__(why)
        self.trouble, self.wait = trouble, wait
        self.begun = begun


class Way:
    """One way in: a provider, how we are known there, and how what it says is read."""

    def __init__(
        self,
        settings: ProviderSettings,
        provider: IdentityProvider,
        client: Registered,
        reading: ClaimsReading,
        *,
        redirect_uri: str,
    ) -> None:
        """Take the parts; `redirect_uri` is the one address at which answers are taken."""
        self.settings, self.provider, self.client = settings, provider, client
        self.reading, self.redirect_uri = reading, redirect_uri


class Logins:
    """What happens between that somebody wants in and that they are."""

    def __init__(  # noqa: PLR0913 -- these are the parts that meet in a log-in
        self,
        ways: Mapping[str, Way],
        people: People,
        sessions: Sessions,
        guesses: Guesses,
        *,
        key: bytes,
        now: Callable[[], Micros],
        client: Callable[[Any], str],
    ) -> None:
        """Take the ways in, and `key`, by which people get their pseudonyms."""
        self.ways, self.sessions = ways, sessions
        self._people, self._guesses = people, guesses
        self._key, self._now, self._client = key, now, client

    async def begin(self, way: Way, request: Request, onward: str, language: str) -> Response:
        """Send a browser to the provider.

        Raises:
            NotLoggedIn: The provider cannot be reached, or too many have begun from there.
        """
        state, browser, nonce, verifier = (token_urlsafe(32) for _ in range(4))
        now = self._now()
        begun = LoginBegun(
            provider=way.settings.name,
            browser=digest_of(browser),
            nonce=nonce,
            verifier=verifier,
            onward=onward,
            language=language,
            at=now,
        )
        try:
            offered = await way.provider.offered()
        except Unreachable as error:
            raise _unreachable(way, error) from error
        place = sha256(network_of(self._client(request.scope)).encode()).digest()[:16]
        before = now - WITHIN * _MICROS
        if not await durable(
            self._people.begin(digest_of(state), begun, place, most=_MOST, before=before)
        ):
            msg = "too many log-ins have begun from one network"
            raise NotLoggedIn(msg, trouble="many", wait=WITHIN)
        asked = {
            "response_type": "code",
            "client_id": way.client.client_id,
            "redirect_uri": way.redirect_uri,
            "scope": " ".join(way.settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        if way.settings.acr_values:
            asked["acr_values"] = " ".join(way.settings.acr_values)
        joint = "&" if "?" in offered.authorization_endpoint else "?"
        answer = RedirectResponse(f"{offered.authorization_endpoint}{joint}{urlencode(asked)}", 303)
        self.sessions.cookies.give(answer, self.sessions.cookies.login, browser, seconds=WITHIN)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def finish(self, way: Way, request: Request) -> Response:
        """Take a provider's answer, let whoever it is in, and send them where they were going.

        Whoever comes back with the state of what this very browser began is never held up by what
        others have tried from the same network: a state is 256 bits and is good once.

        Raises:
            NotLoggedIn: It is no answer to what this browser began, or it cannot be believed.
        """
        account, client = f"login {way.settings.name}", self._client(request.scope)
        try:
            begun = await self._begun(way, request)
        except Forged as error:
            if wait := self._guesses.wait(account, client):
                raise NotLoggedIn(str(error), trouble="wait", wait=wait) from error
            raise self._refused(way, error, account, client) from error
        try:
            code = _answered(way, request.query_params)
            claimed = await self._claimed(way, begun, code)
        except NotLoggedIn as error:
            error.begun = begun
            raise
        except (Forged, Unidentified) as error:
            refused = self._refused(way, error, account, client)
            refused.begun = begun
            raise refused from error
        answer = RedirectResponse(begun.onward, 303)
        known = KnownPerson(
            id=pseudonym(self._key, way.provider.issuer, claimed.claim, claimed.subject),
            provider=way.settings.name,
            name=claimed.name if claimed.municipality else "",
            municipality=claimed.municipality,
            first=self._now(),
            last=self._now(),
        )
        await self.sessions.close(request.scope)  # whoever was here before is here no more
        await self.sessions.open(known, claimed, answer)
        self.sessions.cookies.take(answer, self.sessions.cookies.login)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _refused(self, way: Way, error: ByalagError, account: str, client: str) -> NotLoggedIn:
        """Count a failed answer, and say why in the log only."""
        self._guesses.failed(account, client)
        _log.warning("log-in refused", provider=way.settings.name, why=str(error))
        return NotLoggedIn(str(error))

    async def _begun(self, way: Way, request: Request) -> LoginBegun:
        """Return the log-in that an answer belongs to, which is used up by it."""
        given = request.query_params.getlist("state")
        if len(given) != 1 or not 0 < len(given[0]) <= _LONGEST:
            msg = "the answer has no state"
            raise Forged(msg)
        browser = self.sessions.cookies.read(request.scope, self.sessions.cookies.login)
        begun = await durable(self._people.take(digest_of(given[0])))
        if begun is None:
            msg = "no log-in with that state has begun, or it has been used"
            raise Forged(msg)
        if begun.provider != way.settings.name:
            msg = "the answer comes to another provider's address"
            raise Forged(msg)
        if not compare_digest(begun.browser, digest_of(browser)):
            msg = "another browser began the log-in"
            raise Forged(msg)
        if self._now() - begun.at >= WITHIN * _MICROS:
            msg = "the answer came more than ten minutes after the log-in began"
            raise NotLoggedIn(msg, trouble="late")
        return begun

    async def _claimed(self, way: Way, begun: LoginBegun, code: str) -> Claimed:
        """Return what the provider says of whoever has logged in."""
        try:
            tokens = await way.provider.redeem(
                way.client, code=code, verifier=begun.verifier, redirect_uri=way.redirect_uri
            )
            claims = await self._believed(way, begun, tokens)
            if way.settings.userinfo:
                claims = await self._with_userinfo(way, claims, tokens)
        except Unreachable as error:
            if error.status is not None and 400 <= error.status < 500:  # noqa: PLR2004 -- RFC 9110's class of our faults
                msg = f"the provider refuses the code ({error})"
                raise Forged(msg) from error
            raise _unreachable(way, error) from error
        return read_claims(way.reading, claims)

    async def _believed(self, way: Way, begun: LoginBegun, tokens: Tokens) -> Mapping[str, Any]:
        expected = Expected(
            issuer=way.provider.issuer,
            client_id=way.client.client_id,
            nonce=begun.nonce,
            now=self._now(),
        )
        keys = await way.provider.keys()
        try:
            return believed(tokens.id_token, keys, expected, tokens.access_token)
        except UnknownKey:
            keys = await way.provider.keys(again=True)  # it may have changed them
            return believed(tokens.id_token, keys, expected, tokens.access_token)

    async def _with_userinfo(
        self, way: Way, claims: Mapping[str, Any], tokens: Tokens
    ) -> Mapping[str, Any]:
        """Return the claims with those of the user info, which must be about the same (5.3.2)."""
        more = await way.provider.userinfo(tokens.access_token)
        if more.get("sub") != claims["sub"]:
            msg = "the user info is about somebody else"
            raise Forged(msg)
        return {**more, **claims}


def _answered(way: Way, query: Any) -> str:  # noqa: ANN401 -- Starlette's query, of several values
    """Return the code of an answer.

    Raises:
        NotLoggedIn: The provider says that nobody has logged in.
        Forged: It is no answer, or another provider's (RFC 9207).
    """
    issuers = query.getlist("iss")
    if issuers and issuers != [way.provider.issuer]:
        msg = "the answer is of another provider"
        raise Forged(msg)
    if "error" in query:
        trouble = "denied" if query["error"] == "access_denied" else "failed"
        msg = f"the provider answered {query['error'][:60]!r}"
        raise NotLoggedIn(msg, trouble=trouble)
    codes = query.getlist("code")
    if len(codes) != 1 or not 0 < len(codes[0]) <= _LONGEST:
        msg = "the answer has no code"
        raise Forged(msg)
    code: str = codes[0]
    return code


def _challenge(verifier: str) -> str:
    """Return what is told of a verifier before it is shown (RFC 7636, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _unreachable(way: Way, error: Unreachable) -> NotLoggedIn:
    _log.warning("provider not reached", provider=way.settings.name, why=str(error))
    return NotLoggedIn(str(error), trouble="unreachable")
