"""What docs/privacy.md promises of a running hub: the closed is not shown, nobody is followed.

A canary stands in a closed dataset of the municipality, and a visitor carries another. The first
is looked for in everything that the hub shows, the second in everything that it keeps or says.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.testkit import RunningHub, byalag

ROOT = Path(__file__).parents[2]
CLOSED, OPEN, VISITOR = "Kanariefågeln", "Skylarken", "visitor-canary-64.123456"
PLACES = """\
dataset = "{dataset}"

[[place]]
id = "bath:skelleftea:{id}"
type = "BathingPlace"
name = "{name}"
lat = 64.75
lon = 20.95
"""
ADDRESSES = [
    "/",
    "/bad",
    "/bad?near=64.75,20.95",
    "/bad/bath:skelleftea:{id}",
    "/en/baths",
    "/parkering",
    "/om/data",
    "/baths/v1/bathing-places?limit=1000",
    "/baths/v1/bathing-places?bbox=20,64,22,66",
    "/baths/v1/bathing-places/bath:skelleftea:{id}",
    "/baths/v1/bathing-places/bath:skelleftea:{id}/history",
    "/baths/v1/openapi.json",
    "/baths/v1/api-info",
    "/health/ready",
    "/health/live",
    "/metrics",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("privacy") / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    home = folder / "skelleftea"
    (home / "sources/hav.toml").unlink()
    (home / "datasets/private.toml").write_text('title = { sv = "Internt" }\n', "utf-8")
    for dataset, id_, name in (("private", "hidden", CLOSED), ("bathing-places", "shown", OPEN)):
        text = PLACES.format(dataset=dataset, id=id_, name=name)
        (home / f"places/{id_}.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def hub(folder: Path) -> Iterator[RunningHub]:
    with RunningHub("serve", folder) as hub:
        yield hub


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_in_a_closed_dataset_is_shown_nowhere(hub: RunningHub, address: str) -> None:
    answer = hub.get(address.format(id="hidden"))
    assert answer.status == (404 if "{id}" in address else 200)
    assert CLOSED not in answer.text
    assert "Internt" not in answer.text


def test_what_is_in_an_open_dataset_is_shown_where_the_closed_is_not(hub: RunningHub) -> None:
    assert OPEN in hub.get("/bad").text
    assert OPEN in hub.get("/baths/v1/bathing-places").text


def test_what_is_closed_is_not_exported_nor_in_the_file_of_the_commons(
    folder: Path, hub: RunningHub, tmp_path: Path
) -> None:
    assert hub.stop() == 0
    assert byalag("export", folder, "--to", tmp_path).code == 0
    exported = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert OPEN.encode() in exported
    assert CLOSED.encode() not in exported
    commons = b"".join(file.read_bytes() for file in (folder / "store").glob("commons.sqlite*"))
    assert OPEN.encode() in commons
    assert CLOSED.encode() not in commons


def test_no_visitor_is_followed(folder: Path) -> None:
    carried = {"User-Agent": VISITOR, "Referer": f"https://{VISITOR}/", "Cookie": f"a={VISITOR}"}
    with RunningHub("serve", folder) as hub:
        for address in ADDRESSES:
            answer = hub.get(address.format(id="shown"), **carried)
            assert "set-cookie" not in {name.lower() for name in answer.headers}
        hub.get("/bad?near=64.123456,20.123456", **carried)
        assert hub.stop() == 0
        said = hub.said
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    for trace in (VISITOR, "64.123456"):
        assert trace not in said
        assert trace.encode() not in kept


def test_every_file_and_test_that_the_privacy_page_names_is_there() -> None:
    text = (ROOT / "docs/privacy.md").read_text("utf-8")
    named = re.findall(r"`((?:tests|src|app|sources)/[^`\s]+)`", text)
    assert named
    for name in named:
        inside = name if name.startswith(("tests/", "src/")) else f"src/byalag/{name}"
        file, _, test = inside.partition("::")
        assert (ROOT / file).exists(), name
        assert f"def {test}(" in (ROOT / file).read_text("utf-8") if test else True, name
