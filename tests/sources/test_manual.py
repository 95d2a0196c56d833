"""The manual's pages about sources: each shows the settings that the tests run."""

import re
from pathlib import Path

import msgspec
import pytest

from byalag.mapping import Field, PointSpec, SeriesSpec, ThingSpec, TimeSpec
from byalag.sources import AnyKind
from byalag.testkit import every_source

DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = [DOCS / "sv" / "kallor", DOCS / "en" / "sources"]
MAPPING = [FOLDERS[0] / "avbildning.md", FOLDERS[1] / "mapping.md"]
KINDS = [pytest.param(home, kind, id=kind.name) for home, kind in every_source()]


@pytest.mark.parametrize("folder", FOLDERS, ids=["sv", "en"])
@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_every_kind_has_a_page_that_shows_its_sample_settings(
    home: Path, kind: AnyKind, folder: Path
) -> None:
    page = (folder / f"{kind.name}.md").read_text()
    assert (home / "sample.toml").read_text() in page
    assert f"({kind.name}.md)" in (folder / "README.md").read_text()


@pytest.mark.parametrize("folder", FOLDERS, ids=["sv", "en"])
@pytest.mark.parametrize(("home", "kind"), KINDS)
def test_every_setting_has_its_line(home: Path, kind: AnyKind, folder: Path) -> None:
    told = re.findall(r"^\| `([^`]+)` \|", (folder / f"{kind.name}.md").read_text(), re.MULTILINE)
    assert told == [field.encode_name for field in msgspec.structs.fields(kind.settings)]


@pytest.mark.parametrize("page", MAPPING, ids=["sv", "en"])
@pytest.mark.parametrize("part", [ThingSpec, PointSpec, Field, SeriesSpec, TimeSpec])
def test_every_word_of_the_mapping_is_explained(page: Path, part: type) -> None:
    chapters = re.split(r"^## ", page.read_text(), flags=re.MULTILINE)
    told = [re.findall(r"^\| `([^`]+)` \|", chapter, re.MULTILINE) for chapter in chapters]
    assert [field.encode_name for field in msgspec.structs.fields(part)] in [
        names for names in told if names
    ]
