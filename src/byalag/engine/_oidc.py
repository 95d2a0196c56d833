"""Asking a provider of identities: what it offers, which keys it signs with, whose a code is.

OpenID Connect Discovery 1.0 and Core 1.0 section 3.1.3, through the guard: no answer of a provider
can lead us inside.
"""

from asyncio import Lock
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

from byalag.engine._clock import Clock
from byalag.engine._face import Unreachable
from byalag.engine._fetch import Fetcher, Got, Wanted
from byalag.engine._guard import Resolve, SystemNames, networks
from byalag.model import Micros

_PATIENCE = timedelta(seconds=10)
_MOST = 256 * 1024  # bytes of an answer
_FRESH = 3600 * 1_000_000  # how long what a provider offers is believed, microseconds
_AGAIN = 60 * 1_000_000  # how often at most its keys are asked for again because one is missing
_PATH = "/.well-known/openid-configuration"
_REFUSED = {400: "it does not accept the code", 401: "it does not accept our client_secret"}


class Offered(Struct, frozen=True, kw_only=True):
    """What a provider says that it offers."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ()
    authorization_response_iss_parameter_supported: bool = False


class Tokens(Struct, frozen=True, kw_only=True):
    """What a code is exchanged for."""

    id_token: str
    access_token: str = ""
    token_type: str = ""


class Registered(Struct, frozen=True, kw_only=True):
    """How we are known to a provider. A public client has no secret."""

    client_id: str
    client_secret: str = ""


class IdentityProvider:
    """One provider of identities, asked when somebody logs in."""

    def __init__(
        self,
        issuer: str,
        clock: Clock,
        *,
        on_premises: Iterable[str] = (),
        resolve: Resolve | None = None,
    ) -> None:
        """Take its address, and the networks in which it may be although they are not public."""
        self.issuer = issuer
        self._clock, self._resolve = clock, resolve or SystemNames()
        self._allowed = networks(on_premises)
        self._own = frozenset({(urlsplit(issuer).hostname or "").lower()})
        self._offered: tuple[Micros, Offered] | None = None
        self._keys: tuple[Micros, bytes] | None = None
        self._lock = Lock()

    async def offered(self) -> Offered:
        """Return what the provider offers, as it said within the hour.

        Raises:
            Unreachable: It did not answer, or it is not the provider that the settings name.
        """
        async with self._lock:
            now = self._clock.now()
            if self._offered is None or now - self._offered[0] >= _FRESH:
                got = await self._ask(Wanted(url=self.issuer.rstrip("/") + _PATH))
                self._offered = now, self._checked(_decoded(got.body, Offered))
            return self._offered[1]

    async def keys(self, *, again: bool = False) -> bytes:
        """Return the keys it signs with (a JWK Set); `again` when one was missing.

        Raises:
            Unreachable: It did not answer.
        """
        offered = await self.offered()
        async with self._lock:
            now = self._clock.now()
            age = _FRESH if self._keys is None else now - self._keys[0]
            if self._keys is None or age >= (_AGAIN if again else _FRESH):
                got = await self._ask(Wanted(url=offered.jwks_uri))
                self._keys = now, got.body
            return self._keys[1]

    async def redeem(
        self, client: Registered, *, code: str, verifier: str, redirect_uri: str
    ) -> Tokens:
        """Exchange a code for tokens.

        Raises:
            Unreachable: It did not answer, or did not accept the code.
        """
        offered = await self.offered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        methods = offered.token_endpoint_auth_methods_supported
        if client.client_secret and (not methods or "client_secret_basic" in methods):
            headers["authorization"] = _basic(client)
        else:
            form["client_id"] = client.client_id
            if client.client_secret:
                form["client_secret"] = client.client_secret
        wanted = Wanted(
            url=offered.token_endpoint,
            method="POST",
            headers=headers,
            body=urlencode(form).encode(),
            private=frozenset({"authorization"}),
            sealed=True,
        )
        tokens: Tokens = _decoded((await self._ask(wanted)).body, Tokens)
        return tokens

    async def userinfo(self, access_token: str) -> Mapping[str, Any]:
        """Return the claims that an access token opens.

        Raises:
            Unreachable: It did not answer.
        """
        offered = await self.offered()
        wanted = Wanted(
            url=offered.userinfo_endpoint,
            headers={"authorization": f"Bearer {access_token}"},
            private=frozenset({"authorization"}),
        )
        claims: Mapping[str, Any] = _decoded((await self._ask(wanted)).body, dict[str, Any])
        return claims

    def _checked(self, offered: Offered) -> Offered:
        """Return what is offered, when it is by the provider that is named and as safe as it is."""
        if offered.issuer != self.issuer:
            msg = (
                f"it calls itself {offered.issuer[:200]!r}; write exactly that as issuer in "
                "hub.toml, if that is right"
            )
            raise Unreachable(msg)
        places = (
            offered.authorization_endpoint,
            offered.token_endpoint,
            offered.jwks_uri,
            offered.userinfo_endpoint,
            offered.end_session_endpoint,
        )
        safe = "https" if self.issuer.startswith("https:") else "http"
        for place in filter(None, places):
            if urlsplit(place).scheme not in {"https", safe}:
                msg = f"it offers the address {place[:200]!r}, which is not https"
                raise Unreachable(msg)
        return offered

    async def _ask(self, wanted: Wanted) -> Got:
        asked = msgspec.structs.replace(
            wanted, timeout=_PATIENCE, max_bytes=_MOST, reasons=_REFUSED
        )
        async with Fetcher(self._resolve, self._allowed, self._clock, self._own) as fetcher:
            return await fetcher.ask(asked)


def _basic(client: Registered) -> str:
    """Return the header of RFC 6749 section 2.3.1, in which both halves are form-encoded."""
    pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
    return "Basic " + b64encode(pair.encode()).decode()


def _decoded(body: bytes, kind: type[Any]) -> Any:  # noqa: ANN401 -- whatever kind is asked for
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        msg = f"its answer is not what OpenID Connect says that it is ({error})"
        raise Unreachable(msg) from error
