"""What the pages about NGSI-LD show is what happens."""

import re
from pathlib import Path

import msgspec
import pytest

from .conftest import Ask

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"^```(http|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["sv/ngsi-ld.md", "en/ngsi-ld.md"])
def test_every_example_is_answered_as_it_says(ask: Ask, page: str) -> None:
    answer = None
    for kind, text in BLOCK.findall((DOCS / page).read_text("utf-8")):
        if kind == "json":
            assert answer is not None
            assert answer.json() == msgspec.json.decode(text)
            continue
        head, _, body = text.partition("\n\n")
        method, path = head.splitlines()[0].split()
        content = body.encode() if body.strip() else None
        answer = ask(method, path.removeprefix("/ngsi-ld/v1"), content)
        assert answer.status_code < 300, (path, answer.text)
