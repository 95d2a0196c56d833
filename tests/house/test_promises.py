"""Every promise has a test that proves it, and the page of promises tells of each."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.testkit import PROMISES, Proof, Run, promises_page

HOME = Path(__file__).parents[2]
PAGE = HOME / "docs" / "promises.md"


def marked() -> Iterator[int]:
    """Every number that a test of ours is marked with."""
    for path in (HOME / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.proves":
                yield from (ast.literal_eval(given) for given in node.args)


def test_every_promise_has_a_test_and_no_test_proves_what_nobody_promised() -> None:
    assert sorted(set(marked())) == sorted(PROMISES)


@pytest.mark.parametrize("number", PROMISES)
def test_the_page_of_promises_tells_of_each(number: int) -> None:
    text = PAGE.read_text("utf-8")
    assert f"\n| {number} | {PROMISES[number]} | " in text
    assert f"\n### {number}. {PROMISES[number]}\n" in text


def test_a_failed_proof_makes_its_promise_failed_whatever_else_passed() -> None:
    proofs = [
        Proof(test="a.py::one", numbers=[1, 2], outcome="passed", counts=[{"lost": 0, "kept": 7}]),
        Proof(test="b.py::two[x]", numbers=[2], outcome="failed", counts=[{"lost": 3}]),
        Proof(test="b.py::two[y]", numbers=[2], outcome="passed", counts=[{"fault": "kill -9"}]),
        Proof(test="c.py::three", numbers=[3], outcome="skipped", why="there is no broker"),
    ]
    page = promises_page(Run(date="today", machine="2 cores", commit="abc", proofs=proofs))
    assert "| 1 | What we acknowledged is never lost | proved | 1 of 1 | lost 0, kept 7 |" in page
    assert "| 2 | Retries never double-count | failed | 2 of 3 | lost 3, kept 7 | kill -9 |" in page
    assert "| 3 | Late and unordered readings converge | not run | 0 of 1 |" in page
    assert "- `b.py::two`: 1 passed, 1 failed; lost 3; kill -9" in page
    assert "- `c.py::three`: 1 skipped; there is no broker" in page
