"""Promise 23: a canary through everything that takes a secret, in a hub where all goes wrong."""

import base64
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, quote_plus

import pytest

import byalag.outlets
import byalag.sources
from byalag.engine import hide_from_log, mask_event, spellings_of_secret
from byalag.testkit import RunningHub
from byalag.testkit import byalag as run

pytestmark = pytest.mark.proves(23)


HEAD = "k4nary/ä+"
MASTER = "huvudnyckel/ä+" * 4
HOSTED = re.compile(r"\b[\w.-]+\.(?:example|se|nu|com|org)\b")
NAMED = re.compile(r"env:([A-Z][A-Z0-9_]*)")
_ASKED = 12  # requests that have been echoed, from which all have had their turn
DATASETS = re.compile(r'datasets? = \[?"([a-z-]+)"')
PAGES = (
    "/", "/health", "/metrics", "/drift", "/en/operations", "/nothing-here", "/apis",
    "/observations/v1/openapi.json", "/datasets/dcat", "/drift/kallor", "/en/about",
)  # fmt: skip


def spelt(secret: str) -> set[bytes]:
    """Return the ways in which a secret could be written, worked out apart from the hub's own."""
    raw = secret.encode()
    return {
        raw,
        quote(secret, safe="").encode(),
        quote(secret).encode(),
        quote_plus(secret).encode(),
        base64.b64encode(raw).rstrip(b"="),
        base64.urlsafe_b64encode(raw).rstrip(b"="),
        raw.hex().encode(),
        raw.hex().upper().encode(),
        secret.encode("utf-16-le"),
    }


class Echo(BaseHTTPRequestHandler):
    """Gives all that it was told back, with one error after the other."""

    asked = 0
    heard: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).asked += 1
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        told = f"{self.path}\n{self.headers}\n".encode() + body
        type(self).heard.append(told.decode("utf-8", "replace"))
        status = (500, 403, 401, 302, 429)[self.asked % 5]
        self.send_response(status)
        if status == 302:
            self.send_header("location", f"http://127.0.0.1:1/{quote(told[:500])}")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 -- as http.server names them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as the class names it
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


class Canaries:
    """The secrets: half of them in the environment, half in files, and one that systemd gives."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.all: dict[str, str] = {}
        self._folder = folder
        self._monkeypatch = monkeypatch
        (folder / "credentials").mkdir(parents=True)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder / "credentials"))

    def name(self, what: str, value: str = "") -> str:
        """Make a secret and return what names it."""
        number = len(self.all)
        secret = value or f"{HEAD}{what}-{number}"
        self.all[what] = secret
        match number % 3:
            case 0:
                self._monkeypatch.setenv(f"CANARY_{number}", secret)
                return f"env:CANARY_{number}"
            case 1:
                file = self._folder / f"canary-{number}"
                file.write_text(secret + "\n", "utf-8")
                return f"file:{os.path.relpath(file, self._folder.parent / 'nav')}"
            case _:
                (self._folder / "credentials" / f"canary-{number}").write_text(secret, "utf-8")
                return f"credential:canary-{number}"


def samples(home: Path) -> Iterator[tuple[str, str]]:
    for sample in sorted(home.glob("*/sample.toml")):
        text = sample.read_text("utf-8")
        if NAMED.search(text):
            yield sample.parent.name.replace("_", "-"), text


def written(text: str, kind: str, canaries: Canaries, port: int) -> str:
    """Return a sample with canaries for its secrets and the echo for every host."""
    text = NAMED.sub(lambda found: canaries.name(f"{kind}-{found[1]}"), text)
    text = HOSTED.sub("127.0.0.1", text)
    text = text.replace("https://127.0.0.1", f"http://127.0.0.1:{port}")
    return re.sub(r'every = "\w+"', 'every = "1s"', text)


@pytest.fixture
def canaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Canaries:
    return Canaries(tmp_path / "secrets", monkeypatch)


@pytest.fixture
def hub(tmp_path: Path, canaries: Canaries, echo: int) -> Path:
    """Return a hub folder with every kind of source and outlet that takes a secret."""
    folder = tmp_path / "nav"
    home = folder / "skelleftea"
    for name in ("datasets", "sources", "outlets"):
        (home / name).mkdir(parents=True)
    texts = {
        "sources": dict(samples(Path(byalag.sources.__path__[0]))),
        "outlets": dict(samples(Path(byalag.outlets.__path__[0]))),
    }
    names: set[str] = {"people"}
    for part, found in texts.items():
        for kind, sample in found.items():
            names |= set(DATASETS.findall(sample))
            text = written(sample, f"{part}-{kind}", canaries, echo)
            (home / part / f"{part}-{kind}.toml").write_text(text, "utf-8")
    for name in names:
        (home / "datasets" / f"{name}.toml").write_text('title = { sv = "Data" }\n')
    (home / "municipality.toml").write_text(
        'code = "2482"\nname = "Skellefteå"\non_premises = ["127.0.0.0/8"]\n'
    )
    (folder / "hub.toml").write_text(
        f"""name = "Kanariefåglar"
