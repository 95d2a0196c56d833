"""Anchoring the audits: once a day the end of each is kept where its own keeper cannot reach it.

The end of a municipality's audit is written in the hub's audit, in the audit of the municipality
next to it, and in a file that is signed and only added to, which an operator can take elsewhere.
Whoever alters one audit must then alter several, and every copy of the file.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import anyio
import msgspec
import structlog
from anyio import to_thread
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct, structs

from byalag import ByalagError
from byalag.model import Micros
from byalag.store import Altered, Anchor, Audit, Note, Register, Store, Wanted, contradictions

HUB: Final = "hub"  # whose audit the register holds, where a municipality's is by its code
WHAT: Final = "anchor"
ANCHORS: Final = "anchors.jsonl"
KEY: Final = "anchor.key"
_DAY: Final = 86_400_000_000
_STALE: Final = 2 * _DAY  # so long without an anchor, and nothing about people is answered
_LOOK: Final = 3600.0  # seconds between looks at whether it is time
_ENOUGH: Final = 100_000  # anchors that are read of one audit

_log = structlog.get_logger()


class NotAnchored(ByalagError):
    """The audit could not be anchored for two days, so nothing about people is answered.

    The operator looks in the log for anchoring_failed, and mends what it says.
    """

    exit_code = 5


class Signed(Struct, frozen=True, kw_only=True):
    """A line of the file of anchors: the anchor, the public key and the signature, in base64."""

    of: str
    at: Micros
    seq: int
    hash: str
    by: str
    signature: str

    @property
    def anchor(self) -> Anchor:
        """The anchor itself."""
        return Anchor(of=self.of, at=self.at, seq=self.seq, hash=self.hash)


class Found(Struct, frozen=True, kw_only=True):
    """What verifying one audit found: how many lines, how many anchors it was held against."""

    of: str
    lines: int
    anchors: int
    altered: Altered | None = None


class Anchoring:
    """Keeps the ends of a hub's audits."""

    def __init__(
        self,
        stores: Mapping[str, Store],
        register: Register,
        folder: Path,
        now: Callable[[], Micros],
    ) -> None:
        """Prepare to anchor; the file and its key are in `folder`."""
        self._stores, self._register, self._folder, self._now = stores, register, folder, now
        self._since: Micros = now()  # when all was anchored last; a start counts as having been

    async def run(self, stop: anyio.Event) -> None:
        """Anchor at the start and then once a day, until `stop` is set."""
        due = 0
        while not stop.is_set():
            if self._now() >= due:
                try:
                    await to_thread.run_sync(self.anchor)
                except Exception:  # noqa: BLE001 -- tried again within the hour; `require` tells
                    _log.exception("anchoring_failed")
                else:
                    due = self._now() + _DAY
            with anyio.move_on_after(_LOOK):
                await stop.wait()

    def anchor(self) -> list[Anchor]:
        """Keep the end of each audit that has grown since; return what was kept."""
        at, kept = self._now(), list[Anchor]()
        known = {one.of: one.seq for one in sorted(self._told(), key=lambda one: one.seq)}
        for of, audit in self._audits():
            head = audit.head()
            if head.seq > known.get(of, 0):
                kept.append(Anchor(of=of, at=at, seq=head.seq, hash=head.hash))
        waits: list[Future[int]] = []
        for one in kept:
            waits += [note(_line(one)) for note in self._others(one.of)]
        _sign(self._folder, kept)
        for wait in waits:
            wait.result()
        self._since = at
        return kept

    def require(self) -> None:
        """Refuse to go on with what is about people when the audit has not been anchored.

        Raises:
            NotAnchored: It could not be anchored for two days.
        """
        if self._now() - self._since > _STALE:
            raise NotAnchored

    def _audits(self) -> Iterator[tuple[str, Audit]]:
        for code, store in sorted(self._stores.items()):
            yield code, store.audit
        yield HUB, self._register.audit

    def _told(self) -> Iterator[Anchor]:
        yield from anchors_in(self._register.audit)

    def _others(self, of: str) -> Iterator[Callable[[Note], Future[int]]]:
        """Yield where the end of an audit is kept: never in itself."""
        codes = sorted(self._stores)
        if of != HUB:
            yield self._register.note
        if codes and codes != [of]:
            place = codes.index(of) + 1 if of in codes else 0
            yield self._stores[codes[place % len(codes)]].note


