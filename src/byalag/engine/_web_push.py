"""What a browser is pushed: sealed for it alone (RFC 8291), and signed by the hub (RFC 8292).

The content coding is aes128gcm with one record (RFC 8188). Nothing here is random or knows the
time: salt, key and moment are handed in.
"""

import base64
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from joserfc import jwt
from joserfc.jwk import ECKey

from byalag import Misconfigured
from byalag.model import Micros

MOST: Final = 3993  # bytes of what can be pushed (RFC 8291 section 4)
_RECORD: Final = 4096  # bytes, as every push service takes (RFC 8030 section 7.2)
_LAST: Final = b"\x02"  # the padding's mark of the last record (RFC 8188 section 2)
_HALF_DAY: Final = 12 * 3600  # seconds; at most 24 h (RFC 8292 section 2)
_SECOND: Final = 1_000_000


def private_key(pem: str) -> EllipticCurvePrivateKey:
    """Read the key that the hub signs by.

    Raises:
        Misconfigured: It is no private key on the curve P-256.

    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Misconfigured(_NO_KEY) from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise Misconfigured(_NO_KEY)
    return key


def application_key(pem: str) -> str:
    """Return the public key that a browser subscribes with (`applicationServerKey`), base64url.

    Raises:
        Misconfigured: It is no private key on the curve P-256.

    """
    return _text(_point(private_key(pem).public_key()))


def sealed(
    payload: bytes, p256dh: str, auth: str, *, own: EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """Return a payload that only one browser can read (RFC 8291 section 3).

    `p256dh` and `auth` are the browser's, base64url; `own` is made for this one message, `salt` is
    16 random bytes.

    Raises:
        ValueError: The browser's keys are none, or the payload is too long.

    """
    if len(payload) > MOST:
        reason = f"{len(payload)} bytes are too many to push; {MOST} are the most"
        raise ValueError(reason)
    theirs, ours = _bytes(p256dh), _point(own.public_key())
    shared = own.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
    info = b"WebPush: info\x00" + theirs + ours
    secret = _derived(shared, salt=_bytes(auth), info=info, length=32)
    key = _derived(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derived(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    head = salt + _RECORD.to_bytes(4, "big") + len(ours).to_bytes(1, "big") + ours
    return head + AESGCM(key).encrypt(nonce, payload + _LAST, None)


def vouched(endpoint: str, subject: str, pem: str, now: Micros) -> str:
    """Return the Authorization by which a push service knows the hub (RFC 8292 section 3).

    Raises:
        Misconfigured: The key is no private key on the curve P-256.

    """
    private_key(pem)
    place = urlsplit(endpoint)
    claims = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": now // _SECOND + _HALF_DAY,
        "sub": subject,
    }
    token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, ECKey.import_key(pem))
    return f"vapid t={token}, k={application_key(pem)}"


def _derived(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_NO_KEY: Final = (
    "the key for push messages is no private key on the curve P-256, as PEM; make one with "
    "openssl ecparam -name prime256v1 -genkey -noout"
)
