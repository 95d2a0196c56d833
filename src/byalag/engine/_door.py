"""What a sender proves at a door. Pure: it is given the secrets and the time.

Every comparison of something secret takes as long whatever it is compared with.
"""

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest

from msgspec import Struct

from byalag import Misconfigured
from byalag.model import Micros, span
from byalag.sources import Door, Garbled

SUBSCRIPTION = "subscription"  # the proof of what we have subscribed to: the token that we gave
_SECOND = 1_000_000
_PREFIXES = ("webhook-", "svix-")  # of standardwebhooks.com, and of the service that it grew from
_REPEAT_LENGTH = 200
_DIGITS = 12  # of a time in seconds, at most


class Proof(Struct, frozen=True, kw_only=True):
    """What was proved, by the proof's name; nothing if nothing was.

    `why` not, for the log; `shown` tells if anything was shown at all.
    """

    of: str = ""
    why: str = ""
    shown: bool = True


def prove(
    door: Door, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: Micros
) -> Proof:
    """Judge what a delivery shows. `headers` are by their names in lower case.

    A door that is opened by a key proves nothing here: whoever knows the keys decides.

    Raises:
        Misconfigured: A secret is not one that the proof can use.

    """
    match door.proof:
        case "standard-webhooks":
            return _standard(door, secrets, headers, body, now)
        case "hmac":
            return _hmac(door, secrets, headers, body)
        case "token":
            return _token(door, secrets, headers)
        case "key":
            return Proof(why="a key is needed", shown=False)


def repeat(headers: Mapping[str, str], sender: str, body: bytes) -> str | None:
    """Return what makes a repeated delivery known: its sender, its own name and its body.

    The same name with another body is another delivery: answering the first would lose it.

    Raises:
        Garbled: The name cannot be used.

    """
    names = ("idempotency-key", *(f"{prefix}id" for prefix in _PREFIXES))
    given = next((headers[name] for name in names if name in headers), None)
    if given is None:
        return None
    if not 0 < len(given) <= _REPEAT_LENGTH or not given.isprintable():
        reason = f"Idempotency-Key must be 1 to {_REPEAT_LENGTH} printable characters"
        raise Garbled(reason)
    return f"{sender}:{sha256(body).hexdigest()[:32]}:{given}"


def bearer(headers: Mapping[str, str]) -> str:
    """Return what is shown as `Authorization: Bearer`; nothing if nothing is."""
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    return shown.strip() if scheme.lower() == "bearer" else ""


def any_same(given: Iterable[bytes], ours: Sequence[bytes]) -> bool:
    """Compare each with each, whichever is the same: no time is saved by a good guess."""
    same = [compare_digest(one, our) for one in given if one for our in ours if our]
    return any(same)


def signing_key(secret: str) -> bytes:
    """Return the bytes of a secret of standardwebhooks.com: base64, often after `whsec_`.

    Raises:
        Misconfigured: It is not base64.

    """
    text = secret.removeprefix("whsec_")
    try:
        key = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (NotBase64, ValueError):
        key = b""
    if not key:
        reason = "a secret of a door with the proof standard-webhooks is base64, as whsec_MfKQ9r8G"
        raise Misconfigured(reason)
    return key


def _standard(
    door: Door, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: Micros
) -> Proof:
    """Judge a signature as standardwebhooks.com describes: v1 is HMAC-SHA256 of id.time.body."""
    prefix = next((one for one in _PREFIXES if f"{one}signature" in headers), None)
    if prefix is None:
        return Proof(why="a delivery came without webhook-signature", shown=False)
    name, time = headers.get(f"{prefix}id", ""), headers.get(f"{prefix}timestamp", "")
    if not name or not time.isdecimal() or not time.isascii() or len(time) > _DIGITS:
        return Proof(why="a delivery came without a good webhook-id and -timestamp")
    signed = f"{name}.{time}.".encode("latin-1", "replace") + body
    given = [
        text
        for version, _, text in (
            part.partition(",") for part in headers[f"{prefix}signature"].split()
        )
        if version == "v1"
    ]
    ours = [hmac.digest(signing_key(secret), signed, "sha256") for secret in secrets]
    if not any_same((_from_base64(text) for text in given), ours):
        return Proof(why="a delivery came with a wrong signature")
    age, tolerance = now // _SECOND - int(time), int(span(door.tolerance).total_seconds())
    if abs(age) > tolerance:
        when = f"{age} s ago" if age > 0 else f"{-age} s from now"
        why = f"a delivery came that was signed {when}; at most {tolerance} s is taken"
        return Proof(why=f"{why}: is the sender's clock or ours wrong?")
    return Proof(of=door.proof)


def _hmac(door: Door, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> Proof:
    given = headers.get(door.header.lower())
    if given is None:
        return Proof(why=f"a delivery came without {door.header}", shown=False)
    text = given.strip()
    if not text.startswith(door.prefix):
        return Proof(why=f"a delivery came whose {door.header} lacks {door.prefix!r}")
    decoded = (_from_hex if door.encoding == "hex" else _from_base64)(
        text.removeprefix(door.prefix)
    )
    ours = [hmac.digest(secret.encode(), body, door.hash) for secret in secrets]
    if not any_same((decoded,), ours):
        return Proof(why="a delivery came with a wrong signature")
    return Proof(of=door.proof)


def _token(door: Door, secrets: Sequence[str], headers: Mapping[str, str]) -> Proof:
    name = door.header.lower() or "authorization"
    given = headers.get(name)
    if given is None:
        return Proof(why=f"a delivery came without {name}", shown=False)
    if not any_same(_spellings(name, given, door.prefix), [one.encode() for one in secrets]):
        return Proof(why=f"a delivery came with a wrong token in {name}")
    return Proof(of=door.proof)


def _spellings(name: str, given: str, prefix: str) -> list[bytes]:
    """Return what a header may mean: itself, what follows its scheme, and a name with a password.

    `Basic` is base64 of `name:password` (RFC 7617); the whole of it is then the secret.
    """
    text = given.strip().removeprefix(prefix)
    found = [text.encode("latin-1", "replace")]
    if name == "authorization":
        scheme, _, rest = text.partition(" ")
        found.append(rest.strip().encode("latin-1", "replace"))
        if scheme.lower() == "basic":
            found.append(_from_base64(rest.strip()))
    return found


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _from_base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b""
