"""`byalag source draft`: from a file or an address to a hub folder that is right."""

import json
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from byalag.cli._main import run

ANSWERS = Path(__file__).parent / "answers"
EXAMPLE = Path(__file__).parents[2] / "examples" / "hub"


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "hub"))


class _Server(BaseHTTPRequestHandler):
    """Serves the spaces to whoever shows the key."""

    def do_GET(self) -> None:
        good = self.headers.get("X-Key") == "hemlig"
        body = (ANSWERS / "spaces.json").read_bytes() if good else b"{}"
        self.send_response(200 if good else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/lots"
        server.shutdown()


@pytest.mark.parametrize("answer", sorted(ANSWERS.iterdir()), ids=lambda file: file.name)
def test_every_drafted_file_is_right_in_a_hub(answer: Path, hub: Path) -> None:
    assert run(["source", "draft", str(answer), "--hub", str(hub), "--name", "ny"]) == 0
    assert run(["check", str(hub)]) == 0
    assert run(["source", "try", str(hub), "ny", "--file", str(answer)]) == 0


def test_a_file_that_is_there_is_not_written_over(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["source", "draft", str(ANSWERS / "spaces.json"), "--hub", str(hub), "--name", "basel"]
    before = (hub / "skelleftea/sources/basel.toml").read_text()
    assert run(given) != 0
    assert "--force" in capsys.readouterr().err
    assert (hub / "skelleftea/sources/basel.toml").read_text() == before
    assert run([*given, "--force"]) == 0


def test_an_address_of_ones_own_is_asked_only_when_allowed(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NYCKEL", "hemlig")
    given = ["--lang", "en", "source", "draft", address, "--header", "X-Key: env:NYCKEL", "--json"]
    assert run(given) != 0
    assert "--allow" in capsys.readouterr().out
    assert run([*given, "--allow", "127.0.0.1/32"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["findings"][0].startswith("3 records: 3 things")
    assert 'headers = { X-Key = "env:NYCKEL" }' in answer["text"]
    assert "hemlig" not in answer["text"]


def test_questions_are_counted_in_swedish(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "sv", "source", "draft", str(ANSWERS / "french.csv")]) == 0
    said = capsys.readouterr()
    assert "frågor att titta på:" in said.err
    assert 'kind = "http-csv"' in said.out
