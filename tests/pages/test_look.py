"""The colours are readable, the files are kept for ever, and the maps are drawn."""

import base64
import gzip
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag import Misconfigured
from byalag.model import Point
from byalag.pages import _map
from byalag.pages._assets import gather, packed
from byalag.pages._site import HERE
from byalag.pages.vendor import FILES, copy

TOKENS = (HERE / "static" / "tokens.css").read_text(encoding="utf-8")
STYLES = (HERE / "static" / "byalag.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
TEXT = ["ink", "quiet", "link"]
GROUNDS = ["ground", "surface", "sunken", "water-tint", "cars-tint", "old-tint", "warn-tint"]
PAIRS = [
    *((text, ground) for text in TEXT for ground in GROUNDS),
    ("water", "surface"),
    ("water", "water-tint"),
    ("cars", "surface"),
    ("cars", "cars-tint"),
    ("on-deep", "water-deep"),
    ("on-deep", "cars-deep"),
    ("fine", "fine-tint"),
    ("warn", "warn-tint"),
    ("warn", "surface"),
    ("warn", "water-tint"),
    ("warn", "cars-tint"),
    ("old", "old-tint"),
    ("old", "surface"),
    ("old", "water-tint"),
    ("old", "cars-tint"),
]
SCHEMES = dict(
    zip(
        ("light", "dark"),
        (dict(TOKEN.findall(part)) for part in TOKENS.split("@media")),
        strict=True,
    )
)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_and_focus_can_be_seen(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for ground in ("ground", "surface", "sunken"):
        assert contrast(colours["edge"], colours[ground]) >= 3
    assert contrast(colours["focus-ring"], colours["focus"]) >= 3


def test_both_schemes_have_every_colour_and_no_colour_hides_elsewhere() -> None:
    assert SCHEMES["light"].keys() == SCHEMES["dark"].keys()
    used = set(re.findall(r"var\(--([a-z-]+)", STYLES)) - {"tone", "tint", "deep"}
    assert used <= SCHEMES["light"].keys()


def test_a_file_is_named_by_its_contents_and_kept_for_ever(hub: TestClient) -> None:
    asset = gather(HERE / "static", {})["byalag.css"]
    answer = hub.get(asset.address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    digest = base64.b64encode(hashlib.sha384(answer.content).digest()).decode()
    assert asset.integrity == f"sha384-{digest}"
    again = hub.get(asset.address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = hub.get(asset.address, headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content
    assert len(gzip.compress(plain.content)) < len(plain.content) / 2
    assert hub.get("/s/no-such-file.css").status_code == 404


def test_the_map_is_no_heavier_than_half_a_mebibyte(vendor: Path) -> None:
    names = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css")
    assets = gather(vendor, {})
    assert sum(len(packed(assets[name].body)) for name in names) <= 490 * 1024


def test_a_page_that_has_not_changed_is_not_sent_again(hub: TestClient) -> None:
    first = hub.get("/bad", headers={"Accept": "text/html"})
    tag = {"Accept": "text/html", "If-None-Match": first.headers["etag"]}
    assert hub.get("/bad", headers=tag).status_code == 304
    assert hub.get("/bad?page=2", headers=tag).status_code == 200


def test_vendoring_says_what_is_missing_and_copies_nothing(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="npm ci --ignore-scripts"):
        copy(tmp_path, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_vendoring_copies_files_with_their_licences(tmp_path: Path) -> None:
    for number, name in enumerate(FILES.values()):
        path = tmp_path / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * number)
    copy(tmp_path / "node_modules", tmp_path / "to")
    copied = {path.name for path in (tmp_path / "to").iterdir()}
    assert copied == set(FILES)
    assert len([name for name in copied if "LICENSE" in name]) == 3


def test_a_place_is_drawn_within_its_municipality() -> None:
    drawn = _map.locate("2482", Point(64.75, 20.95))
    assert drawn is not None
    assert 0 < drawn.x < drawn.width
    assert 0 < drawn.y < drawn.height
    assert _map.locate("9999", Point(64.75, 20.95)) is None
    assert _map.locate(None, Point(64.75, 20.95)) is None


def test_names_on_the_map_never_stand_upon_each_other() -> None:
    names = {"2482": "Skellefteå", "2260": "Ånge", "2513": "Överkalix", "2514": "Kalix"}
    drawn = _map.sweden(names)
    named = sorted(outline.y for outline in drawn.outlines if outline.name)
    assert len(drawn.outlines) == 4
    assert all(later - earlier > 20 for earlier, later in pairwise(named))
