"""What of one municipality's is sealed, and how it is opened again."""

import base64
from collections.abc import Container

import msgspec

from byalag.model import Micros, Thing
from byalag.store._bodies import Packed, packed_as_sealed, sealed_as_packed
from byalag.store._seal import Sealed, name_of, seal, seal_alike, unseal
from byalag.store._seal_keys import Keys

_DAY: Micros = 86_400_000_000
RECORD = b"\0byalag sealed\0"
_BODY = b"byalag ledger"
_WORDS = b"byalag words"
_BOOK = b"byalag book\0"
_HIDDEN = "sealed-"


class Sealing:
    """Seals what may tell of people in one municipality's store, and opens it."""

    def __init__(
        self, keys: Keys, *, sources: Container[str] | None, datasets: Container[str]
    ) -> None:
        """Seal what `sources` deliver (None: all do), and who the things of `datasets` are."""
        self.keys = keys
        self._sources = sources
        self._datasets = datasets

    def close(self) -> None:
        """Close the file of keys."""
        self.keys.close()

    def seals(self, source: str) -> bool:
        """Return whether what a source delivers is sealed."""
        return self._sources is None or source in self._sources

    def body(self, packed: Packed, source: str, at: Micros) -> Packed:
        """Return a delivery's body sealed with its source's key of the day."""
        how, content = packed
        name, key = self.keys.of("ledger", about_ledger(source, at), at)
        return packed_as_sealed(how), seal(key, name, content, _BODY)

    def opened(self, packed: int, content: bytes) -> Packed:
        """Return a body as it was before it was sealed.

        Raises:
            Sealed: Its key has been destroyed.
        """
        key = self.keys.named(name_of(content))
        return sealed_as_packed(packed), unseal(key, content, _BODY)

    def record(self, record: bytes, source: str, at: Micros) -> bytes:
        """Return what was set aside of a sealed source, sealed as its deliveries are."""
        name, key = self.keys.of("ledger", about_ledger(source, at), at)
        return RECORD + seal(key, name, record, _BODY)

    def is_record(self, record: bytes) -> bool:
        """Return whether what was set aside is sealed."""
        return record[: len(RECORD)] == RECORD

    def opened_record(self, record: bytes) -> bytes:
        """Return what was set aside as it came.

        Raises:
            Sealed: Its key has been destroyed.
        """
        sealed = record.removeprefix(RECORD)
        return unseal(self.keys.named(name_of(sealed)), sealed, _BODY)

    def mark(self, said: bytes) -> bytes:
        """Return what tells something apart from all else, and tells nobody what it was."""
        return self.keys.mark(said)

    def person(self, thing: str) -> str:
        """Return under what a person's key is kept: nobody can tell from it who it is."""
        return self.mark(b"person\0" + thing.encode()).hex()

    def said(self, document: bytes, subject: str, about: bytes) -> bytes:
        """Return what a book holds of a subject, sealed with that person's key."""
        name, key = self.keys.of("person", self.person(subject), 0)
        return RECORD + seal(key, name, document, _BOOK + about)

    def opened_said(self, document: bytes, about: bytes, met: dict[bytes, bytes]) -> bytes:
        """Return what a book holds of a subject as it was written.

        `met` remembers the keys that one read meets: a subject has many lines.

        Raises:
            Sealed: The person's key has been destroyed.
        """
        sealed = document.removeprefix(RECORD)
        name = name_of(sealed)
        if name not in met:
            met[name] = self.keys.named(name)
        return unseal(met[name], sealed, _BOOK + about)

    @staticmethod
    def is_said(document: bytes) -> bool:
        """Return whether what a book holds is sealed."""
        return document[: len(RECORD)] == RECORD

    def veiled(self, said: Thing) -> Thing:
        """Return a description without what tells who somebody is: that is sealed in its details.

        Each part by itself, and the same each time, so that a description that is said again
        changes nothing.
        """
        if said.dataset not in self._datasets:
            return said
        before = {part: words for part, words in said.details.items() if part.startswith(_HIDDEN)}
        details = {part: words for part, words in said.details.items() if part not in before}
        given = {"name": said.name, "description": said.description, "details": details}
        spoken = {part: words for part, words in given.items() if words}
        if not spoken:
            return said
        name, key = self.keys.of("person", self.person(said.id), 0)
        hidden = {
            f"{_HIDDEN}{part}": base64.b64encode(
                seal_alike(key, name, msgspec.json.encode(words), _WORDS + part.encode())
            ).decode()
            for part, words in spoken.items()
        }
        return msgspec.structs.replace(said, name=None, description=None, details=before | hidden)

    def unveiled(self, said: Thing) -> Thing:
        """Return a description with what tells who somebody is, if the person's key is here."""
        words: dict[str, object] = {}
        for part in ("name", "description", "details"):
            hidden = said.details.get(f"{_HIDDEN}{part}")
            if isinstance(hidden, str):
                sealed = base64.b64decode(hidden)
                plain = unseal(self.keys.named(name_of(sealed)), sealed, _WORDS + part.encode())
                words[part] = msgspec.json.decode(plain)
        return msgspec.convert({**msgspec.to_builtins(said), **words}, Thing) if words else said


def about_ledger(source: str, at: Micros) -> str:
    """Return what a key of the ledger is for: a source, and a day in UTC counted from 1970."""
    return f"{source}/{at // _DAY}"


def opened_record(sealing: Sealing | None, record: bytes) -> bytes:
    """Return what was set aside as it came; a sign in its place where it cannot be opened."""
    if record[: len(RECORD)] != RECORD:
        return record
    try:
        return b"(sealed)" if sealing is None else sealing.opened_record(record)
    except Sealed:
        return b"(sealed)"
