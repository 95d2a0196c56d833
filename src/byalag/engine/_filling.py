"""Filling in a sending's templates: its values, and the secrets that the settings name.

Done in one pass, so that nothing a message says is read as a template or as a secret's name.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from byalag import Misconfigured
from byalag.engine._secret import Vault
from byalag.model import Micros
from byalag.outlets import Filled, Signing

_PART = re.compile(r"\{secret:((?:env|file|credential):[^{}]+)\}|\{(\w+)\}")
_SECOND = 1_000_000
_WRITE: Final[Mapping[str, Callable[[str], str]]] = {
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "form": quote_plus,
    "url": lambda text: quote(text, safe=""),
    "none": str,
}


def filled(what: Filled, vault: Vault) -> str:
    """Return a template with its values and secrets in it."""
    write = _WRITE[what.escape]

    def part(found: re.Match[str]) -> str:
        if found[1]:
            return write(vault.value(found[1]))
        return write(what.values[found[2]]) if found[2] in what.values else found[0]

    return _PART.sub(part, what.template)


def signatures(
    signing: Signing, id_: str, body: bytes, now: Micros, vault: Vault
) -> dict[str, str]:
    """Return the headers that prove a request, signed now.

    Raises:
        Misconfigured: If a secret is not what the signature needs.

    """
    if signing.style == "hmac":
        digest = hmac.digest(vault.value(signing.secrets[0]).encode(), body, signing.hash)
        said = digest.hex() if signing.encoding == "hex" else base64.b64encode(digest).decode()
        return {signing.header: f"{signing.prefix}{said}"}
    seconds = now // _SECOND
    signed = f"{id_}.{seconds}.".encode() + body
    digests = [hmac.digest(_key(vault.value(one)), signed, "sha256") for one in signing.secrets]
    said = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    return {"webhook-timestamp": str(seconds), "webhook-signature": said}


def _key(secret: str) -> bytes:
    """Return the bytes of a secret as Standard Webhooks writes it: whsec_ and base64."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        message = "a secret of a webhook's signature is to be written as whsec_ and base64"
        raise Misconfigured(message) from error
