"""Keys that machines show: `prefix.secret`.

The prefix finds the key and is safe to log. The secret is 256 random bits, so a plain SHA-256 of
it is enough to keep: there is nothing to guess, and a check costs less than a microsecond.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from byalag import Misconfigured
from byalag.model import Micros, MunicipalityCode

Scope: TypeAlias = Literal[
    "observations:write",
    "deliveries:write",
    "files:write",
    "facts:read",
    "facts:write",
    "operations:read",
    "operations:write",
    "metrics:read",
    "stewardship:read",
    "personal:read",
    "audit:read",
]

SECRET_BYTES = 32
_ABSENT = sha256(b"no such key").hexdigest()


class Key(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key as it is kept in `keys.toml`: never the secret itself, only its SHA-256.

    `expires` is a moment with its offset. A key without scopes may do nothing but be known: one
    of an `application` is counted by that application's plans.
    """

    prefix: Annotated[str, Meta(pattern=r"^[a-z0-9]{4,32}$")]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    municipality: MunicipalityCode | Literal[""] = ""
    scopes: tuple[Scope, ...] = ()
    expires: Annotated[datetime, Meta(tz=True)] | None = None
    revoked: bool = False
    note: str = ""
    application: str = ""

    def why_not(self, now: Micros) -> str | None:
        """Return why the key is no longer good, or None when it is."""
        if self.revoked:
            return f"the key {self.prefix} has been revoked"
        if self.expires is not None and now >= _micros(self.expires):
            return f"the key {self.prefix} expired {self.expires.astimezone(UTC):%Y-%m-%d}"
        return None


class Issued(Struct, frozen=True):
    """A new key: what its holder is told, once, and what is kept."""

    text: str
    key: Key


class Keyring:
    """The keys of a hub, found by what somebody shows."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        """Gather the keys.

        Raises:
            Misconfigured: two keys have the same prefix.
        """
        by_prefix: dict[str, Key] = {}
        for key in keys:
            if key.prefix in by_prefix:
                msg = f"two keys have the prefix {key.prefix}; issue one of them again"
                raise Misconfigured(msg)
            by_prefix[key.prefix] = key
        self._keys: Mapping[str, Key] = by_prefix

    def recognise(self, shown: str) -> Key | None:
        """Return the key that is shown, good or no longer good; None when there is none such.

        Takes as long for an unknown prefix as for a wrong secret.
        """
        prefix, _, secret = shown.partition(".")
        key = self._keys.get(prefix)
        digest = sha256(secret.encode()).hexdigest()
        same = compare_digest(digest, key.sha256 if key else _ABSENT)
        return key if key is not None and same else None


def issue(
    municipality: MunicipalityCode,
    scopes: tuple[Scope, ...],
    *,
    random: bytes,
    expires: datetime | None = None,
    note: str = "",
) -> Issued:
    """Make a new key out of 40 random bytes: 8 for the prefix, 32 for the secret.

    Raises:
        ValueError: the random bytes are too few.
    """
    if len(random) < SECRET_BYTES + 8:
        msg = f"a key needs {SECRET_BYTES + 8} random bytes; {len(random)} were given"
        raise ValueError(msg)
    secret = urlsafe_b64encode(random[8 : SECRET_BYTES + 8]).decode().rstrip("=")
    key = Key(
        prefix=random[:8].hex(),
        sha256=sha256(secret.encode()).hexdigest(),
        municipality=municipality,
        scopes=scopes,
        expires=expires,
        note=note,
    )
    return Issued(f"{key.prefix}.{secret}", key)


def _micros(at: datetime) -> Micros:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
