"""Answers that are kept for whoever asks the same, until the store changes."""

from collections import OrderedDict
from gzip import compress
from hashlib import sha256
from typing import TypeAlias

from msgspec import Struct

MOST: int = 64 * 1024 * 1024  # bytes of answers that are kept
LARGEST: int = 4 * 1024 * 1024  # bytes of one answer that is kept
_OVERHEAD = 1024  # bytes that an answer takes beside its body
_SMALL = 1024  # bytes of a body that is not worth compressing
_LEVEL = 5

Question: TypeAlias = tuple[object, ...]
Pairs: TypeAlias = list[tuple[bytes, bytes]]


class Sent(Struct):
    """An answer in the form in which it leaves, and as it leaves compressed once that is asked for.

    `pairs` are its headers without the length; `tag` is the entity tag among them, if any. `rests`
    says how much was changed and described when it was made; None where that is nothing to it.
    """

    status: int
    body: bytes
    pairs: Pairs
    tag: bytes = b""
    packed: bytes = b""
    rests: tuple[int | None, int | None] = (None, None)

    @property
    def packable(self) -> bool:
        """Whether it is worth compressing, and has not been by whoever made it."""
        return len(self.body) >= _SMALL and all(
            name != b"content-encoding" for name, _ in self.pairs
        )

    def pack(self) -> bytes:
        """Return the body compressed, the same however often it is asked for."""
        if not self.packed:
            self.packed = compress(self.body, _LEVEL, mtime=0)
        return self.packed


class Kept:
    """The answers that were given last, by question, within a bound in bytes."""

    def __init__(self, most: int = MOST) -> None:
        """Keep nothing yet, and never more than `most` bytes."""
        self._most, self._size = most, 0
        self._answers: OrderedDict[Question, tuple[int, Sent]] = OrderedDict()

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._size

    def find(self, question: Question, version: int) -> Sent | None:
        """Return the answer that was given to a question, if the store is as it was then."""
        found = self._answers.get(question)
        if found is None or found[0] != version:
            return None
        self._answers.move_to_end(question)
        return found[1]

    def renew(self, question: Question, version: int, states: tuple[int, int]) -> Sent | None:
        """Return the answer that was given, if what it rests on is as it was then."""
        found = self._answers.get(question)
        if found is None or not any(
            was is not None and was == now for was, now in zip(found[1].rests, states, strict=True)
        ):
            return None
        self._answers[question] = version, found[1]
        self._answers.move_to_end(question)
        return found[1]

    def keep(self, question: Question, version: int, sent: Sent) -> None:
        """Keep an answer in place of the one before; those not asked for longest make room."""
        before = self._answers.pop(question, None)
        if before is not None:
            self._size -= _size(before[1])
        if len(sent.body) > LARGEST:
            return
        self._answers[question] = version, sent
        self._size += _size(sent)
        while self._size > self._most:
            _, (_, dropped) = self._answers.popitem(last=False)
            self._size -= _size(dropped)


def _size(sent: Sent) -> int:
    return 2 * len(sent.body) + _OVERHEAD  # as much again for the body compressed


def tag(body: bytes, media_type: str) -> str:
    """Return a weak entity tag: what is the same to read has the same one, compressed or not."""
    digest = sha256(media_type.encode() + b"\n")  # which processors have an instruction for
    digest.update(body)
    return f'W/"{digest.hexdigest()[:24]}"'
