"""Why an answer cannot be read, in words for whoever asks the source's owner about it."""

import re

import msgspec
from msgspec import Raw

SHOWN = 80  # characters of the answer
MOST_NAMES = 20
WEB_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
TITLE = re.compile(rb"<title[^>]*>\s*([^<]*?)\s*</title>", re.IGNORECASE)
HEAD = 4096
members = msgspec.json.Decoder(dict[str, Raw])


def what_came(body: bytes, wanted: str) -> str:
    """Say what came in the place of JSON, CSV or XML, where that is plain to see; else nothing."""
    if not body.strip():
        return "the answer is empty"
    head = body[:HEAD]
    if WEB_PAGE.match(head):
        title = TITLE.search(head)
        called = f" ({_text(title[1])!r})" if title and title[1] else ""
        return f"the answer is a web page{called}, not {wanted}"
    if wanted == "JSON" and head.lstrip().startswith(b"<"):
        return "the answer is XML, not JSON"
    return ""


def not_json(body: bytes, error: Exception) -> str:
    """Say why a whole answer cannot be read as JSON."""
    if said := what_came(body, "JSON"):
        return said
    if "truncated" in str(error):
        return f"the answer is cut off; it ends: {_text(body[-SHOWN:])!r}"
    return f"the answer is not JSON ({error}); it begins: {_text(body)!r}"


def no_list(here: Raw, at: tuple[str, ...], path: tuple[str, ...]) -> str:
    """Say that there are no records at a path, and what there is where the path ends."""
    if not path:
        return f"the answer {_what(here)}, not a list of records"
    place = "it" if at == path else f"`{'.'.join(at)}`" if at else "the answer"
    return f"there is no list under `{'.'.join(path)}`; {place} {_what(here)}"


def _what(here: Raw) -> str:
    match bytes(memoryview(here)[:SHOWN]).lstrip()[:1]:
        case b"{":
            names = [name[:SHOWN] for name in members.decode(here)]
            listed = ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
            return f"has: {listed}" if names else "has nothing in it"
        case b"[":
            return "is a list"
        case b'"':
            return "is text"
        case b"n":
            return "is null"
        case b"t" | b"f":
            return "is yes or no"
        case _:
            return "is a number"


def _text(body: bytes) -> str:
    return body[:SHOWN].decode("utf-8", "replace")
