"""The demo's provider of identities: whoever is chosen on its page has logged in. Made-up people.

It speaks OpenID Connect, so that the hub logs people in exactly as it would at a real one.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey
from msgspec import Struct

from byalag.testkit import Answer, Asked

LOGIN = "/login"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
RELATIVE, CLIENT = "maja", "rut"
_CODES = 100  # codes that are kept until they are used
_UNASKED: Mapping[str, str] = {}
_NOTHING = Answer(status=404, media_type="text/plain", body=b"There is nothing here.\n")
_PAGE = """<!doctype html><html lang="sv"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Välj vem du är</title>
<style>body{{font:1.1rem/1.6 system-ui;max-width:34rem;margin:2rem auto;padding:0 1rem}}
li{{margin:.6rem 0}}</style></head><body><main><h1>Välj vem du är</h1>
<p>Alla är påhittade. I ett riktigt nav står här BankID, Freja eller kommunens egen inloggning.</p>
<p lang="en">Choose who you are: everybody is made up.</p>
<ul>{people}</ul></main></body></html>"""


class Persona(Struct, frozen=True):
    """Somebody that one can be in the demo, with the groups that give roles in `hub.toml`."""

    sub: str
    name: str
    what: str
    groups: tuple[str, ...]


PERSONAS = (
    Persona("anna", "Anna Berg", "Skellefteå: informationsansvarig", ("steward-2482",)),
    Persona("bo", "Bo Lund", "Skellefteå: drift", ("operator-2482",)),
    Persona("carin", "Carin Ek", "Skellefteå: nämndledamot", ("board-2482",)),
    Persona("david", "David Sten", "Ånge: informationsansvarig", ("steward-2260",)),
    Persona("elin", "Elin Å", "Ånge: nämndledamot", ("board-2260",)),
    Persona("farah", "Farah Nur", "Administratör i Skellefteå och i navet", ("administrator",)),
    Persona("hanna", "Hanna Öst", "Skellefteå: hemtjänsten norr", ("care-2482",)),
    Persona("maja", "Maja Berg", "Anhörig till Rut (hemmet är simulerat)", ("relative-rut",)),
    Persona("rut", "Rut Berg", "Bor i hemmet (som är simulerat)", ("relative-rut",)),
    Persona("gustav", "Gustav Ny", "Utvecklare på ett företag", ()),
)


class Provider:
    """Answers at `/login`: what it offers, its keys, who one is, and tokens for a code."""

    def __init__(self) -> None:
        """Make a key of its own, which nobody has after the demo."""
        self._key = RSAKey.generate_key(2048, parameters={"kid": "demo", "use": "sig"})
        self._codes: dict[str, tuple[Persona, Mapping[str, str]]] = {}

    def answer(self, asked: Asked) -> Answer:
        """Answer what is asked of the provider."""
        parts = urlsplit(asked.target)
        issuer = f"http://{asked.headers['host']}{LOGIN}"
        query = dict(parse_qsl(parts.query))
        match parts.path.removeprefix(LOGIN):
            case "/.well-known/openid-configuration":
                return _json(_offered(issuer))
            case "/keys":
                return _json({"keys": [self._key.as_dict(private=False)]})
            case "/who":
                return self._who(query)
            case "/token" if asked.method == "POST":
                form = parse_qs(asked.body.decode())
                return self._tokens(issuer, {name: value[0] for name, value in form.items()})
            case _:
                return _NOTHING

    def _who(self, query: Mapping[str, str]) -> Answer:
        """Show who there is, or send whoever has been chosen back to the hub with a code."""
        chosen = next((one for one in PERSONAS if one.sub == query.get("sub")), None)
        if chosen is None:
            people = "".join(
                f'<li><a href="?{escape(urlencode({**query, "sub": one.sub}))}">'
                f"{escape(one.name)}</a><br>{escape(one.what)}</li>"
                for one in PERSONAS
            )
            page = _PAGE.format(people=people).encode()
            return Answer(body=page, media_type="text/html; charset=utf-8")
        code = secrets.token_urlsafe(16)
        while len(self._codes) >= _CODES:
            del self._codes[next(iter(self._codes))]
        self._codes[code] = chosen, query
        back = urlencode({"code": code, "state": query.get("state", "")})
        return Answer(status=303, headers={"location": f"{query.get('redirect_uri', '')}?{back}"})

    def _tokens(self, issuer: str, form: Mapping[str, str]) -> Answer:
        chosen = self._codes.pop(form.get("code", ""), None)
        person, asked = chosen if chosen is not None else (None, _UNASKED)
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        if person is None or challenge != asked.get("code_challenge"):
            return Answer(status=400, body=b'{"error": "invalid_grant"}')
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": issuer,
            "aud": asked.get("client_id", ""),
            "nonce": asked.get("nonce", ""),
            "sub": person.sub,
            "name": person.name,
            "groups": list(person.groups),
            "acr": LOA3,
            "iat": now,
            "exp": now + 300,
        }
        token = jwt.encode({"alg": "RS256", "kid": "demo"}, claims, self._key)
        return _json({"token_type": "Bearer", "access_token": "none", "id_token": token})


def _offered(issuer: str) -> Mapping[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/who",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _json(value: object) -> Answer:
    return Answer(body=msgspec.json.encode(value), headers={"cache-control": "no-store"})
