"""Finds records in a JSON answer. One broken record never stops its neighbours."""

import re
from collections.abc import Iterator
from typing import TypeAlias

import msgspec
from msgspec import Raw

from byalag.model import Json, Rejected
from byalag.sources import Garbled

Steps: TypeAlias = tuple[str, ...]
DEEPEST = 64
BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
STEP = re.compile(r"""'([^']*)'|"([^"]*)"|([^.]+)""")
FIRST = re.compile(rb"\s*(.)", re.DOTALL)
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
members = msgspec.json.Decoder(dict[str, Raw])
items = msgspec.json.Decoder(list[Raw])
anything = msgspec.json.Decoder(Json)


def steps(path: str | None) -> Steps:
    """Split a path such as `result.'dotted.key'.lots` into the names to follow."""
    return tuple(a or b or c for a, b, c in STEP.findall(path or ""))


def raw_records(body: bytes, path: Steps, *, keyed: bool = False) -> Iterator[tuple[str, Raw]]:
    """Yield where each record is and its bytes, undecoded.

    `keyed`: the records are the members of an object; their names are in `where`, last.

    Raises:
        Garbled: The answer is not JSON, or there are no records where they should be.
    """
    try:
        found = _walk(Raw(body), path)
        first = _first(found)
        if first == b"[":
            pairs = [(f"[{number}]", item) for number, item in enumerate(items.decode(found))]
        elif keyed and first == b"{":
            pairs = [(f".{name}", item) for name, item in members.decode(found).items()]
        elif first == b"{" and not path:
            pairs = [("", found)]
        else:
            raise Garbled(_no_list(body, path))
    except BROKEN as error:
        pairs = [(f"[{number}]", item) for number, item in enumerate(_salvage(body, path, error))]
    name = ".".join(path)
    yield from ((f"{name}{where}" or "@", item) for where, item in pairs)


def whole(body: bytes, path: Steps) -> list[Json] | None:
    """Decode all records of an answer at once; None where one of them needs a closer look.

    That is where the answer cannot be decoded, nests deep, or has no list at the path.
    """
    if not _shallow(body):
        return None
    try:
        found = anything.decode(body)
    except BROKEN:
        return None
    for step in path:
        if found.__class__ is not dict:
            return None
        found = found.get(step)
    records: list[Json] | None = found if found.__class__ is list else None
    return records


def read(body: bytes, path: Steps) -> Json:
    """Return what stands at a path of the document, or None. Broken text reads as None."""
    try:
        return anything.decode(_walk(Raw(body), path))
    except (*BROKEN, Garbled):
        return None


def outline(body: bytes, path: Steps) -> dict[str, Json]:
    """Return what stands beside the records at the top of the document: its time, its notices."""
    try:
        beside = members.decode(body)
    except BROKEN:
        return {}
    taken = path[0] if path else None
    return {name: anything.decode(raw) for name, raw in beside.items() if name != taken}


def decoded(where: str, raw: Raw) -> Json | Rejected:
    """Decode one record, or say why it cannot be: NaN, bad text, too deep."""
    try:
        if _too_deep(raw):
            return Rejected(where=where, why=f"is nested deeper than {DEEPEST}", record=bytes(raw))
        return anything.decode(raw)
    except BROKEN as error:
        return Rejected(where=where, why=str(error), record=bytes(raw))


def _walk(raw: Raw, path: Steps) -> Raw:
    for depth, step in enumerate(path):
        inside: Raw | None
        match _first(raw):
            case b"{":
                inside = members.decode(raw).get(step)
            case b"[" if step.isdecimal():
                inside = dict(enumerate(items.decode(raw))).get(int(step))
            case _:
                msgspec.json.decode(raw)  # whatever else is wrong is said first
                inside = None
        if inside is None:
            raise Garbled(_no_list(bytes(raw), path[: depth + 1]))
        raw = inside
    return raw


def _first(raw: Raw) -> bytes:
    """Return the first byte that is not white space; none if there is none."""
    found = FIRST.match(memoryview(raw))
    return found[1] if found else b""


def _no_list(body: bytes, path: Steps) -> str:
    shown = body[:80].decode("utf-8", "replace")
    place = f"at {'.'.join(path)!r}" if path else "at the top"
    return f"no list of records {place} in the answer, which begins: {shown!r}"


def _too_deep(raw: Raw) -> bool:
    text = bytes(raw)
    if text.count(b"[") + text.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for token in TOKEN.finditer(text):
        match text[token.start() : token.start() + 1]:
            case b"[" | b"{":
                depth += 1
                if depth > DEEPEST:
                    return True
            case b"]" | b"}":
                depth -= 1
            case _:
                pass
    return False


def _shallow(body: bytes) -> bool:
    """Return whether brackets pair up within the depth that a record may have.

    Brackets in texts are counted too, which mostly sends an answer the slower way. One written to
    fool this gains nothing: what it nests too deep is refused as a property all the same.
    """
    brackets = body.translate(None, NOT_BRACKETS)
    for _ in range(DEEPEST):
        if not brackets:
            return True
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return False


def _salvage(body: bytes, path: Steps, error: Exception) -> list[Raw]:
    """Split a broken document at the commas of its list of records, by brackets alone."""
    spans = _spans(body, path)
    if spans is None:
        message = f"the answer is not JSON: {error}; it begins: {body[:80]!r}"
        raise Garbled(message) from error
    return [Raw(body[start:end]) for start, end in spans if body[start:end].strip()]


def _spans(body: bytes, path: Steps) -> list[tuple[int, int]] | None:
    """Return where each item of the list at `path` lies, or None if there is no whole list."""
    open_at: list[str | None] = []  # the current name in each open object; None in a list
    spans: list[tuple[int, int]] = []
    word, start, depth = "", -1, 0
    for token in TOKEN.finditer(body):
        mark = body[token.start() : token.start() + 1]
        if start < 0:
            if mark == b"[" and tuple(open_at) == path:
                start, depth = token.end(), 0
            else:
                word = _follow(open_at, mark, token[0], word)
        elif mark in b"[{":
            depth += 1
        elif mark in b"]}" and depth:
            depth -= 1
        elif mark in b",]" and not depth:
            spans.append((start, token.start()))
            start = token.end()
            if mark == b"]":
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
