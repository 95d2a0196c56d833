"""The keys of one municipality: one for each source and day, and one for each person.

They lie in a file of their own beside the store, wrapped, and are not copied with each backup:
who destroys a key here takes from every copy of the store what it has sealed. Several processes
may have the file open; what one of them changes the others see at once.
"""

import hmac
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final, Literal, TypeAlias

from byalag.model import Micros
from byalag.store._connection import Kind, Readers, rows
from byalag.store._seal import KEY, NAME, Sealed, seal, unseal
from byalag.store._session import Session
from byalag.store._sql import KEYS_SCHEMA
from byalag.store._sqlite import Row
from byalag.store._writer import Writer

Use: TypeAlias = Literal["municipality", "index", "ledger", "person"]
Named: TypeAlias = tuple[bytes, bytes]
"""A key: its name, and its 32 bytes."""

_KIND: Final = Kind(0x4279_6B65, KEYS_SCHEMA, {}, 1, copied=False)  # marked "Byke"


class Keys:
    """The keys of one municipality."""

    def __init__(self, path: Path, masters: Sequence[Named]) -> None:
        """Open the file, and create it if it is not there.

        The first of `masters` is the present one; the others were so before a rotation.

        Raises:
            Sealed: None of the master keys opens what is there.
            Unfit: The file holds something else.
        """
        self._present = masters[0]
        self._masters = dict(masters)
        self._writer = Writer(path, _KIND)
        path.chmod(0o600)
        self._readers = Readers(path)
        self._lock = Lock()
        self._version = -1
        self._by_use: dict[tuple[Use, str], Named] = {}
        self._by_name: dict[bytes, bytes] = {}
        try:
            self._index = self.of("index", "", 0)[1]
        except Sealed:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self._readers.close()

    def mark(self, said: bytes) -> bytes:
        """Return what tells something apart from all else, and tells nobody what it was."""
        return hmac.digest(self._index, said, sha256)

    def of(self, use: Use, about: str, now: Micros) -> Named:
        """Return the key in use for something; one is made, and is on disk, if there is none."""
        self._forget_if_changed()
        found = self._by_use.get((use, about))
        if found is None:
            found = self._there(use, about)
            if found is None:
                making = self._writer.submit(lambda session: self._made(session, use, about, now))
                found = making.result()
            self._by_use[use, about] = found
            self._by_name[found[0]] = found[1]
        return found

    def _there(self, use: Use, about: str) -> Named | None:
        """Return the key in use for something, if there is one: reading waits for no disk."""
        with self._readers.snapshot() as connection:
            found = rows(connection, "key_in_use", (use, about))
            above = rows(connection, "key_named", (found[0][3],)) if found else []
        return (found[0][0], self._unwrapped(found[0], above)) if found else None

    def named(self, name: bytes) -> bytes:
        """Return a key by its name.

        Raises:
            Sealed: It has been destroyed, or is another municipality's.
        """
        self._forget_if_changed()
        if name not in self._by_name:
            with self._readers.borrow() as connection:
                found = rows(connection, "key_named", (name,))
                if not found:
                    raise Sealed
                above = rows(connection, "key_named", (found[0][3],))
            self._by_name[name] = self._unwrapped(found[0], above)
        return self._by_name[name]

    def retire(self, use: Use, about: str, now: Micros) -> None:
        """Seal nothing more with the key that is in use for something."""
        self._writer.submit(lambda session: session.write("retire_key", (now, use, about))).result()

    def destroy(self, names: Sequence[bytes]) -> int:
        """Destroy keys: nobody can open what they have sealed, here or in a backup."""

        def work(session: Session) -> int:
            return sum(len(session.run("destroy_key", (name,))) for name in names)

        count = self._writer.submit(work).result() if names else 0
        if count:
            self.checkpoint()
        return count

    def destroy_of(self, use: Use, about: str, now: Micros) -> int:
        """Destroy the key that is in use for something, if there is one; return how many."""
        self.retire(use, about, now)
        with self._readers.borrow() as connection:
            found = rows(connection, "keys_retired", (use, about))
        return self.destroy([row[0] for row in found])

    def of_ledger(self) -> list[tuple[bytes, str, Micros | None]]:
        """Return the keys that deliveries are sealed with: name, source and day, when retired."""
        with self._readers.borrow() as connection:
            return [(n, a, r) for n, a, r in rows(connection, "keys_of_ledger")]

    def counts(self) -> list[tuple[str, int, Micros, Micros]]:
        """Return how many keys there are for each use, and when the first and the last was made."""
        with self._readers.borrow() as connection:
            return [(u, n, a, b) for u, n, a, b in rows(connection, "key_counts")]

    def rotate(self, now: Micros) -> int:
        """Wrap every key by a new key of the municipality's, and that by the present master key.

        The key before it is destroyed. Returns how many keys were wrapped anew.
        """
        count = self._writer.submit(lambda session: self._rotate(session, now)).result()
        self.checkpoint()
        return count

    def checkpoint(self) -> None:
        """Leave nothing of what was taken away in the file's log."""
        with self._readers.borrow() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _rotate(self, session: Session, now: Micros) -> int:
        old = session.run("keys_of_municipality")
        opened = {row[0]: self._unwrapped(row, old) for row in session.run("keys_wrapped")}
        uses = {row[0]: row[:3] for row in session.run("keys_wrapped")}
        session.run("retire_key", (now, "municipality", ""))
        name, above = self._municipality(session, now)
        for each, key in opened.items():
            wrapped = seal(above, name, key, _about(*uses[each]))
            session.write("wrap_key", (name, wrapped, each))
        for row in old:
            session.run("destroy_key", (row[0],))
        return len(opened)

    def _made(self, session: Session, use: Use, about: str, now: Micros) -> Named:
        found = session.run("key_in_use", (use, about))
        above = session.run("keys_of_municipality")
        if found:
            return found[0][0], self._unwrapped(found[0], above)
        by, wrapping = self._municipality(session, now)
        name, key = os.urandom(NAME), os.urandom(KEY)
        wrapped = seal(wrapping, by, key, _about(name, use, about))
        session.write("put_key", (name, use, about, by, wrapped, now))
        return name, key

    def _municipality(self, session: Session, now: Micros) -> Named:
        """Return the municipality's own key, as it is in the file now; made if there is none."""
        found = session.run("key_in_use", ("municipality", ""))
        if found:
            return found[0][0], self._unwrapped(found[0], [])
        by, wrapping = self._present
        name, key = os.urandom(NAME), os.urandom(KEY)
        wrapped = seal(wrapping, by, key, _about(name, "municipality", ""))
        session.write("put_key", (name, "municipality", "", by, wrapped, now))
        return name, key

    def _unwrapped(self, row: Row, above: Sequence[Row]) -> bytes:
        name, use, about, by, wrapped = row
        if use == "municipality":
            key = self._masters.get(by)
        else:
            key = next((self._unwrapped(one, []) for one in above if one[0] == by), None)
        if key is None:
            raise Sealed
        return unseal(key, wrapped, _about(name, use, about))

    def _forget_if_changed(self) -> None:
        version = self._readers.version()
        if version != self._version:
            with self._lock:
                self._version = version
                self._by_use = {}
                self._by_name = {}


def _about(name: bytes, use: str, about: str) -> bytes:
    return b"\0".join((b"byalag key", name, use.encode(), about.encode()))
