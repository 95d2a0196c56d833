"""Access tokens for machines: OAuth 2 client credentials (RFC 6749, 4.4).

The client is a key: its prefix is the client's id and its secret the client's secret. A token is
256 random bits and means nothing by itself; its SHA-256 is in the register, so it can be taken
back, and dies with the key that it was given for. It is good for five minutes.
"""

import os
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, get_args
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from byalag.app._access import DESCRIPTION, TOKEN_DOOR, Rules, recognised
from byalag.app._bounded import whole
from byalag.app._face import Part
from byalag.app._keyring import TOKEN, digest_of
from byalag.engine import durable
from byalag.governance import Key, Scope
from byalag.standards.profile import NotAnswered
from byalag.store import ApiKeys, Closed, Register, Token, TooManyTokens, Unwritable

GOOD_FOR: Final = 300  # seconds
METADATA: Final = "/.well-known/oauth-authorization-server"
_REQUEST, _CLIENT = "invalid_request", "invalid_client"  # the errors of RFC 6749, 5.2
_SCOPE, _GRANT = "invalid_scope", "unsupported_grant_type"
_LONGEST: Final = 8 * 1024  # bytes of a form
_FORM: Final = "application/x-www-form-urlencoded"
_NOT_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_BASIC: Final = {"WWW-Authenticate": 'Basic realm="byalag", charset="UTF-8"'}
_METHODS: Final = ["client_secret_basic", "client_secret_post"]
_MICRO: Final = 1_000_000
_EPOCH, _STEP = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
Form: TypeAlias = Mapping[str, str]
Act: TypeAlias = Callable[[Key, Form], Awaitable[Response]]


class Refused(Exception):
    """A request that RFC 6749, 5.2, has an error for."""

    def __init__(self, error: str, why: str, status: int = 400) -> None:
        """Say which error it is, and why."""
        super().__init__(why)
        self.error, self.status = error, status


