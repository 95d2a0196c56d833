"""Secrets are named in settings, resolved only here, and masked wherever text leaves the engine."""

import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from byalag import Misconfigured

_REFERENCE = re.compile(r"\{secret:((?:env|file|credential):[^{}]+)\}")
_WHOLE = ("env:", "file:", "credential:")
MASK = "•••"


def is_secret(text: str) -> bool:
    """Tell whether a setting's text names a secret."""
    return text.startswith(_WHOLE) or _REFERENCE.search(text) is not None


class Vault:
    """Resolves the secrets of one source, and remembers them so that they can be masked."""

    def __init__(self, secret: Callable[[str], str]) -> None:
        """Remember how a reference ("env:NAME", "file:PATH", "credential:NAME") is resolved."""
        self._secret = secret
        self._seen: set[str] = set()

    def value(self, text: str) -> str:
        """Resolve a header's value or a body: a reference alone, or references in braces."""
        return self._resolve(text) if text.startswith(_WHOLE) else self._fill(text, str)

    def address(self, text: str) -> str:
        """Resolve an address; a secret in it is percent-encoded."""
        return self._fill(text, lambda secret: quote(secret, safe=""))

    def mask(self, text: str) -> str:
        """Return the text without any secret that has been resolved."""
        for secret in sorted(self._seen, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def _fill(self, text: str, write: Callable[[str], str]) -> str:
        return _REFERENCE.sub(lambda found: write(self._resolve(found[1])), text)

    def _resolve(self, reference: str) -> str:
        secret = self._secret(reference).strip()  # a file ends with a line feed
        if not secret:  # whoever signs with nothing would be let in
            message = f"the secret {reference} is empty"
            raise Misconfigured(message)
        spellings = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}
        self._seen |= {spelling for spelling in spellings if spelling}
        return secret
