"""The building itself: what no single room can promise alone."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import byalag

HOME = Path(__file__).parents[2]
SOURCE = HOME / "src" / "byalag"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(byalag.__path__, "byalag.")
    if "__main__" not in module.name
)


def committed() -> list[Path]:
    """Return every file that git knows of or would take, as text files go."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files belong to the project")
    return [HOME / line for line in listed.stdout.splitlines() if (HOME / line).is_file()]


def python(folder: Path = SOURCE) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def test_rooms_import_only_from_rooms_below_them() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    if not lint.exists():
        pytest.skip("import-linter is not installed; `make setup` installs it")
    got = subprocess.run(
        [lint, "--no-cache"], cwd=HOME, capture_output=True, text=True, check=False
    )
    assert got.returncode == 0, got.stdout


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_for(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    for exported in getattr(module, "__all__", ()):
        assert hasattr(module, exported), f"{name} promises {exported} and does not have it"


def test_only_the_edges_ask_what_time_it_is() -> None:
    allowed = {"engine/_clock.py", "cli", "testkit", "app/_run.py"}
    asks = re.compile(r"datetime\.(now|utcnow|today)\(|\btime\.time(_ns)?\(|date\.today\(")
    guilty = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in python()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if asks.search(line)
        and not any(str(path.relative_to(SOURCE)).startswith(edge) for edge in allowed)
    ]
    assert not guilty, f"time is handed in, not asked for: {guilty}"


def test_every_exemption_says_why_in_words() -> None:
    mark = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)")
    said = re.compile(r"(noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|ignore\[[^\]]*\])\W+\w+\W+\w+")
    silent = [
        f"{path.relative_to(HOME)}:{number}"
        for path in [*python(), *python(HOME / "tests"), *python(HOME / "benchmarks")]
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if mark.search(line) and not said.search(line)
    ]
    assert not silent, f"say why after the exemption: {silent}"


def test_nothing_committed_names_a_registry_or_a_place_on_somebodys_machine() -> None:
    hosts = ["registry.npmjs", "files.pythonhosted", "pypi.org", "deb.debian"]
    places = ["work/main", "work/shared", "root/", "home/"]
    forbidden = re.compile(
        "|".join([*map(re.escape, hosts), *(f"(?<![\\w.])/{p}" for p in places)])
    )
    guilty = []
    for path in committed():
        if path == Path(__file__) or path.suffix in {
            ".png",
            ".svg",
            ".parquet",
            ".xlsx",
            ".gz",
            ".woff2",
        }:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if forbidden.search(line):
                guilty.append(f"{path.relative_to(HOME)}:{number}")
    assert not guilty


def test_the_readme_gives_the_two_commands() -> None:
    readme = (HOME / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme
    assert "make test" in (HOME / ".ci" / "run").read_text()


def test_every_link_in_the_docs_leads_somewhere() -> None:
    link = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
    broken = [
        f"{page.relative_to(HOME)}: {target}"
        for page in [*HOME.glob("*.md"), *(HOME / "docs").rglob("*.md"), *SOURCE.rglob("*.md")]
        for target in link.findall(page.read_text())
        if "://" not in target
        and not target.startswith(("mailto:", "/"))
        and not (page.parent / target).exists()
    ]
    assert not broken


def test_public_names_are_in_the_glossary() -> None:
    glossary = (HOME / "docs" / "glossary.md").read_text()
    missing = sorted(
        {
            name
            for room in ("model", "mapping", "sources", "services", "store", "governance", "engine")
            for name in getattr(importlib.import_module(f"byalag.{room}"), "__all__", ())
            if name[:1].isupper() and not name.isupper()
            if f"`{name}`" not in glossary
        }
    )
    assert not missing, f"one word per idea, in docs/glossary.md: {missing}"


def test_every_error_tells_the_caller_what_to_do() -> None:
    for name in MODULES:
        importlib.import_module(name)
    waiting = [byalag.ByalagError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.startswith("byalag"):
            assert error.__doc__, error
            assert isinstance(error.exit_code, int)


def test_changes_are_written_for_those_who_use_byalag() -> None:
    fragments = sorted((HOME / "changes").glob("*.md"))
    assert fragments
    for path in fragments:
        assert {".feature", ".fix", ".change", ".standard"} & set(path.suffixes), path.name
        assert path.read_text().strip()


def test_the_rooms_are_those_of_the_plan() -> None:
    assert set(ROOMS) == {
        "analysis",
        "app",
        "asking",
        "cli",
        "codecs",
        "draft",
        "engine",
        "governance",
        "mapping",
        "model",
        "outlets",
        "pages",
        "services",
        "sources",
        "standards",
        "store",
        "terms",
        "testkit",
        "trials",
    }
