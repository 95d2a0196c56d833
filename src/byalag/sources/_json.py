"""Finds records in a JSON answer. One broken record never stops its neighbours."""

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw

from byalag.model import Json, Rejected
from byalag.sources import Garbled
from byalag.sources._encoding import utf8
from byalag.sources._salvage import TOKEN, Pairs, Steps, salvaged, without_records
from byalag.sources._unread import no_list, not_json

DEEPEST = 64
KEPT = 65_536  # bytes of a broken record that are set aside; its delivery has them all
BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
STEP = re.compile(r"""'([^']*)'|"([^"]*)"|([^.]+)""")
FIRST = re.compile(rb"\s*(.)", re.DOTALL)
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
members = msgspec.json.Decoder(dict[str, Raw])
items = msgspec.json.Decoder(list[Raw])
anything = msgspec.json.Decoder(Json)


def steps(path: str | None) -> Steps:
    """Split a path such as `result.'dotted.key'.lots` into the names to follow."""
    return tuple(a or b or c for a, b, c in STEP.findall(path or ""))


def raw_records(body: bytes, path: Steps, *, keyed: bool = False) -> Iterator[tuple[str, Raw]]:
    """Yield where each record is and its bytes, undecoded.

    `keyed`: the records are the members of an object; their names are in `where`, last. Objects
    that stand one on each line are records too.

    Raises:
        Garbled: The answer is not JSON, or there are no records where they should be.
    """
    body = utf8(body)
    try:
        pairs = _pairs(body, path, keyed=keyed)
    except BROKEN as error:
        found = salvaged(body, path, keyed=keyed)
        if found is None:
            raise Garbled(not_json(body, error)) from error
        pairs = found
    name = ".".join(path)
    yield from ((f"{name}{where}" or "@", item) for where, item in pairs)


def _pairs(body: bytes, path: Steps, *, keyed: bool) -> Pairs:
    found = _walk(Raw(body), path)
    first = _first(found)
    if first == b"[":
        return [(f"[{number}]", item) for number, item in enumerate(items.decode(found))]
    if keyed and first == b"{":
        return [(f".{name}", item) for name, item in members.decode(found).items()]
    if first == b"{" and not path:
        return _lines(body) or [("", found)]
    anything.decode(found)  # whatever else is wrong is said first
    raise Garbled(no_list(found, path, path))


def _lines(body: bytes) -> Pairs:
    """Return the objects of a text that has one on each line; none if it is one object."""
    if b"\n{" not in body.strip():
        return []
    try:
        members.decode(body)
    except BROKEN:
        lines = enumerate(body.splitlines(), 1)
        return [(f"line {number}", Raw(line)) for number, line in lines if line.strip()]
    return []


def whole(body: bytes, path: Steps) -> list[Json] | None:
    """Decode all records of an answer at once; None where one of them needs a closer look.

    That is where the answer cannot be decoded, nests deep, or has no list at the path.
    """
    body = utf8(body)
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


def alone(body: bytes) -> Json:
    """Return the number, text, true or false that is the whole of a body; None if it is not."""
    if _first(Raw(body)) in b"[{":
        return None
    try:
        return anything.decode(utf8(body))
    except BROKEN:
        return None


def read(body: bytes, path: Steps, records: Steps, *, keyed: bool = False) -> Json:
    """Return what stands at a path beside the records, or None. Broken text reads as None."""
    for text in _readings(body, records, keyed=keyed):
        try:
            return anything.decode(_walk(Raw(text), path))
        except BROKEN:
            continue
        except Garbled:
            return None
    return None


def outline(body: bytes, path: Steps, *, keyed: bool = False) -> dict[str, Json]:
    """Return what stands beside the records at the top of the document: its time, its notices."""
    taken = path[0] if path else None
    for text in _readings(body, path, keyed=keyed):
        try:
            beside = members.decode(text)
            return {name: anything.decode(raw) for name, raw in beside.items() if name != taken}
        except BROKEN:
            continue
    return {}


def _readings(body: bytes, records: Steps, *, keyed: bool) -> Iterator[bytes]:
    """Yield the document, then what is left of it without its records, one of which is broken."""
    body = utf8(body)
    yield body
    beside = None
    if _first(Raw(body)) == b"{":
        beside = without_records(body, records, keyed=keyed)
    if beside is not None:
        yield beside


def decoded(where: str, raw: Raw) -> Json | Rejected:
    """Decode one record, or say why it cannot be: NaN, bad text, too deep."""
    try:
        if not _too_deep(raw):
            return anything.decode(raw)
        why = f"is nested deeper than {DEEPEST}"
    except BROKEN as error:
        why = str(error)
    return Rejected(where=where, why=why, record=bytes(memoryview(raw)[:KEPT]))


def _walk(raw: Raw, path: Steps) -> Raw:
    for depth, step in enumerate(path):
        inside: Raw | None
        match _first(raw):
            case b"{":
                inside = members.decode(raw).get(step)
            case b"[" if step.isdecimal():
                inside = dict(enumerate(items.decode(raw))).get(int(step))
            case _:
                anything.decode(raw)  # whatever else is wrong is said first
                inside = None
        if inside is None:
            raise Garbled(no_list(raw, path[:depth], path))
        raw = inside
    return raw


def _first(raw: Raw) -> bytes:
    """Return the first byte that is not white space; none if there is none."""
    found = FIRST.match(memoryview(raw))
    return found[1] if found else b""


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