def verified(
    audits: Mapping[str, Audit], folder: Path, more: Iterable[Anchor] = ()
) -> Iterator[Found]:
    """Yield what each audit is found to be, held against every anchor there is of it.

    `audits` is by municipality code, and the hub's by "hub". `more` are anchors from elsewhere.
    """
    anchors = [*more, *read_anchors(folder / ANCHORS)]
    for audit in audits.values():
        anchors += anchors_in(audit)
    doubted = {one.of: (one, other) for one, other in contradictions(anchors)}
    for of, audit in audits.items():
        own = [one for one in anchors if one.of == of]
        altered = audit.first_altered(own)
        if altered is None and of in doubted:
            one, other = doubted[of]
            why = f"two anchors of line {one.seq} differ, from {one.at} and {other.at}"
            altered = Altered(seq=one.seq, why=why)
        yield Found(of=of, lines=audit.head().seq, anchors=len(own), altered=altered)


def anchors_in(audit: Audit) -> list[Anchor]:
    """Return the anchors of others that an audit holds."""
    found = list[Anchor]()
    for note in audit.notes(Wanted(what=WHAT), limit=_ENOUGH):
        of = note.about.removeprefix("audit/")
        seq, digest = note.details.get("seq"), note.details.get("hash")
        if isinstance(seq, int) and isinstance(digest, str):
            found.append(Anchor(of=of, at=note.at, seq=seq, hash=digest))
    return found


def read_anchors(file: Path) -> list[Anchor]:
    """Return the anchors of a file, each of whose signatures is right.

    Raises:
        Forged: a line has been changed, or is not one of ours.
    """
    found = list[Anchor]()
    lines = file.read_bytes().splitlines() if file.is_file() else []
    for number, text in enumerate(lines, 1):
        try:
            line = msgspec.json.decode(text, type=Signed)
            key = Ed25519PublicKey.from_public_bytes(b64decode(line.by, validate=True))
            key.verify(b64decode(line.signature, validate=True), _told(line.anchor))
        except (msgspec.MsgspecError, ValueError, InvalidSignature) as error:
            message = f"{file}, line {number}, is not an anchor that was signed here: {error}"
            raise Forged(message) from error
        found.append(line.anchor)
    return found


class Forged(ByalagError):
    """A file of anchors has a line that was not signed.

    Hold the audits against a copy of the file that has been kept elsewhere.
    """

    exit_code = 3


def _line(anchor: Anchor) -> Note:
    details = {"seq": anchor.seq, "hash": anchor.hash}
    return Note(at=anchor.at, who="byalag", what=WHAT, about=f"audit/{anchor.of}", details=details)


def _sign(folder: Path, anchors: Iterable[Anchor]) -> None:
    """Add anchors to the file, signed; on disk when it returns."""
    key = _key(folder / KEY)
    by = b64encode(key.public_key().public_bytes_raw()).decode()
    lines = [
        msgspec.json.encode(
            Signed(**structs.asdict(one), by=by, signature=b64encode(key.sign(_told(one))).decode())
        )
        for one in anchors
    ]
    if not lines:
        return
    with (folder / ANCHORS).open("ab") as file:
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def _told(anchor: Anchor) -> bytes:
    return msgspec.json.encode([anchor.of, anchor.at, anchor.seq, anchor.hash])


def _key(file: Path) -> Ed25519PrivateKey:
    """Return the key that anchors are signed with; made when there is none, for its owner only."""
    if not file.exists():
        raw = Ed25519PrivateKey.generate().private_bytes_raw()
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(raw)
            os.fsync(made.fileno())
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
