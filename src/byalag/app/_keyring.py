"""The keys of a running hub: those of its files and of its register, as they are right now.

Every process looks by itself, so a key that is made or revoked counts in all of them without a
restart: within half a second from the register, within a second from a file. A key that is not
known is looked for at once, so that a new one is good from its first use.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, TypeAlias

import structlog
from msgspec import structs

from byalag.app._document import Document
from byalag.app._hub import Hub
from byalag.app._keys import read_keys
from byalag.app._problem import Problem
from byalag.governance import Key, Keyring
from byalag.model import Micros, MunicipalityCode
from byalag.store import ApiKeys, Closed, Register
from byalag.store import Token as KeptToken

TOKEN: Final = "byalag_"  # noqa: S105 -- what a token begins with; no key does, it has no "_"
REGISTER_AGE, FILES_AGE = 0.5, 1.0  # seconds that what was read is taken to hold
_USE: Final = 60_000_000  # microseconds between notes that a key has been shown
_HELD: Final = 10_000  # tokens remembered

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_Stamp: TypeAlias = tuple[int, int, int] | None
_log = structlog.get_logger("byalag.keys")


class LiveKeyring:
    """Recognises what machines show. `recognise` and `find` may be called from any thread."""

    def __init__(
        self,
        root: Path,
        files: Mapping[MunicipalityCode, Path],
        register: Register,
        now: Callable[[], Micros],
        *,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        """Read the `keys.toml` files, by municipality, and the register.

        `root` is the hub folder, and `steady` counts seconds.

        Raises:
            Misconfigured: two keys of files have the same prefix.
        """
        self._root, self._files, self._kept = root, dict(files), ApiKeys(register)
        self._now, self._steady = now, steady
        self._lock = Lock()
        self._of_files: dict[MunicipalityCode, tuple[Key, ...]] = {}
        self._stamps: dict[MunicipalityCode, _Stamp] = {}
        self._of_register: tuple[Key, ...] = ()
        self._version = self._changes = -1
        self._looked = self._looked_files = -FILES_AGE
        self._tokens: dict[bytes, Key] = {}
        self._used: dict[str, Micros] = {}
        self._ring = Keyring()
        self._look(self._steady())
        Keyring(key for keys in self._of_files.values() for key in keys)

    def recognise(self, shown: str) -> Key | None:
        """Return the key that is shown, or whose token is; good or no longer good."""
        self._look_again()
        key = self._recognised(shown)
        if key is None:
            self._look(self._steady())
            key = self._recognised(shown)
        if key is not None:
            self._note_use(key)
        return key

    def find(self, prefix: str) -> Key | None:
        """Return the key with a prefix, good or no longer good."""
        self._look_again()
        return self._ring.find(prefix)

    def is_good(self, prefix: str) -> bool:
        """Tell whether there is a key with a prefix, that is good now."""
        key = self.find(prefix)
        return key is not None and key.why_not(self._now()) is None

    def _recognised(self, shown: str) -> Key | None:
        if shown.startswith(TOKEN):
            return self._token(digest_of(shown))
        return self._ring.recognise(shown)

    def _token(self, digest: bytes) -> Key | None:
        """Return the key of a token's client, with no more than the token may do."""
        found = self._tokens.get(digest)
        if found is None:
            token = self._kept.token(digest)
            client = self._ring.find(token.prefix) if token else None
            if token is None or client is None:
                return None
            if len(self._tokens) >= _HELD:
                self._tokens = {}
            found = self._tokens[digest] = _narrowed(client, token)
        return found

    def _look_again(self) -> None:
        """Look whether something has changed, if that was long enough ago."""
        steady = self._steady()
        if steady - self._looked >= REGISTER_AGE:
            self._look(steady, files=steady - self._looked_files >= FILES_AGE)

    def _look(self, steady: float, *, files: bool = True) -> None:
        with self._lock:
            self._looked = steady
            changed = self._look_at_register()
            if files:
                self._looked_files = steady
                changed |= self._look_at_files()
            if changed:
                named = {key.prefix: key for key in self._of_register}
                named |= {key.prefix: key for keys in self._of_files.values() for key in keys}
                self._ring, self._tokens = Keyring(named.values()), {}

    def _look_at_register(self) -> bool:
        version = self._kept.version()
        if version == self._version:
            return False
        changes, self._version = self._kept.changes(), version
        if changes == self._changes:
            return False
        self._of_register, self._changes = tuple(self._kept.every()), changes
        return True

    def _look_at_files(self) -> bool:
        changed = False
        for code, file in self._files.items():
            stamp = _stamp(file)
            if code not in self._stamps or stamp != self._stamps[code]:
                self._stamps[code], changed = stamp, True
                self._of_files[code] = () if stamp is None else self._read(code, file)
        return changed

    def _read(self, code: MunicipalityCode, file: Path) -> tuple[Key, ...]:
        """Read a file; one that cannot be read changes nothing, and is complained of."""
        problems: list[Problem] = []
        keys = read_keys(Document(file, self._root, problems), code)
        if not problems:
            return keys
        _log.error("keys_not_read", file=str(file), problems=[one.say() for one in problems])
        return self._of_files.get(code, ())

    def _note_use(self, key: Key) -> None:
        """Note that a key has been shown, at most once a minute."""
        now = self._now()
        if now - self._used.get(key.prefix, now - _USE) < _USE or key.why_not(now) is not None:
            return
        self._used[key.prefix] = now
        with suppress(Closed):  # the hub is about to stop
            self._kept.used({key.prefix: now})


def live_keyring(hub: Hub, register: Register, now: Callable[[], Micros]) -> LiveKeyring:
    """Return the keyring of a hub that runs."""
    files = {one.municipality.code: one.folder / "keys.toml" for one in hub.tenants}
    return LiveKeyring(hub.folder, files, register, now)


def digest_of(token: str) -> bytes:
    """Return what is kept of an access token."""
    return sha256(token.encode()).digest()


def _narrowed(client: Key, token: KeptToken) -> Key:
    """Return a client's key as its token has it: fewer scopes, and an earlier end."""
    until = _EPOCH + timedelta(microseconds=token.until)
    return structs.replace(
        client,
        scopes=tuple(scope for scope in token.scopes if scope in client.scopes),
        expires=until if client.expires is None else min(client.expires, until),
    )


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
