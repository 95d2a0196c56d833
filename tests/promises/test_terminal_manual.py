"""The manual is true: its files are written and its commands are run, in the order of the page.

A block of `sh` is run. A block of `toml` or `json` that follows "write `PATH`" or "save as `PATH`"
becomes that file. Networks are not reached: `init`'s national source is taken away.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from byalag.testkit import byalag, free_port

DOCS = Path(__file__).parents[2] / "docs"
SLOW = {  # of the Swedish pages; `make promises` runs all pages in both languages
    "anslut-lorawan",
    "dela-filer",
    "kommuner",
    "laga",
    "lat-byalag-beskriva",
    "omsorg-borja",
    "sag-till",
    "sakerhetskopiera",
    "sensorthings",
    "sensorthings-skriv",
    "skicka-matvarden",
    "skriv-genom-standarder",
    "ta-emot-leveranser",
    "terminal",
    "utvecklare",
}
PAGES = [
    pytest.param(page, id=f"{language}/{page.stem}", marks=pytest.mark.promise if slow else ())
    for language in ("sv", "en")
    for page in sorted((DOCS / language).glob("*.md"))
    if "```sh" in page.read_text("utf-8")
    for slow in [language == "en" or page.stem in SLOW]
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(
    r"(?:[Ss]kriv|[Ss]para det som|anges i|[Ww]rite|[Ss]ave it as|named in) `([^`]+)`"
)


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Every block to carry out: ("sh", commands) or (path, content)."""
    end = 0
    for block in BLOCK.finditer(text):
        before, end = text[end : block.start()], block.end()
        kind, content = block.groups()
        named = NAMED.findall(before)
        if kind == "sh":
            yield "sh", content
        elif kind in {"toml", "json"} and named and not named[-1].startswith("/"):
            yield named[-1], content


def script(text: str, port: int, other: int) -> str:
    """Make a page's commands fit for a test: own ports, no outside network, `serve` beside."""
    text = text.replace("127.0.0.1:8080", f"127.0.0.1:{port}").replace("8090", str(other))
    lines = []
    for line in text.splitlines():
        if re.match(r"byalag (serve|demo)\b", line):
            lines += [f"{line} --port {port} 2>log.txt &", f"wait_for {port}"]
        else:
            lines.append(line)
        if line.startswith("byalag init"):
            lines.append("rm -f */*/sources/hav.toml")
    return "\n".join(lines)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_manual_does_what_it_says(page: Path, tmp_path: Path) -> None:
    found = list(steps(page.read_text("utf-8")))
    port, other = free_port(), free_port()
    parts = [
        "set -euo pipefail",
        "trap 'kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT",
        f'wait_for() {{ {sys.executable} {__file__} "$1"; }}',
    ]
    for kind, content in found:
        if kind == "sh":
            parts.append(script(content, port, other))
        else:
            text = content.replace("8090", str(other))
            parts.append(f"mkdir -p \"$(dirname {kind})\"\ncat > {kind} <<'END'\n{text}END")
    folder = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-c", "\n".join(parts)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "BYALAG_LANG": "en"},
    )
    log = tmp_path / "log.txt"
    assert done.returncode == 0, (
        done.stdout + done.stderr + (log.read_text() if log.exists() else "")
    )


def test_the_source_in_the_readme_is_one(tmp_path: Path) -> None:
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    [source] = [text for kind, text in BLOCK.findall(readme) if kind == "toml"]
    assert byalag("init", tmp_path / "hub", "--municipality", "2482").code == 0
    (tmp_path / "hub/skelleftea/sources/readme.toml").write_text(source, "utf-8")
    checked = byalag("check", tmp_path / "hub", "--json").json
    assert checked["ok"], checked


def test_every_page_is_written_in_both_languages_with_the_same_commands() -> None:
    def commands(language: str) -> list[list[str]]:
        pages = sorted((DOCS / language).glob("*.md"))
        return sorted(
            [word for word in re.findall(r"byalag [a-z]+", text) if word != "byalag service"]
            for text in (
                "".join(b for k, b in steps(page.read_text("utf-8")) if k == "sh") for page in pages
            )
            if text
        )

    assert commands("sv") == commands("en")


def wait_for(port: str) -> None:
    """Wait until a hub answers; run by the pages' scripts."""
    for _ in range(400):
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit(f"no hub answered on port {port}")


if __name__ == "__main__":
    wait_for(sys.argv[1])
