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

from msgspec import Meta, Struct, structs

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


class Key(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key as it is kept in `keys.toml`: never the secret itself, only its SHA-256.

    `expires` is a moment with its offset. A key without scopes may do nothing but be known: one
    of an `application` is counted by that application's plans. `former` is the SHA-256 of the
    secret that it had before it was given a new one; that is good, too, until `former_until`.
    """

    prefix: Annotated[str, Meta(pattern=r"^[a-z0-9]{4,32}$")]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    municipality: Annotated[str, Meta(pattern=r"^(\d{4})?$")] = ""
    scopes: tuple[Scope, ...] = ()
    expires: Annotated[datetime, Meta(tz=True)] | None = None
    revoked: bool = False
    note: str = ""
    application: str = ""
    former: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    former_until: Annotated[datetime, Meta(tz=True)] | None = None

    def why_not(self, now: Micros) -> str | None:
        """Return why the key is no longer good, or None when it is."""
        if self.revoked:
            return f"the key {self.prefix} has been revoked"
        if self.expires is not None and now >= _micros(self.expires):
            return f"the key {self.prefix} expired {self.expires.astimezone(UTC):%Y-%m-%d}"
        return None

    def as_shown(self, secret: str) -> "Key | None":
        """Return the key as it is with the secret that is shown, or None if that is another's.

        With its former secret it ends when that does. Every comparison takes equally long.
        """
        digest = sha256(secret.encode()).hexdigest()
        now, former = compare_digest(digest, self.sha256), compare_digest(digest, self.former)
        if now:
            return self
        if not former or self.former_until is None:
            return None
        ends = self.former_until if self.expires is None else min(self.expires, self.former_until)
        return structs.replace(self, expires=ends)


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
        return self._keys.get(prefix, _NOBODY).as_shown(secret)

    def find(self, prefix: str) -> Key | None:
        """Return the key with a prefix, good or no longer good."""
        return self._keys.get(prefix)


def issue(  # noqa: PLR0913 -- these are what a key says
    municipality: MunicipalityCode | Literal[""],
    scopes: tuple[Scope, ...],
    *,
    random: bytes,
    expires: datetime | None = None,
    note: str = "",
    application: str = "",
) -> Issued:
    """Make a new key out of 40 random bytes: 8 for the prefix, 32 for the secret.

    Raises:
        ValueError: the random bytes are too few.
    """
    if len(random) < SECRET_BYTES + 8:
        msg = f"a key needs {SECRET_BYTES + 8} random bytes; {len(random)} were given"
        raise ValueError(msg)
    secret = _secret(random[8:])
    key = Key(
        prefix=random[:8].hex(),
        sha256=sha256(secret.encode()).hexdigest(),
        municipality=municipality,
        scopes=scopes,
        expires=expires,
        note=note,
        application=application,
    )
    return Issued(f"{key.prefix}.{secret}", key)


def rotate(key: Key, *, random: bytes, until: datetime) -> Issued:
    """Give a key a new secret out of 32 random bytes; the one it has is good until then.

    The prefix stays, and with it whatever is counted, subscribed to or written down by it.

    Raises:
        ValueError: the random bytes are too few.
    """
    if len(random) < SECRET_BYTES:
        msg = f"a secret needs {SECRET_BYTES} random bytes; {len(random)} were given"
        raise ValueError(msg)
    secret = _secret(random)
    fresh = structs.replace(
        key, sha256=sha256(secret.encode()).hexdigest(), former=key.sha256, former_until=until
    )
    return Issued(f"{key.prefix}.{secret}", fresh)


def _secret(random: bytes) -> str:
    return urlsafe_b64encode(random[:SECRET_BYTES]).decode().rstrip("=")


def _micros(at: datetime) -> Micros:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


_NOBODY = Key(prefix="nobody", sha256=sha256(b"no such key").hexdigest())
