"""Watches a folder on another machine over SFTP. The server must show the key that we know."""

import stat
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final, cast

import asyncssh
from anyio import fail_after
from asyncssh.constants import FILEXFER_TYPE_REGULAR

from byalag.engine._face import Unreachable
from byalag.engine._guard import Network, Resolve, checked
from byalag.engine._place import (
    TAKEN,
    Changed,
    Entry,
    Unreadable,
    is_finished,
    other_name,
    too_large,
)
from byalag.engine._secret import Vault
from byalag.model import Micros
from byalag.sources import Sftp

_CONNECT: Final = 20.0  # to connect and log in, seconds
_STEP: Final = 60.0  # one operation on one file, but for reading, seconds
_READ: Final = 600.0  # reading one file, seconds
_TRIES: Final = 100


@asynccontextmanager
async def sftp_place(
    sftp: Sftp, vault: Vault, resolve: Resolve, allowed: tuple[Network, ...]
) -> AsyncGenerator["SftpPlace"]:
    """Connect for as long as the block lasts, to a checked address.

    Raises:
        Unreachable: If the server may not be reached, does not answer, shows another key than
            ours, or does not let us in.

    """
    addresses = await checked(sftp.host, sftp.port, resolve, allowed)
    with _wrong(sftp):
        with fail_after(_CONNECT):
            connection = await _connect(sftp, vault, addresses)
        async with connection, connection.start_sftp_client() as client:
            yield SftpPlace(sftp, client)


async def _connect(sftp: Sftp, vault: Vault, addresses: list[str]) -> asyncssh.SSHClientConnection:
    """Connect to the first address that answers."""
    options = _options(sftp, vault)
    for address in addresses[:-1]:
        try:
            return await asyncssh.connect(address, sftp.port, options=options)
        except OSError:
            continue
    return await asyncssh.connect(addresses[-1], sftp.port, options=options)


def _options(sftp: Sftp, vault: Vault) -> asyncssh.SSHClientConnectionOptions:
    """Say who we are and whom we trust; nothing is taken from this machine's own SSH settings."""
    try:
        known = asyncssh.import_public_key(sftp.host_key)
    except asyncssh.KeyImportError as error:
        reason = "`host_key` is not a key; write it as ssh-keyscan shows it, from ssh-… on"
        raise Unreachable(reason) from error
    none: tuple[list[asyncssh.SSHKey], list[asyncssh.SSHKey]] = ([], [])  # authorities, revoked
    key = vault.value(sftp.private_key)
    try:
        ours = [asyncssh.import_private_key(key)] if key else None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        reason = "`private_key` is not a private key without a passphrase (OpenSSH or PEM)"
        raise Unreachable(reason) from error
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        known_hosts=([known], *none),
        username=sftp.user,
        password=vault.value(sftp.password) or None,
        client_keys=ours,
        agent_path=None,
        gss_host=None,
        keepalive_interval=30,
        login_timeout=_CONNECT,
    )


class SftpPlace:
    """A folder on a connected server."""

    def __init__(self, sftp: Sftp, client: asyncssh.SFTPClient) -> None:
        """Work in the folder through this client."""
        self._path = sftp.path.rstrip("/") or "/"
        self._client = client

    async def entries(self) -> list[Entry]:
        """Return every file that has a finished name."""
        try:
            with fail_after(_STEP):
                found = await self._client.readdir(self._path)
        except asyncssh.SFTPError as error:
            reason = (
                f"the folder {self._path} cannot be listed ({error.reason}); check `path` and the "
                "rights of the user"
            )
            raise Unreachable(reason) from error
        return [_entry(str(one.filename), one.attrs) for one in found if _is_file(one)]

    async def read(self, entry: Entry, max_bytes: int) -> bytes:
        """Return a file's content."""
        path = self._of(entry.name)
        with _wrong_with("read"), fail_after(_READ):
            async with self._client.open(path, "rb") as file:
                content = cast("bytes", await file.read(max_bytes + 1))
                told = await file.stat()
        if len(content) > max_bytes:
            raise too_large(entry, max_bytes)
        if _mark(told) != entry.mark or len(content) != entry.size:
            raise Changed(entry.name)
        return content

    async def move(self, entry: Entry, received: Micros) -> str:
        """Move a taken file to the folder of such; the server's own rename overwrites nothing."""
        with _wrong_with("moved"), fail_after(_STEP):
            if _mark(await self._client.lstat(self._of(entry.name))) != entry.mark:
                raise Changed(entry.name)
            await self._client.makedirs(self._of(TAKEN), exist_ok=True)
            for number in range(_TRIES):
                name = other_name(entry.name, received, number)
                if await self._client.exists(self._of(TAKEN, name)):
                    continue
                await self._client.rename(self._of(entry.name), self._of(TAKEN, name))
                return name
        message = f"there are {_TRIES} files like it in {TAKEN}; tidy that folder"
        raise Unreadable(message)

    async def write(self, name: str, content: bytes) -> None:
        """Write a note beside the taken files."""
        with _wrong_with("written"), fail_after(_STEP):
            async with self._client.open(self._of(TAKEN, name), "wb") as file:
                await file.write(content)

    def _of(self, *names: str) -> str:
        return "/".join((self._path.rstrip("/"), *names))


def _is_file(one: asyncssh.SFTPName) -> bool:
    """Tell whether the server lists a plain file with a finished, plain name; links are not."""
    name = str(one.filename)
    mode = one.attrs.permissions
    plain = one.attrs.type == FILEXFER_TYPE_REGULAR or (mode is not None and stat.S_ISREG(mode))
    return plain and "/" not in name and is_finished(name)


def _entry(name: str, told: asyncssh.SFTPAttrs) -> Entry:
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        fault = "its name is not UTF-8; rename it"
        return Entry(name=shown, size=told.size or 0, mark=_mark(told), fault=fault)
    return Entry(name=name, size=told.size or 0, mark=_mark(told), at=float(told.mtime or 0))


def _mark(told: asyncssh.SFTPAttrs) -> str:
    return f"{told.size}/{told.mtime}/{told.mtime_ns or 0}"


@contextmanager
def _wrong(sftp: Sftp) -> Generator[None]:
    """Say what went wrong with the server, and what to do."""
    try:
        yield
    except asyncssh.HostKeyNotVerifiable as error:
        reason = (
            f"{sftp.host} does not show the key in `host_key`; ask its owner whether it has a new "
            "one, by telephone, before you write it there"
        )
        raise Unreachable(reason) from error
    except asyncssh.PermissionDenied as error:
        reason = f"{sftp.host} does not let {sftp.user} in; check `password` or `private_key`"
        raise Unreachable(reason) from error
    except TimeoutError as error:
        reason = f"{sftp.host} did not answer in time"
        raise Unreachable(reason) from error
    except (asyncssh.Error, OSError) as error:
        reason = f"{sftp.host} cannot be reached by SFTP ({error})"
        raise Unreachable(reason) from error


@contextmanager
def _wrong_with(done: str) -> Generator[None]:
    """Say of one file what went wrong with it; a lost connection is the server's fault."""
    try:
        yield
    except asyncssh.SFTPNoSuchFile as error:
        raise Changed(error.reason) from error
    except (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost):
        raise
    except asyncssh.SFTPError as error:
        message = f"it cannot be {done} ({error.reason}); check the rights of the user there"
        raise Unreadable(message) from error
