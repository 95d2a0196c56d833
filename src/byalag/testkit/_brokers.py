"""Real message brokers in processes of their own, to be killed and started again at will."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from msgspec import Struct

from byalag.testkit._program import PATIENCE, free_port

_SYSTEM: Final = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


class Certificate(Struct, frozen=True, kw_only=True):
    """What a TLS server shows: files of its own key and chain, and of who signed them."""

    key: Path
    chain: Path
    ca: Path


def certificate(folder: Path, *names: str) -> Certificate:
    """Sign a certificate for these names ("localhost") by an authority made for the purpose."""
    import trustme  # noqa: PLC0415 -- tests need it, the platform does not

    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    signed = authority.issue_cert(*names)
    made = Certificate(key=folder / "key.pem", chain=folder / "chain.pem", ca=folder / "ca.pem")
    signed.private_key_pem.write_to_path(str(made.key))
    made.chain.write_bytes(b"".join(blob.bytes() for blob in signed.cert_chain_pems))
    authority.cert_pem.write_to_path(str(made.ca))
    return made


class _Process:
    """A program that serves ports, and can be killed and started again."""

    def __init__(self, command: Sequence[str], ports: Sequence[int], log: Path) -> None:
        self._command = tuple(command)
        self._ports = tuple(ports)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- a broker that the test asked for
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + PATIENCE
        while not all(_answers(port) for port in self._ports):
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                message = f"{self._command[0]} did not start: {self._log.read_text()[-2000:]}"
                raise RuntimeError(message)
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a power cut to its process would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)


class Mosquitto:
    """An Eclipse Mosquitto broker on loopback, used as a context manager.

    It saves its state whenever it changes, to the second: what it had acknowledged in the last
    second before a `kill()` may be lost with it. `forget()` takes its state away, while it is
    down.
    """

    def __init__(
        self,
        folder: Path,
        *,
        user: str = "",
        password: str = "",
        tls: Certificate | None = None,
        settings: Sequence[str] = (),
    ) -> None:
        """Prepare a broker that keeps its state in a folder; `settings` are lines of its own."""
        self.port = free_port()
        self._tls = tls
        self._data = folder / "data"
        self._data.mkdir(parents=True, exist_ok=True)
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {'false' if user else 'true'}",
            "user root",
            "persistence true",
            f"persistence_location {self._data}/",
            "autosave_interval 1",
            "autosave_on_changes true",
            "max_queued_messages 0",
            "max_inflight_messages 1000",
        ]
        if tls is not None:
            lines += [f"certfile {tls.chain}", f"keyfile {tls.key}"]
        if user:
            lines += [f"password_file {_passwords(folder, user, password)}"]
        file = folder / "mosquitto.conf"
        file.write_text("\n".join([*lines, *settings, ""]))
        command = [_program("mosquitto") or "mosquitto", "-c", str(file)]
        self._process = _Process(command, [self.port], folder / "mosquitto.log")

    @staticmethod
    def installed() -> bool:
        """Tell whether Mosquitto is on this computer."""
        return _program("mosquitto") is not None

    @property
    def url(self) -> str:
        """Return its address."""
        if self._tls is not None:
            return f"mqtts://localhost:{self.port}"
        return f"mqtt://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Start it."""
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.kill()

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()

    def stop(self) -> None:
        """End it in order: its state is saved."""
        self._process.stop()

    def start(self) -> None:
        """Start it again, on the same port with the state it saved."""
        self._process.start()

    def restart(self) -> None:
        """Kill it, and start it again."""
        self.kill()
        self.start()

    def forget(self) -> None:
        """Take away what it has saved: sessions, and messages that were waiting."""
        for file in self._data.iterdir():
            file.unlink()


class NatsServer:
    """A NATS server with JetStream on loopback, used as a context manager. Speaks MQTT 3.1.1 too.

    It writes to disk before it acknowledges. `forget()` takes its streams away, while it is down.
    """

    def __init__(
        self,
        folder: Path,
        *,
        user: str = "",
        password: str = "",
        tls: Certificate | None = None,
        settings: Sequence[str] = (),
    ) -> None:
        """Prepare a server that keeps its streams in a folder; `settings` are lines of its own."""
        self.port, self.mqtt_port = free_port(), free_port()
        self._tls = tls
        self._data = folder / "jetstream"
        self._data.mkdir(parents=True, exist_ok=True)
        shown = _nats_tls(tls)
        lines = [
            'server_name: "here"',
            f'listen: "127.0.0.1:{self.port}"',
            f'jetstream {{ store_dir: "{self._data}", sync_interval: always }}',
            f'mqtt {{\nlisten: "127.0.0.1:{self.mqtt_port}"\n{shown}\n}}',
            shown,
        ]
        if user:
            lines += [f'authorization {{ user: "{user}", password: "{password}" }}']
        file = folder / "nats.conf"
        file.write_text("\n".join([*lines, *settings, ""]))
        command = [_program("nats-server") or "nats-server", "-c", str(file)]
        ports = [self.port, self.mqtt_port]
        self._process = _Process(command, ports, folder / "nats.log")

    @staticmethod
    def installed() -> bool:
        """Tell whether a NATS server is on this computer."""
        return _program("nats-server") is not None

    @property
    def url(self) -> str:
        """Return its address for NATS."""
        if self._tls is not None:
            return f"tls://localhost:{self.port}"
        return f"nats://127.0.0.1:{self.port}"

    @property
    def mqtt_url(self) -> str:
        """Return its address for MQTT."""
        if self._tls is not None:
            return f"mqtts://localhost:{self.mqtt_port}"
        return f"mqtt://127.0.0.1:{self.mqtt_port}"

    def __enter__(self) -> Self:
        """Start it."""
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.kill()

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()

    def stop(self) -> None:
        """End it in order."""
        self._process.stop()

    def start(self) -> None:
        """Start it again, on the same ports with the same streams."""
        self._process.start()

    def restart(self) -> None:
        """Kill it, and start it again."""
        self.kill()
        self.start()

    def forget(self) -> None:
        """Take away what it has saved: streams, consumers and MQTT sessions."""
        shutil.rmtree(self._data)
        self._data.mkdir()


def _nats_tls(tls: Certificate | None) -> str:
    return f'tls {{ cert_file: "{tls.chain}", key_file: "{tls.key}" }}' if tls else ""


def _passwords(folder: Path, user: str, password: str) -> Path:
    """Write a file of passwords as Mosquitto wants it."""
    file = folder / "passwords"
    program = _program("mosquitto_passwd") or "mosquitto_passwd"
    subprocess.run([program, "-c", "-b", str(file), user, password], check=True)  # noqa: S603 -- a program of the broker's own
    return file


def _program(name: str) -> str | None:
    beside = Path(sys.executable).parent
    return shutil.which(name) or shutil.which(name, path=f"{beside}:{_SYSTEM}")


def _answers(port: int) -> bool:
    with socket.socket() as trying:
        trying.settimeout(1.0)
        return trying.connect_ex(("127.0.0.1", port)) == 0