class Tokens:
    """Gives tokens to clients, takes them back, and tells a client of its own."""

    def __init__(self, kept: ApiKeys, rules: Rules, address: str) -> None:
        """Take where tokens are kept, how keys are recognised, and the address of the hub."""
        self._kept, self._rules, self._address = kept, rules, address

    def part(self) -> Part:
        """Return the addresses."""
        acts = {"token": self._give, "revoke": self._take_back, "introspect": self._tell}
        routes = [
            (Route(f"/oauth/{name}", self._endpoint(act), methods=["POST"]), TOKEN_DOOR)
            for name, act in acts.items()
        ]
        told = Route(METADATA, self._metadata, methods=["GET"])
        machines = frozenset({"oauth", ".well-known"})
        return Part(routes=[*routes, (told, DESCRIPTION)], machines=machines)

    def _endpoint(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                form = await _form(request)
                return await act(self._client(request, form), form)
            except Refused as error:
                headers = _BASIC if error.error == _CLIENT else {}
                said = {"error": error.error, "error_description": str(error)}
                return _json(said, error.status, headers)
            except (Closed, Unwritable) as error:
                raise NotAnswered(str(error), trouble="unavailable") from error

        return answer

    def _client(self, request: Request, form: Form) -> Key:
        """Return the key of the client that asks (RFC 6749, 2.3.1).

        Raises:
            Refused: it does not say who it is, says so in two ways, or is nobody.
            TooSoon: somebody guesses.
        """
        said: bytes = request.scope["said"].get(b"authorization", b"")
        in_form = "client_secret" in form
        if said and in_form:
            raise Refused(_REQUEST, "The client says who it is in two ways; use one.")
        id_, secret = _basic(said) if said else (form.get("client_id", ""), "")
        if in_form:
            secret = form["client_secret"]
        if not said and not in_form:
            raise Refused(_CLIENT, "The client does not say who it is.", 401)
        key = None if id_.startswith(TOKEN) else self._recognised(request, id_, secret)
        spent = "The client is not known, or its secret is wrong." if key is None else None
        spent = key.why_not(self._rules.now()) if key is not None else spent
        if key is None or spent is not None:
            raise Refused(_CLIENT, f"{spent}", 401)
        return key

    def _recognised(self, request: Request, id_: str, secret: str) -> Key | None:
        return recognised(request.scope, f"{id_}.{secret}", self._rules)

    async def _give(self, client: Key, form: Form) -> Response:
        """Answer with a new token (RFC 6749, 4.4.3)."""
        kind = form.get("grant_type")
        if not kind:
            raise Refused(_REQUEST, "grant_type is missing; use client_credentials.")
        if kind != "client_credentials":
            raise Refused(_GRANT, "Only client_credentials is given here.")
        scopes = _scopes(client, form.get("scope", ""))
        now = self._rules.now()
        text = TOKEN + urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
        until = now + GOOD_FOR * _MICRO
        if client.expires is not None:  # as a secret that has been exchanged does
            until = min(until, (client.expires - _EPOCH) // _STEP)
        token = Token(prefix=client.prefix, scopes=scopes, made=now, until=until)
        try:
            await durable(self._kept.put_token(digest_of(text), token))
        except TooManyTokens as error:
            said = {"error": "temporarily_unavailable", "error_description": str(error)}
            return _json(said, 429, {"Retry-After": "60"})
        return _json(
            {
                "access_token": text,
                "token_type": "Bearer",
                "expires_in": (until - now) // _MICRO,
                "scope": " ".join(scopes),
            }
        )

    async def _take_back(self, client: Key, form: Form) -> Response:
        """Take back a token of the client's own; what is not one is none already (RFC 7009, 2)."""
        await durable(self._kept.drop_token(digest_of(_token(form)), client.prefix))
        return Response(status_code=200, headers=_NOT_KEPT)

    async def _tell(self, client: Key, form: Form) -> Response:
        """Tell a client of a token of its own; of others' nothing is told (RFC 7662, 2.2)."""
        token, now = self._kept.token(digest_of(_token(form))), self._rules.now()
        if token is None or token.prefix != client.prefix or now >= token.until:
            return _json({"active": False})
        return _json(_told(token))

    async def _metadata(self, _request: Request) -> Response:
        """Tell of all this (RFC 8414, 2)."""
        told = {
            "issuer": self._address,
            "token_endpoint": f"{self._address}/oauth/token",
            "revocation_endpoint": f"{self._address}/oauth/revoke",
            "introspection_endpoint": f"{self._address}/oauth/introspect",
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "scopes_supported": list(get_args(Scope)),
            "token_endpoint_auth_methods_supported": _METHODS,
            "revocation_endpoint_auth_methods_supported": _METHODS,
            "introspection_endpoint_auth_methods_supported": _METHODS,
        }
        return _json(told, headers={"Cache-Control": "public, max-age=300", "Pragma": ""})


async def _form(request: Request) -> Form:
    """Read a form, in which nothing may be said twice (RFC 6749, 3.2).

    Raises:
        Refused: it is not one.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != _FORM:
        raise Refused(_REQUEST, f"Send a form, as {_FORM}.")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > _LONGEST:
        raise Refused(_REQUEST, "The form is too long.", 413)
    body = await whole(request.receive)
    if len(body) > _LONGEST:
        raise Refused(_REQUEST, "The form is too long.", 413)
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Refused(_REQUEST, "A parameter is there twice.")
    return form


def _basic(said: bytes) -> tuple[str, str]:
    """Return what HTTP Basic says; a client's id and secret are encoded as in a form."""
    scheme, _, given = said.partition(b" ")
    if scheme.lower() != b"basic":
        raise Refused(_CLIENT, "Say who the client is with HTTP Basic, or in the form.", 401)
    try:
        text = b64decode(given.strip(), validate=True).decode("utf-8")
    except (NotBase64, UnicodeDecodeError) as error:
        raise Refused(_CLIENT, "What HTTP Basic says cannot be read.", 401) from error
    id_, _, secret = text.partition(":")
    return unquote_plus(id_), unquote_plus(secret)


def _scopes(client: Key, asked: str) -> tuple[Scope, ...]:
    """Return the scopes of a token: those that are asked for, or all that the key has."""
    wanted = asked.split()
    if not wanted:
        return client.scopes
    more = [each for each in wanted if each not in client.scopes]
    if more:
        held = " ".join(client.scopes) or "none"
        raise Refused(_SCOPE, f"The key may not {more[0][:50]!r}; it has: {held}.")
    return tuple(scope for scope in client.scopes if scope in wanted)


def _token(form: Form) -> str:
    token = form.get("token")
    if not token:
        raise Refused(_REQUEST, "token is missing.")
    return token


class _Introspected(Struct, frozen=True):
    active: bool
    client_id: str
    scope: str
    token_type: str
    exp: int
    iat: int


def _told(token: Token) -> object:
    return _Introspected(
        active=True,
        client_id=token.prefix,
        scope=" ".join(token.scopes),
        token_type="Bearer",  # noqa: S106 -- the type's name, not a token
        exp=token.until // _MICRO,
        iat=token.made // _MICRO,
    )


def _json(said: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    kept = {name: value for name, value in {**_NOT_KEPT, **(headers or {})}.items() if value}
    return Response(msgspec.json.encode(said), status, kept, "application/json")


def tokens(register: Register, rules: Rules, address: str) -> Part:
    """Return the addresses at which machines get tokens."""
    return Tokens(ApiKeys(register), rules, address).part()