[sealing]
master = "{canaries.name("master", MASTER)}"
all = true
[sensorthings]
broker = "mqtt://127.0.0.1:1"
password = "{canaries.name("broker")}"
[login]
pseudonyms = "{canaries.name("pseudonyms", HEAD + "pseudonymer" * 4)}"
[[login.provider]]
name = "prov"
issuer = "http://127.0.0.1:{echo}"
client_id = "byalag"
client_secret = "{canaries.name("client")}"
on_premises = ["127.0.0.0/8"]
""",
        "utf-8",
    )
    _leave_out_unfit(folder)
    return folder


def _leave_out_unfit(folder: Path) -> None:
    """Take away the samples that need more than a folder of settings: a codec, a host's key."""
    for _ in range(10):
        checked = run("check", folder, "--json")
        faulty = set(re.findall(r"(skelleftea/(?:sources|outlets)/[\w-]+\.toml)", checked.out))
        if checked.code == 0 or not faulty:
            return
        for one in faulty:
            (folder / one).unlink(missing_ok=True)


def processes(pid: int) -> list[int]:
    """Return a process and all that it has begun."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += processes(int(child))
    return found


def found_in(places: dict[str, bytes], secrets: dict[str, str]) -> list[str]:
    return [
        f"{what} in {place}"
        for what, secret in secrets.items()
        for one in spelt(secret)
        for place, text in places.items()
        if one in text
    ]


def run_for_a_while(hub: Path) -> dict[str, bytes]:
    """Return what a hub shows while it runs: pages, its log, and what its processes were given."""
    places: dict[str, bytes] = {}
    with RunningHub("serve", hub) as running:
        for _ in range(400):
            if Echo.asked >= _ASKED:
                break
            threading.Event().wait(0.05)
        for page in PAGES:
            places[f"page {page}"] = repr(running.get(page)).encode()
        for pid in processes(running.pid):
            places[f"argv {pid}"] = Path(f"/proc/{pid}/cmdline").read_bytes()
            if pid != running.pid:
                places[f"environ {pid}"] = Path(f"/proc/{pid}/environ").read_bytes()
        running.stop()
        places["log"] = running.said.encode()
    return places


def ask_the_terminal(hub: Path, sources: list[str], outlets: list[str]) -> dict[str, bytes]:
    """Return what the terminal says of a hub, and of each source and outlet that is tried."""
    commands: list[tuple[object, ...]] = [
        ("check", hub),
        ("doctor", hub),
        ("outlet", "list", hub),
        ("secret", "list", hub),
        ("retention", "show", hub),
        ("key", "list", hub),
        ("backup", "make", hub, hub.parent / "backups"),
    ]
    commands += [("source", "try", hub, name) for name in sources]
    commands += [("outlet", "test", hub, name) for name in outlets]
    places: dict[str, bytes] = {}
    for command in commands:
        for more in ((), ("--json",)):
            said = run(*command, *more)
            places[" ".join(map(str, (*command, *more)))] = (said.out + said.err).encode()
    return places


@pytest.mark.promise
def test_a_canary_goes_everywhere_and_is_found_nowhere(
    hub: Path, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYALAG_LOG", "debug")
    home = hub / "skelleftea"
    sources = sorted(one.stem for one in (home / "sources").glob("*.toml"))
    outlets = sorted(one.stem for one in (home / "outlets").glob("*.toml"))
    assert len(sources) >= 8
    assert len(outlets) >= 3
    places = run_for_a_while(hub) | ask_the_terminal(hub, sources, outlets)
    assert (hub.parent / "backups").is_dir()
    for file in (*hub.rglob("*"), *(hub.parent / "backups").rglob("*")):
        if file.is_file():
            places[str(file.relative_to(hub.parent))] = file.read_bytes()
    assert "".join(Echo.heard).count("k4nary") >= 4
    assert b"source_failed" in places["log"]
    assert found_in(places, canaries.all) == []


def test_a_secret_that_slips_through_is_masked_in_the_log_in_every_spelling() -> None:
    secret = f"{HEAD}sista muren"
    hide_from_log(secret)
    basic = base64.b64encode(f"byalag:{secret}:x".encode()).decode()
    lines = [f"a {one.decode('latin-1')} b" for one in spelt(secret) if b"\0" not in one]
    event = {
        "event": f"failed with {secret}",
        "url": f"http://a/?k={quote(secret, safe='')}",
        "headers": {"authorization": f"Basic {basic}", "x": [secret.encode(), 1, None]},
        "trace": ValueError(secret),
        "lines": [one.encode("latin-1").decode("utf-8") for one in lines],
    }
    said = repr(mask_event(None, "", event)).encode()
    assert not any(one in said for one in spelt(secret))
    assert basic.encode() not in said
    assert {secret, secret.encode().hex()} <= spellings_of_secret(secret)
