"""Takes a JSON document apart where a record breaks it: by brackets alone, at the commas."""

import re
from typing import TypeAlias

import msgspec
from msgspec import Raw

Steps: TypeAlias = tuple[str, ...]
Pairs: TypeAlias = list[tuple[str, Raw]]
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)
DEEPEST = 300_000  # brackets within brackets; what is deeper is no record that lost its way
MEMBER = re.compile(rb'\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:(.*)', re.DOTALL)


def salvaged(body: bytes, path: Steps, *, keyed: bool) -> Pairs | None:
    """Return the records of a broken document, or None if there is no whole list of them.

    `keyed`: the records are the members of an object.
    """
    spans = _spans(body, path, keyed=keyed)
    if spans is None:
        return None
    texts = [body[start:end] for start, end in spans if body[start:end].strip()]
    if keyed:
        return [_member(number, text) for number, text in enumerate(texts)]
    return [(f"[{number}]", Raw(text)) for number, text in enumerate(texts)]


def without_records(body: bytes, path: Steps, *, keyed: bool) -> bytes | None:
    """Return a document with no records left in it, or None if it has no whole list of them."""
    spans = _spans(body, path, keyed=keyed)
    return body[: spans[0][0]] + body[spans[-1][1] :] if spans else None


def _member(number: int, text: bytes) -> tuple[str, Raw]:
    """Return a member's name and value; one without a readable name is known by its number."""
    found = MEMBER.fullmatch(text)
    if found is None:
        return f"[{number}]", Raw(text)
    try:
        name = msgspec.json.decode(found[1], type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"[{number}]", Raw(text)
    return f".{name}", Raw(found[2])


def _spans(body: bytes, path: Steps, *, keyed: bool) -> list[tuple[int, int]] | None:
    """Return where each record at `path` lies, or None if there is no whole list."""
    opens, closes = (b"{", b"}") if keyed else (b"[", b"]")
    open_at: list[str | None] = []  # the current name in each open object; None in a list
    spans: list[tuple[int, int]] = []
    word, start, depth = "", -1, 0
    for token in TOKEN.finditer(body):
        mark = body[token.start() : token.start() + 1]
        if max(len(open_at), depth) > DEEPEST:
            return None
        if start < 0:
            if mark == opens and len(open_at) == len(path) and tuple(open_at) == path:
                start, depth = token.end(), 0
            else:
                word = _follow(open_at, mark, token[0], word)
        elif mark in b"[{":
            depth += 1
        elif mark in b"]}" and depth:
            depth -= 1
        elif mark in b"," + closes and not depth:
            spans.append((start, token.start()))
            start = token.end()
            if mark == closes:
                return spans
    return None


def _follow(open_at: list[str | None], mark: bytes, token: bytes, word: str) -> str:
    match mark:
        case b'"':
            return token[1:-1].decode("utf-8", "replace")
        case b":" if open_at:
            open_at[-1] = word
        case b"{":
            open_at.append("")
        case b"[":
            open_at.append(None)
        case b"]" | b"}" if open_at:
            open_at.pop()
        case _:
            pass
    return word
