import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from byalag.store._sql import VERSION

HERE = Path(__file__).parent
GOLDEN = sorted(HERE.glob("schema-*.zip"))
LEFT = [one for one in GOLDEN if int(re.sub(r"\D", "", one.stem)) < VERSION]


@pytest.fixture(params=GOLDEN, ids=[one.stem for one in GOLDEN])
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """Return a folder with the stores of one schema, as the code of then wrote them."""
    return _unpacked(request.param, tmp_path)


@pytest.fixture(params=LEFT, ids=[one.stem for one in LEFT])
def left(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """Return the same of a schema that has been left behind."""
    return _unpacked(request.param, tmp_path)


def _unpacked(path: Path, folder: Path) -> tuple[Path, dict[str, Any]]:
    with ZipFile(path) as archive:
        archive.extractall(folder)
    answers: dict[str, Any] = json.loads((folder / "answers.json").read_text("utf-8"))
    return folder, answers
