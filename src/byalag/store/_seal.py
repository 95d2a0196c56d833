"""Sealing bytes: AES-256-GCM under a key that has a name. What is sealed begins with that name.

A nonce is 96 random bits: a key seals the deliveries of one source and one day, far below the
2^32 messages that NIST SP 800-38D, section 8.3, allows. What must be the same each time it is
sealed takes its nonce from its own words, by HMAC: equal words give equal bytes, and no two
different words share a nonce.
"""

import hmac
import os
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from byalag import ByalagError, Misconfigured

NAME: Final = 8  # bytes of a key's name
KEY: Final = 32
_NONCE: Final = 12
SHORTEST: Final = 32  # characters of a master key


class Sealed(ByalagError):
    """What is sealed cannot be opened.

    Its key is not here: it has been destroyed, or hub.toml names no master key, or another one.
    """

    exit_code = 5


def seal(key: bytes, name: bytes, plain: bytes, about: bytes) -> bytes:
    """Return bytes sealed: the key's name, a nonce, what is hidden and its tag.

    `about` is bound to it: the same must be said to open it.
    """
    nonce = os.urandom(_NONCE)
    return name + nonce + AESGCM(key).encrypt(nonce, plain, about)


def seal_alike(key: bytes, name: bytes, plain: bytes, about: bytes) -> bytes:
    """Return bytes sealed as `seal` does, but the same each time."""
    nonce = hmac.digest(key, about + b"\0" + plain, sha256)[:_NONCE]
    return name + nonce + AESGCM(key).encrypt(nonce, plain, about)


def name_of(sealed: bytes) -> bytes:
    """Return the name of the key that something was sealed with."""
    return sealed[:NAME]


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        Sealed: It is not whole, or was sealed with another key or about something else.
    """
    nonce, hidden = sealed[NAME : NAME + _NONCE], sealed[NAME + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, hidden, about)
    except (InvalidTag, ValueError) as error:
        raise Sealed from error


def master(secret: str) -> tuple[bytes, bytes]:
    """Return the name and the bytes of a master key, from the secret that stands for it.

    Raises:
        Misconfigured: It is too short to be one.
    """
    if len(secret) < SHORTEST:
        message = (
            f"the master key has {len(secret)} characters; it needs {SHORTEST} at least. "
            "Make one with `byalag secret new`"
        )
        raise Misconfigured(message)
    drawn = HKDF(SHA256(), KEY + NAME, salt=None, info=b"byalag master key").derive(secret.encode())
    return drawn[KEY:], drawn[:KEY]
