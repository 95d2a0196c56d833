"""Answers that were recorded with their HTTP head."""

import re

HEAD = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n")
CONTENT_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)


def unwrapped(body: bytes) -> tuple[bytes, str]:
    """Return an answer without its recorded HTTP head, and the media type the head stated.

    A body without a head is returned as it is. The head is dropped whole: it may hold cookies.
    """
    head = HEAD.match(body)
    if head is None:
        return body, ""
    stated = CONTENT_TYPE.search(head[0])
    return body[head.end() :], stated[1].decode("latin-1").strip() if stated else ""
