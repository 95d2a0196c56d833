"""What a link opens, and the links that there are. A link itself is known to nobody but its holder.

Of a link only the SHA-256 of its 256 random bits is kept: whoever reads the store cannot follow it.
"""

from hashlib import sha256

from msgspec import Struct

from byalag.model import Micros, MunicipalityCode, ThingId
from byalag.services.care._home import HomeId
from byalag.services.care._life import Home


class Visit(Struct, frozen=True, kw_only=True):
    """Whoever came by a link: one contact of one home, perhaps about one notice, until a time."""

    municipality: MunicipalityCode
    home: HomeId
    contact: ThingId
    notice: str | None
    until: Micros


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One link as it is kept. `digest` is the SHA-256 of what it holds, in hexadecimal digits."""

    digest: str
    contact: ThingId
    until: Micros
    notice: str | None = None


def digest_of(token: str) -> str:
    """Return what is kept of a link."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def opens(link: Link, home: Home | None, now: Micros) -> bool:
    """Tell whether a link opens anything: it lives, and its contact may still be told."""
    return home is not None and now < link.until and link.contact in home.told_to(now)
