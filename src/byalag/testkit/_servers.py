"""Real servers that hold files and tables, in processes or threads of their own, to be killed."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Final, Self

from byalag.testkit._program import PATIENCE, free_port

_POSTGRES: Final = "/usr/lib/postgresql/15/bin"
_MARIADB: Final = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


class _Server:
    """A program that listens on a port of loopback; used as a context manager."""

    stop_with = signal.SIGTERM

    def __init__(self, command: Sequence[str], port: int, log: Path, user: str | None) -> None:
        self.port = port
        self._command = tuple(command)
        self._log = log
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- a server that the test asked for
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                cwd="/",
            )
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                message = f"{self._command[0]} did not start: {self._log.read_text()[-2000:]}"
                raise RuntimeError(message)
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.stop_with)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()

    def restart(self) -> None:
        """Stop it as a restart of its machine would, and start it again."""
        self.stop()
        self.start()

    def _answers(self) -> bool:
        with socket.socket() as trying:
            trying.settimeout(1.0)
            return trying.connect_ex(("127.0.0.1", self.port)) == 0


class _Database(_Server):
    """A database server that keeps its data in a temporary folder of its own.

    Not in a test's folder: those are closed to all but their owner, and root may not run it.
    """

    def __init__(self, folder: Path, command: Sequence[str], port: int, user: str | None) -> None:
        super().__init__(command, port, folder / "log", user)
        self._folder = folder

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, and take its data away."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


class PostgreSql(_Database):
    """A PostgreSQL server with a database `postgres` and its user, without password."""

    stop_with = signal.SIGINT  # ends its clients, and then itself

    def __init__(self) -> None:
        """Make a new cluster."""
        port, user = free_port(), _someone("postgres")
        folder = Path(mkdtemp(prefix="byalag-postgres-"))
        data = _owned(folder / "data", user)
        make = [f"{_POSTGRES}/initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-N"]
        _make([*make, "--locale=C", "-E", "UTF8"], user, folder)
        listen = ["-h", "127.0.0.1", "-p", str(port), "-k", ""]
        quick = ["-c", "fsync=off", "-c", "shared_buffers=16MB"]
        command = [f"{_POSTGRES}/postgres", "-D", str(data), *listen, *quick]
        super().__init__(folder, command, port, user)

    @staticmethod
    def installed() -> bool:
        """Tell whether PostgreSQL is on this computer, and somebody who may run it."""
        return Path(_POSTGRES, "initdb").exists() and _may_run("postgres")

    @property
    def url(self) -> str:
        """Return its address as settings write it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def _answers(self) -> bool:
        if not super()._answers():
            return False
        ready = [f"{_POSTGRES}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0  # noqa: S603 -- a program of the server's own


class MariaDb(_Database):
    """A MariaDB server with a database `test`, and a user `byalag` without password."""

    def __init__(self) -> None:
        """Make a new server."""
        port, user = free_port(), _someone("mysql")
        folder = Path(mkdtemp(prefix="byalag-mariadb-"))
        data = _owned(folder / "data", user)
        make = [_found("mariadb-install-db"), "--no-defaults", f"--datadir={data}"]
        _make([*make, "--auth-root-authentication-method=normal"], user, folder)
        begin = folder / "begin.sql"
        begin.write_text(
            "CREATE DATABASE IF NOT EXISTS test CHARACTER SET utf8mb4;\n"
            "CREATE USER IF NOT EXISTS byalag@'127.0.0.1';\n"
            "GRANT ALL ON test.* TO byalag@'127.0.0.1';\n"
        )
        listen = ["--bind-address=127.0.0.1", f"--port={port}", f"--socket={data}/s"]
        quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M"]
        command = [_found("mariadbd"), "--no-defaults", f"--datadir={data}", *listen, *quick]
        names = ["--skip-name-resolve", f"--init-file={begin}", f"--pid-file={data}/pid"]
        super().__init__(folder, [*command, *names], port, user)

    @staticmethod
    def installed() -> bool:
        """Tell whether MariaDB is on this computer, and somebody who may run it."""
        programs = ("mariadbd", "mariadb-install-db")
        return all(shutil.which(one, path=_MARIADB) for one in programs) and _may_run("mysql")

    @property
    def url(self) -> str:
        """Return its address as settings write it."""
        return f"mariadb://byalag@127.0.0.1:{self.port}/test"


class ObjectStorage(_Server):
    """Storage that speaks S3 (moto's server), with nothing in it."""

    def __init__(self, folder: Path) -> None:
        """Prepare it; what it holds is in its memory."""
        port = free_port()
        program = str(Path(sys.executable).with_name("moto_server"))
        command = [program, "-H", "127.0.0.1", "-p", str(port)]
        super().__init__(command, port, folder / "moto.log", None)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"


class SftpServer:
    """An SFTP server in a thread of its own, that shows a folder to one user with a password."""

    user: Final = "files"
    password: Final = "hemligt"  # noqa: S105 -- of a server that lives as long as a test

    def __init__(self, folder: Path, *, key: str = "") -> None:
        """Prepare to show a folder; `key` is a public key that is also let in."""
        import asyncssh  # noqa: PLC0415 -- slow to import, and few tests need it

        self.port = free_port()
        self.connections = 0
        self._folder = folder
        self._key = key
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")  # pyright: ignore[reportUnknownMemberType]  its arguments have no types
        self._loop = asyncio.new_event_loop()
        self._listener: asyncssh.SSHAcceptor | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def host_key(self) -> str:
        """Return its public key as settings write it."""
        return self._host_key.export_public_key().decode().strip()

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def start(self) -> None:
        """Take connections."""
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(PATIENCE)

    def stop(self) -> None:
        """Cut every connection and take no more."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(PATIENCE)

    async def _start(self) -> None:
        import asyncssh  # noqa: PLC0415 -- as above

        server = self

        class Door(asyncssh.SSHServer):
            def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
                server.connections += 1
                self.conn = conn

            def begin_auth(self, username: str) -> bool:
                del username
                if server._key:
                    self.conn.set_authorized_keys(asyncssh.import_authorized_keys(server._key))
                return True

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return (username, password) == (server.user, server.password)

        class Shown(asyncssh.SFTPServer):
            def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
                super().__init__(chan, chroot=os.fsencode(server._folder))  # pyright: ignore[reportUnknownMemberType]  as above

        self._listener = await asyncssh.listen(
            "127.0.0.1",
            self.port,
            server_factory=Door,
            server_host_keys=[self._host_key],
            sftp_factory=Shown,
        )

    async def _stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None


def _found(program: str) -> str:
    return shutil.which(program, path=_MARIADB) or program


def _someone(name: str) -> str | None:
    """Return who is to run a server: not root, as servers refuse that."""
    return name if os.geteuid() == 0 else None


def _may_run(name: str) -> bool:
    if os.geteuid() != 0:
        return True
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _owned(folder: Path, user: str | None) -> Path:
    """Make a folder that a user owns and can reach."""
    folder.mkdir()
    if user is not None:
        shutil.chown(folder, user)
        folder.parent.chmod(0o711)
    return folder


def _make(command: Sequence[str], user: str | None, folder: Path) -> None:
    made = subprocess.run(  # noqa: S603 -- a program of the server's own
        command, user=user, cwd="/", capture_output=True, check=False
    )
    if made.returncode:
        message = f"{command[0]} failed in {folder}: {made.stdout!r} {made.stderr!r}"
        raise RuntimeError(message)
