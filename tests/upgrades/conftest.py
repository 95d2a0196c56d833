import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

HERE = Path(__file__).parent
GOLDEN = sorted(HERE.glob("schema-*.zip"))


@pytest.fixture(params=GOLDEN, ids=[one.stem for one in GOLDEN])
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """Return a folder with the stores of one schema, as the code of then wrote them."""
    with ZipFile(request.param) as archive:
        archive.extractall(tmp_path)
    answers: dict[str, Any] = json.loads((tmp_path / "answers.json").read_text("utf-8"))
    return tmp_path, answers
