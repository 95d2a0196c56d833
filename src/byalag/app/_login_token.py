"""Whether an ID token is true: signed by the provider, about us, for this log-in, and now.

OpenID Connect Core 1.0 section 3.1.3.7. Only signatures with a key pair count, and only by keys of
the provider's own set: neither `none` nor a key that the token itself brings.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256, sha384, sha512
from hmac import compare_digest
from typing import Any, ClassVar, cast

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey
from msgspec import Struct

from byalag import ByalagError
from byalag.model import Micros

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
LEEWAY = 60  # seconds that two clocks may differ
_OLDEST = 600  # seconds since a token was issued: a log-in takes no longer
_LONGEST = 64 * 1024  # characters of a token
_KINDS: Mapping[str, type[Key]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_LEAST = 2048  # bits of an RSA key
_HASHES = {"256": sha256, "384": sha384, "512": sha512, "DSA": sha512}


class Forged(ByalagError):
    """What a provider is said to have said cannot be believed.

    The message says why; it is for the log and never for whoever sent it.
    """

    exit_code: ClassVar[int] = 6


class UnknownKey(Forged):
    """The token is signed with a key that is not in the provider's set, as far as we know it."""


class Expected(Struct, frozen=True, kw_only=True):
    """What a token must say. `now` is the time at which it is looked at."""

    issuer: str
    client_id: str
    nonce: str
    now: Micros


def believed(token: str, keys: bytes, expected: Expected, access: str = "") -> Mapping[str, Any]:
    """Return the claims of a token that is true.

    Raises:
        UnknownKey: No key of the provider's has the name that the token says.
        Forged: The token is not true.
    """
    if len(token) > _LONGEST:
        msg = "the token is too long"
        raise Forged(msg)
    header = _header(token)
    key = _key(header, keys)
    try:
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=sorted(ALGORITHMS)).claims
    except (JoseError, ValueError, TypeError) as error:
        msg = f"the signature does not hold ({type(error).__name__})"
        raise Forged(msg) from error
    _check(claims, expected)
    _check_access(claims, header["alg"], access)
    return claims


def _header(token: str) -> Mapping[str, Any]:
    """Return the header, when it is one that we take."""
    try:
        first = token.partition(".")[0]
        header = msgspec.json.decode(_bytes(first), type=dict[str, Any])
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        msg = "the token cannot be read"
        raise Forged(msg) from error
    if header.get("alg") not in ALGORITHMS:
        msg = f"the algorithm {str(header.get('alg'))[:20]!r} is not taken"
        raise Forged(msg)
    if "crit" in header or "b64" in header:
        msg = "the token wants what we do not know (crit)"
        raise Forged(msg)
    return header


def _key(header: Mapping[str, Any], keys: bytes) -> Key:
    """Return the one key that can have signed: of the set, by its exact name, for signatures."""
    try:
        listed = msgspec.json.decode(keys, type=_Set).keys
    except msgspec.DecodeError as error:
        msg = "the provider's keys cannot be read"
        raise Forged(msg) from error
    kid = header.get("kid")
    fit = [each for each in listed if _fits(each, header)]
    if kid is not None:
        fit = [each for each in fit if each.get("kid") == kid]
    if not fit:
        raise UnknownKey
    if len(fit) > 1:
        msg = "the token does not say which of the provider's keys it is signed with"
        raise Forged(msg)
    try:
        key = _KINDS[fit[0]["kty"]].import_key(cast("Any", fit[0]))
        KeySet([cast("Any", key)])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        msg = "the provider's key cannot be used"
        raise Forged(msg) from error
    if isinstance(key, RSAKey) and key.raw_value.key_size < _LEAST:
        msg = f"the provider's RSA key has fewer than {_LEAST} bits"
        raise Forged(msg)
    return key


class _Set(Struct, frozen=True):
    keys: list[dict[str, Any]]


def _fits(key: Mapping[str, Any], header: Mapping[str, Any]) -> bool:
    """Tell whether a key is of the algorithm's kind, and meant for signatures."""
    kinds = {"R": "RSA", "P": "RSA", "E": "OKP" if header["alg"] == "EdDSA" else "EC"}
    if key.get("kty") != kinds[header["alg"][0]] or key.get("use", "sig") != "sig":
        return False
    return bool(key.get("alg", header["alg"]) == header["alg"])


def _check(claims: Mapping[str, Any], expected: Expected) -> None:
    now = expected.now / 1_000_000
    audience = claims.get("aud")
    listed = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    azp = claims.get("azp")
    nonce = claims.get("nonce")
    rules = (
        (claims.get("iss") == expected.issuer, "it is issued by somebody else"),
        (expected.client_id in listed, "it is meant for somebody else"),
        (len(listed) == 1 or azp is not None, "it is meant for several"),
        (azp in {None, expected.client_id}, "it was asked for by somebody else"),
        (_time(claims, "exp") > now - LEEWAY, "it has expired"),
        (now - _OLDEST - LEEWAY <= _time(claims, "iat") <= now + LEEWAY, "it is not from now"),
        ("nbf" not in claims or _time(claims, "nbf") <= now + LEEWAY, "it is not yet good"),
        (isinstance(nonce, str) and _same(nonce, expected.nonce), "it is of another log-in"),
        (isinstance(claims.get("sub"), str) and claims["sub"], "it does not say whom it is about"),
    )
    for holds, why in rules:
        if not holds:
            msg = f"the token is not true: {why}"
            raise Forged(msg)


def _check_access(claims: Mapping[str, Any], algorithm: str, access: str) -> None:
    """Check that the access token is the one that the ID token was given with (`at_hash`)."""
    if "at_hash" not in claims:
        return
    digest = _HASHES[algorithm[-3:]](access.encode()).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
    if not access or not _same(str(claims["at_hash"]), half):
        msg = "the token is not true: the access token is not the one it was given with"
        raise Forged(msg)


def _time(claims: Mapping[str, Any], name: str) -> float:
    """Return a time of the token's, or one that no rule accepts."""
    said = claims.get(name)
    if isinstance(said, bool) or not isinstance(said, int | float):
        msg = f"the token is not true: {name} is no time"
        raise Forged(msg)
    return said


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
