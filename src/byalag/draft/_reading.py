"""Tells what an answer is written in, and finds where its records can be."""

import re

from msgspec import Struct, field

from byalag import ByalagError
from byalag.draft._texts import Note
from byalag.model import Json


class Undraftable(ByalagError):
    """The answer holds nothing that a source could be made of.

    Look at what the address gives in a browser; an address that gives JSON, CSV, XLSX or XML is
    usually beside the page, as "API" or "download".
    """


class Reading(Struct, kw_only=True):
    """One way to read an answer: a kind of source, how its records are found, and the records.

    `document` is what stands beside them; `about` holds words that tell what they are of; `sure`
    is added to what the reading is worth.
    """

    kind: str
    settings: dict[str, Json]
    records: list[Json]
    document: dict[str, Json] = field(default_factory=dict[str, Json])
    about: str = ""
    notes: list[Note] = field(default_factory=list[Note])
    sure: float = 0
    count: int = 0  # records that there are, where only the first of them are held
    crs: str = ""  # what the answer states
    url: str = ""  # what the kind is to ask, where that is not the address of the answer

    @property
    def size(self) -> int:
        """How many records there are."""
        return max(self.count, len(self.records))


ZIP = b"PK\x03\x04"
PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table)\b",
    re.IGNORECASE | re.DOTALL,
)
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def form_of(body: bytes, media_type: str) -> str:
    """Return "json", "xlsx", "html", "xml" or "csv": by the bytes, and then by what was said.

    Raises:
        Undraftable: If it is empty, or is a format that no kind reads.

    """
    if not body.strip():
        message = "the answer is empty; look at the address in a browser"
        raise Undraftable(message)
    if body.startswith(ZIP):
        return "xlsx"
    if body.startswith((b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"GIF8", b"PAR1")):
        named = {b"%": "PDF", b"\x1f": "gzip", b"\xd0": "an old Excel file (.xls)"}
        what = named.get(body[:1], "binary data")
        message = f"the answer is {what}, which no kind of source reads; ask for JSON, CSV or XLSX"
        raise Undraftable(message)
    text = head(body)
    if text[:1] in "[{":
        return "json"
    if PAGE.match(text.encode()):
        return "html"
    if text[:1] == "<":
        return "html" if "html" in media_type and "xhtml" not in media_type else "xml"
    if "json" in media_type:
        return "json"
    return "csv"


def head(body: bytes) -> str:
    """Return the beginning of a text, whatever it is encoded in."""
    first = body[:4000]
    if first.startswith(b"\xef\xbb\xbf"):
        first = first[3:]
    elif first[:2] in BOMS or b"\0" in first[:4]:
        big = first.startswith(b"\xfe\xff") or first[:1] == b"\0"
        first = first.decode("utf-16-be" if big else "utf-16-le", "replace").encode()
    return first.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
