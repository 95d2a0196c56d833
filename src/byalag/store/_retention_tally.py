"""What is to be deleted, and the evidence of what was. Pure data."""

from hashlib import sha256
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from byalag.model import Json, Micros

Stuff: TypeAlias = Literal[
    "observations", "deliveries", "set-aside", "messages", "files", "journal"
]


class Expiry(Struct, frozen=True, kw_only=True):
    """One rule that is due: what of what, and before which time.

    `people` says that not even the newest delivery is kept, `held` names things of which nothing
    is deleted, and `why` is written down with what was.
    """

    stuff: Stuff
    about: str
    before: Micros
    people: bool = False
    held: frozenset[str] = frozenset()
    why: str = ""


class Expired(Struct, frozen=True, kw_only=True):
    """How much was deleted by a rule, of which period, and the SHA-256 of what it was.

    `size` counts the bytes that deliveries, messages and records held when they came.
    """

    stuff: Stuff
    about: str
    count: int = 0
    series: int = 0
    size: int = 0
    first: Micros | None = None
    last: Micros | None = None
    digest: str = ""

    def more(  # noqa: PLR0913 -- these are what is known of what was deleted
        self,
        count: int,
        first: Micros,
        last: Micros,
        what: bytes,
        *,
        size: int = 0,
        series: int = 0,
    ) -> "Expired":
        """Return it with more that was deleted; `what` is what it was, or the digest of that."""
        summed = sha256(bytes.fromhex(self.digest) + sha256(what).digest())
        return replace(
            self,
            count=self.count + count,
            series=self.series + series,
            size=self.size + size,
            first=first if self.first is None else min(first, self.first),
            last=last if self.last is None else max(last, self.last),
            digest=summed.hexdigest(),
        )

    @property
    def details(self) -> dict[str, Json]:
        """Return it as the audit writes it down."""
        said: dict[str, Json] = {
            "stuff": self.stuff,
            "count": self.count,
            "first": self.first,
            "last": self.last,
            "sha256": self.digest,
        }
        more = {"series": self.series, "bytes": self.size}
        return said | {name: count for name, count in more.items() if count}
