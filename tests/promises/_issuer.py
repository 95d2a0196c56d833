"""A small issuer over HTTP that signs whatever a test wants, to see that it is not believed."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
Token = Callable[[Mapping[str, Any]], str]


class Issuer:
    """Answers as a provider does. `token` makes the ID token out of the claims that are right."""

    def __init__(self, address: str, now: Callable[[], float]) -> None:
        self.address, self.now = address, now
        self.token: Token = signed
        self.nonce = ""
        self.asked: list[dict[str, str]] = []

    def claims(self) -> dict[str, Any]:
        """Return the claims of a token that is right in all its parts."""
        at = int(self.now())
        return {
            "iss": self.address,
            "aud": "byalag",
            "sub": "anna",
            "name": "Anna Ek",
            "iat": at,
            "exp": at + 300,
            "nonce": self.nonce,
        }

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, object]:
        """Return what is answered at a path."""
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
        if path == "/keys":
            return 200, {"keys": [KEY.as_dict(private=False)]}
        if path == "/token":
            self.asked.append(form)
            told = {
                "access_token": "a",
                "token_type": "Bearer",
                "id_token": self.token(self.claims()),
            }
            return 200, told
        return 404, {}


def signed(claims: Mapping[str, Any]) -> str:
    """Sign as the issuer does."""
    return jwt.encode({"alg": "RS256", "kid": "one"}, dict(claims), KEY)


def unsigned(claims: Mapping[str, Any]) -> str:
    """Make a token that says that it need not be signed."""
    return f"{_part({'alg': 'none', 'kid': 'one'})}.{_part(claims)}."


def with_the_public_key_as_secret(claims: Mapping[str, Any]) -> str:
    """Sign by HS256 with what anyone can read: the issuer's public key."""
    said = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
    seal = hmac.digest(KEY.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{urlsafe_b64encode(seal).decode().rstrip('=')}"


def by_another(claims: Mapping[str, Any]) -> str:
    """Sign with another key that calls itself the same."""
    return jwt.encode({"alg": "RS256", "kid": "one"}, dict(claims), OTHER)


def by_a_key_at(kid: str) -> Token:
    """Return what signs with another key, and says where it would be found."""

    def token(claims: Mapping[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": kid}, dict(claims), OTHER)

    return token


def by_a_key_of_its_own(claims: Mapping[str, Any]) -> str:
    """Sign with another key, and send that key along."""
    header = {"alg": "RS256", "jwk": OTHER.as_dict(private=False)}
    return jwt.encode(header, dict(claims), OTHER)


def saying(**otherwise: object) -> Token:
    """Return what signs rightly, but says something else; None leaves a claim out."""

    def token(claims: Mapping[str, Any]) -> str:
        said = {**claims, **otherwise}
        return signed({name: value for name, value in said.items() if value is not None})

    return token


def _part(said: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


@contextmanager
def issuer(now: Callable[[], float]) -> Iterator[Issuer]:
    """Run an issuer on this machine."""
    there: list[Issuer] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            said = {name: values[0] for name, values in form.items()}
            status, told = there[0].answer(self.path.partition("?")[0], said)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 -- the names are the standard library's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.append(Issuer(f"http://127.0.0.1:{server.server_port}", now))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield there[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
